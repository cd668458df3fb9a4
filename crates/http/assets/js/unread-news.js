// The moments at which something unread may have come or gone, the same for everything that counts it.

import { isLocked, me } from "./page.js";
import { onEvery } from "./live.js";

const SOON_MS = 300;
/** Counting asks every chat, so not at each message. */
const REST_MS = 5_000;

/** Calls `count()` now and soon after each such moment, or event of the kinds `also`, while somebody can see the page. */
export function countAtNews(count, also = []) {
  let timer = null;
  let countedAt = 0;

  async function counted() {
    timer = null;
    if (isLocked() || document.visibilityState === "hidden") return;
    countedAt = Date.now();
    try {
      await count();
    } catch {
      // It stays as it was; the connection has a word of its own.
    }
  }

  function soon() {
    timer ??= setTimeout(counted, Math.max(SOON_MS, countedAt + REST_MS - Date.now()));
  }

  onEvery("message.posted", ({ author }) => author.id !== me && soon());
  onEvery("message.recalled", soon);
  onEvery("receipt", ({ doctor_id: doctor, kind }) => doctor === me && kind === "read" && soon());
  for (const kind of ["room", "resync", "participant.removed", ...also]) onEvery(kind, soon);
  addEventListener("unlocked", soon);
  document.addEventListener("visibilitychange", soon);
  soon();
}
