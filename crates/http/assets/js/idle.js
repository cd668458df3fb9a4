// How long nobody has touched the page. It warns a minute ahead, then locks; input in any tab counts for all.

import { byId, isLocked, lockAfterMs, me, mount } from "./page.js";
import { call } from "./api.js";
import { local } from "./kept.js";
import { lock } from "./lock.js";

const WARN_MS = 60_000;
const LOOK_MS = 1_000;
/** Time between two notes to the server that somebody is there: reading alone makes no call. */
const TELL_MS = 4 * 60_000;
/** A clock is put right by less than this all the time. */
const CORRECTION_MS = 60_000;

const key = `active ${me}`;
const warning = byId("idle-warning");
const warnFrom = Math.max(lockAfterMs - WARN_MS, lockAfterMs / 2);
/** The mark of the last input that this page knows, by the computer's clock, and when that was by one that is never set. */
let mark = 0;
let touchedAt = 0;
let told = performance.now();

function touch() {
  mark = Date.now();
  touchedAt = performance.now();
  local.put(key, String(mark));
}

/**
 * Both clocks are asked, for one can be set and the other may stop while the computer sleeps: the longer time counts.
 * A mark of a time to come tells nothing, and nobody can vouch that somebody was there.
 */
function idleMs() {
  // This page's own mark counts where the browser has lost it.
  const kept = Number(local.get(key)) || mark;
  const passed = Date.now() - kept;
  if (passed < -CORRECTION_MS) return Infinity;
  if (kept !== mark) {
    // Input in another tab.
    mark = kept;
    touchedAt = performance.now() - Math.max(passed, 0);
  }
  return Math.max(passed, performance.now() - touchedAt);
}

function active() {
  // A warning that went at the first movement would let the click meant for it fall on what is beneath.
  if (isLocked() || warning.open || idleMs() < LOOK_MS) return;
  // Too late: whoever comes now is asked for the password.
  if (idleMs() >= lockAfterMs) {
    look();
    return;
  }
  touch();
  const now = performance.now();
  if (now - told < TELL_MS || !mount) return;
  told = now;
  call("GET", "capabilities").catch(() => {});
}

function look() {
  if (isLocked()) return;
  const idle = idleMs();
  if (idle >= lockAfterMs) lock();
  else if (idle >= warnFrom) {
    byId("idle-seconds").textContent = String(Math.ceil((lockAfterMs - idle) / 1_000));
    if (warning.open) return;
    warning.returnValue = "";
    warning.showModal();
  } else if (warning.open) warning.close();
}

if (lockAfterMs) {
  touch();
  const kinds = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "input"];
  for (const kind of kinds) addEventListener(kind, active, { passive: true, capture: true });
  document.addEventListener("visibilitychange", look);
  warning.addEventListener("close", () => { if (warning.returnValue === "lock") lock(); else active(); });
  setInterval(look, LOOK_MS);
}
