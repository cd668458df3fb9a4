// Rows of rooms: what was said last, how much is unread, what is urgent.

import { attended, copy, me, mount, preview, roomId, shortName, show, write } from "./page.js";
import { at, refetch, room } from "./api.js";
import { label, stamp } from "./time.js";
import { atEnd } from "./scroll.js";
import { forget } from "./outbox.js";

const PREVIEW_CHARACTERS = 80;
/** Counting stops here. */
const MOST = 999;

export const sentAt = (row) => Date.parse(row.dataset.sentAt ?? 0) || 0;

const unreadOf = (row) => (row.querySelector(".room-unread").hidden ? 0 : parseInt(row.querySelector(".room-count").textContent, 10));

function setUnread(row, count) {
  row.classList.toggle("unread", count > 0);
  write(row, ".room-count", count >= MOST ? `${MOST}+` : String(count));
  show(row.querySelector(".room-unread"), count > 0);
}

/** It may have been on its way when its page was left: here it is seen to have arrived. */
function forgetOwn(message) {
  if (message.author.id === me) forget(message.client_id);
}

function setLast(row, message) {
  forgetOwn(message);
  row.dataset.sentAt = message.sent_at;
  row.dataset.lastMessageId = message.id;
  stamp(row.querySelector(".room-time"), message.sent_at, label, message.sent_at_estimated);
  write(row, ".room-author", message.author.id === me ? "You" : shortName(message.author.name));
  write(row, ".room-text", message.recalled_at ? "Recalled" : preview(message.text || message.attachments[0]?.name || "", PREVIEW_CHARACTERS));
}

function fill(row, data) {
  write(row, ".room-title", data.title);
  const bed = write(row, ".room-bed", data.patient?.bed ?? "");
  show(bed, bed.textContent !== "");
  row.dataset.ward = data.patient?.ward ?? "";
  row.dataset.activeAt = data.active_at;
  if (data.last_message) setLast(row, data.last_message);
  setUnread(row, data.unread ?? 0);
  row.classList.toggle("urgent", data.urgent === true);
  row.classList.toggle("mentioned", data.mentioned === true);
}

/**
 * Keeps the rows of a list: `follow(feed, reloadAll)` hears what happens, `answered(feed, data, askedAt)` shows a
 * room as it was answered, `ask()` is the moment of asking. New rows are copies of the template `blank`, given to
 * `made(row, data)`; they stand in the order of `compare`; `changed()` is called after each change.
 */
export function roomList({ list, blank, compare, made = () => {}, changed = () => {} }) {
  /** Counts what is asked and what is heard, in order. */
  let moment = 0;
  /** The moment of the last news of a room: an answer that was asked for before it is of an older state. */
  const newsAt = new Map();
  const key = (feed, id) => `${feed.mount} ${id}`;
  const rowOf = (feed, id) => list.querySelector(`[data-mount="${feed.mount}"][data-room-id="${CSS.escape(id)}"]`);
  const isNews = (feed, id) => newsAt.set(key(feed, id), ++moment);

  /** Waits while the pointer is choosing. */
  function order() {
    changed();
    if (list.matches(":hover")) return;
    const rows = Array.from(list.children);
    const ordered = rows.toSorted(compare);
    // Moving an element takes the focus from it.
    const focused = document.activeElement;
    if (ordered.some((row, place) => row !== rows[place])) list.append(...ordered);
    if (list.contains(focused)) focused.focus();
  }

  function update(feed, data) {
    let row = rowOf(feed, data.id);
    if (!row) {
      row = copy(blank);
      row.dataset.mount = feed.mount;
      row.dataset.roomId = data.id;
      row.querySelector("a").href = data.url;
      made(row, data);
      list.append(row);
    }
    fill(row, data);
    order();
  }

  function heard(data, feed) {
    isNews(feed, data.id);
    update(feed, data);
  }

  /** Shows an answer, or asks again where it was overtaken. */
  async function answered(feed, data, askedAt) {
    if ((newsAt.get(key(feed, data.id)) ?? 0) > askedAt) return reload(feed, data.id);
    newsAt.set(key(feed, data.id), askedAt);
    update(feed, data);
  }

  function remove(feed, id) {
    rowOf(feed, id)?.remove();
    changed();
  }

  async function reload(feed, id) {
    const askedAt = ++moment;
    const data = await refetch(at(feed, room(id)));
    // It was moved to the other chat.
    if (data.id === id) await answered(feed, data, askedAt);
    else remove(feed, id);
  }

  async function posted(message, feed) {
    isNews(feed, message.room_id);
    const row = rowOf(feed, message.room_id);
    forgetOwn(message);
    // An answer that was given between the message and this news of it has counted it already.
    if (!row || Date.parse(message.sent_at) <= sentAt(row)) return reload(feed, message.room_id);
    setLast(row, message);
    row.dataset.activeAt = message.sent_at;
    const seen = feed.mount === mount && message.room_id === roomId && attended() && atEnd();
    if (message.author.id !== me && !message.recalled_at) {
      if (!seen) setUnread(row, unreadOf(row) + 1);
      if (message.urgency === "urgent") row.classList.add("urgent");
      if (!seen && message.mentions?.includes(me)) row.classList.add("mentioned");
    }
    order();
  }

  async function changedMessage(message, feed) {
    const row = rowOf(feed, message.room_id);
    const isLast = !row?.dataset.lastMessageId || row.dataset.lastMessageId === message.id;
    if (row && (isLast || message.urgency === "urgent")) await reload(feed, message.room_id);
  }

  /** My own mark, perhaps made on another computer. */
  async function receipt({ room_id: id, doctor_id: doctor, kind }, feed) {
    if (doctor !== me || !rowOf(feed, id)) return;
    if (kind === "acknowledged" || kind === "read") await reload(feed, id);
  }

  function removed({ room_id: id, doctor }, feed) {
    if (doctor.id !== me) return;
    isNews(feed, id);
    remove(feed, id);
  }

  function follow(feed, reloadAll) {
    const quietly = (handler) => (data, from) => Promise.resolve(handler(data, from)).catch(() => {});
    feed.on("message.posted", quietly(posted));
    feed.on("message.edited", quietly(changedMessage));
    feed.on("message.recalled", quietly(changedMessage));
    feed.on("receipt", quietly(receipt));
    feed.on("room", quietly(heard));
    feed.on("participant.removed", removed);
    feed.on("resync", quietly(reloadAll));
  }

  list.addEventListener("mouseleave", order);
  return { follow, answered, ask: () => ++moment };
}
