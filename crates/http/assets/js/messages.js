// The open conversation: every message once, in order.

import { attended, byId, conversation, copy, me, roomId, show, shortName } from "./page.js";
import { call, room } from "./api.js";
import { on } from "./live.js";
import { day, dayLabel } from "./time.js";
import { atEnd, countWaiting, keepPlace } from "./scroll.js";
import { create, fill, find, say } from "./message-view.js";
import { refresh as refreshReceipts } from "./receipts.js";

const GROUP_GAP_MS = 5 * 60_000;
const PAGE = 100;
/** Further behind than this, the page is loaded anew. */
const PAGES = 10;

const list = byId("messages");
const log = byId("log");
const olderPage = conversation?.dataset.olderPage === "true";
const isMessage = (item) => item?.classList.contains("message");
let newLineSeen = true;
/** The first resync follows the making of the page; an older page is loaded anew for later ones. */
let resynced = false;

function previousMessage(element) {
  let item = element.previousElementSibling;
  while (item && !isMessage(item)) item = item.previousElementSibling;
  return item;
}

/** Sets the author line and the day divider of one message by what stands before it. */
function arrange(element) {
  const previous = previousMessage(element);
  const sent = new Date(element.dataset.sentAt);
  const sameDay = previous && day(previous.dataset.sentAt) === day(sent);
  const divider = element.previousElementSibling?.classList.contains("day");
  if (!sameDay && !divider) {
    const line = copy("day-template");
    const time = line.querySelector("time");
    line.dataset.day = time.dateTime = day(sent);
    time.textContent = dayLabel(sent);
    element.before(line);
  }
  element.classList.toggle("continued", Boolean(
    sameDay && element.previousElementSibling === previous
    && previous.dataset.authorId === element.dataset.authorId
    && !element.classList.contains("urgent") && !previous.classList.contains("urgent")
    && sent - new Date(previous.dataset.sentAt) <= GROUP_GAP_MS,
  ));
}

/** The "new" line and another day's divider stay with the message below them. */
function aboveLines(item, element) {
  const other = (line) => line.classList.contains("new")
    || (line.classList.contains("day") && line.dataset.day !== day(element.dataset.sentAt));
  while (item?.previousElementSibling && other(item.previousElementSibling)) item = item.previousElementSibling;
  return item;
}

/** Puts a message where it belongs by time; one that is still being sent stays at the end. */
export function place(element) {
  const later = Array.from(list.children).reverse().reduce((found, item) =>
    isMessage(item) && item !== element && item.dataset.messageId && element.dataset.messageId
      && Date.parse(item.dataset.sentAt) > Date.parse(element.dataset.sentAt) ? item : found, null);
  const waiting = list.querySelector(".sending, .unsent");
  const before = aboveLines(later ?? (element.dataset.messageId && waiting !== element ? waiting : null), element);
  if (before && before.previousElementSibling !== element) before.before(element);
  else if (!before && element !== list.lastElementChild) list.append(element);
  arrange(element);
  const next = element.nextElementSibling;
  if (isMessage(next)) arrange(next);
  show(byId("first"), false);
}

function markNew(element) {
  if (attended() || !newLineSeen) return;
  newLineSeen = false;
  byId("new")?.remove();
  const line = document.createElement("li");
  line.className = "new";
  line.id = "new";
  const words = document.createElement("span");
  words.textContent = "New";
  line.append(words);
  element.before(line);
  arrange(element);
}

const elementOf = (message) => find("message-id", message.id)
  ?? (message.author.id === me ? find("client-id", message.client_id) : null);

/** Makes or updates the element of a message; true when it is a new one of somebody else. */
function put(message) {
  const mine = message.author.id === me;
  const shown = elementOf(message);
  const element = shown ? fill(shown, message) : create(message);
  const pending = shown?.matches(".sending, .unsent");
  if (pending) {
    shown.classList.remove("sending", "unsent");
    shown.querySelectorAll(".retry, .discard").forEach((button) => show(button, false));
    say(shown, "");
  }
  if (!shown || pending) place(element);
  if (!shown && !mine) markNew(element);
  return !shown && !mine;
}

/** Shows messages of this room, each once, or brings those that are shown up to date. */
export function post(...messages) {
  const end = atEnd();
  let arrived = [];
  keepPlace(() => {
    arrived = messages.filter((message) => {
      if (olderPage && !elementOf(message)) {
        countWaiting();
        return false;
      }
      return put(message);
    });
    refreshReceipts();
  });
  for (const message of arrived) {
    if (!end) countWaiting();
    if (message.urgency === "urgent") {
      byId("urgent-announcement").textContent = `Urgent message from ${shortName(message.author.name)}`;
    }
  }
}

const change = (message) => find("message-id", message.id) && post(message);

/**
 * Loads afresh everything from the oldest message shown: what was sent in between, and edits and
 * recalls of what is on the page.
 */
async function reload() {
  const settled = list.querySelector('.message:not([data-message-id=""])');
  const oldest = settled && Date.parse(settled.dataset.sentAt);
  let messages = [];
  let before = "";
  for (let pages = 1; ; pages += 1) {
    const page = await call("GET", room(roomId, `/messages?limit=${PAGE}${before}`));
    messages = [...page.messages, ...messages];
    const first = page.messages[0];
    if (page.messages.length < PAGE || Date.parse(first.sent_at) <= oldest || !settled) break;
    if (pages === PAGES) return location.reload();
    before = `&before=${encodeURIComponent(first.id)}`;
  }
  return post(...messages.filter((message) => !settled || Date.parse(message.sent_at) >= oldest));
}

async function showOlder(event) {
  event.preventDefault();
  const link = byId("older");
  if (link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  try {
    const page = await call("GET", room(roomId, `/messages?limit=50&before=${encodeURIComponent(link.dataset.before)}`));
    log.ariaLive = "off";
    keepPlace(() => page.messages.forEach((message) => find("message-id", message.id) ?? place(create(message))));
    const first = page.messages[0]?.id;
    show(link.parentElement, Boolean(page.before && first));
    if (first) {
      link.dataset.before = first;
      link.href = `?before=${encodeURIComponent(first)}`;
    }
    link.textContent = "Show earlier messages";
  } catch (error) {
    link.textContent = `Not loaded: ${error.message}. Try again`;
  } finally {
    link.ariaBusy = "false";
    log.ariaLive = "polite";
  }
}

if (list) {
  on("message.posted", (message) => message.room_id === roomId && post(message));
  for (const type of ["message.edited", "message.recalled"]) {
    on(type, (message) => message.room_id === roomId && change(message));
  }
  on("resync", () => {
    if (!olderPage) reload().catch(() => {});
    else if (resynced) location.reload();
    resynced = true;
  });
  addEventListener("focus", () => { newLineSeen = true; });
  byId("older")?.addEventListener("click", showOlder);
}
