// Fills the page's blank message from the JSON. Text is written, never parsed as markup.

import { byId, conversation, detail, me, show, write } from "./page.js";
import { clock, label, stamp } from "./time.js";
import { addMarks } from "./marks.js";
import { linked } from "./links.js";
import { mentions } from "./mentioned.js";
import { people } from "./people.js";
import { showFiles } from "./file-view.js";
import { learn, quote } from "./quotes.js";

function anchor(address) {
  const element = document.createElement("a");
  Object.assign(element, { href: address, target: "_blank", rel: "noopener noreferrer", textContent: address });
  return element;
}

function mark(words, person) {
  const element = document.createElement("span");
  element.className = person.id === me ? "mention of-me" : "mention";
  element.textContent = words;
  return element;
}

/** Writes `text` into `element`; `ids` are those whom the message mentions. */
function writeText(element, text, ids = []) {
  const named = people().filter(({ id }) => ids.includes(id));
  const parts = linked(text).flatMap((piece) => (piece.link
    ? [anchor(piece.text)]
    : mentions(piece.text, named).map(({ text: words, person }) => (person ? mark(words, person) : words))));
  // A text that says so already is left alone: somebody may be selecting it.
  const marks = parts.filter((part) => part.className?.startsWith("mention")).length;
  if (element.textContent === text && element.querySelectorAll(".mention").length === marks) return;
  element.replaceChildren(...parts);
}

const PROGRESS = ["sending", "unsent", "unplaced"];

/** The element of a message on this page, by its id or by the sender's own id. */
export function find(key, value) {
  return value ? document.querySelector(`#messages > [data-${key}="${CSS.escape(value)}"]`) : null;
}

/** The element of a message, also of an own one that has no id yet. */
export const elementOf = (message) => find("message-id", message.id)
  ?? (message.author.id === me ? find("client-id", message.client_id) : null);

/** The shape of a message with every part it can have. */
const shape = byId("message-template")?.content.firstElementChild;
/** Parts that hold parts of their own, which are added one by one. */
const HOLDERS = ["body", "meta", "actions"];
const nameOf = (element) => element.classList[0];

/** A part of a message, put in its place if the message has none. A message holds only what it shows. */
export function slot(element, selector) {
  const found = element.querySelector(selector);
  if (found) return found;
  const model = shape.querySelector(selector);
  // The shape lacks the parts that are not offered in this room.
  if (!model) return null;
  const holder = model.parentElement === shape ? element : slot(element, `.${nameOf(model.parentElement)}`);
  const fresh = model.cloneNode(!HOLDERS.includes(nameOf(model)));
  let next = null;
  for (let later = model.nextElementSibling; later && !next; later = later.nextElementSibling) {
    next = Array.from(holder.children).find((child) => nameOf(child) === nameOf(later));
  }
  holder.insertBefore(fresh, next ?? null);
  return fresh;
}

/** The part where it is wanted; else it is taken away. */
export function part(element, selector, isWanted) {
  const shown = isWanted ? slot(element, selector) : null;
  if (shown) show(shown, true);
  else element.querySelector(selector)?.remove();
  return shown;
}

function fillQuote(element, { reply_to: answered, recalled_at: recalled }) {
  const line = part(element, ".quote", answered && !recalled);
  if (line) quote(line, answered, find("message-id", answered));
}

function change(element, selector, at) {
  const line = part(element, selector, at);
  if (line) stamp(line.querySelector("time"), at, label);
}

/** Answers may overtake each other: a recalled message stays recalled, and an edit is never undone by an older version. */
function isStale(element, message) {
  if (message.recalled_at || !element.dataset.messageId) return false;
  const shown = Date.parse(element.querySelector(".edited time")?.dateTime) || 0;
  return element.classList.contains("recalled") || (Date.parse(message.edited_at) || 0) < shown;
}

/** Adds the marks of a message; also an answer whose text is out of date only ever adds to them. */
function fillMarks(element, message) {
  const mine = message.author.id === me;
  const urgent = message.urgency === "urgent";
  if (!mine && !urgent) return;
  const { acknowledged } = addMarks(element, message.receipts);
  const open = "canAcknowledge" in conversation.dataset && urgent && !mine && !element.classList.contains("recalled");
  element.classList.toggle("waiting", open && acknowledged.length === 0);
  const form = part(element, ".acknowledge", open && !acknowledged.some((mark) => mark.doctor_id === me));
  if (form) form.action = form.action.replace(/messages\/.*$/, `messages/${encodeURIComponent(message.id ?? "")}/acknowledgement`);
}

/** Brings an element up to date with a message. */
export function fill(element, message) {
  if (!isStale(element, message)) fillContent(element, message);
  fillMarks(element, message);
  return element;
}

function fillContent(element, message) {
  const recalled = Boolean(message.recalled_at);
  const mine = message.author.id === me;
  const urgent = message.urgency === "urgent";
  element.id = message.id ? `m-${message.id}` : "";
  Object.assign(element.dataset, {
    messageId: message.id ?? "",
    clientId: message.client_id ?? "",
    authorId: message.author.id,
    sentAt: message.sent_at,
  });
  element.classList.toggle("mine", mine);
  element.classList.toggle("urgent", urgent);
  element.classList.toggle("recalled", recalled);
  write(slot(element, ".author"), ".author-name", message.author.name);
  write(element, ".author-detail", detail(message.author));
  part(element, ".you", mine);
  part(element, ".urgent-flag", urgent);
  stamp(slot(element, ".clock"), message.sent_at, clock, message.sent_at_estimated);
  const reason = part(element, ".reason", urgent && message.urgent_reason && !recalled);
  if (reason) reason.textContent = message.urgent_reason;
  fillQuote(element, message);
  const text = slot(element, ".text");
  writeText(text, recalled ? "" : message.text, message.mentions);
  show(text, !recalled && message.text !== "");
  change(element, ".tombstone", message.recalled_at);
  if (recalled || message.edited_at) learn([message]);
  change(element, ".edited", recalled ? null : message.edited_at);
  const files = recalled ? [] : message.attachments ?? [];
  const cards = part(element, ".files", files.length > 0);
  if (cards) showFiles(cards, files);
  const tools = part(element, ".tools", Boolean(message.id));
  if (!tools) return;
  const reply = part(element, ".reply", !recalled);
  if (reply) reply.href = `?${new URLSearchParams({ reply_to: message.id })}#composer`;
  slot(element, ".more").href = `?${new URLSearchParams({ message: message.id })}`;
}

/** The element of a message, up to date; made when it is not shown. */
export function render(message) {
  const shown = elementOf(message);
  return shown ? fill(shown, message) : create(message);
}

export const create = (message) => fill(shape.cloneNode(false), message);

/**
 * How far an own message is: `sending`, `unsent` (waiting or refused), `unplaced` (sent, but its place
 * among the others is not told yet), or none of them. `buttons` are those offered beside the words.
 */
export function setProgress(element, progress, { words = "", failed = false, buttons = [] } = {}) {
  for (const name of PROGRESS) element.classList.toggle(name, name === progress);
  element.querySelectorAll(".retry, .copy, .discard").forEach((button) => show(button, buttons.some((name) => button.matches(`.${name}`))));
  say(element, words, failed);
}

/** Not yet in its place among the messages. */
export const isUnplaced = (element) => PROGRESS.some((name) => element.classList.contains(name));

/** Says under a message what became of it; no words take the line away. The page has one place that is read aloud. */
export function say(element, words, failed = false) {
  const state = part(element, ".state", words !== "");
  if (!state) return;
  state.textContent = words;
  if (words) write(document, "#message-status", words);
  state.classList.toggle("failed", failed);
}
