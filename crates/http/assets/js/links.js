// Links in a text: the same rule as on the server. The pieces put together are the text.

import { isUnspaced, PART_OF_WORD } from "./words.js";

const START = new RegExp(`(?<!${PART_OF_WORD})[Hh][Tt][Tt][Pp][Ss]?://`, "gu");
const INVISIBLE = "\\s\\p{Cc}\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb";
const QUOTES = "<>\"`\\\\«»‹›“”„‟";
const SENTENCES = "—‥…⋯،؛؟۔։।॥፡-፨។-៖၊။།-༔、-〃〈-】〔-〟〰〽\\ufe10-\\ufe19\\ufe30-\\ufe6f\\uff01-\\uff0f\\uff1a-\\uff20\\uff3b-\\uff40\\uff5b-\\uff64";
const END = new RegExp(`[${INVISIBLE}${QUOTES}${SENTENCES}]`, "u");
const PUNCTUATION = ".,;:!?'*_~–·‘’";
const SEPARATORS = "/?#=&-_+%";
const OPENING = { ")": "(", "]": "[", "}": "{" };

const count = (text, bracket) => text.split(bracket).length - 1;

/** Without what belongs to the sentence: its punctuation, and brackets that were opened before. */
function withoutPunctuation(link) {
  let kept = link;
  for (;;) {
    const last = Array.from(kept.slice(-2)).at(-1) ?? "";
    const opening = OPENING[last];
    const outside = opening ? count(kept, last) > count(kept, opening) : last !== "" && PUNCTUATION.includes(last);
    if (!outside) return kept;
    kept = kept.slice(0, -last.length);
  }
}

/** Length of the link that the text starts with. */
function endOf(text) {
  const hostEnd = /^[^/]*\/\/[^/?#]*/u.exec(text)[0].length;
  let before = "";
  let at = 0;
  for (const letter of text) {
    const leadsOn = isUnspaced(before) || SEPARATORS.includes(before) || (before === "." && at < hostEnd);
    if (END.test(letter) || (isUnspaced(letter) && !leadsOn)) break;
    before = letter;
    at += letter.length;
  }
  return at;
}

/** The link that the text starts with; empty when it is none after all. */
function link(text) {
  const kept = withoutPunctuation(text.slice(0, endOf(text)));
  const rest = /^https?:\/\/(.*)$/isu.exec(kept)?.[1];
  if (rest === undefined) return "";
  const host = rest.split(/[/?#]/u)[0];
  return /^[\p{Alphabetic}\p{N}]/u.test(host) && !host.includes("@") ? kept : "";
}

/** The pieces of a text: `{text, link}`. */
export function linked(text) {
  const pieces = [];
  let shown = 0;
  const words = (end) => end > shown && pieces.push({ text: text.slice(shown, end), link: false });
  for (const { index } of text.matchAll(START)) {
    const found = index < shown ? "" : link(text.slice(index));
    if (!found) continue;
    words(index);
    pieces.push({ text: found, link: true });
    shown = index + found.length;
  }
  words(text.length);
  return pieces;
}
