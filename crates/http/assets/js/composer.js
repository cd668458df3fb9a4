// Writing and sending: the message appears at once, and says honestly what became of it.

import { byId, me, roomId, show } from "./page.js";
import { call, room } from "./api.js";
import { place, post } from "./messages.js";
import { create, find, say } from "./message-view.js";
import { toEnd } from "./scroll.js";
import { draft, forget, keep, keepDraft, unsent } from "./outbox.js";
import { clearReply } from "./reply.js";

const LIMIT = 5_000;
const WARN_FROM = 4_500;

const form = byId("composer");
const text = byId("composer-text");
const enterSends = byId("enter-sends");
/** Sends go out one after the other, so that they arrive in the order they were written. */
let queue = Promise.resolve();
/** Text that came back from a form the server refused: sending it again unchanged repeats that send. */
const refused = form && !byId("composer-error").hidden ? text.value.trim() : null;

function problem(words) {
  byId("composer-error-text").textContent = words;
  show(byId("composer-error"), words !== "");
}

function grow() {
  if (!CSS.supports("field-sizing", "content")) {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight}px`;
  }
  const count = byId("composer-count");
  show(count, text.value.length >= WARN_FROM);
  count.textContent = `${text.value.length} of ${LIMIT} characters`;
}

function author() {
  const row = document.querySelector(`#participants > [data-doctor-id="${CSS.escape(me)}"]`);
  const [specialty = "", grade = ""] = (row?.querySelector(".participant-detail").textContent ?? "").split(" · ");
  return { id: me, name: row?.dataset.name ?? "", specialty, grade };
}

function bubble(message) {
  const element = create({ ...message, author: author(), sent_at: message.written_at });
  element.classList.add("sending");
  element.querySelector(".retry").addEventListener("click", () => send(message));
  element.querySelector(".discard").addEventListener("click", () => {
    forget(message.client_id);
    element.remove();
    text.focus();
  });
  place(element);
  return element;
}

function unsentState(element, words) {
  element.classList.remove("sending");
  element.classList.add("unsent");
  say(element, words, true);
  element.querySelectorAll(".retry, .discard").forEach((button) => show(button, true));
}

/** Sends a message once, however often it is called: the client id makes repeating harmless. */
function send(message) {
  keep(message);
  const element = find("client-id", message.client_id) ?? bubble(message);
  element.classList.remove("unsent");
  element.classList.add("sending");
  element.querySelectorAll(".retry, .discard").forEach((button) => show(button, false));
  say(element, "Sending");
  queue = queue.then(async () => {
    const { written_at: _, ...body } = message;
    try {
      const sent = await call("POST", room(roomId, "/messages"), body);
      forget(message.client_id);
      post(sent);
    } catch (error) {
      if (!element.dataset.messageId) unsentState(element, `Not sent: ${error.message}. Your text is kept.`);
    }
  });
}

/** A random UUID, also where the page is not served over TLS and randomUUID is withheld. */
function freshId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function submit(event) {
  event.preventDefault();
  const written = text.value.trim();
  if (!written) {
    problem("Nothing to send: the message is empty.");
    text.focus();
    return;
  }
  const urgency = form.elements.urgency.checked ? "urgent" : "routine";
  const reply = byId("reply-to");
  const message = {
    client_id: written === refused ? form.elements.client_id.value : freshId(),
    text: written,
    urgency,
    written_at: new Date().toISOString(),
    ...(!reply.disabled && reply.value && { reply_to: reply.value }),
  };
  problem("");
  text.value = "";
  form.elements.urgency.checked = false;
  keepDraft("");
  clearReply();
  grow();
  send(message);
  toEnd();
  text.focus();
  form.dispatchEvent(new CustomEvent("sent"));
}

function keys(event) {
  if (event.key !== "Enter" || event.isComposing || event.shiftKey) return;
  if (event.ctrlKey || event.metaKey || enterSends.checked) {
    event.preventDefault();
    form.requestSubmit();
  }
}

if (form) {
  if (!text.value) text.value = draft();
  grow();
  // The page may hold what the last visit sent: then the server has it and nothing is left to do.
  for (const message of unsent()) {
    if (find("client-id", message.client_id)) forget(message.client_id);
    else unsentState(bubble(message), "Not sent before the page was left. Your text is kept.");
  }
  enterSends.checked = localStorage.getItem("enter-sends") === "yes";
  enterSends.addEventListener("change", () => localStorage.setItem("enter-sends", enterSends.checked ? "yes" : "no"));
  text.required = false;
  text.addEventListener("input", () => { keepDraft(text.value); problem(""); grow(); });
  text.addEventListener("keydown", keys);
  form.addEventListener("submit", submit);
}
