// Note on a print of the plain page: the part of the conversation that it shows, and that others are left out.

import { byId, write } from "./page.js";
import { full } from "./time.js";
import { placed } from "./timeline.js";
import { showsLatest } from "./scroll.js";

const note = byId("print-note");

function words() {
  const shown = placed();
  const earlier = !byId("older").parentElement.hidden;
  if (!shown.length || (!earlier && showsLatest())) return "The whole conversation, as this page showed it.";
  const at = (element) => full(element.dataset.sentAt);
  const left = [earlier && "earlier", !showsLatest() && "later"].filter(Boolean).join(" and ");
  return `Not the whole conversation: ${shown.length} messages, from ${at(shown[0])} to ${at(shown.at(-1))}; ${left} ones are left out.`;
}

if (note) {
  addEventListener("beforeprint", () => {
    write(note, ".print-scope", words());
    write(note, ".print-time", full(Date.now()));
  });
}
