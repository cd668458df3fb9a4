// What stands in the composer, and its copy that survives leaving the room.

import { byId, show } from "./page.js";
import { draft, keepDraft } from "./outbox.js";
import { answered, showReply } from "./reply.js";

const LIMIT = 5_000;
const WARN_FROM = 4_500;

export const form = byId("composer");
export const text = byId("composer-text");
/** The draft that waits while a message is edited. */
let aside = null;

export function problem(words) {
  byId("composer-error-text").textContent = words;
  show(byId("composer-error"), words !== "");
}

export function grow() {
  if (!CSS.supports("field-sizing", "content")) {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight}px`;
  }
  const count = byId("composer-count");
  show(count, text.value.length >= WARN_FROM);
  count.textContent = `${text.value.length} of ${LIMIT} characters`;
}

/** The id of the message that is edited, or null. */
export const editing = () => form?.dataset.editing || null;

const written = () => ({
  text: text.value,
  urgent: form.elements.urgency.checked,
  reason: form.elements.urgent_reason?.value ?? "",
  reply: answered(),
});

const isEmpty = (state) => !state.text && !state.urgent && !state.reply;

/** What is written for a new message, also while another one is edited. */
export const own = () => (editing() ? aside : written());

/** Keeps what is written, as it is now. */
export function keep() {
  const edit = editing() && { id: editing(), text: text.value };
  const state = own();
  const nothing = (!state || isEmpty(state)) && !edit;
  keepDraft(nothing ? null : { ...state, edit: edit || undefined });
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
  if (editing()) aside = null;
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

/** Brings back what an earlier visit left; `edit` is called with a message that was being changed. */
export function restore(edit) {
  const kept = draft();
  if (!kept || text.value || editing()) return;
  fill(kept);
  if (kept.edit) edit(kept.edit);
}
