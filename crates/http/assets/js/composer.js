// Writing: the text, its draft, and handing it over to be sent.

import { byId, show } from "./page.js";
import { send, takeUp } from "./outgoing.js";
import { toEnd } from "./scroll.js";
import { draft, keepDraft } from "./outbox.js";
import { clearReply } from "./reply.js";

const LIMIT = 5_000;
const WARN_FROM = 4_500;

const form = byId("composer");
const text = byId("composer-text");
const enterSends = byId("enter-sends");
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
  takeUp();
  enterSends.checked = localStorage.getItem("enter-sends") === "yes";
  enterSends.addEventListener("change", () => localStorage.setItem("enter-sends", enterSends.checked ? "yes" : "no"));
  text.required = false;
  text.addEventListener("input", () => { keepDraft(text.value); problem(""); grow(); });
  text.addEventListener("keydown", keys);
  form.addEventListener("submit", submit);
}
