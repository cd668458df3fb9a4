// Acknowledging an urgent message without leaving the page.

import { byId, me, roomId } from "./page.js";
import { call, room } from "./api.js";
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
    say(message, `Not acknowledged: ${error.message}. Try again.`, true);
  } finally {
    button.disabled = false;
  }
});
