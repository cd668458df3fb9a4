// A text without differences of case, accents and keyboards: as much of the server's fold as a list on a page needs.

const SAME = [
  [/[ىی]/gu, "ي"], [/ٱ/gu, "ا"], [/[کڪ]/gu, "ك"], [/[ہھەةۃ]/gu, "ه"],
  [/[‘’‚‛ʹʻʼʽ′‵`‹›׳]/gu, "'"], [/[“”„‟«»״〝〞〟]/gu, "\""], [/[‐‒–—―−⁃־⸺⸻]/gu, "-"],
  [/[٫۔·∙⋅]/gu, "."], [/[٬،]/gu, ","],
  [/ß/gu, "ss"], [/æ/gu, "ae"], [/œ/gu, "oe"], [/þ/gu, "th"], [/ø/gu, "o"], [/[đð]/gu, "d"], [/ł/gu, "l"], [/ħ/gu, "h"], [/ŧ/gu, "t"], [/ı/gu, "i"], [/ς/gu, "σ"],
];

/** In every script the digits follow their zero. */
function digit(character) {
  let zero = character.codePointAt(0);
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && character.codePointAt(0) - zero < 9) zero -= 1;
  return String((character.codePointAt(0) - zero) % 10);
}

export function fold(text) {
  const plain = text.normalize("NFKD").toLowerCase().replace(/[\p{Mn}\p{Default_Ignorable_Code_Point}\u0640]/gu, "");
  const written = SAME.reduce((words, [those, one]) => words.replace(those, one), plain);
  return written.replace(/(?![0-9])\p{Nd}/gu, digit).replace(/\s+/gu, " ").normalize("NFKC");
}
