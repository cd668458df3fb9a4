// One event stream per browser: the tab that holds the lock listens and tells the others.

import { clientLibrary, isLocked, me, mount } from "./page.js";
import * as sse from "./live-sse.js";

const handlers = new Map();
const name = `live ${mount} ${me}`;
const channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;
/** This tab is the one that listens. */
export let leading = false;
/** The last event any tab of this browser saw: a new stream goes on from it. */
let lastId = "";
/** How the backend's own library tells events; loaded where there is such a library. */
let direct = null;

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

/** Both ways of listening say the same things in the same order; without its library we are listened to. */
async function listen() {
  leading = true;
  if (clientLibrary && (await listenDirectly())) return;
  sse.listen(tellAll, () => lastId);
}

async function listenDirectly() {
  try {
    direct ??= await import("./live-direct.js");
  } catch {
    return false;
  }
  // Locked meanwhile: there is nobody to listen for until the page is unlocked.
  return isLocked() || direct.listen(tellAll);
}

/** The session of a locked page is over, and its stream with it: what was said meanwhile is loaded at once, not when the next stream stands. */
addEventListener("locked", () => {
  direct?.stop();
  sse.stop();
});
addEventListener("unlocked", () => {
  deliver("resync", null);
  if (leading) listen();
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
