// Acknowledging an urgent message without leaving the page.

import { byId, me, preview, roomId, sentence } from "./page.js";
import { call, room } from "./api.js";
import { onceBack } from "./once-back.js";
import { say } from "./message-view.js";
import { addMarks } from "./marks.js";
import { refresh } from "./receipts.js";

byId("messages")?.addEventListener("submit", async (event) => {
  const form = event.target.closest(".acknowledge");
  if (!form) return;
  event.preventDefault();
  const message = form.closest(".message");
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    await call("POST", room(roomId, `/messages/${encodeURIComponent(message.dataset.messageId)}/acknowledgement`));
    addMarks(message, { acknowledged: [{ doctor_id: me, at: new Date().toISOString() }] });
    message.classList.remove("waiting");
    form.hidden = true;
    say(message, "");
    message.focus();
    refresh();
  } catch (error) {
    say(message, `Not acknowledged: ${sentence(error.message)} Try again.`, true);
    if (error.isTemporary) onceBack(() => form.hidden || say(message, "Not acknowledged. Try again.", true));
  } finally {
    button.disabled = false;
  }
});

const keyAsk = () => import("./key-ask.js");

/** Asks before a key acknowledges; false where there is nothing to acknowledge. */
export function askAcknowledge(message) {
  const form = message.querySelector(".acknowledge:not([hidden])");
  if (!form) return false;
  const words = [".author-name", ".reason", ".text", ".file-name"].map((part) => message.querySelector(part)?.textContent.trim());
  const question = {
    heading: "Acknowledge this message?",
    quote: preview(words.filter(Boolean).join(" · "), 240),
    yes: "Acknowledge",
    no: "Not yet",
  };
  // Meanwhile it may have been recalled, or acknowledged in another tab.
  keyAsk().then(({ isMeant }) => isMeant(question)).then((meant) => meant && form.isConnected && !form.hidden && form.requestSubmit());
  return true;
}
