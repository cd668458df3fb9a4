// One event stream per mount and browser: the tab that has the lead listens and tells the others.

import { clientLibrary, isLocked, me, mount, mounts } from "./page.js";
import { at, refetch } from "./api.js";
import { Lead } from "./lead.js";
import { eventStream } from "./live-sse.js";

/** These have no number of their own in a stream, and may be told more than once. */
const UNNUMBERED = ["alive", "availability", "connection", "resync"];
const REMEMBERED = 512;
/** While nothing comes by itself it is asked for, so often. */
const ASK_MS = 5_000;

/** Whether an event's id is of the same stream as `last`, and not behind it. */
function isPast(id, last) {
  const [feed, number] = id.split("-");
  const [lastFeed, lastNumber] = last.split("-");
  return feed === lastFeed && Number(number) <= Number(lastNumber);
}

/** Events of one mount. */
class Feed {
  handlers = new Map();
  /** The last event any tab of this browser saw: a new stream goes on from it. */
  lastId = "";
  /** The last word about the connection, see {@link on}; null before there was any. */
  connection = null;
  /** The newest messages: while the lead changes hands two tabs may tell of the same one. */
  #posted = new Set();
  /** How the backend's own library tells events; loaded where there is such a library. */
  #direct = null;
  #stream;

  constructor(address) {
    this.mount = address;
    this.#stream = eventStream(address);
  }

  /** This tab is the one that listens. */
  get leading() {
    return lead.leading;
  }

  /**
   * Calls `handler(data, feed)` for each event of a type. Beside the server's own types there are `resync`
   * (some events may have been missed: load the state afresh) and `connection` ({up}, and `isAsked` while it is not up but
   * the server answers: what there is to know is asked for every few seconds, as by a resync).
   */
  on(type, handler) {
    this.handlers.set(type, [...(this.handlers.get(type) ?? []), handler]);
  }

  deliver(type, data) {
    if (type === "connection") this.connection = data;
    for (const handler of this.handlers.get(type) ?? []) {
      try {
        handler(data, this);
      } catch (error) {
        console.error(`handler of ${type} failed`, error.name);
      }
    }
  }

  #wasHeard(type, data, id) {
    if (UNNUMBERED.includes(type)) return false;
    if (id && isPast(id, this.lastId)) return true;
    if (type !== "message.posted") return false;
    if (this.#posted.has(data.id)) return true;
    this.#posted.add(data.id);
    if (this.#posted.size > REMEMBERED) this.#posted.delete(this.#posted.values().next().value);
    return false;
  }

  hear(type, data, id) {
    if (this.#wasHeard(type, data, id)) return;
    if (id && (type === "resync" || !isPast(id, this.lastId))) this.lastId = id;
    this.deliver(type, data);
  }

  /** `id` is the event's, where its source numbers events. */
  #tellAll = (type, data, id = "") => {
    lead.tell({ mount: this.mount, type, data, id });
    this.hear(type, data, id);
  };

  /** A stream may be held back on its way, or refused, where plain requests get through. */
  async ask() {
    const isWanted = () => this.leading && this.connection?.up === false && !isLocked();
    if (!isWanted()) return;
    const isAsked = await refetch(at(this, "capabilities")).then(() => true, () => false);
    if (!isWanted()) return;
    this.#tellAll("connection", { up: false, isAsked });
    if (isAsked) this.#tellAll("resync", null);
  }

  /** Both ways of listening say the same things in the same order; without its library we are listened to. */
  async listen() {
    if (isLocked() || (this === own && clientLibrary && (await this.#listenDirectly()))) return;
    if (this.leading) this.#stream.listen(this.#tellAll, () => this.lastId);
  }

  async #listenDirectly() {
    try {
      this.#direct ??= await import("./live-direct.js");
    } catch {
      return false;
    }
    // Locked meanwhile, or another tab listens: nothing is to be heard here.
    return isLocked() || !this.leading || this.#direct.listen(this.#tellAll);
  }

  stop() {
    this.#direct?.stop();
    this.#stream.stop();
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

const lead = new Lead(`live ${mounts.toSorted().join(" ")} ${me}`, {
  begin: () => feeds.forEach((feed) => feed.listen()),
  end: () => feeds.forEach((feed) => feed.stop()),
  state: () => Object.fromEntries(feeds.map((feed) => [feed.mount, feed.connection])),
  follows(connections, isNew) {
    for (const feed of feeds) {
      const connection = connections[feed.mount];
      if (connection && connection.up !== feed.connection?.up) feed.deliver("connection", connection);
      // It listened already: what happened since the page was made is caught up with.
      if (isNew) feed.deliver("resync", null);
    }
  },
  heard: ({ mount: address, type, data, id }) => feeds.find((feed) => feed.mount === address)?.hear(type, data, id),
});

/** The session of a locked page is over, and its streams with it. */
addEventListener("locked", () => feeds.forEach((feed) => feed.stop()));

/** Starts listening, once every module has said what it wants to hear. */
export function start() {
  if (feeds.length) lead.join();
  setInterval(() => feeds.forEach((feed) => feed.ask()), ASK_MS);
  addEventListener("pageshow", (event) => event.persisted && feeds.forEach((feed) => feed.deliver("resync", null)));
}
