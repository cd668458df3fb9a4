// How long nobody has touched the page. It warns a minute ahead, then locks; input in any tab counts for all.

import { byId, isLocked, lockAfterMs, me, mount } from "./page.js";
import { call } from "./api.js";
import { lock } from "./lock.js";

const WARN_MS = 60_000;
const LOOK_MS = 1_000;
/** Whoever only reads makes no call: this often the server is told that somebody is there. */
const TELL_MS = 4 * 60_000;

const key = `active ${me}`;
const warning = byId("idle-warning");
const warnFrom = Math.max(lockAfterMs - WARN_MS, lockAfterMs / 2);
let told = Date.now();

const activeAt = () => Number(localStorage.getItem(key)) || 0;

function active() {
  const now = Date.now();
  // A warning that went at the first movement would let the click meant for it fall on what is beneath.
  if (isLocked() || warning.open || now - activeAt() < LOOK_MS) return;
  localStorage.setItem(key, String(now));
  if (now - told < TELL_MS || !mount) return;
  told = now;
  call("GET", "capabilities").catch(() => {});
}

function look() {
  if (isLocked()) return;
  const idle = Date.now() - activeAt();
  if (idle >= lockAfterMs) lock();
  else if (idle >= warnFrom) {
    byId("idle-seconds").textContent = String(Math.ceil((lockAfterMs - idle) / 1_000));
    if (warning.open) return;
    warning.returnValue = "";
    warning.showModal();
  } else if (warning.open) warning.close();
}

if (lockAfterMs) {
  localStorage.setItem(key, String(Date.now()));
  const kinds = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "input"];
  for (const kind of kinds) addEventListener(kind, active, { passive: true, capture: true });
  addEventListener("unlocked", () => localStorage.setItem(key, String(Date.now())));
  document.addEventListener("visibilitychange", look);
  warning.addEventListener("close", () => { if (warning.returnValue === "lock") lock(); else active(); });
  setInterval(look, LOOK_MS);
}
