// Writing: the text, its draft, and handing it over to be sent.

import { byId, conversation, leaveFor, mount, roomId } from "./page.js";
import { send, sendLater, takeUp, whyNotUrgent } from "./outgoing.js";
import { toEnd } from "./scroll.js";
import { clear, editing, form, grow, keep, own, problem, restore, text } from "./composer-state.js";
import { hasFiles, takeFiles } from "./attach.js";
import { mentionedIn } from "./mentioned.js";
import { people } from "./people.js";
import { editLast, resumeEdit, save } from "./edit.js";

const enterSends = byId("enter-sends");
const olderPage = conversation?.dataset.olderPage === "true";
/** Text that came back from a form the server refused: sending it again unchanged repeats that send. */
const refused = form && !byId("composer-error").hidden ? text.value.trim() : null;

/** A random UUID, also where the page is not served over TLS and randomUUID is withheld. */
function freshId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function compose({ text: words, urgent, reason, reply }) {
  const written = words.trim();
  const mentioned = mentionedIn(written, people());
  return {
    client_id: written === refused ? form.elements.client_id.value : freshId(),
    text: written,
    urgency: urgent ? "urgent" : "routine",
    ...(urgent && reason.trim() && { urgent_reason: reason.trim() }),
    written_at: new Date().toISOString(),
    ...(reply && { reply_to: reply.id }),
    ...(mentioned.length && { mention_ids: mentioned }),
  };
}

/** Shows why nothing is sent; the caret of an edit stays where it is. */
function obstruct(words) {
  problem(words);
  if (!editing()) text.focus();
}

function submit(event) {
  event.preventDefault();
  const written = text.value.trim();
  if (!editing()) sendNew();
  else if (written) {
    problem("");
    save(written);
  } else {
    problem("Nothing to save: recall the message to take it back.");
    text.focus();
  }
}

/** Sends the new message; one that waited for its files may go while another message is edited. */
function sendNew() {
  const state = own() ?? { text: "" };
  if (!state.text.trim() && !hasFiles()) return obstruct("Nothing to send: the message is empty.");
  problem("");
  const message = compose(state);
  const obstacle = message.urgency === "urgent" && whyNotUrgent();
  if (obstacle) return obstruct(obstacle);
  const files = takeFiles(state.urgent);
  if (!files) return undefined;
  if (files.length) Object.assign(message, { attachment_ids: files.map(({ id }) => id), attachments: files });
  clear();
  form.dispatchEvent(new CustomEvent("sent"));
  if (olderPage) {
    // It belongs behind messages that are not on this page.
    sendLater(message);
    return leaveFor(`${mount}/rooms/${encodeURIComponent(roomId)}`);
  }
  send(message);
  if (editing()) return undefined;
  toEnd();
  return text.focus();
}

/** On an older page sending leaves it, which an edit there must not suffer. */
function sendAwaited() {
  if (olderPage && editing()) form.addEventListener("edited", sendAwaited, { once: true });
  else sendNew();
}

function keys(event) {
  if (event.isComposing || event.defaultPrevented) return;
  if (event.key === "ArrowUp" && !text.value && !event.shiftKey && editLast()) event.preventDefault();
  if (event.key !== "Enter" || event.shiftKey) return;
  if (event.ctrlKey || event.metaKey || enterSends.checked) {
    event.preventDefault();
    form.requestSubmit();
  }
}

if (form) {
  restore(resumeEdit);
  grow();
  takeUp();
  enterSends.checked = localStorage.getItem("enter-sends") === "yes";
  enterSends.addEventListener("change", () => localStorage.setItem("enter-sends", enterSends.checked ? "yes" : "no"));
  text.required = false;
  form.addEventListener("input", () => { keep(); problem(""); grow(); });
  text.addEventListener("keydown", keys);
  form.addEventListener("submit", submit);
  form.addEventListener("files-ready", sendAwaited);
}
