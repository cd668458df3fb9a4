// A short word about what was just done, where nothing on the page shows it.

import { byId, show } from "./page.js";

const SHOWN_MS = 4_000;
const line = byId("toast");
let timer;

export function tell(words) {
  if (!line) return;
  clearTimeout(timer);
  line.textContent = words;
  show(line, true);
  timer = setTimeout(show, SHOWN_MS, line, false);
}
