// The sheet that lists the keys, and the switch that takes the single letters away.

import { byId } from "./page.js";

const KEY = "single-letters";

const sheet = byId("keys");
const box = byId("single-letters");

/** Single letters do something outside text fields. */
export const single = () => localStorage.getItem(KEY) !== "off";

if (sheet) {
  box.checked = single();
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "off");
  });
  byId("keys-open").addEventListener("click", () => sheet.showModal());
}
