// "@Dr Kwabena Lisle" in a text: the same rule as on the server.

import { goesBack, goesOn } from "./words.js";

/** The one of `people` (`{id, name}`) named at this place, the longest name first. */
function namedAt(text, at, people) {
  if (text[at] !== "@" || goesBack(text, at)) return null;
  const fits = ({ name }) => name && text.startsWith(name, at + 1) && !goesOn(text, at + 1 + name.length);
  return people.filter(fits).toSorted((a, b) => b.name.length - a.name.length)[0] ?? null;
}

/** The pieces of a text: `{text, person}`. Put together they are the text. */
export function mentions(text, people) {
  const pieces = [];
  let shown = 0;
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const person = namedAt(text, at, people);
    if (!person) continue;
    if (at > shown) pieces.push({ text: text.slice(shown, at), person: null });
    shown = at + 1 + person.name.length;
    pieces.push({ text: text.slice(at, shown), person });
  }
  if (shown < text.length) pieces.push({ text: text.slice(shown), person: null });
  return pieces;
}

/** Ids of the people whom a text names, each once. A name that two people share calls nobody. */
export function mentionedIn(text, people) {
  const isShared = ({ name }) => people.filter((other) => other.name === name).length > 1;
  const named = mentions(text, people).flatMap(({ person }) => (person && !isShared(person) ? [person.id] : []));
  return Array.from(new Set(named));
}
