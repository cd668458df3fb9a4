// Answering to a message: its start stands quoted above the text.

import { byId, preview, shortName, show, write } from "./page.js";

const field = byId("reply-to");
const strip = byId("answering");

/** The message that is answered: `{id, author, text}`, or null. */
export function answered() {
  if (!field || field.disabled || !field.value) return null;
  return {
    id: field.value,
    author: byId("answering-author").textContent,
    text: byId("answering-text").textContent,
  };
}

export function showReply(reply) {
  field.disabled = !reply;
  field.value = reply?.id ?? "";
  write(strip, "#answering-author", reply?.author ?? "");
  write(strip, "#answering-text", reply?.text ?? "");
  show(strip, Boolean(reply));
}

/** Tells the composer that what is written has changed. */
const told = () => byId("composer-text").dispatchEvent(new Event("input", { bubbles: true }));

/** An answer to the message of this element. */
export const answer = (message) => ({
  id: message.dataset.messageId,
  author: shortName(message.querySelector(".author-name").textContent),
  text: preview(message.querySelector(".text").textContent || message.querySelector(".file-name")?.textContent || "", 120),
});

if (field) {
  byId("messages").addEventListener("click", (event) => {
    const link = event.target.closest(".reply");
    if (!link) return;
    event.preventDefault();
    showReply(answer(link.closest(".message")));
    told();
    byId("composer-text").focus();
  });
  byId("answering-stop").addEventListener("click", (event) => {
    event.preventDefault();
    showReply(null);
    told();
    byId("composer-text").focus();
  });
}
