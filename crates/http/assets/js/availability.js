// What doctors say of being available: written into a row, and gone at its end.

import { show, write } from "./page.js";
import { label, stamp } from "./time.js";

const LOOK_MS = 20_000;

/** Writes what is said, or nothing, into the `.availability` of `root`. */
export function availability(root, said) {
  const element = root.querySelector(".availability");
  show(element, Boolean(said));
  if (!said) return;
  element.dataset.until = said.until;
  write(element, ".availability-text", said.text);
  stamp(element.querySelector("time"), said.until, label);
}

function endThosePast() {
  for (const element of document.querySelectorAll(".availability:not([hidden])")) {
    if (new Date(element.dataset.until) <= Date.now()) show(element, false);
  }
}

setInterval(endThosePast, LOOK_MS);
// A page that slept looks at once.
addEventListener("focus", endThosePast);
document.addEventListener("visibilitychange", endThosePast);
