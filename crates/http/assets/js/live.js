// One event stream per mount and browser: the tab that holds the lock listens and tells the others.

import { clientLibrary, isLocked, me, mount, mounts } from "./page.js";
import { eventStream } from "./live-sse.js";

/** What happens on one mount. */
class Feed {
  handlers = new Map();
  /** This tab is the one that listens. */
  leading = false;
  /** The last event any tab of this browser saw: a new stream goes on from it. */
  lastId = "";
  /** How the backend's own library tells events; loaded where there is such a library. */
  direct = null;

  constructor(address) {
    this.mount = address;
    this.name = `live ${address} ${me}`;
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(this.name) : null;
    this.stream = eventStream(address);
  }

  /**
   * Calls `handler(data, feed)` for each event of a type. Beside the server's own types there are `resync`
   * (some events may have been missed: load the state afresh) and `connection` ({up}).
   */
  on(type, handler) {
    this.handlers.set(type, [...(this.handlers.get(type) ?? []), handler]);
  }

  deliver(type, data) {
    for (const handler of this.handlers.get(type) ?? []) {
      try {
        handler(data, this);
      } catch (error) {
        console.error(`handler of ${type} failed`, error.name);
      }
    }
  }

  tellAll = (type, data, id = this.lastId) => {
    this.lastId = id;
    this.channel?.postMessage({ type, data, id });
    this.deliver(type, data);
  };

  /** Both ways of listening say the same things in the same order; without its library we are listened to. */
  async listen() {
    this.leading = true;
    if (this === own && clientLibrary && (await this.listenDirectly())) return;
    this.stream.listen(this.tellAll, () => this.lastId);
  }

  async listenDirectly() {
    try {
      this.direct ??= await import("./live-direct.js");
    } catch {
      return false;
    }
    // Locked meanwhile: there is nobody to listen for until the page is unlocked.
    return isLocked() || this.direct.listen(this.tellAll);
  }

  start() {
    if (!this.channel || !navigator.locks) {
      this.listen();
      return;
    }
    this.channel.onmessage = ({ data: { type, data, id } }) => {
      this.lastId = id;
      this.deliver(type, data);
    };
    // Held until the tab closes; then the next tab in line listens.
    const lead = () => {
      this.listen();
      return new Promise(() => {});
    };
    navigator.locks.request(this.name, { ifAvailable: true }, (lock) => {
      if (lock) return lead();
      // Another tab listens already: catch up with what happened since the page was made.
      this.deliver("resync", null);
      navigator.locks.request(this.name, lead);
      return undefined;
    });
  }
}

/** Each chat once, this page's own first. */
export const feeds = mounts.map((address) => new Feed(address));
/** The mount of this page. */
export const own = feeds[0] ?? new Feed(mount);
/** See {@link Feed.on}, of the mount of this page. */
export const on = (type, handler) => own.on(type, handler);
/** The same of all mounts. */
export const onEvery = (type, handler) => feeds.forEach((feed) => feed.on(type, handler));

/** The session of a locked page is over, and its streams with it: what was said meanwhile is loaded at once, not when the next stream stands. */
addEventListener("locked", () => {
  for (const { direct, stream } of feeds) {
    direct?.stop();
    stream.stop();
  }
});
addEventListener("unlocked", () => {
  for (const feed of feeds) {
    feed.deliver("resync", null);
    if (feed.leading) feed.listen();
  }
});

/** Starts listening, once every module has said what it wants to hear. */
export function start() {
  feeds.forEach((feed) => feed.start());
  addEventListener("pageshow", (event) => event.persisted && feeds.forEach((feed) => feed.deliver("resync", null)));
}
