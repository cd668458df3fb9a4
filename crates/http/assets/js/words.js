// Beginning and end of words: the same rule as on the server. Scripts that set words side by side without a space, or
// particles right behind a name, have no part in a word.

const SCRIPTS = ["Hani", "Hira", "Kana", "Bopo", "Hang", "Yiii", "Thai", "Laoo", "Khmr", "Mymr", "Tibt", "Java", "Bali", "Tale", "Talu", "Lana", "Tavt", "Ahom"];
// The marks of Kana belong to several scripts.
const OF_KANA = "\\u3006\\u3031-\\u3035\\u303c\\u3099\\u309a\\u30fc\\uff70\\uff9e\\uff9f";
const CLASS = `[${SCRIPTS.map((script) => `\\p{sc=${script}}`).join("")}${OF_KANA}]`;

/** As the source of a regular expression: what goes on with a word. */
export const PART_OF_WORD = `(?!${CLASS})[\\p{Alphabetic}\\p{N}_]`;

const unspaced = new RegExp(CLASS, "u");
const starts = new RegExp(`^${PART_OF_WORD}`, "u");

export const isUnspaced = (character) => unspaced.test(character);
/** Whether a word goes on behind this place of a text. */
export const goesOn = (text, at) => starts.test(text.slice(at, at + 2));
/** Whether a word goes on before this place of a text. */
export function goesBack(text, at) {
  // Looked for from its own start: Chromium 156 misses letters of two code units before the end of an expression.
  return starts.test(Array.from(text.slice(Math.max(at - 2, 0), at)).at(-1) ?? "");
}
