// The directory of doctors: results as typed, and who is there and says what, live.

import { byId, isLocked } from "./page.js";
import { answer, answerAt, searchAsTyped } from "./as-typed.js";
import { whenMissed } from "./availability.js";

const RESULTS = "people-results";
/** Nobody did anything just now. */
const BACKGROUND = { headers: { "x-hims-background": "1" } };
const form = byId("directory-search");
const rowOf = (root, id) => root.querySelector(`[data-doctor-id="${CSS.escape(id)}"]`);

/** The search that shows what the page shows. Typing begins at the first again. */
let shown = location.search;

/** Of those shown, what may have been missed. The rows stay, for one of them may be in use. */
async function refresh() {
  if (isLocked()) return;
  const fresh = await (shown ? answerAt(`${location.pathname}${shown}`, RESULTS, BACKGROUND) : answer(form, RESULTS, BACKGROUND));
  for (const row of byId(RESULTS).querySelectorAll("[data-doctor-id]")) {
    const now = rowOf(fresh, row.dataset.doctorId);
    if (!now) continue;
    row.className = now.className;
    for (const part of [".presence", ".availability"]) row.querySelector(part).replaceWith(document.adoptNode(now.querySelector(part)));
  }
}

if (form) {
  searchAsTyped(form, RESULTS, (found) => {
    const count = found.querySelectorAll("[data-doctor-id]").length;
    return count === 1 ? "1 doctor found." : `${count} doctors found.`;
  });
  form.addEventListener("input", () => { shown = ""; });
  whenMissed(() => refresh().catch(() => {}));
}
