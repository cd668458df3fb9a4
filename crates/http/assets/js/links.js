// Links in a text: the same rule as on the server. The pieces put together are the text.

const START = /(?<![\p{Alphabetic}\p{N}_])[Hh][Tt][Tt][Pp][Ss]?:\/\//gu;
const END = /[\s\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb<>"`\\«»“”„]/u;
const PUNCTUATION = ".,;:!?'*_~…‘’、。，；：！？）】」،؛؟";
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

/** The link that the text starts with; empty when it is none after all. */
function link(text) {
  const end = text.search(END);
  const kept = withoutPunctuation(end < 0 ? text : text.slice(0, end));
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
