// Unread counts of the patients on the page, chat by chat. They are asked for by their references, in the body.

import { byId, named, show } from "./page.js";
import { call } from "./api.js";
import { countAtNews } from "./inbox-unread.js";

const shown = () => Array.from(document.querySelectorAll("[data-patient-ref]"));

/** All by which chats know the patient. */
const references = (element) => element.dataset.patientRef.split(" ");

/** Most references that are asked for at once. */
const AT_ONCE = 100;

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

/** One count for each chat; a patient with several records may have several rooms in one. */
function together(said) {
  const counts = new Map();
  for (const { backend, unread } of said) counts.set(backend, (counts.get(backend) ?? 0) + unread);
  return Array.from(counts, ([backend, unread]) => ({ backend, unread }));
}

/** The line under a button of the patient's own page. */
function line(element, said) {
  const { backend, reference } = element.dataset;
  const here = said.find((room) => room.backend === backend && room.patient === reference);
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
  const all = shown().flatMap(references);
  if (!all.length) return;
  const answer = { unread: [], missing: [] };
  for (let first = 0; first < all.length; first += AT_ONCE) {
    const patients = all.slice(first, first + AT_ONCE);
    const { unread, missing } = await call("POST", "/doctor/api/patients/unread", { patients }, { background: true });
    answer.unread.push(...unread);
    const isNew = ({ label }) => !answer.missing.some((known) => known.label === label);
    answer.missing.push(...missing.filter(isNew));
  }
  for (const element of shown()) {
    const said = answer.unread.filter(({ patient }) => references(element).includes(patient));
    for (const marks of element.querySelectorAll(".patient-marks")) list(marks, together(said));
    for (const under of element.querySelectorAll(".chat-unread")) line(under, said);
  }
  sayMissing(answer.missing);
}

countAtNews(count, ["connection"]);
