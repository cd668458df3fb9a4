// What is written but not yet acknowledged by the server. It lives as long as the tab, for clinical
// words must not stay on a shared computer, and only for the doctor who wrote it.

import { me, mount, roomId } from "./page.js";

const OWNER = "doctor";
const draftKey = `draft ${mount} ${roomId}`;
const unsentKey = `unsent ${mount} ${roomId}`;

if (sessionStorage.getItem(OWNER) !== me) {
  sessionStorage.clear();
  sessionStorage.setItem(OWNER, me);
}
document.addEventListener("submit", (event) => {
  if (event.target.matches('[action="/logout"]')) sessionStorage.clear();
});

export const draft = () => sessionStorage.getItem(draftKey) ?? "";

export function keepDraft(text) {
  if (text) sessionStorage.setItem(draftKey, text);
  else sessionStorage.removeItem(draftKey);
}

/** Messages of this room that were not acknowledged, oldest first. */
export const unsent = () => JSON.parse(sessionStorage.getItem(unsentKey) ?? "[]");

export function keep(message) {
  const others = unsent().filter((known) => known.client_id !== message.client_id);
  sessionStorage.setItem(unsentKey, JSON.stringify([...others, message]));
}

export function forget(clientId) {
  sessionStorage.setItem(unsentKey, JSON.stringify(unsent().filter((known) => known.client_id !== clientId)));
}
