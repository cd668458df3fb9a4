// Fills the page's blank message from the JSON. Text is written, never parsed as markup.

import { copy, detail, me, mount, preview, shortName, show, write } from "./page.js";
import { clock, label, stamp } from "./time.js";

const QUOTE_CHARACTERS = 120;

/** The element of a message on this page, by its id or by the sender's own id. */
export function find(key, value) {
  return value ? document.querySelector(`#messages > [data-${key}="${CSS.escape(value)}"]`) : null;
}

function quote(element, message) {
  const line = element.querySelector(".quote");
  show(line, message.reply_to && !message.recalled_at);
  if (!message.reply_to) return;
  const original = find("message-id", message.reply_to);
  line.href = `#m-${message.reply_to}`;
  write(line, ".quote-author", shortName(original?.querySelector(".author-name").textContent ?? ""));
  write(line, ".quote-text", preview(original?.querySelector(".text").textContent || "Earlier message", QUOTE_CHARACTERS));
}

function size(bytes) {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.floor(bytes / 1_000)} KB`;
  const tenths = Math.floor(bytes / 100_000);
  return bytes < 10_000_000 ? `${Math.floor(tenths / 10)}.${tenths % 10} MB` : `${Math.floor(tenths / 10)} MB`;
}

function kind(mediaType) {
  if (mediaType.startsWith("image/")) return `${mediaType.slice(6).toUpperCase()} image`;
  return { "application/pdf": "PDF", "text/plain": "Text" }[mediaType] ?? mediaType;
}

function files(element, message) {
  const list = element.querySelector(".files");
  const shown = message.recalled_at ? [] : message.attachments ?? [];
  list.replaceChildren(...shown.map((file) => {
    const card = copy("file-template");
    card.querySelector("a").href = `${mount}/api/attachments/${encodeURIComponent(file.id)}`;
    write(card, ".file-name", file.name);
    write(card, ".file-detail", `${kind(file.media_type)} · ${size(file.size)}`);
    return card;
  }));
  show(list, shown.length > 0);
}

function change(element, selector, at) {
  const line = element.querySelector(selector);
  show(line, Boolean(at));
  if (at) stamp(line.querySelector("time"), at, label);
}

/** Brings an element up to date with a message. */
export function fill(element, message) {
  const recalled = Boolean(message.recalled_at);
  const mine = message.author.id === me;
  const urgent = message.urgency === "urgent";
  const acknowledged = message.receipts?.acknowledged ?? [];
  element.id = message.id ? `m-${message.id}` : "";
  Object.assign(element.dataset, {
    messageId: message.id ?? "",
    clientId: message.client_id ?? "",
    authorId: message.author.id,
    sentAt: message.sent_at,
  });
  if (message.receipts && (mine || urgent)) element.dataset.receipts = JSON.stringify(message.receipts);
  element.classList.toggle("mine", mine);
  element.classList.toggle("urgent", urgent);
  element.classList.toggle("recalled", recalled);
  element.classList.toggle("waiting", urgent && !mine && !recalled && acknowledged.length === 0);
  write(element, ".author-name", message.author.name);
  write(element, ".author-detail", detail(message.author));
  show(element.querySelector(".you"), mine);
  show(element.querySelector(".urgent-flag"), urgent);
  stamp(element.querySelector(".clock"), message.sent_at, clock);
  quote(element, message);
  const text = write(element, ".text", recalled ? "" : message.text);
  show(text, !recalled && message.text !== "");
  change(element, ".tombstone", message.recalled_at);
  change(element, ".edited", recalled ? null : message.edited_at);
  files(element, message);
  const acknowledge = element.querySelector(".acknowledge");
  if (acknowledge) {
    acknowledge.action = acknowledge.action.replace(/messages\/.*$/, `messages/${encodeURIComponent(message.id ?? "")}/acknowledgement`);
    show(acknowledge, urgent && !mine && !recalled && !acknowledged.some((mark) => mark.doctor_id === me));
  }
  const reply = element.querySelector(".reply");
  if (reply) reply.href = `?reply_to=${encodeURIComponent(message.id ?? "")}#composer`;
  show(reply, Boolean(message.id) && !recalled);
  return element;
}

export const create = (message) => fill(copy("message-template"), message);

/** Says under a message what became of it; no words take the line away. */
export function say(element, words, failed = false) {
  const state = element.querySelector(".state");
  state.textContent = words;
  state.classList.toggle("failed", failed);
  show(state, words !== "");
}
