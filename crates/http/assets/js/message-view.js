// Fills the page's blank message from the JSON. Text is written, never parsed as markup.

import { copy, detail, me, show, write } from "./page.js";
import { clock, label, stamp } from "./time.js";
import { addMarks } from "./marks.js";
import { writeText } from "./rich-text.js";
import { showFiles } from "./file-view.js";
import { learn, quote } from "./quotes.js";

const PROGRESS = ["sending", "unsent", "unplaced"];

/** The element of a message on this page, by its id or by the sender's own id. */
export function find(key, value) {
  return value ? document.querySelector(`#messages > [data-${key}="${CSS.escape(value)}"]`) : null;
}

/** The element of a message, also of an own one that has no id yet. */
export const elementOf = (message) => find("message-id", message.id)
  ?? (message.author.id === me ? find("client-id", message.client_id) : null);

function fillQuote(element, { reply_to: answered, recalled_at: recalled }) {
  const line = element.querySelector(".quote");
  const isShown = Boolean(answered) && !recalled;
  show(line, isShown);
  if (isShown) quote(line, answered, find("message-id", answered));
}

function change(element, selector, at) {
  const line = element.querySelector(selector);
  show(line, Boolean(at));
  if (at) stamp(line.querySelector("time"), at, label);
}

/** Answers may overtake each other: a recalled message stays recalled, and an edit is never undone by an older version. */
function isStale(element, message) {
  if (message.recalled_at || !element.dataset.messageId) return false;
  const shown = Date.parse(element.querySelector(".edited time").dateTime) || 0;
  return element.classList.contains("recalled") || (Date.parse(message.edited_at) || 0) < shown;
}

/** Who has it is only ever added to, also by an answer whose text is out of date. */
function fillMarks(element, message) {
  const mine = message.author.id === me;
  const urgent = message.urgency === "urgent";
  if (!mine && !urgent) return;
  const { acknowledged } = addMarks(element, message.receipts);
  const open = urgent && !mine && !element.classList.contains("recalled");
  element.classList.toggle("waiting", open && acknowledged.length === 0);
  show(element.querySelector(".acknowledge"), open && !acknowledged.some((mark) => mark.doctor_id === me));
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
  write(element, ".author-name", message.author.name);
  write(element, ".author-detail", detail(message.author));
  show(element.querySelector(".you"), mine);
  show(element.querySelector(".urgent-flag"), urgent);
  show(write(element, ".reason", recalled ? "" : message.urgent_reason ?? ""), Boolean(message.urgent_reason) && !recalled);
  stamp(element.querySelector(".clock"), message.sent_at, clock);
  fillQuote(element, message);
  const text = element.querySelector(".text");
  writeText(text, recalled ? "" : message.text, message.mentions);
  show(text, !recalled && message.text !== "");
  change(element, ".tombstone", message.recalled_at);
  if (recalled || message.edited_at) learn([message]);
  change(element, ".edited", recalled ? null : message.edited_at);
  showFiles(element.querySelector(".files"), recalled ? [] : message.attachments ?? []);
  const acknowledge = element.querySelector(".acknowledge");
  if (acknowledge) {
    acknowledge.action = acknowledge.action.replace(/messages\/.*$/, `messages/${encodeURIComponent(message.id ?? "")}/acknowledgement`);
  }
  const reply = element.querySelector(".reply");
  if (reply) reply.href = `?${new URLSearchParams({ reply_to: message.id ?? "" })}#composer`;
  show(reply, Boolean(message.id) && !recalled);
  const more = element.querySelector(".more");
  more.href = `?${new URLSearchParams({ message: message.id ?? "" })}`;
  show(more, Boolean(message.id));
}

/** The element of a message, up to date; made when it is not shown. */
export function render(message) {
  const shown = elementOf(message);
  return shown ? fill(shown, message) : create(message);
}

export const create = (message) => fill(copy("message-template"), message);

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

/** Says under a message what became of it; no words take the line away. */
export function say(element, words, failed = false) {
  const state = element.querySelector(".state");
  state.textContent = words;
  state.classList.toggle("failed", failed);
  show(state, words !== "");
}
