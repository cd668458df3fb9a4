// Urgent messages of all mounts that wait for this doctor, on every page.

import { byId, copy, me, preview, sentence, shortName, show, write } from "./page.js";
import { at, call, refetch, room } from "./api.js";
import { onEvery } from "./live.js";
import { urgentWaits } from "./notify.js";
import { onceBack } from "./once-back.js";
import { age, label, stamp } from "./time.js";

const AGE_MS = 20_000;
const PREVIEW_CHARACTERS = 90;

const strip = byId("urgent-strip");
const list = byId("urgent-list");
const key = (feed, id) => `${feed.mount} ${id}`;
/** Acknowledged or recalled: an answer that was on its way then must not bring them back. */
const gone = new Set();
/** Mounts that do not say what waits there. */
const silent = new Set();
const of = (feed) => Array.from(list.querySelectorAll(`[data-mount="${feed.mount}"]`));
const find = (feed, id) => of(feed).find((element) => element.dataset.messageId === id);
const sentAt = (element) => Date.parse(element.querySelector("time").dateTime);

function count() {
  const waiting = list.children.length;
  byId("urgent-count").textContent = waiting === 1 ? "1 urgent message waits for you" : `${waiting} urgent messages wait for you`;
  show(strip, waiting > 0);
}

function remove(feed, id) {
  gone.add(key(feed, id));
  const item = find(feed, id);
  const had = item?.contains(document.activeElement);
  item?.remove();
  count();
  // Never on the next one's button, which the same key or a second press would acknowledge unread.
  if (had) (list.querySelector(".urgent-open") ?? byId("composer-text") ?? byId("main"))?.focus({ preventScroll: true });
}

/** "Dr Lisle acknowledged 11:41, and 2 more"; the server says the same. */
function acknowledgedWords([first, ...more]) {
  if (!first) return "Nobody acknowledged";
  const words = `${first.name ? shortName(first.name) : "A doctor who left"} acknowledged ${label(first.at)}`;
  return more.length ? `${words}, and ${more.length} more` : words;
}

/** Fills in the parts that may change while it waits. */
function fill(element, { room_title: title, bed, acknowledged_by: marks, message }) {
  write(element, ".urgent-why", message.urgent_reason ?? preview(message.text || message.attachments[0]?.name || "", PREVIEW_CHARACTERS));
  write(element, ".urgent-where", title);
  write(element, ".urgent-bed", bed ?? "");
  write(element, ".urgent-state", acknowledgedWords(marks));
  element.classList.toggle("acknowledged", marks.length > 0);
}

function item(feed, entry) {
  const { room_id: roomId, message } = entry;
  const element = copy("urgent-template");
  Object.assign(element.dataset, { mount: feed.mount, messageId: message.id, roomId });
  const address = `${feed.mount}/rooms/${encodeURIComponent(roomId)}`;
  fill(element, entry);
  write(element, ".urgent-who", shortName(message.author.name));
  stamp(element.querySelector("time"), message.sent_at, age);
  element.querySelector(".urgent-open").href = `${address}?message=${encodeURIComponent(message.id)}`;
  element.querySelector("form").action = `${address}/messages/${encodeURIComponent(message.id)}/acknowledgement`;
  return element;
}

const isAcknowledged = (element) => element.classList.contains("acknowledged");
/** Orders messages: those that nobody acknowledged first, then the older ones. */
const isBehind = (one, other) => isAcknowledged(one) - isAcknowledged(other) || sentAt(one) - sentAt(other);

function place(element) {
  const others = Array.from(list.children).filter((other) => other !== element);
  const next = others.find((other) => isBehind(other, element) > 0) ?? null;
  const stands = element.isConnected && element.nextElementSibling === next;
  // Moving an element takes the focus from it.
  if (!stands && !element.contains(document.activeElement)) list.insertBefore(element, next);
}

async function load(feed) {
  const answer = await refetch(at(feed, "urgent"));
  const waiting = answer.waiting.filter(({ message }) => !gone.has(key(feed, message.id)));
  const ids = new Set(waiting.map(({ message }) => message.id));
  for (const element of of(feed)) if (!ids.has(element.dataset.messageId)) element.remove();
  let arrived = null;
  for (const entry of waiting) {
    const shown = find(feed, entry.message.id);
    // A shown message keeps its buttons, for one may be in use.
    if (shown) fill(shown, entry);
    const element = shown ?? item(feed, entry);
    place(element);
    if (shown) continue;
    announce(entry.message);
    byId("urgent-fold").open = true;
    arrived = element;
  }
  count();
  arrived?.scrollIntoView({ block: "nearest" });
  urgentWaits(waiting.map(({ message }) => message), feed);
}

function sayMissing() {
  const line = byId("urgent-missing-words");
  const names = Array.from(silent).join(" and ");
  const words = `${names} ${silent.size > 1 ? "do" : "does"} not answer: urgent messages there are not shown.`;
  if (silent.size && line.textContent !== words) line.textContent = words;
  show(byId("urgent-missing"), silent.size > 0);
}

const linkOf = ({ mount }) => document.querySelector(`.places a[href="${mount}"]`);
const labelOf = (feed) => linkOf(feed)?.textContent ?? feed.mount;
const isOfThePage = (feed) => linkOf(feed)?.hasAttribute("aria-current");

async function reload(feed) {
  try {
    await load(feed);
    silent.delete(labelOf(feed));
  } catch (error) {
    // That nothing answers at all the connection says itself.
    if (error.isTemporary && error.status !== 0) silent.add(labelOf(feed));
  }
  sayMissing();
}

function announce({ author, urgent_reason: reason }) {
  const words = `Urgent message from ${shortName(author.name)}${reason ? `: ${reason}` : ""}`;
  const region = byId("urgent-announcement");
  // Told as it came, it is found again when the list is loaded; it is spoken once.
  if (region.textContent !== words) region.textContent = words;
}

function posted(message, feed) {
  if (message.urgency !== "urgent" || message.author.id === me || message.recalled_at) return;
  announce(message);
  reload(feed);
}

async function acknowledge(event) {
  event.preventDefault();
  const element = event.target.closest("li");
  const button = element.querySelector("button");
  button.disabled = true;
  try {
    const { mount, roomId, messageId } = element.dataset;
    const path = room(roomId, `/messages/${encodeURIComponent(messageId)}/acknowledgement`);
    await call("POST", at({ mount }, path));
    remove({ mount }, messageId);
  } catch (error) {
    const problem = write(element, ".urgent-problem", `Not acknowledged: ${sentence(error.message)} Try again.`);
    show(problem, true);
    if (error.isTemporary) onceBack(() => { problem.textContent = "Not acknowledged. Try again."; });
  } finally {
    button.disabled = false;
  }
}

if (strip) {
  onEvery("message.posted", posted);
  onEvery("message.edited", (message, feed) => find(feed, message.id) && reload(feed));
  onEvery("message.recalled", (message, feed) => remove(feed, message.id));
  onEvery("receipt", ({ message_id: id, doctor_id: doctor, kind }, feed) => {
    if (kind !== "acknowledged") return;
    if (doctor === me) remove(feed, id);
    else if (find(feed, id)) reload(feed);
  });
  onEvery("participant.removed", ({ doctor }, feed) => doctor.id === me && reload(feed));
  onEvery("resync", (_, feed) => reload(feed));
  // A page of the mount says so itself.
  onEvery("connection", ({ up }, feed) => !up && !isOfThePage(feed) && reload(feed));
  list.addEventListener("submit", acknowledge);
  setInterval(() => {
    for (const time of list.querySelectorAll("time")) stamp(time, time.dateTime, age);
  }, AGE_MS);
}
