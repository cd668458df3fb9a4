// Who came into the room and who went, as lines in their place between the messages.

import { byId, conversation, copy, roomId, write } from "./page.js";
import { refetch, room } from "./api.js";
import { label } from "./time.js";
import { keepPlace } from "./scroll.js";

const list = byId("messages");
const time = (text) => new Date(text).getTime();
/** The same change has the same key, wherever it was learned. */
const keyOf = (at, doctorId, change) => `${time(at)} ${doctorId} ${change}`;
const lines = new Map();

/** What a line says; the server says the same. */
function words({ doctor: { name }, by, change }) {
  if (change === "joined" && by) return `${name} was added by ${by.name} and can read the whole conversation.`;
  if (change === "joined") return `${name} joined and can read the whole conversation.`;
  return change === "removed" && by ? `${name} was removed by ${by.name}.` : `${name} left the conversation.`;
}

function line(change) {
  const element = copy("line-template");
  Object.assign(element.dataset, { doctorId: change.doctor.id, change: change.change, at: change.at });
  write(element, ".line-words", words(change));
  const clock = write(element, ".line-time", label(change.at));
  clock.dateTime = change.at;
  return element;
}

const hasOlder = () => byId("older")?.parentElement.hidden === false;
/** Later messages stand on a page of their own. */
const endsEarly = () => conversation.dataset.olderPage === "true";
const isDivider = (element) => element?.matches(".day, .new") ?? false;

/** The message that a line of this moment stands before; null at the end, undefined where another page has it. */
function behind(at) {
  const messages = Array.from(list.querySelectorAll(":scope > .message[data-sent-at]"));
  const index = messages.findIndex((message) => time(message.dataset.sentAt) > time(at));
  if (index < 0) return endsEarly() ? undefined : null;
  if (index === 0 && hasOlder()) return undefined;
  return messages[index];
}

function place(element) {
  const next = behind(element.dataset.at);
  if (next === undefined) return;
  if (next === null) {
    let last = list.lastElementChild;
    while (last?.matches(".line")) last = last.previousElementSibling;
    const follows = last && last.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (!element.isConnected || (last && !follows)) list.append(element);
    return;
  }
  let follower = element.nextElementSibling;
  while (follower && (follower.matches(".line") || isDivider(follower))) follower = follower.nextElementSibling;
  const stands = element.isConnected && follower === next;
  if (!stands) next.before(element);
  next.classList.remove("continued");
}

function placeAll() {
  Array.from(lines.values()).sort((one, other) => time(one.dataset.at) - time(other.dataset.at)).forEach(place);
  watch.takeRecords();
}

const watch = new MutationObserver(placeAll);

/** Shows what is not shown yet. */
export async function refreshChanges() {
  const { changes } = await refetch(room(roomId, "/changes"));
  const fresh = changes.filter((change) => !lines.has(keyOf(change.at, change.doctor.id, change.change)));
  if (fresh.length === 0) return;
  keepPlace(() => {
    for (const change of fresh) lines.set(keyOf(change.at, change.doctor.id, change.change), line(change));
    placeAll();
  });
}

if (list) {
  for (const element of list.querySelectorAll(":scope > .line")) {
    const { at, doctorId, change } = element.dataset;
    lines.set(keyOf(at, doctorId, change), element);
  }
  watch.observe(list, { childList: true });
}
