// Availability of doctors: written into a row, and gone at its end.

import { me, show, write } from "./page.js";
import { on, onEvery } from "./live.js";
import { label, stamp } from "./time.js";

const LOOK_MS = 1_000;

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

/** Somebody says something else: wherever they stand on the page. */
function heard({ doctor_id: id, availability: said }) {
  for (const row of document.querySelectorAll(`main [data-doctor-id="${CSS.escape(id)}"], aside [data-doctor-id="${CSS.escape(id)}"]`)) {
    if (row.querySelector(".availability")) availability(row, said);
  }
  const own = document.querySelector(".own-availability");
  if (id === me && own) availability(own, said);
}

/** Calls `again()` when some may have been missed: a stream that goes on tells the chat's events, and not these. */
export function whenMissed(again) {
  let lost = false;
  on("resync", again);
  on("connection", ({ up }) => {
    if (up && lost) again();
    lost = !up;
  });
}

onEvery("availability", heard);
setInterval(endThosePast, LOOK_MS);
// A page that slept looks at once.
addEventListener("focus", endThosePast);
document.addEventListener("visibilitychange", endThosePast);
