// What the page says about itself, and the few things every module does with elements.

const { prefix = "", mounts: prefixes = "", doctorId = "", timeZone = "UTC", clientLibrary: library = "", lockAfter = "0" } = document.body.dataset;

/** The mount whose events and rooms this page shows; empty where there is none. */
export const mount = prefix;
/** Each chat once, that one first: the mounts whose events this page follows. */
export const mounts = prefixes ? prefixes.split(" ") : [];
/** The doctor who is signed in. */
export const me = doctorId;
/** Where the backend's own client library is, with which the page listens to it; empty where the page listens to us. */
export const clientLibrary = library;
/** The hospital's time zone. */
export const zone = timeZone;
/** The open conversation's element, or null. */
export const conversation = document.getElementById("conversation");
/** The open room's id, or undefined. */
export const roomId = conversation?.dataset.roomId;

/** Milliseconds without input after which the page locks; 0 where it does not. */
export const lockAfterMs = Number(lockAfter) * 1_000;
/** Whose pages are locked in this browser. It outlives the tab that locked them. */
const LOCKED = "locked";
/** This page shows nothing until its doctor's password unlocks it. */
let covered = false;

export const lockedDoctor = () => (lockAfterMs ? localStorage.getItem(LOCKED) : null);
export const isLocked = () => covered || (me !== "" && lockedDoctor() === me);

/** Notes for all tabs that this doctor's pages are locked, or not any more. */
export function noteLocked(locked) {
  if (locked) localStorage.setItem(LOCKED, me);
  else localStorage.removeItem(LOCKED);
}

/** Tells the modules of this page: `locked` and `unlocked` are events of the window. */
export function setCovered(locked) {
  covered = locked;
  dispatchEvent(new Event(locked ? "locked" : "unlocked"));
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

/** The start of a text on one line. */
export function preview(text, limit) {
  const characters = Array.from(text.trim().replace(/\s+/g, " "));
  return characters.length > limit ? `${characters.slice(0, limit).join("").trimEnd()}…` : characters.join("");
}
