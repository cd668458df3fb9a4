// Writing: the text, its draft, and handing it over to be sent.

import { local } from "./kept.js";
import { byId, isComposing } from "./page.js";
import { savedMeanwhile } from "./just-saved.js";
import { onceBack } from "./once-back.js";
import { send, takeUp, whyNotUrgent } from "./outgoing.js";
import { showsLatest, toEnd } from "./scroll.js";
import { clear, editing, excess, form, grow, keep, keepsDraft, otherPages, own, problem, restore, text } from "./composer-state.js";
import { hasFiles, takeFiles } from "./attach.js";
import { isBlank } from "./length.js";
import { mentionedIn } from "./mentioned.js";
import { people } from "./people.js";
import { editLast, resumeEdit, save } from "./edit.js";
import { onDraft, unsavedDrafts } from "./outbox.js";

const enterSends = byId("enter-sends");
const reasonField = byId("urgent-reason");
/** Text that came back from a form the server refused: sending it again unchanged repeats that send. */
const refused = form && !byId("composer-error").hidden ? text.value.trim() : null;

const paging = () => import("./paging.js");
const drafts = () => import("./drafts.js");

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
    ...(urgent && !isBlank(reason) && { urgent_reason: reason.trim() }),
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

/** Says so as long as it holds: an urgent message goes when its author says so, never by itself. */
function obstructUrgent(words) {
  obstruct(words);
  onceBack(() => {
    if (byId("composer-error-text").textContent !== words) return;
    const obstacle = whyNotUrgent();
    if (obstacle) obstructUrgent(obstacle);
    else problem("Not sent yet. The connection is back: send it now, if it still holds.");
  });
}

function submit(event) {
  event.preventDefault();
  const written = text.value.trim();
  const long = editing() && excess({ text: written });
  if (!editing()) sendNew();
  else if (long) problem(`Not saved: ${long} Your text is kept here.`);
  else if (!isBlank(written)) {
    problem("");
    save(written, !event.submitter);
  } else {
    problem("Nothing to save: recall the message to take it back.");
    text.focus();
  }
}

/** Sends the new message; one that waited for its files may go while another message is edited. */
function sendNew() {
  const state = own() ?? { text: "" };
  if (isBlank(state.text) && !hasFiles()) return obstruct("Nothing to send: the message is empty.");
  const long = excess(state);
  if (long) return obstruct(`Not sent: ${long} Your text is kept here.`);
  problem("");
  const message = compose(state);
  const obstacle = message.urgency === "urgent" && whyNotUrgent();
  if (obstacle) return obstructUrgent(obstacle);
  const files = takeFiles(state.urgent);
  if (!files) return undefined;
  if (files.length) Object.assign(message, { attachment_ids: files.map(({ id }) => id), attachments: files });
  clear();
  form.dispatchEvent(new CustomEvent("sent"));
  // It belongs behind messages that are not on this page. Where those cannot be loaded it waits, and the page says so.
  if (!showsLatest()) paging().then(({ showLatest }) => showLatest()).catch(() => {});
  send(message);
  if (editing()) return undefined;
  toEnd();
  return text.focus();
}

function keys(event) {
  if (isComposing(event) || event.defaultPrevented) return;
  if (event.key === "ArrowUp" && !text.value && !event.shiftKey && editLast()) event.preventDefault();
  if (event.key !== "Enter" || event.shiftKey) return;
  if (event.ctrlKey || event.metaKey || enterSends.checked) {
    event.preventDefault();
    // One that is held down is pressed once.
    if (!event.repeat) form.requestSubmit();
  }
}

if (form) {
  restore(resumeEdit);
  grow();
  takeUp();
  enterSends.checked = local.get("enter-sends") === "yes";
  enterSends.addEventListener("change", () => local.put("enter-sends", enterSends.checked ? "yes" : "no"));
  text.required = false;
  form.addEventListener("input", () => { keep(); problem(""); grow(); });
  text.addEventListener("keydown", keys);
  form.addEventListener("submit", submit);
  form.addEventListener("files-ready", sendNew);
}

if (keepsDraft) {
  const look = () => drafts().then(({ look: at }) => at()).catch(() => {});
  const begin = () => drafts().catch(() => {});
  onDraft(begin);
  if (unsavedDrafts().length) begin();
  // The draft that the page itself came with may be of another device.
  if (savedMeanwhile()) look();
  // Another page of this doctor may have gone on with it, or sent it.
  document.addEventListener("visibilitychange", () => document.hidden || look());
  otherPages?.addEventListener("message", ({ data }) => data === "saved" && look());
  otherPages?.postMessage("opened");
}

// An urgent message says why: asked for as soon as it is made urgent.
if (reasonField) {
  form.elements.urgency.addEventListener("change", ({ target }) => target.checked && reasonField.focus());
  byId("quick-reasons").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    reasonField.value = button.textContent;
    reasonField.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  });
  reasonField.addEventListener("keydown", (event) => {
    // Enter in the reason goes on to the text; it never sends half a message.
    if (event.key !== "Enter" || isComposing(event) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    text.focus();
  });
}
