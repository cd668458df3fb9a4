// Results of a search while it is typed, out of the server's own page. Without this script the form does the same.

import { byId, me, reload } from "./page.js";
import { loaded, notLoaded } from "./connection.js";
import { onceBack } from "./once-back.js";

const WAIT_MS = 200;

/** The element `id` of the page that `form` leads to. */
export function answer(form, id, how = {}) {
  const fields = new URLSearchParams(new FormData(form));
  if (form.method === "post") return answerAt(form.action, id, { ...how, method: "POST", body: fields });
  return answerAt(`${form.action}?${fields}`, id, how);
}

/** The same of the page at an address. */
export async function answerAt(address, id, how = {}) {
  const response = await fetch(address, { ...how, headers: { accept: "text/html", "x-hims-doctor": me, ...how.headers } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const found = page.getElementById(id);
  if (found) return found;
  if (response.redirected || response.status === 401 || response.status === 409) reload();
  throw new Error(`the server answered ${response.status}`);
}

/** Puts what `form` finds in place of the element `id`; beside it, at `id`-status, `words(found)` say how much that is. */
export function searchAsTyped(form, id, words) {
  let timer;
  let asked = 0;

  async function search() {
    clearTimeout(timer);
    const turn = ++asked;
    try {
      const found = await answer(form, id);
      if (turn !== asked) return;
      byId(id).replaceWith(document.adoptNode(found));
      byId(`${id}-status`).textContent = words(found);
      loaded();
    } catch (error) {
      if (turn !== asked) return;
      const why = error instanceof TypeError ? "the server did not answer" : error.message;
      notLoaded(`Not searched: ${why}. What you see stays.`, search);
      onceBack(() => turn === asked && search());
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, WAIT_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search();
  });
  return search;
}
