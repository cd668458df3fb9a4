// Keys: what each does, where. They press the buttons and links of the page, so that nothing can be
// done by keyboard that cannot be seen. What acts on nothing is text: the composer takes it.

import { byId, isComposing, isLocked, leaveFor } from "./page.js";
import { askAcknowledge } from "./acknowledge.js";
import { choose, chosen, focused, reached } from "./chosen.js";
import { single } from "./key-sheet.js";

const log = byId("log");
const composer = byId("composer-text");

const shown = (element) => element?.checkVisibility({ visibilityProperty: true });
const click = (element) => shown(element) && (element.click(), true);
const messages = () => Array.from(log?.querySelectorAll(".message") ?? []);

function move(items, step) {
  const at = items.indexOf(document.activeElement.closest("li")?.matches(".message") ? focused() : document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : items.length - 1) : Math.min(Math.max(at + step, 0), items.length - 1);
  choose(items[next]);
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
  if (log && !focused()) return choose(items.at(-1)), items.length > 0;
  return move(items, by);
}

/** In a room, letters move only from where the keyboard has gone itself. */
const walks = () => !shown(composer) || chosen() || (document.activeElement === log && reached());

/** Buttons of a message show only on hover and focus; a key presses them all the same. */
function reply() {
  const link = chosen()?.querySelector(".reply:not([hidden])");
  link?.click();
  return Boolean(link);
}

/** Moves to the page's own search field, or else to the search of messages. */
function search() {
  const field = document.querySelector("main [role=search] [type=search]");
  const { search: page } = document.body.dataset;
  if (field) field.focus();
  else if (page) leaveFor(page);
  return Boolean(field || page);
}

/** Round and round the unread rooms of the list, from the open one. */
function betweenRooms(by) {
  const list = byId("inbox-list") ?? byId("room-list");
  const rooms = Array.from(list?.querySelectorAll(".room.unread a, [aria-current]") ?? []);
  const at = rooms.findIndex((link) => link.hasAttribute("aria-current"));
  const next = at < 0 && by < 0 ? rooms.length - 1 : (at + by + rooms.length) % rooms.length;
  if (rooms[next] && next !== at) leaveFor(rooms[next].href);
  return Boolean(list);
}

const letters = {
  j: () => walks() && step(1),
  k: () => walks() && step(-1),
  r: reply,
  a: () => chosen() && askAcknowledge(chosen()),
  "/": search,
  "?": () => click(byId("keys-open")) || byId("keys").showModal(),
};

function inList(event) {
  const at = event.target === log || focused();
  if (!at || event.target.matches("input, textarea, select")) return false;
  switch (event.key) {
    case "ArrowUp": return focused() ? move(messages(), -1) : step(-1);
    case "ArrowDown": return focused() ? move(messages(), 1) : step(1);
    case "Home": return choose(messages()[0]), true;
    case "End": return choose(messages().at(-1)), true;
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

/** A key that writes something: a character, a dead key, or the start of what an input method composes. */
function writes({ key, keyCode, altKey, ctrlKey, metaKey, target }) {
  if (key === "Dead" || (keyCode === 229 && !["Enter", "Escape", "Tab"].includes(key))) return true;
  if (Array.from(key).length !== 1) return false;
  // A space scrolls the list and presses the button that has the focus.
  if (key === " ") return !target.closest("main *, button, a, input, summary");
  // AltGr, and Option where it makes another character of the key.
  if (altKey && !metaKey) return /[^a-z0-9]/i.test(key);
  return !ctrlKey && !metaKey;
}

/** The key itself is left to the browser, which gives it to the field that has the focus then. */
function write(event) {
  if (writes(event) && !isWriting(event.target) && shown(composer)) composer.focus({ preventScroll: true });
  return false;
}

function pressed(event) {
  if (event.defaultPrevented || isLocked() || document.querySelector("dialog[open], [role=menu]:popover-open")) return false;
  if (isComposing(event)) return write(event);
  const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
  if ((ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === "k") return byId("go-open")?.click(), true;
  if (altKey && shiftKey && event.code === "KeyU") return click(document.querySelector("#composer .urgent-switch"));
  // These open a list of choices that has the focus.
  const moves = altKey && !ctrlKey && !metaKey && !shiftKey && !event.target.matches("select");
  if (moves && key === "ArrowUp") return betweenRooms(-1);
  if (moves && key === "ArrowDown") return betweenRooms(1);
  if (ctrlKey || metaKey || altKey) return write(event);
  if (key === "Escape") return back(event);
  if (inList(event)) return true;
  return (single() && !isWriting(event.target) && letters[key.toLowerCase()]?.()) || write(event);
}

document.addEventListener("keydown", (event) => {
  if (pressed(event)) event.preventDefault();
});
