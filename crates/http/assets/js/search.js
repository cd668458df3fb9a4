// Results while typing. The words travel in the body only: they are in no address, and so in no
// history and no log. What narrows the search may be in the address.

import { byId, me, reload, roomId } from "./page.js";
import { isBlank } from "./length.js";
import { onceBack } from "./once-back.js";

const WAIT_MS = 300;
const LEAST = 2;

const form = roomId ? null : byId("search-form");
const results = byId("search-results");
const status = byId("search-status");
let timer;
let asked = 0;

const filled = (more = {}) => {
  const fields = new URLSearchParams({ ...Object.fromEntries(new FormData(form)), ...more });
  for (const [name, value] of [...fields]) if (isBlank(value)) fields.delete(name);
  return fields;
};

function keepAddress(fields) {
  const shown = new URLSearchParams(fields);
  shown.delete("q");
  shown.delete("cursor");
  history.replaceState(history.state, "", shown.size ? `?${shown}` : location.pathname);
}

/** The server's own markup of the results, as it would stand on the page after a submit. */
async function page(fields) {
  const response = await fetch(form.action, {
    method: "POST",
    body: fields,
    headers: { accept: "text/html", "x-hims-doctor": me },
  });
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const found = fresh.getElementById("search-results");
  if (found) return found;
  if (response.redirected || response.status === 401 || response.status === 409) reload();
  throw new Error(`the server answered ${response.status}`);
}

/** Asks with these fields and gives the answer to `place`, unless something newer was asked since. */
async function ask(fields, place) {
  const turn = ++asked;
  results.ariaBusy = "true";
  try {
    const found = await page(fields);
    if (turn !== asked) return;
    status.textContent = "";
    place(document.adoptNode(found));
  } catch (error) {
    if (turn !== asked) return;
    const why = navigator.onLine ? (error instanceof TypeError ? "the server did not answer" : error.message) : "this computer is offline";
    status.textContent = `Not searched: ${why}. Your words are kept; search again in a moment.`;
    onceBack(() => turn === asked && ask(fields, place));
  } finally {
    if (turn === asked) results.ariaBusy = "false";
  }
}

function search() {
  clearTimeout(timer);
  const fields = filled();
  keepAddress(fields);
  const words = fields.get("q") ?? "";
  if (words && Array.from(words.trim()).length < LEAST) {
    asked += 1;
    results.ariaBusy = "false";
    status.textContent = "Two characters at least.";
    return;
  }
  ask(fields, (found) => results.replaceChildren(...found.childNodes));
}

function more(button) {
  ask(filled({ cursor: button.value }), (found) => {
    const list = results.querySelector(".hits");
    const further = found.querySelector(".hits");
    const next = found.querySelector("#search-more");
    if (!list) {
      results.replaceChildren(...found.childNodes);
      return;
    }
    const first = further?.firstElementChild;
    if (further) list.append(...further.children);
    if (next) button.replaceWith(next);
    else button.remove();
    status.textContent = first ? "" : "No earlier ones found.";
    first?.querySelector("a").focus();
  });
}

if (form) {
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, WAIT_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.name === "cursor") more(event.submitter);
    else search();
  });
}
