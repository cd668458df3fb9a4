// Quotes of the message that a reply answers, wherever that stands.

import { preview, roomId, shortName, write } from "./page.js";
import { refetch, room } from "./api.js";

const CHARACTERS = 120;

/** Quoted messages as they were told last, by id. */
const known = new Map();
const asked = new Set();

function put(line, { author, text, attachments = [], recalled_at: recalled }) {
  const words = recalled ? "Recalled" : preview(text || attachments[0]?.name || "Earlier message", CHARACTERS);
  write(line, ".quote-author", shortName(author.name));
  write(line, ".quote-text", words);
}

/** Answers may overtake each other: a recalled message stays recalled, and an edit is never undone. */
function isOutdated(message, before) {
  if (!before || message.recalled_at) return false;
  return Boolean(before.recalled_at) || (Date.parse(message.edited_at) || 0) < (Date.parse(before.edited_at) || 0);
}

/** Notes how messages are now, and says so wherever they are quoted. */
export function learn(messages = []) {
  for (const message of messages) {
    if (isOutdated(message, known.get(message.id))) continue;
    known.set(message.id, message);
    for (const line of document.querySelectorAll(`#messages .quote[href$="#m-${CSS.escape(message.id)}"]`)) put(line, message);
  }
}

/** A page loaded afresh brings what it quotes; a single message does not. */
async function ask(id) {
  if (asked.has(id)) return;
  asked.add(id);
  try {
    learn([await refetch(room(roomId, `/messages/${encodeURIComponent(id)}`))]);
  } catch {
    asked.delete(id);
  }
}

const ofElement = (element) => ({
  author: { name: element.querySelector(".author-name").textContent },
  text: element.querySelector(".text").textContent || element.querySelector(".file-name")?.textContent,
  recalled_at: element.classList.contains("recalled"),
});

/** Fills the line that quotes message `id`; `original` is its element, if it is on the page. */
export function quote(line, id, original) {
  const isThere = line.hash === `#m-${id}`;
  line.href = `${original ? "" : `?message=${encodeURIComponent(id)}`}#m-${id}`;
  const message = original ? ofElement(original) : known.get(id);
  if (message) put(line, message);
  // Words that the server wrote are left alone.
  else if (!isThere) {
    put(line, { author: { name: "" } });
    ask(id);
  }
}
