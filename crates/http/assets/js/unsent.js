// Nothing unsent is left behind unnoticed: a notice in the sidebar, and a question before leaving.

import { byId, copy, leaveFor, leaving, mount, roomId, show } from "./page.js";
import { everything, forgetAll, hasWords, isLoose, onChange, onDraft, unsavedDrafts } from "./outbox.js";
import { forgetSaved } from "./just-saved.js";
import { tell } from "./toast.js";

const notice = byId("unsent-rooms");

function link({ mount: prefix, room, title }) {
  const item = copy("unsent-room-template");
  const anchor = item.querySelector("a");
  anchor.href = `${prefix}/rooms/${encodeURIComponent(room)}`;
  anchor.textContent = title;
  anchor.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    leaveFor(anchor.href);
  });
  return item;
}

/** Names the other rooms; in this one the messages themselves say it. */
function say() {
  const rooms = new Map(everything().map((entry) => [`${entry.mount} ${entry.room}`, entry]));
  rooms.delete(`${mount} ${roomId}`);
  byId("unsent-list").replaceChildren(...Array.from(rooms.values(), link));
  show(notice, rooms.size > 0);
}

let toldLoose = false;

/** Nothing that is typed is lost in silence. */
function sayLoose() {
  if (toldLoose || !isLoose()) return;
  toldLoose = true;
  tell("This browser keeps nothing for this site: what is not sent is lost when you leave the page.");
}

const drafts = () => import("./drafts.js");

/** Whether nothing is lost by signing out, or the doctor says that it may be. */
function mayDiscard() {
  const count = everything().length;
  const messages = `${count === 1 ? "A message is" : `${count} messages are`} not sent yet.`;
  const what = count ? messages : "What you have written is not saved.";
  return !hasWords() || confirm(`${what} Sign out and discard?`);
}

function discard() {
  forgetAll();
  forgetSaved();
}

async function signOut(event) {
  const { target } = event;
  if (!target.matches('[action="/logout"]')) return;
  if (unsavedDrafts().length) {
    event.preventDefault();
    await drafts().then(({ flush }) => flush()).catch(() => {});
    if (!mayDiscard()) return;
    discard();
    target.submit();
  } else if (mayDiscard()) discard();
  else event.preventDefault();
}

if (notice) {
  say();
  onChange(say);
  onChange(sayLoose);
  onDraft(sayLoose);
  addEventListener("beforeunload", (event) => {
    if (isLoose() || (!leaving && everything().length)) event.preventDefault();
  });
  document.addEventListener("submit", signOut);
  // A room that was left a moment ago.
  if (unsavedDrafts().length) drafts().then(({ flush }) => flush()).catch(() => {});
}
