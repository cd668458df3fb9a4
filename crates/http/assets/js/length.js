// How long a text is: in code points of what the server keeps, which counts the same. A field with `data-most` takes
// whatever is pasted into it, and says near its limit how much that is.

import { byId, show } from "./page.js";

// Besides what Unicode calls ignorable these are the empty Braille cell, anchors of annotations, the null note head and
// blank hieroglyphs.
const BLANK = /^[\p{White_Space}\p{Cc}\p{M}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb\u{1d159}\u{13441}\u{13442}]*$/u;
const NEAR = 0.9;
/** Control characters that the server drops. */
const DROPPED = /(?![\t\n\v\f\r\u0085])\p{Cc}/gu;
const number = new Intl.NumberFormat("en-GB");

const lengthOf = (text) => Array.from(text.trim().replace(/\r\n/g, "\n").replace(DROPPED, "")).length;
const most = (field) => Number(field.dataset.most);
const characters = (count) => `${number.format(count)} ${count === 1 ? "character" : "characters"}`;

/** Whether a reader would see nothing of a text: the same rule as on the server. */
export const isBlank = (text) => BLANK.test(text);

/** Tells how much too long a text is for its field; empty where it fits. */
export function tooLong(text, field) {
  const over = lengthOf(text) - most(field);
  return over > 0 ? `${characters(over)} too long: at most ${number.format(most(field))} are possible` : "";
}

/** Says beside the field how full it is. */
export function count(field) {
  const line = byId(`${field.id}-count`);
  const length = lengthOf(field.value);
  const over = length - most(field);
  line.classList.toggle("over", over > 0);
  line.textContent = over > 0 ? `${characters(over)} too many` : `${number.format(length)} of ${number.format(most(field))} characters`;
  show(line, length >= most(field) * NEAR);
  const wrong = tooLong(field.value, field);
  // The composer says so itself, above the text.
  if (!field.closest("#composer")) field.setCustomValidity(wrong && `This is ${wrong}.`);
}

for (const field of document.querySelectorAll("[data-most]")) {
  field.addEventListener("input", () => count(field));
  count(field);
}
