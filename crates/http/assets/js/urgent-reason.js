// An urgent message says why: asked for as soon as it is made urgent.

import { byId } from "./page.js";

const form = byId("composer");
const field = byId("urgent-reason");

if (field) {
  form.elements.urgency.addEventListener("change", ({ target }) => target.checked && field.focus());
  byId("quick-reasons").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    field.value = button.textContent;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    byId("composer-text").focus();
  });
  field.addEventListener("keydown", (event) => {
    // Enter in the reason goes on to the text; it never sends half a message.
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    byId("composer-text").focus();
  });
}
