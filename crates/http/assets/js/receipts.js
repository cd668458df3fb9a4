// Receipts in words, under my last message and under urgent ones.

import { byId, conversation, me, roomId } from "./page.js";
import { on } from "./live.js";
import { label } from "./time.js";
import { find, part } from "./message-view.js";
import { addMarks, marksOf } from "./marks.js";
import { people as everyone, shortNameOf } from "./people.js";

const NAMED = 2;
/** Names in the line under one's own urgent message. */
const LISTED = 8;
const list = byId("messages");

function people(marks) {
  const named = marks.map(({ doctor_id: id, at }) => {
    const name = id === me ? "you" : shortNameOf(id);
    return name && `${name} ${label(at)}`;
  });
  return marks.length <= NAMED && named.every(Boolean) ? named.join(" and ") : String(marks.length);
}

/** Names until the line is full; the details have all of them. */
function listed(names) {
  const rest = names.length - LISTED;
  return names.slice(0, LISTED).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** The sender of an urgent message is told each name: who acts on it, and for whom it still waits. */
function acknowledged(marks) {
  const done = marks.acknowledged.map(({ doctor_id: id, at }) => `${shortNameOf(id) ?? "a doctor who left"} ${label(at)}`);
  const has = new Set(marks.acknowledged.map((mark) => mark.doctor_id));
  const waiting = everyone().filter(({ id }) => id !== me && !has.has(id)).map(({ id }) => shortNameOf(id));
  if (!done.length) return waiting.length ? `Not acknowledged yet: waiting for ${listed(waiting)}` : "Sent";
  return `Acknowledged by ${listed(done)}${waiting.length ? `, waiting for ${listed(waiting)}` : ""}`;
}

function words(element) {
  const marks = marksOf(element);
  const urgent = "canAcknowledge" in conversation.dataset && element.classList.contains("urgent");
  if (urgent && element.classList.contains("mine")) return acknowledged(marks);
  const seen = new Set([element.dataset.authorId]);
  const parts = urgent && marks.acknowledged.length === 0 ? ["not acknowledged yet"] : [];
  for (const [done, kind] of [["acknowledged by", "acknowledged"], ["read by", "read"], ["delivered to", "delivered"]]) {
    const fresh = marks[kind].filter((mark) => !seen.has(mark.doctor_id));
    fresh.forEach((mark) => seen.add(mark.doctor_id));
    seen.add(me);
    if (fresh.length) parts.push(`${done} ${people(fresh)}`);
  }
  const sentence = parts.join(", ") || "sent";
  return sentence[0].toUpperCase() + sentence.slice(1);
}

/** Writes the words afresh: after a receipt, and when another message became my last. */
export function refresh() {
  const mine = list.querySelectorAll(".message.mine:not(.sending, .unsent)");
  const last = mine[mine.length - 1];
  for (const element of list.querySelectorAll(".message.mine, .message.urgent")) {
    const urgent = element.classList.contains("urgent") && !element.classList.contains("recalled");
    const settled = element.dataset.messageId !== "";
    const told = settled && (urgent || element === last);
    const line = part(element, ".receipt", told);
    if (told) line.textContent = words(element);
  }
}

const mark = (element, kind, doctorId, at) => addMarks(element, { [kind]: [{ doctor_id: doctorId, at }] });

function apply({ room_id: room, message_id: id, doctor_id: doctorId, kind, at }) {
  if (room !== roomId) return;
  const target = find("message-id", id);
  if (kind === "acknowledged") {
    if (!target) return;
    mark(target, kind, doctorId, at);
    target.classList.remove("waiting");
    if (doctorId === me) target.querySelector(".acknowledge")?.setAttribute("hidden", "");
  } else {
    // Reading or receiving a message includes everything before it.
    for (const element of list.querySelectorAll(".message.mine, .message.urgent")) {
      const after = target && target.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (target && !after && element.dataset.messageId) mark(element, kind, doctorId, at);
    }
  }
  refresh();
}

if (list) on("receipt", apply);
