// Live events as our own server sends them: one event stream a mount, which goes on where it broke off.

import { isLocked, me } from "./page.js";
import { refetch } from "./api.js";

const TYPES = [
  "message.posted", "message.edited", "message.recalled", "typing", "receipt",
  "participant.added", "participant.removed", "presence", "availability", "room", "resync",
];
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** The stream of a mount, not begun yet. */
export function eventStream(mount) {
  let wait = FIRST_WAIT_MS;
  let current = null;
  let retry;

  /** Listens until it is stopped. Calls `tell(type, data, id)` for each event; `lastId()` is the last one any tab saw. */
  function listen(tell, lastId) {
    const query = new URLSearchParams({ doctor: me, ...(lastId() && { last_event_id: lastId() }) });
    const source = new EventSource(`${mount}/api/events?${query}`);
    current = source;
    source.onopen = () => {
      wait = FIRST_WAIT_MS;
      tell("connection", { up: true });
      // A stream that goes on from an event misses nothing; without one, nobody knows what was missed.
      if (!lastId()) tell("resync", null);
    };
    for (const type of TYPES) {
      source.addEventListener(type, (event) => tell(type, event.data ? JSON.parse(event.data) : null, event.lastEventId));
    }
    source.onerror = async () => {
      tell("connection", { up: false });
      if (source.readyState !== EventSource.CLOSED) return;
      // Signed out, or another doctor signed in: the answer loads the page anew.
      await refetch(`${mount}/api/rooms?limit=1`).catch(() => {});
      if (isLocked()) return;
      retry = setTimeout(() => listen(tell, lastId), wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    };
  }

  function stop() {
    clearTimeout(retry);
    current?.close();
    wait = FIRST_WAIT_MS;
  }

  return { listen, stop };
}
