// Words that are written but not yet confirmed by the server. They live as long as the tab, for clinical
// words must not stay on a shared computer, and are shown only to the doctor who wrote them.

import { session } from "./kept.js";
import { isLocked, mount, roomId } from "./page.js";
import { OWN, unseal } from "./sealed.js";

const DRAFTS = `${OWN}draft ${mount} `;
const EDITS = `${OWN}edits ${mount} ${roomId}`;
const unsentKey = `${OWN}unsent`;
const CHANGED = "outbox";
const DRAFTED = "draft";

// Before anybody asks for a draft. A page that was loaded locked goes no further: nothing is left of it to be brought to life.
await (isLocked() ? new Promise(() => {}) : unseal());

/**
 * State written in this room and not sent: `{text, urgent, reason, reply, edit, unsaved, replaces, sending}`, or null. Where the
 * server keeps drafts it is here until it is `unsaved` no more; `replaces` is when the one was saved that it was written over, and
 * `sending` are words of ours that may have become it meanwhile.
 */
export const draft = () => session.parsed(DRAFTS + roomId, null);

export function keepDraft(state) {
  if (isLocked()) return;
  session.put(DRAFTS + roomId, state && JSON.stringify(state));
  dispatchEvent(new Event(DRAFTED));
}

/** Puts words behind what is written in another room and not sent. */
export function addToDraft(toMount, toRoom, { text, urgent, reason }) {
  if (isLocked()) return;
  const key = `${OWN}draft ${toMount} ${toRoom}`;
  const there = session.parsed(key, null);
  const words = [there?.text, text].filter(Boolean).join("\n\n");
  const state = { replaces: "", ...there, text: words, urgent: there?.urgent || urgent, reason: there?.reason || reason, unsaved: true };
  session.put(key, JSON.stringify(state));
}

/** Whether something is written in a room of this mount and not sent, as far as this tab knows. */
export function isDrafted(id) {
  const state = session.parsed(DRAFTS + id, null);
  return state && Boolean(state.text || state.urgent || state.reply);
}

const ANY_DRAFT = `${OWN}draft `;

/** The drafts that the server does not have yet, in every room: `{mount, room, state, saved}`; `saved()` says that it has it now. */
export const unsavedDrafts = () => session.names(ANY_DRAFT).flatMap((key) => {
  const written = session.get(key);
  const state = session.parsed(key, null);
  const [toMount, toRoom] = key.slice(ANY_DRAFT.length).split(" ");
  const saved = () => session.get(key) === written && session.put(key, null);
  return state?.unsaved ? [{ mount: toMount, room: toRoom, state, saved }] : [];
});

/** Whether signing out would discard a word. */
export const hasWords = () => session.names(OWN).length > 0;

/** Edits of this room that were left, as pairs of a message id and the words. */
export const keptEdits = () => session.parsed(EDITS, []);

export function keepEdits(edits) {
  if (!isLocked()) session.put(EDITS, edits.length ? JSON.stringify(edits) : null);
}

/** Calls `handler` whenever a draft was kept or sent. */
export const onDraft = (handler) => addEventListener(DRAFTED, handler);

/**
 * Everything of this doctor that is not confirmed, in every room, oldest first:
 * `{mount, room, title, message, refused?}`; `refused` says why the server will not have it.
 */
export const everything = () => session.parsed(unsentKey, []);

/** The browser keeps nothing: what is written goes with this page. */
export const isLoose = () => session.isLoose(OWN);

/** Messages of this room that are not confirmed, oldest first. */
export const unsent = () => everything().filter((entry) => entry.mount === mount && entry.room === roomId);

function write(entries) {
  // Words written before the lock are sealed as they were, and sent again after it, which is harmless.
  if (isLocked()) return;
  session.put(unsentKey, entries.length ? JSON.stringify(entries) : null);
  dispatchEvent(new Event(CHANGED));
}

/** Calls `handler` whenever something was kept or forgotten. */
export const onChange = (handler) => addEventListener(CHANGED, handler);

/** Keeps a message of this room in its place in the order of writing. */
export function keep(message, refused) {
  if (isLocked()) return;
  const entry = { mount, room: roomId, title: document.getElementById("room-title").textContent, message, refused };
  const entries = everything();
  const at = entries.findIndex((known) => known.message.client_id === message.client_id);
  write(at < 0 ? [...entries, entry] : entries.with(at, entry));
}

/** The server has the message, or the doctor does not want to send it. */
export function forget(clientId) {
  const entries = everything();
  const others = entries.filter((entry) => entry.message.client_id !== clientId);
  if (others.length < entries.length) write(others);
}

/** The room lives at another place now: what is written in it goes along, to be sent there. */
export function takeAlong(toMount, toRoom) {
  const drafted = session.get(DRAFTS + roomId);
  if (drafted) session.put(`${OWN}draft ${toMount} ${toRoom}`, drafted);
  session.put(DRAFTS + roomId, null);
  // The message that it answers has another name there.
  write(everything().map((entry) => (entry.mount !== mount || entry.room !== roomId ? entry
    : { ...entry, mount: toMount, room: toRoom, message: { ...entry.message, reply_to: undefined } })));
}

/** Takes away every word of this doctor. */
export function forgetAll() {
  session.names(OWN).forEach((key) => session.put(key, null));
}
