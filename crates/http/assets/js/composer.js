// Writing: the text, its draft, and handing it over to be sent.

import { byId, conversation, leaveFor, mount, roomId } from "./page.js";
import { send, sendLater, takeUp, whyNotUrgent } from "./outgoing.js";
import { toEnd } from "./scroll.js";
import { clear, editing, form, grow, keep, problem, restore, text } from "./composer-state.js";
import { answered } from "./reply.js";
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

function compose(written) {
  const reply = answered();
  const urgent = form.elements.urgency.checked;
  const reason = form.elements.urgent_reason.value.trim();
  const mentioned = mentionedIn(written, people());
  return {
    client_id: written === refused ? form.elements.client_id.value : freshId(),
    text: written,
    urgency: urgent ? "urgent" : "routine",
    ...(urgent && reason && { urgent_reason: reason }),
    written_at: new Date().toISOString(),
    ...(reply && { reply_to: reply.id }),
    ...(mentioned.length && { mention_ids: mentioned }),
  };
}

function submit(event) {
  event.preventDefault();
  const written = text.value.trim();
  if (!written && (editing() || !hasFiles())) {
    problem(editing() ? "Nothing to save: recall the message to take it back." : "Nothing to send: the message is empty.");
    text.focus();
    return;
  }
  problem("");
  if (editing()) {
    save(written);
    return;
  }
  const message = compose(written);
  const obstacle = message.urgency === "urgent" && whyNotUrgent();
  if (obstacle) {
    problem(obstacle);
    text.focus();
    return;
  }
  const files = takeFiles();
  if (!files) return;
  if (files.length) Object.assign(message, { attachment_ids: files.map(({ id }) => id), attachments: files });
  clear();
  form.dispatchEvent(new CustomEvent("sent"));
  if (olderPage) {
    // It belongs behind messages that are not on this page.
    sendLater(message);
    leaveFor(`${mount}/rooms/${encodeURIComponent(roomId)}`);
    return;
  }
  send(message);
  toEnd();
  text.focus();
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
}
