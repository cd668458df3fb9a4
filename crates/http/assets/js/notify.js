// One alert per message, whatever the number of tabs: the tab that listens gives it. It says at most the
// ward, and is withdrawn when the message was read or acknowledged, here or on another device.

import { attended, byId, leaveFor, me, mount, roomId } from "./page.js";
import { onEvery } from "./live.js";
import { ring } from "./sound.js";
import { wanted } from "./rings.js";

/** Which room is being looked at, in whichever tab. */
const LOOKED_AT = `looked at ${me}`;
const here = `${mount} ${roomId ?? ""}`;
/** Mount and message id → {room, notice}. */
const open = new Map();

function look() {
  if (attended()) localStorage.setItem(LOOKED_AT, here);
  else if (localStorage.getItem(LOOKED_AT) === here) localStorage.removeItem(LOOKED_AT);
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

function arrived(message, feed) {
  if (!feed.leading || message.author.id === me) return;
  if (localStorage.getItem(LOOKED_AT) === `${feed.mount} ${message.room_id}`) return;
  const urgent = message.urgency === "urgent";
  const { urgentSound, urgentNotice, routineNotice } = wanted();
  if (urgent && urgentSound) ring();
  if (urgent ? urgentNotice : routineNotice) notify(message, urgent, feed);
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
  for (const kind of ["focus", "blur", "locked", "unlocked"]) addEventListener(kind, look);
  addEventListener("pagehide", () => localStorage.getItem(LOOKED_AT) === here && localStorage.removeItem(LOOKED_AT));
  document.addEventListener("visibilitychange", look);
  onEvery("message.posted", arrived);
  onEvery("message.recalled", ({ id }, feed) => withdraw((of) => of === `${feed.mount} ${id}`));
  onEvery("receipt", receipt);
  addEventListener("locked", () => withdraw(() => true));
}
