// Content that a clipboard or a drag holds in several forms at once: text is written, and only files that come without text
// are attached. Spreadsheets and word processors put a picture of the text beside it.

/** Elements that stand on a line of their own. */
const LINES = "p, div, li, tr, h1, h2, h3, h4, h5, h6, pre, blockquote";

/** The words of markup, a line a block and a tab between cells. It is parsed where nothing is loaded or run. */
function wordsOf(markup) {
  const { body } = new DOMParser().parseFromString(markup, "text/html");
  body.querySelectorAll("style, script, title").forEach((part) => part.remove());
  body.querySelectorAll("br").forEach((part) => part.replaceWith("\n"));
  body.querySelectorAll("td + td, th + td, th + th").forEach((cell) => cell.before("\t"));
  body.querySelectorAll(LINES).forEach((part) => part.append("\n"));
  return body.textContent.replace(/\u00a0/g, " ").trim();
}

const lastPart = (path) => path.split(/[/\\]/).at(-1);

/** Of a path or an address as file managers write it: "ECG 1.png" of `file:///home/ward/ECG%201.png`. */
function nameIn(line) {
  try {
    return lastPart(decodeURIComponent(line));
  } catch {
    return lastPart(line);
  }
}

/** File managers put names, paths or addresses of the files beside them. */
function isNames(text, files) {
  const names = new Set(Array.from(files, (file) => file.name));
  return text.split(/[\r\n\0]+/).map((line) => line.trim()).filter(Boolean)
    .every((line) => names.has(line) || names.has(nameIn(line)) || /^(copy|cut|x-special\/.*)$/.test(line));
}

/** A picture that was copied out of a page brings its address, and markup without a word. */
const isPicture = (markup, text) => /<img\b/i.test(markup) && !wordsOf(markup) && /^\s*\S*\s*$/.test(text);

/** Chooses from a `DataTransfer`: `{text}` is to be written, `{files}` are to be attached; neither is left to the browser. */
export function contents(data) {
  const files = data?.files ?? [];
  const text = data?.getData("text/plain") ?? "";
  const markup = data?.getData("text/html") ?? "";
  if (files.length && (isNames(text, files) || isPicture(markup, text))) {
    const words = text.trim() ? "" : wordsOf(markup);
    return words ? { text: words } : { files };
  }
  if (text.trim()) return { text };
  const words = markup && wordsOf(markup);
  return words ? { text: words } : {};
}
