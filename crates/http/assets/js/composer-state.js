// State of the composer, and its copy that survives leaving the room.

import { byId, mount, roomId, show } from "./page.js";
import { channel } from "./kept.js";
import { noteSaved, savedMeanwhile } from "./just-saved.js";
import { count, tooLong } from "./length.js";
import { draft, keepDraft } from "./outbox.js";
import { answered, showReply } from "./reply.js";

export const form = byId("composer");
export const text = byId("composer-text");
/** The draft that waits while a message is edited. */
let aside = null;
/** The words that the server keeps for this room, null while they are not known; and when they were saved. */
let saved = null;
let savedAt = form?.dataset.draftSavedAt;
/** Words of ours that are on their way to the server: what it has may be one of them, whether we hear of it or not. */
let sending = [];
const MOST_SENDING = 10;
/** Drafts follow their doctor where the server keeps them; the doctor's other pages are told here. */
export const keepsDraft = form?.dataset.draft !== undefined;
export const otherPages = keepsDraft ? channel(`drafts ${mount} ${roomId}`) : null;

export function problem(words) {
  byId("composer-error-text").textContent = words;
  show(byId("composer-error"), words !== "");
}

export const hasProblem = () => !byId("composer-error").hidden;

export function grow() {
  if (!CSS.supports("field-sizing", "content")) {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight}px`;
  }
  for (const field of form.querySelectorAll("[data-most]")) count(field);
}

/** Tells which part of the written message is too long, and by how much; empty where none is. */
export function excess(state) {
  const reason = form.elements.urgent_reason;
  const words = tooLong(state.text, text);
  if (words) return `the message is ${words}.`;
  const of = state.urgent && reason ? tooLong(state.reason, reason) : "";
  return of && `the reason is ${of}.`;
}

/** The id of the message that is edited, or null. */
export const editing = () => form?.dataset.editing || null;

const written = () => ({
  text: text.value,
  urgent: form.elements.urgency.checked,
  reason: form.elements.urgent_reason?.value ?? "",
  reply: answered(),
});

/** The words that the page came with: others may have been typed before the scripts were there. */
const rendered = () => ({
  text: text.defaultValue,
  urgent: form.elements.urgency.defaultChecked,
  reason: form.elements.urgent_reason?.defaultValue ?? "",
  reply: answered(),
});

const NOTHING = { text: "", urgent: false, reason: "", reply: null };

const isEmpty = (state) => !state.text && !state.urgent && !state.reply;

/** The state written for a new message, also while another one is edited. */
export const own = () => (editing() ? aside : written());

export const wordsOf = (state) => JSON.stringify([state?.text ?? "", state?.urgent ?? false, state?.reason ?? "", state?.reply?.id ?? ""]);

/** Keeps what is written, as it is now; where the server keeps it, until it has it. */
export function keep() {
  const edit = (editing() && { id: editing(), text: text.value }) || undefined;
  // While an edit that the page came with is open, nobody knows what else was written.
  const state = own() ?? (keepsDraft ? draft() : null);
  const unsaved = keepsDraft && Boolean(own() ? wordsOf(state) !== saved || sending.length : state?.unsaved);
  const isKept = keepsDraft ? unsaved : state && !isEmpty(state);
  const replaces = unsaved ? savedAt : undefined;
  keepDraft(isKept || edit ? { ...(isKept && state), unsaved, replaces, sending, edit } : null);
}

/** These words go to the server now. */
export function nowSaving(state) {
  sending = [...sending, wordsOf(state)].slice(-MOST_SENDING);
  keep();
}

/** The server has these words, saved at `at`; null where there are none. */
function learn(state, at) {
  sending = [];
  saved = wordsOf(state);
  savedAt = at;
  noteSaved({ mount, room: roomId }, state ?? NOTHING, at);
}

/** The server has these words now. */
export function nowSaved(state, at) {
  learn(state, at);
  keep();
}

/** The draft that was saved then is the one that this page knows. */
export const isKnown = (at) => saved !== null && at === savedAt;

/** Words that were written over others than the server has now: nothing of either is lost. */
function joined(theirs, ours) {
  if (ours.includes(theirs)) return ours;
  return theirs.includes(ours) ? theirs : `${theirs}\n\n${ours}`;
}

const both = (theirs, ours) => ({
  text: joined(theirs?.text ?? "", ours?.text ?? ""),
  urgent: Boolean(theirs?.urgent || ours?.urgent),
  reason: ours?.reason || theirs?.reason || "",
  reply: ours?.reply ?? theirs?.reply ?? null,
});

/** Shows what another page of this doctor has left of the draft, beside what was written here meanwhile. */
export function take(theirs, at) {
  const ours = draft()?.unsaved ? own() : null;
  const state = ours ? both(theirs, ours) : theirs;
  learn(theirs, at);
  if (editing()) aside = state ?? NOTHING;
  else if (wordsOf(written()) !== wordsOf(state)) fill(state);
  keep();
}

function fill(state) {
  text.value = state?.text ?? "";
  form.elements.urgency.checked = state?.urgent ?? false;
  if (form.elements.urgent_reason) form.elements.urgent_reason.value = state?.reason ?? "";
  showReply(state?.reply ?? null);
  grow();
}

/** Takes the new message out; an edit stays as it is. */
export function clear() {
  if (editing()) aside = NOTHING;
  else fill(null);
  keep();
}

/** Sets the draft aside and shows the text of a message to be changed. */
export function openEdit(id, words) {
  if (!editing()) aside = written();
  fill({ text: words });
  setEditing(id);
  keep();
}

export function closeEdit() {
  setEditing("");
  fill(aside);
  aside = null;
  keep();
  form.dispatchEvent(new Event("edited"));
}

function setEditing(id) {
  form.dataset.editing = id;
  form.classList.toggle("is-editing", id !== "");
  show(byId("editing"), id !== "");
  byId("composer-send-words").textContent = id ? "Save" : "Send";
  problem("");
}

/** Goes on from what was saved while this page was on its way, with what was typed before the scripts were there. */
function catchUp({ state, at }) {
  const isTyped = wordsOf(written()) !== saved;
  fill(isTyped ? both(state, written()) : state);
  learn(state, at);
}

/** Brings back what an earlier visit left; `edit` is called with a message that was being changed. */
export function restore(edit) {
  const kept = draft();
  const shown = form.dataset.draft === "shown";
  if (shown) saved = wordsOf(rendered());
  if (shown && savedMeanwhile()) catchUp(savedMeanwhile());
  sending = kept?.sending ?? [];
  if (kept && !editing() && (shown || !text.value)) {
    const isOurs = kept.replaces === savedAt || kept.sending?.includes(saved);
    const isOther = shown && (!isOurs || wordsOf(written()) !== saved);
    if (!shown || kept.unsaved) fill(isOther ? both(written(), kept) : kept);
    if (kept.edit) edit(kept.edit);
  }
  if (shown && (kept || wordsOf(written()) !== saved)) keep();
}
