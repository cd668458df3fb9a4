// The strip that says the connection is lost.

import { byId } from "./page.js";
import { clock } from "./time.js";
import { on } from "./live.js";

/** A stream that is back within this time was never worth a word. */
const PATIENCE_MS = 1_500;

const strip = byId("connection");
let lostAt = null;
let timer;

function say() {
  if (lostAt === null) return;
  strip.textContent = navigator.onLine
    ? `Connection lost at ${clock(lostAt)}, reconnecting. New messages are not shown yet.`
    : `Offline since ${clock(lostAt)}, showing the messages loaded before. What you write stays here.`;
  strip.hidden = false;
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
  addEventListener("online", say);
}
