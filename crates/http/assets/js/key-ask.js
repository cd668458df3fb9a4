// Asks before a key changes a message. Letters, space and Enter typed on leave it unchanged.

import { byId, show, write } from "./page.js";

const dialog = byId("key-ask");

/**
 * Asks whether it is meant: `quote` is the message, `then` what it would become, `yes` and `no` the words of the
 * buttons.
 */
export function isMeant({ heading, quote, then = "", yes, no }) {
  write(dialog, "#key-ask-heading", heading);
  write(dialog, ".ask-quote", quote);
  write(dialog, ".ask-then-quote", then);
  show(dialog.querySelector(".ask-then"), then !== "");
  write(dialog, "[value=yes]", yes);
  write(dialog, "[value=no]", no);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
