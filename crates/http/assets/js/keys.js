// Keys: what each does, where. They press the buttons and links of the page, so that nothing can be
// done by keyboard that cannot be seen.

import { byId, isLocked, leaveFor } from "./page.js";
import { editLast } from "./edit.js";
import { single } from "./key-sheet.js";

const log = byId("log");
const composer = byId("composer-text");

const shown = (element) => element?.checkVisibility({ visibilityProperty: true });
const click = (element) => shown(element) && (element.click(), true);
const messages = () => Array.from(log?.querySelectorAll(".message") ?? []);
const focused = () => document.activeElement.closest("#log .message");
/** The message that letters act on: the focused one, else the newest. */
const current = () => focused() ?? messages().at(-1);

function move(items, step) {
  const at = items.indexOf(document.activeElement.closest("li")?.matches(".message") ? focused() : document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : items.length - 1) : Math.min(Math.max(at + step, 0), items.length - 1);
  items[next]?.focus();
  return items.length > 0;
}

/** The list of the page: messages, patients, people, or else the rooms. */
function list() {
  if (log) return messages();
  const rows = Array.from(document.querySelectorAll("main li > a[href]")).filter(shown);
  return rows.length ? rows : Array.from(document.querySelectorAll("#room-list a")).filter(shown);
}

function step(by) {
  const items = list();
  // From outside, the newest message comes first.
  if (log && !focused()) return items.at(-1)?.focus(), items.length > 0;
  return move(items, by);
}

/** Buttons of a message show only on hover and focus; a key presses them all the same. */
function pressOn(selector) {
  const button = current()?.querySelector(selector);
  button?.click();
  return Boolean(button);
}

function search() {
  const link = document.querySelector(".places [href$='/search']");
  if (link) leaveFor(link.href);
  else document.querySelector("main [type=search]")?.focus();
  return true;
}

function betweenRooms(by) {
  const rooms = Array.from(document.querySelectorAll("#room-list .room.unread a, #room-list [aria-current]"));
  const at = rooms.findIndex((link) => link.hasAttribute("aria-current"));
  const next = by > 0 ? at + 1 : at < 0 ? rooms.length - 1 : at - 1;
  if (rooms[next] && next !== at) leaveFor(rooms[next].href);
  return rooms.length > 0;
}

const letters = {
  j: () => step(1),
  k: () => step(-1),
  r: () => pressOn(".reply:not([hidden])"),
  a: () => click(current()?.querySelector(".acknowledge:not([hidden]) button")),
  e: () => log && editLast(),
  "/": search,
  "?": () => click(byId("keys-open")) || byId("keys").showModal(),
};

function inList(event) {
  const at = event.target === log || focused();
  if (!at || event.target.matches("input, textarea, select")) return false;
  switch (event.key) {
    case "ArrowUp": return focused() ? move(messages(), -1) : step(-1);
    case "ArrowDown": return focused() ? move(messages(), 1) : step(1);
    case "Home": return messages()[0]?.focus(), true;
    case "End": return messages().at(-1)?.focus(), true;
    default: return false;
  }
}

/** One layer back: the panel, the quote above the text, the message list. Dialogs close by themselves. */
function back(event) {
  if (location.hash === "#panel") location.hash = "conversation";
  else if (event.target === composer) return click(byId("answering-stop"));
  else if (focused() || event.target === log) composer?.focus();
  else return false;
  return true;
}

const isWriting = (target) => target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

function pressed(event) {
  if (event.defaultPrevented || event.isComposing || isLocked() || document.querySelector("dialog[open], [role=menu]:popover-open")) return false;
  const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
  if ((ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === "k") return byId("go-open")?.click(), true;
  if (altKey && shiftKey && event.code === "KeyU") return click(document.querySelector("#composer .urgent-switch"));
  if (altKey && key === "ArrowUp") return betweenRooms(-1);
  if (altKey && key === "ArrowDown") return betweenRooms(1);
  if (ctrlKey || metaKey || altKey) return false;
  if (key === "Escape") return back(event);
  if (inList(event)) return true;
  return single() && !isWriting(event.target) && letters[key.length === 1 ? key.toLowerCase() : key]?.();
}

document.addEventListener("keydown", (event) => {
  if (pressed(event)) event.preventDefault();
});
