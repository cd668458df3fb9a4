// A message that may mean another patient: both are shown, and the doctor says which is meant.

import { byId, copy, preview, roomId, shortName, write } from "./page.js";
import { call, room } from "./api.js";
import { find } from "./message-view.js";
import { editing, text } from "./composer-state.js";
import { showReply } from "./reply.js";

const WHY = {
  mrn: "The text holds this MRN.",
  bed: "The text holds this bed.",
  name: "The text holds this name.",
  namesake: "A similar name, on the same ward.",
};

const dialog = byId("patient-guard");
const DATE = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

function banner(patient, why) {
  const element = copy("compare-template");
  element.classList.toggle("other", Boolean(why));
  write(element, ".compare-why", why ?? "The patient of this room");
  write(element, ".compare-name", patient.name);
  write(element, ".compare-mrn", patient.mrn);
  write(element, ".compare-born", patient.born ? DATE.format(new Date(`${patient.born}T00:00:00Z`)) : "Not known");
  write(element, ".compare-bed", patient.bed ?? "None");
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

/** Shows both patients: whether the doctor says that the words are right. That they are not is written down. */
export async function isMeant(words, subject, { patient, others }) {
  byId("guard-text").textContent = words ?? "";
  byId("guard-compare").replaceChildren(banner(patient), ...others.map((other) => banner(other, WHY[other.why])));
  const isRight = await choice() === "confirmed";
  if (isRight) writeOn();
  else {
    const body = { choice: "withdrawn", client_id: subject };
    call("POST", room(roomId, "/patient-warning"), body, { keepalive: true }).catch(() => {});
  }
  return isRight;
}

/** What becomes of a message that was stopped, as `onRefused` asks it. */
export async function ask(message, problem) {
  if (await isMeant(message.text, message.client_id, problem)) return { ...message, patient_check: "confirmed" };
  // What is being edited is not to be mixed with it.
  const isEditing = editing();
  if (!isEditing) giveBack(message);
  writeOn();
  return isEditing ? "you took it back" : null;
}
