// The sheet that lists the keys, and the switch that takes the single letters away.

import { local } from "./kept.js";
import { byId } from "./page.js";

const KEY = "single-letters";

const sheet = byId("keys");
const box = byId("single-letters");

/** Single letters do something outside text fields. */
export const single = () => local.get(KEY) !== "off";

if (sheet) {
  box.checked = single();
  box.addEventListener("change", () => local.put(KEY, box.checked ? null : "off"));
  byId("keys-open").addEventListener("click", () => sheet.showModal());
}
