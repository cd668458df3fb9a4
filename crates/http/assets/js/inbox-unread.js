// How many rooms of all mounts are unread, beside the way to them; and when such things are counted anew.

import { byId, isLocked, me, show } from "./page.js";
import { refetch } from "./api.js";
import { onEvery } from "./live.js";

const SOON_MS = 300;
/** Counting asks every chat, so not at each message. */
const REST_MS = 5_000;

/** Calls `count()` now and soon after each such moment, or event of the kinds `also`, while somebody can see the page. */
export function countAtNews(count, also = []) {
  let timer = null;
  let countedAt = -REST_MS;

  async function counted() {
    timer = null;
    if (isLocked() || document.visibilityState === "hidden") return;
    countedAt = performance.now();
    try {
      await count();
    } catch {
      // It stays as it was; the connection has a word of its own.
    }
  }

  function soon() {
    timer ??= setTimeout(counted, Math.max(SOON_MS, countedAt + REST_MS - performance.now()));
  }

  onEvery("message.posted", ({ author }) => author.id !== me && soon());
  onEvery("message.recalled", soon);
  onEvery("receipt", ({ doctor_id: doctor, kind }) => doctor === me && kind === "read" && soon());
  for (const kind of ["room", "resync", "participant.removed", ...also]) onEvery(kind, soon);
  document.addEventListener("visibilitychange", soon);
  soon();
}

const badge = byId("inbox-unread");

async function count() {
  const { rooms } = await refetch("/doctor/inbox/api/unread");
  byId("inbox-unread-count").textContent = String(rooms);
  show(badge, rooms > 0);
  const words = byId("inbox-count");
  if (words) words.textContent = rooms === 0 ? "Nothing unread" : rooms === 1 ? "1 room with something unread" : `${rooms} rooms with something unread`;
}

if (badge) countAtNews(count);
