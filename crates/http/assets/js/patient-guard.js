// A message that may mean another patient: both are shown, and the doctor says which is meant.

import { byId, copy, leaveFor, preview, roomId, sentence, shortName, write } from "./page.js";
import { withFormer } from "./former.js";
import { call, room } from "./api.js";
import { find } from "./message-view.js";
import { editing, problem as say, text } from "./composer-state.js";
import { addToDraft, isLoose } from "./outbox.js";
import { showReply } from "./reply.js";

const WHY = {
  mrn: "The text holds this MRN.",
  bed: "The text holds this bed.",
  name: "The text holds this name.",
  namesake: "A similar name, on the same ward.",
};

/** Before the id of the patient whose chat is to be opened. */
const OPEN = "open ";

const dialog = byId("patient-guard");
const DATE = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

function banner(patient, why) {
  const element = copy("compare-template");
  element.classList.toggle("other", Boolean(why));
  write(element, ".compare-why", why ?? "The patient of this room");
  write(element, ".compare-name", patient.name);
  write(element, ".compare-mrn", withFormer(patient));
  write(element, ".compare-born", patient.born ? DATE.format(new Date(`${patient.born}T00:00:00Z`)) : "Not known");
  write(element, ".compare-bed", patient.bed ?? "None");
  if (why) {
    const open = copy("compare-open-template");
    open.value = `${OPEN}${patient.id}`;
    element.append(open);
  }
  return element;
}

/** Gives a text back to be changed, before what was written meanwhile. */
function giveBack(message) {
  const { urgency, urgent_reason: reason } = text.form.elements;
  text.value = [message.text, text.value].filter(Boolean).join("\n\n");
  if (message.urgency === "urgent") urgency.checked = true;
  if (reason && message.urgent_reason) reason.value = message.urgent_reason;
  const answered = find("message-id", message.reply_to);
  if (answered) {
    showReply({
      id: message.reply_to,
      author: shortName(answered.querySelector(".author-name").textContent),
      text: preview(answered.querySelector(".text").textContent, 120),
    });
  }
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.form.dispatchEvent(new CustomEvent("withdrawn", { detail: message }));
}

/** Without the caret set anew, Chromium takes no letters after a dialog. */
function writeOn() {
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
}

function choice() {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}

/**
 * Shows the patients and asks what becomes of the words: "confirmed", "withdrawn", or OPEN and a patient's
 * id. That they are not sent here is written down.
 */
async function answerTo(words, subject, { patient, others }) {
  byId("guard-text").textContent = words ?? "";
  const shown = others.map((other) => banner(other, WHY[other.why]));
  byId("guard-compare").replaceChildren(...(patient ? [banner(patient)] : []), ...shown);
  const answer = await choice();
  if (answer !== "confirmed") {
    const body = { choice: "withdrawn", client_id: subject };
    call("POST", room(roomId, "/patient-warning"), body, { keepalive: true }).catch(() => {});
  }
  return answer;
}

/** Leads to the chat of another patient, where the words stand in the composer, not sent. */
async function openChat(patientId, { text: words, urgency, urgent_reason: reason = "" }) {
  const { url } = await call("POST", "rooms", { patient_id: patientId });
  const [, toMount, toRoom] = url.match(/^(\/.+)\/rooms\/([^/?#]+)/);
  addToDraft(toMount, decodeURIComponent(toRoom), { text: words ?? "", urgent: urgency === "urgent", reason });
  if (isLoose()) throw new Error("this browser keeps nothing from page to page.");
  // Not before what is kept of the message here is forgotten.
  setTimeout(leaveFor, 0, url);
}

/** Whether the doctor says that changed words are right for this room. */
export async function isMeant(words, subject, problem) {
  const answer = await answerTo(words, subject, problem);
  if (answer.startsWith(OPEN)) await openChat(answer.slice(OPEN.length), { text: words });
  const isRight = answer === "confirmed";
  if (isRight) writeOn();
  return isRight;
}

/** Asks about a message that was stopped, and resolves as a handler of `onRefused` does. */
export async function ask(message, problem) {
  const answer = await answerTo(message.text, message.client_id, problem);
  if (answer === "confirmed") {
    writeOn();
    return { ...message, patient_check: "confirmed" };
  }
  const refused = answer.startsWith(OPEN)
    && await openChat(answer.slice(OPEN.length), message).then(() => null, (error) => error);
  if (refused === null) {
    // The files were sent to this room; they wait here.
    text.form.dispatchEvent(new CustomEvent("withdrawn", { detail: message }));
    return null;
  }
  // The text that is being edited is not to be mixed with it.
  const isEditing = editing();
  if (!isEditing) giveBack(message);
  if (refused) say(`The other chat was not opened: ${sentence(refused.message)} Your text is kept here.`);
  writeOn();
  return isEditing ? "you took it back" : null;
}
