// One event stream per browser: the tab that holds the lock listens and tells the others.

import { isLocked, me, mount } from "./page.js";
import { refetch } from "./api.js";

const TYPES = [
  "message.posted", "message.edited", "message.recalled", "typing", "receipt",
  "participant.added", "participant.removed", "presence", "room", "resync",
];
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

const handlers = new Map();
const name = `live ${mount} ${me}`;
const channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;
let wait = FIRST_WAIT_MS;
let source = null;
let retry;
/** This tab is the one that listens. */
export let leading = false;
/** The last event any tab of this browser saw: a new stream goes on from it. */
let lastId = "";

/**
 * Calls `handler(data)` for each event of a type. Beside the server's own types there are `resync`
 * (some events may have been missed: load the state afresh) and `connection` ({up}).
 */
export function on(type, handler) {
  handlers.set(type, [...(handlers.get(type) ?? []), handler]);
}

function deliver(type, data) {
  for (const handler of handlers.get(type) ?? []) {
    try {
      handler(data);
    } catch (error) {
      console.error(`handler of ${type} failed`, error.name);
    }
  }
}

function tellAll(type, data, id = lastId) {
  lastId = id;
  channel?.postMessage({ type, data, id });
  deliver(type, data);
}

function listen() {
  leading = true;
  const query = new URLSearchParams({ doctor: me, ...(lastId && { last_event_id: lastId }) });
  source = new EventSource(`${mount}/api/events?${query}`);
  const stream = source;
  stream.onopen = () => {
    wait = FIRST_WAIT_MS;
    tellAll("connection", { up: true });
    // A stream that goes on from an event misses nothing; without one, nobody knows what was missed.
    if (!lastId) tellAll("resync", null);
  };
  for (const type of TYPES) {
    stream.addEventListener(type, (event) => tellAll(type, event.data ? JSON.parse(event.data) : null, event.lastEventId));
  }
  stream.onerror = async () => {
    tellAll("connection", { up: false });
    if (stream.readyState !== EventSource.CLOSED) return;
    // Signed out, or another doctor signed in: the answer loads the page anew.
    await refetch("rooms?limit=1").catch(() => {});
    if (isLocked()) return;
    retry = setTimeout(listen, wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  };
}

/** The session of a locked page is over. With the next one the stream goes on from its last event. */
addEventListener("locked", () => {
  clearTimeout(retry);
  source?.close();
});
addEventListener("unlocked", () => {
  if (!leading) return;
  wait = FIRST_WAIT_MS;
  listen();
});

/** Starts listening, once every module has said what it wants to hear. */
export function start() {
  if (!mount) return;
  if (!channel || !navigator.locks) {
    listen();
    return;
  }
  channel.onmessage = ({ data: { type, data, id } }) => {
    lastId = id;
    deliver(type, data);
  };
  // Held until the tab closes; then the next tab in line listens.
  const lead = () => {
    listen();
    return new Promise(() => {});
  };
  navigator.locks.request(name, { ifAvailable: true }, (lock) => {
    if (lock) return lead();
    // Another tab listens already: catch up with what happened since the page was made.
    deliver("resync", null);
    navigator.locks.request(name, lead);
    return undefined;
  });
  addEventListener("pageshow", (event) => event.persisted && deliver("resync", null));
}
