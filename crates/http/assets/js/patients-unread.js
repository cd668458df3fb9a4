// What is unread about the patients on the page, chat by chat. They are asked for by their references, in the body.

import { byId, named, show } from "./page.js";
import { call } from "./api.js";
import { countAtNews } from "./inbox-unread.js";

const shown = () => Array.from(document.querySelectorAll("[data-patient-ref]"));

function mark(words) {
  const element = document.createElement("span");
  element.className = "unread-mark";
  element.textContent = words;
  return element;
}

/** The marks beside a name in the list. */
function list(marks, said) {
  const fresh = said.filter(({ unread }) => unread > 0).flatMap(({ backend, unread }) => {
    const element = mark(`${unread} unread, ${named(backend)}`);
    element.dataset.testid = "patient-unread";
    return [" ", element];
  });
  const words = fresh.map((part) => part.textContent ?? part).join("");
  if (marks.textContent !== words) marks.replaceChildren(...fresh);
}

/** The line under a button of the patient's own page. */
function line(element, said) {
  const here = said.find(({ backend }) => backend === element.dataset.backend);
  show(element, Boolean(here));
  if (here) element.replaceChildren(here.unread > 0 ? mark(`${here.unread} unread`) : "Nothing unread");
}

function sayMissing(missing) {
  const names = missing.map(({ label }) => label).join(" and ");
  const words = missing.length > 1 ? `${names} do not answer: their rooms and unread marks are missing here.` : `${names} does not answer: its rooms and unread marks are missing here.`;
  const element = byId("patients-missing-words");
  if (missing.length && element.textContent !== words) element.textContent = words;
  show(byId("patients-missing"), missing.length > 0);
}

async function count() {
  const patients = shown().map((element) => element.dataset.patientRef);
  if (!patients.length) return;
  const answer = await call("POST", "/doctor/api/patients/unread", { patients }, { background: true });
  for (const element of shown()) {
    const said = answer.unread.filter(({ patient }) => patient === element.dataset.patientRef);
    for (const marks of element.querySelectorAll(".patient-marks")) list(marks, said);
    for (const under of element.querySelectorAll(".chat-unread")) line(under, said);
  }
  sayMissing(answer.missing);
}

countAtNews(count, ["connection"]);
