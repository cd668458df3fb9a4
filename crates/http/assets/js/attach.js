// Files for the next message: picked, photographed, pasted or dropped on the conversation. Each is
// uploaded at once, one after the other in their order; the message waits for them.

import { byId, conversation, isLocked, leaving, mount, roomId, show } from "./page.js";
import { call } from "./api.js";
import { Card } from "./attach-card.js";
import { sizeOf } from "./file-kind.js";
import { session } from "./kept.js";
import { on } from "./live.js";
import { contents } from "./pasted.js";
import { OWN } from "./sealed.js";
import { upload } from "./upload.js";

const MOST = 10;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 60_000;
const HEIC = "This is a HEIC photo, which most computers cannot show. On an iPhone choose Settings, Camera, Formats, Most Compatible, or save it as JPEG.";

const form = byId("composer");
const list = byId("attachments");
const largest = Number(list?.dataset.maxBytes);
const handlers = { remove, retry };

let cards = [];
let current = null;
/** The doctor wants to send as soon as no file is so any more; null when not. */
let awaited = null;
let wait = FIRST_WAIT_MS;
let timer;

const isMoving = ({ state }) => state === "waiting" || state === "uploading";
const isPending = (card) => isMoving(card) || card.lost;
const isWrong = ({ state }) => state === "failed" || state === "refused";

function say(words) {
  byId("attach-note").textContent = words;
  show(byId("attach-note"), words !== "");
}

/** Why a file need not even be tried; the server decides by what is in it. */
function objection(file) {
  if (file.size === 0) return "This file is empty.";
  if (file.size > largest) return `${sizeOf(file.size)} is too large: a file may have at most ${Math.floor(largest / 1_048_576)} MB.`;
  return /\.hei[cf]$/i.test(file.name) || /^image\/hei[cf]/.test(file.type) ? HEIC : "";
}

function add(files) {
  for (const file of files) {
    if (cards.length >= MOST) {
      say(`A message carries at most ${MOST} files.`);
      break;
    }
    const card = new Card({ file }, handlers);
    const wrong = objection(file);
    if (wrong) card.refuse(wrong);
    place(card);
  }
  next();
}

function place(card) {
  cards.push(card);
  list.append(card.element);
  show(list, true);
}

async function next() {
  const card = cards.find(({ state }) => state === "waiting");
  if (current || !card || isLocked()) return changed();
  current = { card, ...upload(card.file, (part) => cards.includes(card) && card.progress(part)) };
  card.progress(0);
  changed();
  await current.done.then((attachment) => card.uploaded(attachment), (error) => card.failed(error));
  current = null;
  if (card.lost) later();
  else wait = FIRST_WAIT_MS;
  return next();
}

/** Without a network there is nothing to wait for but its return. */
function later() {
  clearTimeout(timer);
  timer = setTimeout(() => navigator.onLine && again(), wait * (0.75 + Math.random() / 2));
  wait = Math.min(wait * 2, LONGEST_WAIT_MS);
}

/** Tries the files again that got no answer, and goes on with those that waited. */
function again() {
  clearTimeout(timer);
  cards.filter(({ lost }) => lost).forEach((card) => card.wait());
  next();
}

/** The uploaded files that wait in the composer of this room, as long as the tab lives. */
const draftKey = `${OWN}files ${mount} ${roomId}`;

const keptFiles = () => session.parsed(draftKey, []);

function keepFiles(files) {
  if (!isLocked()) session.put(draftKey, files.length ? JSON.stringify(files) : null);
}

/** Keeps the uploaded files over a reload, and a note of the others; sends a message that waited once all its files are there. */
function changed() {
  show(list, cards.length > 0);
  keepFiles(cards.filter((card) => card.attachment || isPending(card)).map((card) => card.attachment ?? { name: card.file.name, lost: true }));
  if (!awaited || cards.some(awaited)) return;
  awaited = null;
  say("");
  form.dispatchEvent(new Event("files-ready"));
}

function remove(card) {
  cards = cards.filter((other) => other !== card);
  card.element.remove();
  say("");
  if (current?.card === card) {
    current.cancel();
    current = null;
  }
  // One that stays behind is removed by the server itself after a day.
  if (card.attachment) call("DELETE", `attachments/${encodeURIComponent(card.attachment.id)}`).catch(() => {});
  byId("composer-text").focus();
  next();
}

function retry(card) {
  card.wait();
  next();
}

/** Whether files wait in the composer. */
export const hasFiles = () => cards.length > 0;

/**
 * The uploaded files, to go with a message; they leave the composer. Null while one is on its way, and then
 * the form hears `files-ready` when it is there, or when one is not to be had. An urgent message does not wait
 * for a network.
 */
export function takeFiles(urgent) {
  const holdsUp = urgent ? isMoving : isPending;
  if (cards.some(holdsUp)) {
    awaited = holdsUp;
    say("Sent as soon as the files are uploaded.");
    return null;
  }
  if (cards.some(isWrong)) {
    say("A file is not uploaded: try it again or remove it, then send.");
    return null;
  }
  if (cards.length > MOST) {
    say(`A message carries at most ${MOST} files: remove some, then send.`);
    return null;
  }
  const files = cards.map((card) => card.attachment);
  cards = [];
  list.replaceChildren();
  say("");
  changed();
  return files;
}

/** The files of a message that is not sent after all, before what was added meanwhile. */
function giveBack({ attachments = [] }) {
  // Nothing of it goes again before the doctor says so.
  awaited = null;
  say("");
  const added = cards;
  cards = [];
  attachments.forEach((attachment) => place(new Card({ attachment }, handlers)));
  added.forEach(place);
  changed();
}

function dropping(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  if (event.type === "dragleave" && event.relatedTarget) return;
  conversation.classList.toggle("dropping", event.type === "dragenter" || event.type === "dragover");
  if (event.type === "drop") take(event.dataTransfer, byId("composer-text"));
}

/** Attaches files, and writes text where the caret of `field` is, so that it can be undone. */
function take(data, field) {
  const { text, files } = contents(data);
  if (files) add(files);
  if (!text) return;
  field.focus();
  document.execCommand("insertText", false, text);
}

/** Plain text in a field the browser pastes itself. */
function paste(event) {
  const data = event.clipboardData;
  const field = event.target.closest?.("textarea, input:not([type=checkbox])");
  const { text, files } = contents(data);
  const isPlain = field && !data.files.length && data.getData("text/plain") !== "";
  if (isPlain || !(text || files) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  take(data, field ?? byId("composer-text"));
}

function picks(button, input) {
  byId(button).addEventListener("click", () => byId(input).click());
  byId(input).addEventListener("change", ({ target }) => {
    add(target.files);
    target.value = "";
  });
}

if (form && list) {
  keptFiles().forEach((attachment) => place(new Card({ attachment }, handlers)));
  form.addEventListener("withdrawn", ({ detail: message }) => giveBack(message));
  picks("attach-pick", "attach-input");
  picks("attach-photo", "attach-camera");
  addEventListener("online", again);
  on("connection", ({ up }) => up && again());
  // Anywhere on the page: beside the conversation the browser would leave the page for the file.
  for (const type of ["dragenter", "dragover", "dragleave", "drop"]) document.addEventListener(type, dropping);
  document.addEventListener("paste", (event) => event.clipboardData && paste(event));
  addEventListener("beforeunload", (event) => {
    if (!leaving && cards.some(isPending)) event.preventDefault();
  });
}
