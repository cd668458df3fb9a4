// Participants who joined or left the room, as lines in their place between the messages.

import { byId, copy, roomId, write } from "./page.js";
import { refetch, room } from "./api.js";
import { day, label, stamp } from "./time.js";
import { keepPlace, showsLatest } from "./scroll.js";

const list = byId("messages");
const time = (text) => new Date(text).getTime();

/** By what they tell, so that none is shown twice, wherever it was learned. */
const lines = new Map();
const keyOf = (at, doctorId, change) => `${time(at)} ${doctorId} ${change}`;

/** Text of a line; the server says the same. */
function words({ doctor: { name }, by, change }) {
  if (change === "joined") return by ? `${by.name} added ${name}` : `${name} joined`;
  return change === "removed" && by ? `${by.name} removed ${name}` : `${name} left`;
}

function line(change) {
  const element = copy("line-template");
  Object.assign(element.dataset, { doctorId: change.doctor.id, change: change.change, at: change.at });
  write(element, ".line-words", words(change));
  stamp(element.querySelector(".line-time"), change.at, label);
  return element;
}

function placeBefore(element, message) {
  let follower = element.nextElementSibling;
  while (follower && !follower.matches(".message")) follower = follower.nextElementSibling;
  if (follower !== message) {
    // The "new" line stays with its message, and the day with all that is of it.
    const dividers = day(element.dataset.at) === day(message.dataset.sentAt) ? ".new" : ".new, .day";
    let top = message;
    while (top.previousElementSibling?.matches(dividers)) top = top.previousElementSibling;
    top.before(element);
  }
  message.classList.remove("continued");
}

function placeLast(element, message) {
  const follows = !message || message.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
  if (!element.isConnected || !follows) list.append(element);
}

function placeAll() {
  const messages = Array.from(list.querySelectorAll(":scope > .message"));
  const older = byId("older")?.parentElement;
  const startsLater = older && !older.hidden;
  const inOrder = Array.from(lines.values()).sort((one, other) => time(one.dataset.at) - time(other.dataset.at));
  let next = 0;
  for (const element of inOrder) {
    while (next < messages.length && time(messages[next].dataset.sentAt) <= time(element.dataset.at)) next += 1;
    if (next < messages.length && (next > 0 || !startsLater)) placeBefore(element, messages[next]);
    else if (next < messages.length) element.remove();
    // The end of an older part is not the end of the room: what stands there the server knew.
    else if (showsLatest()) placeLast(element, messages.at(-1));
  }
  watch.takeRecords();
}

const watch = new MutationObserver(() => keepPlace(placeAll));

/** Shows what is not shown yet. */
export async function refreshChanges() {
  const { changes } = await refetch(room(roomId, "/changes"));
  const fresh = changes.filter((change) => !lines.has(keyOf(change.at, change.doctor.id, change.change)));
  if (fresh.length === 0) return;
  for (const change of fresh) lines.set(keyOf(change.at, change.doctor.id, change.change), line(change));
  keepPlace(placeAll);
}

if (list) {
  for (const element of list.querySelectorAll(":scope > .line")) {
    const { at, doctorId, change } = element.dataset;
    lines.set(keyOf(at, doctorId, change), element);
  }
  watch.observe(list, { childList: true });
}
