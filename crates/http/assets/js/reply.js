// Answering to a message: its start stands quoted above the text.

import { byId, preview, shortName, show, write } from "./page.js";

const field = byId("reply-to");
const strip = byId("answering");

export function clearReply() {
  field.disabled = true;
  field.value = "";
  show(strip, false);
}

function answer(message) {
  field.disabled = false;
  field.value = message.dataset.messageId;
  write(strip, "#answering-author", shortName(message.querySelector(".author-name").textContent));
  write(strip, "#answering-text", preview(message.querySelector(".text").textContent, 120));
  show(strip, true);
  byId("composer-text").focus();
}

if (field) {
  byId("messages").addEventListener("click", (event) => {
    const link = event.target.closest(".reply");
    if (!link) return;
    event.preventDefault();
    answer(link.closest(".message"));
  });
  byId("answering-stop").addEventListener("click", (event) => {
    event.preventDefault();
    clearReply();
    byId("composer-text").focus();
  });
}
