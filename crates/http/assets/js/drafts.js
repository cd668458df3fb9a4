// A draft follows its doctor: it is saved for the account soon after the last key, and the doctor's other pages show it.

import { isLocked, leaving, mount, roomId } from "./page.js";
import { at, call, room } from "./api.js";
import { find } from "./message-view.js";
import { hasFiles } from "./attach.js";
import { noteSaved } from "./just-saved.js";
import { answer } from "./reply.js";
import { onDraft, unsavedDrafts } from "./outbox.js";
import { editing, form, isKnown, keepsDraft, nowSaved, nowSaving, otherPages, take, wordsOf } from "./composer-state.js";

const PAUSE_MS = 700;
const AGAIN_MS = 10_000;

let timer;
/** One is saved after the other, so that the last one stays. */
let turn = Promise.resolve();
let failed = false;
/** How often this room's draft was given to be saved. */
let saves = 0;
/** Changes made while a save is noted are nothing new to save. */
let isNoting = false;

const path = (place) => at(place, room(place.room, "/draft"));
const isHere = (place) => place.mount === mount && place.room === roomId;

/** Turns a draft of the server into a state of the composer. */
const asWritten = (draft, reply = (id) => ({ id })) => draft && {
  text: draft.text,
  urgent: draft.urgency === "urgent",
  reason: draft.urgent_reason,
  reply: draft.reply_to ? reply(draft.reply_to) : null,
};

/** Settles with the draft that the server has in place of words it refused: ours, whose answer was lost, or another page's. */
async function settle({ state, saved, ...place }) {
  const { draft, saved_at: at } = await call("GET", path(place), undefined, { background: true });
  const isOurs = state.sending?.includes(wordsOf(asWritten(draft)));
  if (isOurs) await save({ state: { ...state, replaces: at ?? "", sending: [] }, saved, ...place });
  // In its own room the two are put together.
  else if (isHere(place) && !isLocked()) take(asWritten(draft, quoted), at ?? "");
}

async function save({ state, saved, ...place }, keepalive) {
  if (isHere(place)) {
    saves += 1;
    isNoting = true;
    nowSaving(state);
    isNoting = false;
  }
  const { text = "", urgent, reason = "", reply, replaces } = state;
  const draft = { text, urgency: urgent ? "urgent" : "routine", urgent_reason: reason, reply_to: reply?.id, replaces };
  try {
    const { saved_at: at } = await call("PUT", path(place), draft, { keepalive });
    if (!isHere(place)) {
      noteSaved(place, state, at ?? "");
      saved();
      return;
    }
    nowSaved(state, at ?? "");
    otherPages?.postMessage("saved");
  } catch (error) {
    if (error.status !== 409) throw error;
    await settle({ state, saved, ...place });
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
  const before = saves;
  const { draft, saved_at: at } = await call("GET", path({ mount, room: roomId }), undefined, { background: true });
  if (isLocked()) return;
  // A save made meanwhile is newer than this answer; a known draft must not come back where it was taken out.
  if (saves !== before) await look();
  else if (!isKnown(at ?? "")) take(asWritten(draft, quoted), at ?? "");
}

/** Shows how far another page has come. */
export async function look() {
  if (!isLocked() && !unsavedDrafts().some(isHere)) await theirs();
}

/** Words that the server would not take. */
const isLost = () => failed && unsavedDrafts().some(({ state }) => state.text || state.urgent || state.reply);

/** A link or a form of this site was used: the tab keeps what is written. */
let goesOn = false;

function within(event) {
  const link = event.type === "submit" || event.target.closest("a[href]:not([target]):not([download])");
  goesOn = Boolean(link) && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey;
}

if (keepsDraft) {
  onDraft(() => {
    if (isNoting) return;
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
    if (!leaving && !goesOn && (isLost() || editing() || hasFiles())) event.preventDefault();
  });
  soon();
}
