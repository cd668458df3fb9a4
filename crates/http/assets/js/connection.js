// The strip that says the connection is lost, and what became of what the doctor did meanwhile.

import { byId } from "./page.js";
import { clock } from "./time.js";
import { on, own } from "./live.js";

/** A stream that is back within this time was never worth a word. */
const PATIENCE_MS = 1_500;

const strip = byId("connection");
const shows = document.body.dataset.page === "conversation" ? "messages" : "lists";
let lostAt = null;
/** Nothing comes by itself, but the server answers. */
let isAsked = false;
let timer;

/** Nothing gets through just now. */
export const isLost = () => lostAt !== null && !isAsked;

function words() {
  const since = clock(lostAt);
  if (!navigator.onLine) return `Offline since ${since}, showing saved ${shows}. What you write is kept here and sent later.`;
  if (isAsked) return `Not live since ${since}: new messages are asked for every few seconds and come a little late.`;
  return `Connection lost at ${since}, reconnecting. New messages are not shown yet.`;
}

function say() {
  if (lostAt === null) return;
  strip.classList.toggle("offline", !navigator.onLine);
  // Said again, it is not spoken again.
  if (strip.textContent !== words()) strip.textContent = words();
  strip.hidden = false;
}

/** Says why something the doctor asked for is not there, and offers to try it again. */
export function notLoaded(words, again) {
  const retry = document.createElement("button");
  retry.type = "button";
  retry.textContent = "Try again";
  retry.addEventListener("click", again);
  strip.classList.remove("offline");
  strip.replaceChildren(`${words} `, retry);
  strip.hidden = false;
}

/** Takes back the words of {@link notLoaded}, which do not hold any more. */
export function loaded() {
  if (lostAt === null) strip.hidden = true;
  else say();
}

/** Said again at every failed attempt to come back: patience counts from the first. */
function lost(asked = isAsked) {
  const isNew = asked !== isAsked;
  isAsked = asked;
  if (lostAt !== null) {
    if (isNew && !strip.hidden) say();
    return;
  }
  lostAt = Date.now();
  timer = setTimeout(say, PATIENCE_MS);
}

function back() {
  lostAt = null;
  isAsked = false;
  clearTimeout(timer);
  strip.hidden = true;
}

if (strip) {
  on("connection", ({ up, isAsked: asked }) => (up ? back() : lost(asked)));
  const offline = () => { lost(); say(); };
  addEventListener("offline", offline);
  // It may have gone before anybody listened.
  if (!navigator.onLine) offline();
  addEventListener("online", () => {
    // A stream that outlived the moment has nothing to tell; one that did not says so.
    if (own.connection?.up) back();
    else say();
  });
}
