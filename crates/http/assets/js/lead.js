// Election of the tab of this browser that listens for all of them.
//
// The lead is a Web Lock: a tab that closes or crashes hands it on at once. A lock does not say whether its holder still
// runs, though, for browsers suspend tabs: so the others ask the leader every few seconds, and take the lead away from one
// that does not answer. A tab that can be seen takes it from a hidden one, which is the first to be suspended.

import { channel } from "./kept.js";

const ASK_MS = 2_000;
/** A leader that was asked so often in vain is taken for suspended. */
const IN_VAIN = 2;

const isVisible = () => document.visibilityState === "visible";

/** The lead of the tabs that use the same `name`. Where a browser cannot share it, each tab leads itself. */
export class Lead {
  leading = false;
  #name;
  #on;
  #channel;
  /** Ends when this tab does not take part any more; null while it does not. */
  #part = null;
  /** The turn that holds the lock for this tab: it ends once `release()` is called or another tab takes the lead. */
  #turn = null;
  #taking = false;
  #inVain = 0;
  #knowsLeader = false;
  #timer;

  /**
   * `begin()` and `end()`: this tab has the lead now, or not any more. `state()`: what followers are told of it, and
   * `follows(state, isNew)`: a leader answered, the first one since this tab takes part or another than it was.
   * `heard(message)`: what another tab told.
   */
  constructor(name, on) {
    this.#name = name;
    this.#on = on;
    this.#channel = navigator.locks ? channel(name) : null;
    this.#channel?.addEventListener("message", ({ data }) => this.#heard(data));
    document.addEventListener("visibilitychange", () => (this.leading ? this.#answer() : this.tell({ ask: true })));
    // A page that is put aside hears nothing: another tab is to listen meanwhile.
    for (const [target, type] of [[window, "pagehide"], [document, "freeze"]]) target.addEventListener(type, () => this.leave());
    document.addEventListener("resume", () => this.join());
    addEventListener("pageshow", ({ persisted }) => persisted && this.join());
  }

  tell(message) {
    this.#channel?.postMessage(message);
  }

  join() {
    if (this.#part) return;
    this.#part = new AbortController();
    this.#knowsLeader = false;
    if (!this.#channel) {
      this.#begin();
      return;
    }
    this.#queue(this.#part.signal);
    this.#inVain = 0;
    this.#ask();
    this.#timer = setInterval(() => this.#ask(), ASK_MS);
  }

  leave() {
    clearInterval(this.#timer);
    this.#part?.abort();
    this.#part = null;
    const turn = this.#turn;
    this.#end();
    turn?.release();
  }

  #begin() {
    if (this.leading) return;
    this.leading = true;
    this.#on.begin();
  }

  #end() {
    this.#turn = null;
    this.#inVain = 0;
    if (!this.leading) return;
    this.leading = false;
    this.#on.end();
  }

  /** Leads whenever the lock is free. */
  async #queue(signal) {
    try {
      while (!signal.aborted) await this.#hold({ signal });
    } catch {
      // The browser has locks and allows none here.
      if (!signal.aborted) this.#begin();
    }
  }

  /** Waits for the lock and holds it; done when this turn is over. */
  async #hold(options) {
    const turn = {};
    const granted = () => {
      if (!this.#part) return undefined;
      this.#taking = false;
      this.#turn = turn;
      this.#begin();
      this.#answer();
      return new Promise((release) => { turn.release = release; });
    };
    await navigator.locks.request(this.#name, options, granted).catch((error) => {
      if (error.name !== "AbortError") throw error;
    });
    if (this.#turn === turn) this.#end();
  }

  #take() {
    if (this.leading || this.#taking || !this.#part) return;
    this.#taking = true;
    this.#hold({ steal: true }).catch(() => { this.#taking = false; });
  }

  #ask() {
    if (this.leading || !this.#part || !this.#channel) return;
    if (this.#inVain >= IN_VAIN) this.#take();
    this.#inVain += 1;
    this.tell({ ask: true });
  }

  #answer() {
    this.tell({ leader: { isVisible: isVisible(), state: this.#on.state() } });
  }

  #heard(message) {
    if (!this.#part) return;
    if (message.ask) {
      if (this.leading) this.#answer();
    } else if (message.leader) {
      if (!this.leading) this.#follow(message.leader);
    } else this.#on.heard(message);
  }

  #follow({ isVisible: isLeaderVisible, state }) {
    this.#inVain = 0;
    if (!isLeaderVisible && isVisible()) this.#take();
    this.#on.follows(state, !this.#knowsLeader);
    this.#knowsLeader = true;
  }
}
