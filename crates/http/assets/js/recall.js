// Taking an own message back, asked once.

import { byId, preview, roomId, sentence, show, write } from "./page.js";
import { call, room } from "./api.js";
import { changed } from "./messages.js";
import { onceBack } from "./once-back.js";

const dialog = byId("recall-ask");
let message = null;

export function askRecall(element) {
  message = element;
  const words = element.querySelector(".text").textContent || element.querySelector(".file-name")?.textContent;
  write(dialog, ".ask-quote", preview(words ?? "", 240));
  show(dialog.querySelector(".problem"), false);
  dialog.showModal();
}

async function recall() {
  const button = dialog.querySelector(".primary");
  button.disabled = true;
  try {
    changed(await call("DELETE", room(roomId, `/messages/${encodeURIComponent(message.dataset.messageId)}`)));
    dialog.close();
  } catch (error) {
    write(dialog, ".problem-words", `Not recalled: ${sentence(error.message)} Try again.`);
    show(dialog.querySelector(".problem"), true);
    if (error.isTemporary) onceBack(() => write(dialog, ".problem-words", "Not recalled. Try again."));
  } finally {
    button.disabled = false;
  }
}

if (dialog) {
  dialog.querySelector(".primary").addEventListener("click", recall);
  dialog.addEventListener("close", () => message?.focus({ preventScroll: true }));
}
