// Urgent messages of all mounts that wait for this doctor, above everything, on every page.

import { byId, copy, me, preview, shortName, show, write } from "./page.js";
import { at, call, refetch, room } from "./api.js";
import { onEvery } from "./live.js";
import { urgentWaits } from "./notify.js";
import { age, stamp } from "./time.js";

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
  if (had) (list.querySelector("button") ?? byId("composer-text") ?? byId("main"))?.focus({ preventScroll: true });
}

function item(feed, { room_id: roomId, room_title: title, message }) {
  const element = copy("urgent-template");
  Object.assign(element.dataset, { mount: feed.mount, messageId: message.id, roomId });
  const address = `${feed.mount}/rooms/${encodeURIComponent(roomId)}`;
  write(element, ".urgent-why", message.urgent_reason ?? preview(message.text || message.attachments[0]?.name || "", PREVIEW_CHARACTERS));
  write(element, ".urgent-who", shortName(message.author.name));
  write(element, ".urgent-where", title);
  stamp(element.querySelector("time"), message.sent_at, age);
  element.querySelector(".urgent-open").href = `${address}?message=${encodeURIComponent(message.id)}`;
  element.querySelector("form").action = `${address}/messages/${encodeURIComponent(message.id)}/acknowledgement`;
  return element;
}

function add(fresh) {
  const later = Array.from(list.children).find((element) => sentAt(element) > sentAt(fresh));
  list.insertBefore(fresh, later ?? null);
}

async function load(feed) {
  const answer = await refetch(at(feed, "urgent"));
  const waiting = answer.waiting.filter(({ message }) => !gone.has(key(feed, message.id)));
  const ids = new Set(waiting.map(({ message }) => message.id));
  for (const element of of(feed)) if (!ids.has(element.dataset.messageId)) element.remove();
  for (const entry of waiting) {
    const fresh = item(feed, entry);
    const shown = find(feed, entry.message.id);
    // What is shown keeps its buttons, for one may be in use.
    if (shown) for (const part of [".urgent-why", ".urgent-where"]) write(shown, part, fresh.querySelector(part).textContent);
    else {
      add(fresh);
      announce(entry.message);
    }
  }
  count();
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
  if (message.urgency !== "urgent" || message.author.id === me) return;
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
    const problem = write(element, ".urgent-problem", `Not acknowledged: ${error.message}. Try again.`);
    show(problem, true);
  } finally {
    button.disabled = false;
  }
}

if (strip) {
  onEvery("message.posted", posted);
  onEvery("message.edited", (message, feed) => find(feed, message.id) && reload(feed));
  onEvery("message.recalled", (message, feed) => remove(feed, message.id));
  onEvery("receipt", ({ message_id: id, doctor_id: doctor, kind }, feed) => doctor === me && kind === "acknowledged" && remove(feed, id));
  onEvery("participant.removed", ({ doctor }, feed) => doctor.id === me && reload(feed));
  onEvery("resync", (_, feed) => reload(feed));
  // A page of the mount says so itself.
  onEvery("connection", ({ up }, feed) => !up && !isOfThePage(feed) && reload(feed));
  list.addEventListener("submit", acknowledge);
  setInterval(() => {
    for (const time of list.querySelectorAll("time")) stamp(time, time.dateTime, age);
  }, AGE_MS);
}
