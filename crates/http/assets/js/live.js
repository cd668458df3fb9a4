// One event stream per browser: the tab that holds the lock listens and tells the others.

import { me, mount } from "./page.js";

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

function tellAll(type, data) {
  channel?.postMessage({ type, data });
  deliver(type, data);
}

function listen() {
  const source = new EventSource(`${mount}/api/events`);
  let opened = false;
  source.onopen = () => {
    wait = FIRST_WAIT_MS;
    tellAll("connection", { up: true });
    // A reopened source resumes by itself; a new one knows nothing of what came before it.
    if (!opened) tellAll("resync", null);
    opened = true;
  };
  for (const type of TYPES) {
    source.addEventListener(type, (event) => tellAll(type, event.data ? JSON.parse(event.data) : null));
  }
  source.onerror = async () => {
    tellAll("connection", { up: false });
    if (source.readyState !== EventSource.CLOSED) return;
    await leaveWhenSignedOut();
    setTimeout(listen, wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  };
}

async function leaveWhenSignedOut() {
  try {
    const answer = await fetch(`${mount}/api/rooms?limit=1`, { headers: { accept: "application/json" } });
    if (answer.status === 401) location.assign("/login");
  } catch {
    // Nothing answers: the next attempt will tell.
  }
}

/** Starts listening, once every module has said what it wants to hear. */
export function start() {
  if (!mount) return;
  if (!channel || !navigator.locks) {
    listen();
    return;
  }
  channel.onmessage = ({ data: { type, data } }) => deliver(type, data);
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
