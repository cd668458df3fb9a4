// Changing an own message, in the composer.

import { byId, me, roomId, sentence } from "./page.js";
import { call, room } from "./api.js";
import { changed } from "./messages.js";
import { find } from "./message-view.js";
import { placed } from "./timeline.js";
import { mentionedIn } from "./mentioned.js";
import { people } from "./people.js";
import { onRefused } from "./outgoing.js";
import { tell } from "./toast.js";
import { closeEdit, editing, form, openEdit, problem, text } from "./composer-state.js";

const wordsOf = (element) => element.querySelector(".text").textContent;
const isChangeable = (element) => element?.matches(".mine:not(.recalled)") && element.dataset.messageId !== "";

/** The type of the problem. */
const WRONG_PATIENT = "urn:hims-chat:wrong-patient";
/** Loaded when there is something to ask: the server that stopped a message is there to be asked for it. */
const guard = () => import("./patient-guard.js");

/** What messages were to be changed to when their edit was left, by their ids. */
const left = new Map();

/** Keeps the changed words of the edit that is being left, to go on with them later. */
function keepChanges() {
  const id = editing();
  const element = find("message-id", id);
  left.delete(id);
  if (!id || !text.value.trim() || (element && wordsOf(element) === text.value)) return;
  left.set(id, text.value);
  tell("Your changes are kept: choose Edit on the message to go on with them.");
}

export function startEdit(element) {
  const { messageId: id } = element.dataset;
  if (editing() !== id) {
    keepChanges();
    openEdit(id, left.get(id) ?? wordsOf(element));
  }
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
}

/** Goes on with an edit that an earlier visit left, if its message is still there to be changed. */
export function resumeEdit({ id, text: words }) {
  const element = find("message-id", id);
  if (isChangeable(element)) openEdit(id, words);
}

/** The last own message on the page, if there is one to change. */
export function editLast() {
  const last = placed().findLast((element) => element.dataset.authorId === me && isChangeable(element));
  if (last && wordsOf(last)) startEdit(last);
  return Boolean(last);
}

function stopEdit() {
  left.delete(editing());
  leaveEdit();
}

function leaveEdit() {
  const element = find("message-id", editing());
  closeEdit();
  (element ?? text).focus({ preventScroll: true });
}

export async function save(words) {
  const id = editing();
  const shown = find("message-id", id);
  if (shown && wordsOf(shown) === words) {
    stopEdit();
    return;
  }
  const send = byId("composer-send");
  send.disabled = true;
  const body = { text: words, mention_ids: mentionedIn(words, people()) };
  const patch = (check) => call("PATCH", room(roomId, `/messages/${encodeURIComponent(id)}`), { ...body, patient_check: check });
  try {
    changed(await patch("ask").catch(async (error) => {
      if (error.problem?.type !== WRONG_PATIENT) throw error;
      const { isMeant } = await guard();
      if (!await isMeant(words, id, error.problem)) throw new Error("you took it back.");
      return patch("confirmed");
    }));
    left.delete(id);
    if (editing() === id) closeEdit();
    text.focus();
  } catch (error) {
    problem(`Not saved: ${sentence(error.message)} Your text is kept here; save it again.`);
  } finally {
    send.disabled = false;
  }
}

if (form) {
  if (byId("patient-guard")) onRefused(WRONG_PATIENT, (message, told) => guard()
    .then(({ ask }) => ask(message, told), () => "it may mean another patient, and the question could not be loaded"));
  byId("editing-stop").addEventListener("click", (event) => {
    event.preventDefault();
    stopEdit();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !editing() || event.defaultPrevented) return;
    event.preventDefault();
    keepChanges();
    leaveEdit();
  });
}
