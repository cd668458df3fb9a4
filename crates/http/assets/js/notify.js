// One alert per message, whatever the number of tabs: the tab that listens gives it. It says at most the
// ward, and is withdrawn when the message was read or acknowledged, here or on another device.

import { local } from "./kept.js";
import { attended, byId, leaveFor, me, mount, roomId } from "./page.js";
import { onEvery } from "./live.js";
import { ring } from "./sound.js";
import { wanted } from "./rings.js";

/** Name under which the room that is being looked at, in whichever tab, is kept. */
const LOOKED_AT = `looked at ${me}`;
const here = `${mount} ${roomId ?? ""}`;
/** Mount and message id → {room, notice}. */
const open = new Map();
const RUNG_KEPT = 200;

function look() {
  if (attended()) local.put(LOOKED_AT, here);
  else lookedAway();
}

function lookedAway() {
  if (local.get(LOOKED_AT) === here) local.put(LOOKED_AT, null);
}

const wardOf = (feed, room) => feed.mount === mount && byId("room-list")?.querySelector(`[data-room-id="${CSS.escape(room)}"]`)?.dataset.ward;

function notify(message, urgent, feed) {
  const ward = wardOf(feed, message.room_id);
  const words = `${urgent ? "Urgent message" : "New message"}${ward ? `, ward ${ward}` : ""}`;
  let notice;
  try {
    notice = new Notification(words, { tag: message.id, requireInteraction: urgent });
  } catch {
    return; // Some phones have notifications only for installed applications.
  }
  notice.addEventListener("click", () => {
    window.focus();
    notice.close();
    leaveFor(`${feed.mount}/rooms/${encodeURIComponent(message.room_id)}`);
  });
  open.set(`${feed.mount} ${message.id}`, { room: `${feed.mount} ${message.room_id}`, notice });
}

const isLookedAt = (message, feed) => local.get(LOOKED_AT) === `${feed.mount} ${message.room_id}`;

/**
 * Those that have not rung in this browser; from now on they have. What stands on the doctor's very first page
 * is before their eyes, and need not.
 */
function notRung(ids, feed, isNews) {
  const key = `rung ${feed.mount} ${me}`;
  const rung = local.get(key)?.split(" ") ?? (isNews ? [] : ids);
  const fresh = ids.filter((id) => !rung.includes(id));
  local.put(key, [...rung, ...fresh].slice(-RUNG_KEPT).join(" "));
  return fresh;
}

/** An urgent message rings once, whether it was told of as it came or was found on coming back. */
export function urgentWaits(messages, feed, isNews = false) {
  if (!feed.leading) return;
  const fresh = notRung(messages.map(({ id }) => id), feed, isNews);
  const unseen = messages.filter((message) => fresh.includes(message.id) && !isLookedAt(message, feed));
  const { urgentSound, urgentNotice } = wanted();
  if (unseen.length && urgentSound) ring();
  if (urgentNotice) for (const message of unseen) notify(message, true, feed);
}

function arrived(message, feed) {
  // Told late, it may have been taken back by now.
  if (message.author.id === me || message.recalled_at) return;
  if (message.urgency === "urgent") urgentWaits([message], feed, true);
  else if (feed.leading && !isLookedAt(message, feed) && wanted().routineNotice) notify(message, false, feed);
}

function withdraw(fits) {
  for (const [id, { room, notice }] of open) {
    if (!fits(id, room)) continue;
    notice.close();
    open.delete(id);
  }
}

/** Reading a message includes everything before it in its room. */
function receipt({ room_id: room, message_id: message, doctor_id: doctor, kind }, feed) {
  if (doctor !== me) return;
  if (kind === "read") withdraw((_, of) => of === `${feed.mount} ${room}`);
  if (kind === "acknowledged") withdraw((id) => id === `${feed.mount} ${message}`);
}

if (mount) {
  look();
  for (const kind of ["focus", "blur", "locked"]) addEventListener(kind, look);
  addEventListener("pagehide", lookedAway);
  document.addEventListener("visibilitychange", look);
  onEvery("message.posted", arrived);
  onEvery("message.recalled", ({ id }, feed) => withdraw((of) => of === `${feed.mount} ${id}`));
  onEvery("receipt", receipt);
  addEventListener("locked", () => withdraw(() => true));
}
