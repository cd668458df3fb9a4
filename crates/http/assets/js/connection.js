// The strip that says the connection is lost, and what became of what the doctor did meanwhile.

import { byId } from "./page.js";
import { refetch } from "./api.js";
import { clock } from "./time.js";
import { on } from "./live.js";

/** A stream that is back within this time was never worth a word. */
const PATIENCE_MS = 1_500;

const strip = byId("connection");
const shows = document.body.dataset.page === "conversation" ? "messages" : "lists";
let lostAt = null;
let timer;

/** Nothing gets through just now. */
export const isLost = () => lostAt !== null;

function say() {
  if (lostAt === null) return;
  strip.classList.toggle("offline", !navigator.onLine);
  strip.textContent = navigator.onLine
    ? `Connection lost at ${clock(lostAt)}, reconnecting. New messages are not shown yet.`
    : `Offline since ${clock(lostAt)}, showing saved ${shows}. What you write is kept here and sent later.`;
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

/** What {@link notLoaded} said does not hold any more. */
export function loaded() {
  if (lostAt === null) strip.hidden = true;
  else say();
}

/** Said again at every failed attempt to come back: patience counts from the first. */
function lost() {
  if (lostAt !== null) return;
  lostAt = Date.now();
  timer = setTimeout(say, PATIENCE_MS);
}

function back() {
  lostAt = null;
  clearTimeout(timer);
  strip.hidden = true;
}

if (strip) {
  on("connection", ({ up }) => (up ? back() : lost()));
  addEventListener("offline", () => { lost(); say(); });
  addEventListener("online", () => {
    say();
    // A stream that outlived the moment has nothing to tell.
    refetch("capabilities").then(back, () => {});
  });
}
