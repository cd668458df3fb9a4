// How many rooms of all mounts are unread, beside the way to them.

import { byId, isLocked, me, show } from "./page.js";
import { refetch } from "./api.js";
import { onEvery } from "./live.js";

const SOON_MS = 300;
/** Counting asks every chat, so not at each message. */
const REST_MS = 5_000;

const badge = byId("inbox-unread");
let timer = null;
let countedAt = 0;

async function count() {
  timer = null;
  if (isLocked() || document.visibilityState === "hidden") return;
  countedAt = Date.now();
  try {
    const { rooms } = await refetch("/doctor/inbox/api/unread");
    say(rooms);
  } catch {
    // It stays as it was; the connection has a word of its own.
  }
}

function say(rooms) {
  byId("inbox-unread-count").textContent = String(rooms);
  show(badge, rooms > 0);
  const words = byId("inbox-count");
  if (words) words.textContent = rooms === 0 ? "Nothing unread" : rooms === 1 ? "1 room with something unread" : `${rooms} rooms with something unread`;
}

function soon() {
  timer ??= setTimeout(count, Math.max(SOON_MS, countedAt + REST_MS - Date.now()));
}

if (badge) {
  onEvery("message.posted", ({ author }) => author.id !== me && soon());
  onEvery("message.recalled", soon);
  onEvery("receipt", ({ doctor_id: doctor, kind }) => doctor === me && kind === "read" && soon());
  for (const kind of ["room", "resync", "participant.removed"]) onEvery(kind, soon);
  addEventListener("unlocked", soon);
  document.addEventListener("visibilitychange", soon);
  soon();
}
