// The directory of doctors: results as typed. Without this script the form does the same.

import { byId } from "./page.js";

const WAIT_MS = 200;
const form = byId("directory-search");
let timer;
let asked = 0;

/** Puts the results of the server's own page in place of those that are shown. */
async function search() {
  const turn = ++asked;
  const query = new URLSearchParams(new FormData(form));
  let words = "The search failed.";
  try {
    const response = await fetch(`${form.getAttribute("action")}?${query}`, { headers: { accept: "text/html" } });
    const found = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("people-results");
    if (turn !== asked) return;
    if (found) {
      byId("people-results").replaceWith(document.adoptNode(found));
      const count = found.querySelectorAll("[data-doctor-id]").length;
      words = count === 1 ? "1 doctor found." : `${count} doctors found.`;
    }
  } catch {
    if (turn !== asked) return;
  }
  byId("people-status").textContent = words;
}

if (form) {
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, WAIT_MS);
  });
}
