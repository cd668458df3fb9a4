// Data that the page carries about itself, and the few things every module does with elements.

import { local } from "./kept.js";

const { prefix = "", mounts: prefixes = "", doctorId = "", timeZone = "UTC", clientLibrary: library = "", lockAfter = "0" } = document.body.dataset;

/** The mount whose events and rooms this page shows; empty where there is none. */
export const mount = prefix;
/** Each chat once, that one first: the mounts whose events this page follows. */
export const mounts = prefixes ? prefixes.split(" ") : [];
/** The doctor who is signed in. */
export const me = doctorId;
/** Address of the backend's own client library, with which the page listens to it; empty where the page listens to us. */
export const clientLibrary = library;
/** The hospital's time zone. */
export const zone = timeZone;
/** The open conversation's element, or null. */
export const conversation = document.getElementById("conversation");
/** The open room's id, or undefined. */
export const roomId = conversation?.dataset.roomId;

/** Milliseconds without input after which the page locks; 0 where it does not. */
export const lockAfterMs = Number(lockAfter) * 1_000;
/** Name under which the doctor is kept whose pages are locked in this browser. It outlives the tab that locked them. */
const LOCKED = "locked";
/** This page shows nothing until its doctor's password unlocks it. */
let covered = false;

export const lockedDoctor = () => (lockAfterMs ? local.get(LOCKED) : null);
export const isLocked = () => covered || (me !== "" && lockedDoctor() === me);

/** Notes for all tabs that this doctor's pages are locked, or not any more. */
export function noteLocked(locked) {
  local.put(LOCKED, locked ? me : null);
}

/** Tells the modules of this page: `locked` is an event of the window. What they show is taken away after it. */
export function setCovered() {
  covered = true;
  dispatchEvent(new Event("locked"));
}

/** The page is leaving by itself and keeps what is unsent: nobody needs to be asked. */
export let leaving = false;

export function reload() {
  leaving = true;
  location.reload();
}

export function leaveFor(address) {
  leaving = true;
  location.assign(address);
}

/**
 * The key belongs to an input method. Safari ends the composition before it tells the Enter that did so; keys of an
 * input method have this code everywhere (UI Events, 7.3.1).
 */
export const isComposing = (event) => event.isComposing || event.keyCode === 229;

export const byId = (id) => document.getElementById(id);

/** A fresh copy of the element in a <template>. */
export const copy = (id) => byId(id).content.firstElementChild.cloneNode(true);

/** Writes text, never markup, into the first match. */
export function write(root, selector, text) {
  const element = root.querySelector(selector);
  if (element) element.textContent = text;
  return element;
}

export function show(element, shown) {
  if (element) element.hidden = !shown;
}

/** The doctor is looking at this page, not at another tab or program. */
export const attended = () => !covered && document.visibilityState === "visible" && document.hasFocus();

/** Title and surname: "Dr Lisle" of "Dr Kwabena Lisle". */
export function shortName(name) {
  const words = name.trim().split(/\s+/);
  const titled = words.length > 1 && ["Dr", "Prof", "Mr", "Ms", "Mrs"].includes(words[0]);
  return titled ? `${words[0]} ${words.at(-1)}` : name.trim();
}

export const detail = (doctor) => [doctor.specialty, doctor.grade].filter(Boolean).join(" · ");

/** How a place is named: "Stream" of `stream`. */
export const named = (backend) => backend.charAt(0).toUpperCase() + backend.slice(1);

/** Servers end their words with a full stop, browsers do not. */
export const sentence = (words) => (/[.?]$/u.test(words) ? words : `${words}.`);

/** A text in characters as people see them; in code points where the browser cannot tell. */
const seen = (text) => (Intl.Segmenter ? Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment) : Array.from(text));

/** The start of a text on one line, at most so many code points of it. */
export function preview(text, limit) {
  const line = text.trim().replace(/\s+/gu, " ");
  const points = Array.from(line);
  if (points.length <= limit) return line;
  let start = "";
  let left = limit;
  for (const character of seen(points.slice(0, limit * 2).join(""))) {
    left -= Array.from(character).length;
    if (left < 0) break;
    start += character;
  }
  return `${(start || points.slice(0, limit).join("")).trimEnd()}…`;
}
