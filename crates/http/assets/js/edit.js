// Changing an own message, in the composer.

import { byId, isComposing, me, roomId, sentence } from "./page.js";
import { call, room } from "./api.js";
import { changed } from "./messages.js";
import { find } from "./message-view.js";
import { placed } from "./timeline.js";
import { isBlank } from "./length.js";
import { mentionedIn } from "./mentioned.js";
import { people } from "./people.js";
import { onceBack } from "./once-back.js";
import { keepEdits, keptEdits } from "./outbox.js";
import { onRefused } from "./outgoing.js";
import { tell } from "./toast.js";
import { closeEdit, editing, form, hasProblem, openEdit, problem, text } from "./composer-state.js";

const wordsOf = (element) => element.querySelector(".text").textContent;
const isChangeable = (element) => element?.matches(".mine:not(.recalled)") && element.dataset.messageId !== "";

/** The type of the problem. */
const WRONG_PATIENT = "urn:hims-chat:wrong-patient";
/** Loaded when there is something to ask: the server that stopped a message is there to be asked for it. */
const guard = () => import("./patient-guard.js");

/** The message whose edit was chosen from its menu. One that a key began, or an earlier visit left, may not be seen. */
let picked = null;

/** Changed words of edits that were left, by the ids of their messages. */
const left = new Map(keptEdits());

function leave(id, words) {
  left.delete(id);
  if (words) left.set(id, words);
  keepEdits([...left]);
}

/** Keeps the changed words of the edit that is being left, to go on with them later. */
function keepChanges() {
  const id = editing();
  const element = find("message-id", id);
  leave(id, null);
  if (!id || isBlank(text.value) || (element && wordsOf(element) === text.value)) return;
  leave(id, text.value);
  tell("Your changes are kept: choose Edit on the message to go on with them.");
}

export function startEdit(element, { byKey = false } = {}) {
  const { messageId: id } = element.dataset;
  picked = byKey ? null : id;
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
  if (last && wordsOf(last)) startEdit(last, { byKey: true });
  return Boolean(last);
}

function stopEdit() {
  leave(editing(), null);
  leaveEdit();
}

function leaveEdit() {
  const element = find("message-id", editing());
  closeEdit();
  (element ?? text).focus({ preventScroll: true });
}

/** Loaded when a key is to change a message. */
const keyAsk = () => import("./key-ask.js");
const isMeantByKey = (question) => keyAsk().then(({ isMeant }) => isMeant(question));

const isSeen = (quote, then) => isMeantByKey({
  heading: "Change your message?", quote, then, yes: "Change it", no: "Go on writing",
});

/** Saves the edit; one that keys alone began and save is asked about. */
export async function save(words, byKey) {
  const id = editing();
  const shown = find("message-id", id);
  if (shown && wordsOf(shown) === words) {
    stopEdit();
    return;
  }
  if (byKey && picked !== id && !await isSeen(shown ? wordsOf(shown) : "", words)) {
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
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
    leave(id, null);
    if (editing() === id) closeEdit();
    text.focus();
  } catch (error) {
    problem(`Not saved: ${sentence(error.message)} Your text is kept here; save it again.`);
    if (error.isTemporary) onceBack(() => editing() === id && hasProblem() && problem("Not saved. Your text is kept here; save it again."));
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
    if (event.key !== "Escape" || !editing() || event.defaultPrevented || isComposing(event)) return;
    event.preventDefault();
    keepChanges();
    leaveEdit();
  });
}
