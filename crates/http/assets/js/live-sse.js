// Live events as our own server sends them: one event stream a mount, which goes on where it broke off.
//
// That a stream is open says nothing: a proxy may hold its words back, and a connection may be dead without anybody being
// told. It is live while something is heard, which the server sees to.

import { isLocked, me } from "./page.js";
import { refetch } from "./api.js";

const TYPES = [
  "message.posted", "message.edited", "message.recalled", "typing", "receipt", "receipts",
  "participant.added", "participant.removed", "presence", "availability", "room", "resync", "alive",
];
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const LOOK_MS = 1_000;
/** The first word comes with the answer. */
const FIRST_WORD_MS = 3_000;
/** The server says `alive` when it said nothing else for five seconds. */
const SILENT_MS = 12_000;

/** The stream of a mount, not begun yet. */
export function eventStream(mount) {
  let wait = FIRST_WAIT_MS;
  let current = null;
  let retry;
  let looking;

  /** Listens until it is stopped. Calls `tell(type, data, id)` for each event; `lastId()` is the last one any tab saw. */
  function listen(tell, lastId) {
    close();
    const query = new URLSearchParams({ doctor: me, receipts: "together", ...(lastId() && { last_event_id: lastId() }) });
    const source = new EventSource(`${mount}/api/events?${query}`);
    current = source;
    /** Null until something is heard, or was waited for in vain. */
    let isUp = null;
    let heardAt = performance.now();
    let looks = 0;

    function hear({ type, data, lastEventId }) {
      heardAt = performance.now();
      looks = 0;
      if (!isUp) {
        isUp = true;
        wait = FIRST_WAIT_MS;
        tell("connection", { up: true });
        // A stream that goes on from an event misses nothing; without one, nobody knows what was missed.
        if (!lastId()) tell("resync", null);
      }
      if (type === "receipts") {
        const { doctor_ids: doctors, ...receipt } = JSON.parse(data);
        // Only the last one has the id: what has one that was heard already is passed over.
        const last = doctors.length - 1;
        doctors.forEach((doctor, at) => tell("receipt", { ...receipt, doctor_id: doctor }, at === last ? lastEventId : ""));
      } else if (type !== "alive" || lastEventId !== lastId()) {
        tell(type, data ? JSON.parse(data) : null, lastEventId);
      }
    }

    function lost() {
      isUp = false;
      tell("connection", { up: false });
    }

    function again() {
      close();
      if (isLocked()) return;
      retry = setTimeout(listen, wait * (0.75 + Math.random() / 2), tell, lastId);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }

    for (const type of TYPES) source.addEventListener(type, hear);
    source.onerror = async () => {
      // The browser tries again by itself, which is no silence.
      heardAt = performance.now();
      lost();
      if (source.readyState !== EventSource.CLOSED) return;
      // Signed out, or another doctor signed in: the answer loads the page anew.
      await refetch(`${mount}/api/rooms?limit=1`).catch(() => {});
      if (source === current) again();
    };
    looking = setInterval(() => {
      // Counted as well, for a page that slept has not listened meanwhile.
      looks += 1;
      const silent = looks > 1 ? performance.now() - heardAt : 0;
      if (silent >= SILENT_MS) {
        lost();
        again();
      } else if (isUp === null && silent >= FIRST_WORD_MS) lost();
    }, LOOK_MS);
  }

  function close() {
    clearTimeout(retry);
    clearInterval(looking);
    current?.close();
    current = null;
  }

  function stop() {
    close();
    wait = FIRST_WAIT_MS;
  }

  return { listen, stop };
}
