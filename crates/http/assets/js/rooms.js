// The rooms in the sidebar: what was said last, how much is unread, what is urgent.

import { attended, byId, copy, me, mount, preview, roomId, shortName, show, write } from "./page.js";
import { refetch, room } from "./api.js";
import { on } from "./live.js";
import { loaded, notLoaded } from "./connection.js";
import { clock, label, stamp } from "./time.js";
import { atEnd } from "./scroll.js";
import { forget } from "./outbox.js";
import { markDrafts } from "./drafts.js";

const PREVIEW_CHARACTERS = 80;
/** Counting stops here. */
const MOST = 999;

const list = byId("room-list");
let asOf = Date.now();
let failed = false;
/** Counts what is asked and what is heard, in order. */
let moment = 0;
/** The moment of the last news of a room: an answer that was asked for before it is of an older state. */
const newsAt = new Map();
const rowOf = (id) => list.querySelector(`[data-room-id="${CSS.escape(id)}"]`);
const unreadOf = (row) => (row.querySelector(".room-unread").hidden ? 0 : parseInt(row.querySelector(".room-count").textContent, 10));

function setUnread(row, count) {
  row.classList.toggle("unread", count > 0);
  write(row, ".room-count", count >= MOST ? `${MOST}+` : String(count));
  show(row.querySelector(".room-unread"), count > 0);
}

function setLast(row, message) {
  // It may have been on its way when its page was left: here it is seen to have arrived.
  if (message.author.id === me) forget(message.client_id);
  row.dataset.sentAt = message.sent_at;
  row.dataset.lastMessageId = message.id;
  stamp(row.querySelector(".room-time"), message.sent_at, label);
  write(row, ".room-author", message.author.id === me ? "You" : shortName(message.author.name));
  write(row, ".room-text", message.recalled_at ? "Recalled" : preview(message.text || message.attachments[0]?.name || "", PREVIEW_CHARACTERS));
}

/** Urgent, then unread, then most recent. Waits while the pointer is choosing. */
function order() {
  if (list.matches(":hover")) return;
  const rank = (row) => (row.classList.contains("urgent") ? 2 : 0) + (row.classList.contains("unread") ? 1 : 0);
  const sent = (row) => Date.parse(row.dataset.sentAt ?? 0) || 0;
  const rows = Array.from(list.children);
  const ordered = rows.toSorted((a, b) => rank(b) - rank(a) || sent(b) - sent(a));
  // Moving an element takes the focus from it.
  const focused = document.activeElement;
  if (ordered.some((row, place) => row !== rows[place])) list.append(...ordered);
  if (list.contains(focused)) focused.focus();
  show(byId("rooms-empty"), rows.length === 0);
}

function update(data) {
  let row = rowOf(data.id);
  if (!row) {
    row = copy("room-template");
    row.dataset.roomId = data.id;
    row.querySelector("a").href = `${mount}/rooms/${encodeURIComponent(data.id)}`;
    list.append(row);
  }
  write(row, ".room-title", data.title);
  const bed = write(row, ".room-bed", data.patient?.bed ?? "");
  show(bed, bed.textContent !== "");
  row.dataset.ward = data.patient?.ward ?? "";
  if (data.last_message) setLast(row, data.last_message);
  setUnread(row, data.unread ?? 0);
  row.classList.toggle("urgent", data.urgent === true);
  row.classList.toggle("mentioned", data.mentioned === true);
  markDrafts();
  order();
}

function heard(data) {
  newsAt.set(data.id, ++moment);
  update(data);
}

/** Shows an answer, or asks again where it was overtaken. */
async function answered(data, askedAt) {
  if ((newsAt.get(data.id) ?? 0) > askedAt) return reload(data.id);
  newsAt.set(data.id, askedAt);
  update(data);
}

async function reload(id) {
  const askedAt = ++moment;
  const data = await refetch(room(id));
  // It was moved to the other chat.
  if (data.id === id) await answered(data, askedAt);
  else rowOf(id)?.remove();
}

async function posted(message) {
  newsAt.set(message.room_id, ++moment);
  const row = rowOf(message.room_id);
  if (!row) return reload(message.room_id);
  setLast(row, message);
  const seen = message.room_id === roomId && attended() && atEnd();
  if (message.author.id !== me) {
    if (!seen) setUnread(row, unreadOf(row) + 1);
    if (message.urgency === "urgent") row.classList.add("urgent");
    if (!seen && message.mentions?.includes(me)) row.classList.add("mentioned");
  }
  order();
}

async function changed(message) {
  const row = rowOf(message.room_id);
  const isLast = !row?.dataset.lastMessageId || row.dataset.lastMessageId === message.id;
  if (row && (isLast || message.urgency === "urgent")) await reload(message.room_id);
}

/** My own mark, perhaps made on another computer. */
async function receipt({ room_id: id, doctor_id: doctor, kind }) {
  const row = rowOf(id);
  if (doctor !== me || !row) return;
  if (kind === "acknowledged" || kind === "read") await reload(id);
}

async function reloadAll() {
  const askedAt = ++moment;
  try {
    const { rooms } = await refetch("rooms?limit=50");
    await Promise.all(rooms.map((data) => answered(data, askedAt)));
    write(document, "#rooms-checked", `, checked ${clock(Date.now())}`);
    if (failed) loaded();
    failed = false;
  } catch (error) {
    if (!error.isTemporary || error.status === 0) return; // The connection has a word of its own.
    failed = true;
    notLoaded(`Rooms are as of ${clock(asOf)}: ${error.message.replace(/\.$/, "")}.`, reloadAll);
    return;
  }
  asOf = Date.now();
}

if (list) {
  const quietly = (handler) => (data) => Promise.resolve(handler(data)).catch(() => {});
  on("message.posted", quietly(posted));
  on("message.edited", quietly(changed));
  on("message.recalled", quietly(changed));
  on("receipt", quietly(receipt));
  on("room", quietly(heard));
  on("participant.removed", ({ room_id: id, doctor }) => {
    if (doctor.id !== me) return;
    newsAt.set(id, ++moment);
    rowOf(id)?.remove();
  });
  on("resync", quietly(reloadAll));
  list.addEventListener("mouseleave", order);
}
