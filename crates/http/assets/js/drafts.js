// A draft follows its doctor: it is saved for the account soon after the last key, and the doctor's other pages show it.

import { isLocked, leaving, mount, roomId } from "./page.js";
import { at, call, room } from "./api.js";
import { find } from "./message-view.js";
import { hasFiles } from "./attach.js";
import { answer } from "./reply.js";
import { onDraft, unsavedDrafts } from "./outbox.js";
import { editing, form, keepsDraft, nowSaved, otherPages, take } from "./composer-state.js";

const PAUSE_MS = 700;
const AGAIN_MS = 10_000;

let timer;
/** One is saved after the other, so that the last one stays. */
let turn = Promise.resolve();
let failed = false;

const path = (place) => at(place, room(place.room, "/draft"));
const isHere = (place) => place.mount === mount && place.room === roomId;

async function save({ state, saved, ...place }, keepalive) {
  const { text = "", urgent, reason = "", reply, replaces } = state;
  const draft = { text, urgency: urgent ? "urgent" : "routine", urgent_reason: reason, reply_to: reply?.id, replaces };
  try {
    const { saved_at: at } = await call("PUT", path(place), draft, { keepalive });
    if (!isHere(place)) {
      saved();
      return;
    }
    nowSaved(state, at ?? "");
    otherPages?.postMessage("saved");
  } catch (error) {
    // Another page has written something else. In its own room the two are put together.
    if (error.status !== 409) throw error;
    if (isHere(place)) await theirs();
  }
}

async function saveAll(keepalive = false) {
  const saving = await Promise.allSettled(unsavedDrafts().map((draft) => save(draft, keepalive)));
  const errors = saving.map(({ reason }) => reason).filter(Boolean);
  failed = errors.length > 0;
  if (errors.some((error) => error.isTemporary)) soon(AGAIN_MS);
}

/** Saves what is not saved yet; done when the server has answered. */
export function flush() {
  clearTimeout(timer);
  turn = turn.then(() => saveAll());
  return turn;
}

function soon(wait = PAUSE_MS) {
  clearTimeout(timer);
  if (unsavedDrafts().length) timer = setTimeout(flush, wait);
}

function quoted(id) {
  const element = find("message-id", id);
  return element ? answer(element) : { id, author: "", text: "" };
}

async function theirs() {
  const { draft, saved_at: at } = await call("GET", path({ mount, room: roomId }), undefined, { background: true });
  if (isLocked()) return;
  take(draft && {
    text: draft.text,
    urgent: draft.urgency === "urgent",
    reason: draft.urgent_reason,
    reply: draft.reply_to ? quoted(draft.reply_to) : null,
  }, at ?? "");
}

/** Shows how far another page has come. */
export async function look() {
  if (!isLocked() && !unsavedDrafts().some(isHere)) await theirs();
}

/** A link or a form of this site was used: the tab keeps what is written. */
let goesOn = false;

function within(event) {
  const link = event.type === "submit" || event.target.closest("a[href]:not([target]):not([download])");
  goesOn = Boolean(link) && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey;
}

if (keepsDraft) {
  onDraft(() => {
    goesOn = false;
    soon();
  });
  form.addEventListener("sent", flush);
  addEventListener("online", flush);
  addEventListener("pagehide", () => saveAll(true));
  // It may have been loaded before what was written here was saved.
  otherPages?.addEventListener("message", ({ data }) => data === "opened" && flush().then(() => otherPages.postMessage("saved")));
  document.addEventListener("visibilitychange", () => document.hidden && flush());
  for (const type of ["click", "submit"]) document.addEventListener(type, within);
  addEventListener("beforeunload", (event) => {
    // Files and changes to a message are kept in this tab only.
    if (!leaving && !goesOn && (failed || editing() || hasFiles())) event.preventDefault();
  });
  soon();
}
