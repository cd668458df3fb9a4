// A message's text with its links and mentions, as elements. Whatever is written stays text.

import { me } from "./page.js";
import { linked } from "./links.js";
import { mentions } from "./mentioned.js";
import { people } from "./people.js";

function anchor(address) {
  const element = document.createElement("a");
  Object.assign(element, { href: address, target: "_blank", rel: "noopener noreferrer", textContent: address });
  return element;
}

function mark(words, person) {
  const element = document.createElement("span");
  element.className = person.id === me ? "mention of-me" : "mention";
  element.textContent = words;
  return element;
}

/** Writes `text` into `element`; `ids` are those whom the message mentions. */
export function writeText(element, text, ids = []) {
  const named = people().filter(({ id }) => ids.includes(id));
  const parts = linked(text).flatMap((piece) => (piece.link
    ? [anchor(piece.text)]
    : mentions(piece.text, named).map(({ text: words, person }) => (person ? mark(words, person) : words))));
  // What says so already is left alone: somebody may be selecting it.
  const marks = parts.filter((part) => part.className?.startsWith("mention")).length;
  if (element.textContent === text && element.querySelectorAll(".mention").length === marks) return;
  element.replaceChildren(...parts);
}
