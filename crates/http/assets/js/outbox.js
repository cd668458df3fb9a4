// What is written but not yet confirmed by the server. It lives as long as the tab, for clinical
// words must not stay on a shared computer, and is shown only to the doctor who wrote it.

import { me, mount, roomId } from "./page.js";

const OWN = `doctor ${me} `;
const DRAFTS = `${OWN}draft ${mount} `;
const unsentKey = `${OWN}unsent`;
const CHANGED = "outbox";
const DRAFTED = "draft";

/** What is written in this room and not sent: `{text, urgent, reason, reply, edit}`, or null. */
export const draft = () => JSON.parse(sessionStorage.getItem(DRAFTS + roomId) ?? "null");

export function keepDraft(state) {
  if (state) sessionStorage.setItem(DRAFTS + roomId, JSON.stringify(state));
  else sessionStorage.removeItem(DRAFTS + roomId);
  dispatchEvent(new Event(DRAFTED));
}

/** The rooms of this mount with a draft. */
export const roomsWithDrafts = () =>
  new Set(Object.keys(sessionStorage).filter((key) => key.startsWith(DRAFTS)).map((key) => key.slice(DRAFTS.length)));

/** Calls `handler` whenever a draft was kept or sent. */
export const onDraft = (handler) => addEventListener(DRAFTED, handler);

/**
 * Everything of this doctor that is not confirmed, in every room, oldest first:
 * `{mount, room, title, message, refused?}`; `refused` says why the server will not have it.
 */
export const everything = () => JSON.parse(sessionStorage.getItem(unsentKey) ?? "[]");

/** What is not confirmed in this room, oldest first. */
export const unsent = () => everything().filter((entry) => entry.mount === mount && entry.room === roomId);

function write(entries) {
  sessionStorage.setItem(unsentKey, JSON.stringify(entries));
  dispatchEvent(new Event(CHANGED));
}

/** Calls `handler` whenever something was kept or forgotten. */
export const onChange = (handler) => addEventListener(CHANGED, handler);

/** Keeps a message of this room in its place in the order of writing. */
export function keep(message, refused) {
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
  const drafted = sessionStorage.getItem(DRAFTS + roomId);
  if (drafted) sessionStorage.setItem(`${OWN}draft ${toMount} ${toRoom}`, drafted);
  sessionStorage.removeItem(DRAFTS + roomId);
  // What it answers has another name there.
  write(everything().map((entry) => (entry.mount !== mount || entry.room !== roomId ? entry
    : { ...entry, mount: toMount, room: toRoom, message: { ...entry.message, reply_to: undefined } })));
}

/** Takes away every word of this doctor. */
export function forgetAll() {
  Object.keys(sessionStorage).filter((key) => key.startsWith(OWN)).forEach((key) => sessionStorage.removeItem(key));
}
