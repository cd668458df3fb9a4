// Details of a message: the people who have it and since when, and its texts before it was edited.

import { byId, conversation, copy, me, roomId, sentence, show, write } from "./page.js";
import { call, room } from "./api.js";
import { on } from "./live.js";
import { full, label, stamp } from "./time.js";
import { people, person } from "./people.js";

const dialog = byId("details");
let message = null;

/** Each person once, under the furthest they went. */
function groups({ author, receipts, urgency }) {
  const seen = new Set([author.id]);
  const urgent = "canAcknowledge" in conversation.dataset && urgency === "urgent";
  const delivered = "tellsDelivered" in conversation.dataset;
  const kinds = [
    ["Acknowledged", receipts.acknowledged],
    [urgent ? "Read, not acknowledged" : "Read", receipts.read],
    ["Delivered, not read", receipts.delivered],
    [delivered ? "Not delivered yet" : "Not read yet", people().map(({ id }) => ({ doctor_id: id, at: null }))],
  ];
  return kinds.map(([heading, marks]) => {
    const fresh = marks.filter((mark) => !seen.has(mark.doctor_id));
    fresh.forEach((mark) => seen.add(mark.doctor_id));
    return [heading, fresh];
  }).filter(([, marks]) => marks.length > 0);
}

function row({ doctor_id: id, at }) {
  const item = copy("receipt-row-template");
  const who = person(id);
  write(item, "b", who ? who.name + (id === me ? " (you)" : "") : "A doctor who has left the room");
  write(item, ".quiet-line", who?.detail ?? "");
  if (at) stamp(item.querySelector("time"), at, label);
  return item;
}

function group([heading, marks]) {
  const section = copy("receipt-group-template");
  write(section, "h3", `${heading} (${marks.length})`);
  section.querySelector("ul").replaceChildren(...marks.map(row));
  return section;
}

function version({ text, written_at: from, replaced_at: to }) {
  const item = copy("version-template");
  write(item, ".version-when", `${label(from)} to ${label(to)}`);
  write(item, ".version-text", text ?? "No text");
  return item;
}

async function load(element) {
  const path = room(roomId, `/messages/${encodeURIComponent(element.dataset.messageId)}`);
  const loaded = await call("GET", path);
  const hasVersions = "hasVersions" in conversation.dataset && loaded.edited_at && !loaded.recalled_at;
  const { versions } = hasVersions ? await call("GET", `${path}/versions`) : { versions: [] };
  if (message !== element) return;
  write(dialog, ".details-sent", `Sent ${full(loaded.sent_at)} by ${loaded.author.name}`);
  dialog.querySelector(".details-people").replaceChildren(...groups(loaded).map(group));
  dialog.querySelector(".details-versions ol").replaceChildren(...versions.map(version));
  show(dialog.querySelector(".details-versions"), versions.length > 0);
}

export async function showDetails(element) {
  message = element;
  const at = element.dataset.sentAt;
  write(dialog, ".details-sent", `Sent ${full(at)}`);
  dialog.querySelector(".details-people").replaceChildren();
  show(dialog.querySelector(".details-versions"), false);
  show(dialog.querySelector(".problem"), false);
  dialog.showModal();
  try {
    await load(element);
  } catch (error) {
    write(dialog, ".problem-words", `Not loaded: ${sentence(error.message)}`);
    show(dialog.querySelector(".problem"), true);
  }
}

if (dialog) {
  dialog.addEventListener("close", () => message?.focus({ preventScroll: true }));
  on("receipt", ({ room_id: where }) => dialog.open && where === roomId && load(message).catch(() => {}));
}
