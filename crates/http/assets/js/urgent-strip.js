// Urgent messages that wait for this doctor, above everything, on every page.

import { byId, copy, me, mount, preview, shortName, show, write } from "./page.js";
import { call, refetch, room } from "./api.js";
import { on } from "./live.js";
import { age, stamp } from "./time.js";

const AGE_MS = 20_000;
const PREVIEW_CHARACTERS = 90;

const strip = byId("urgent-strip");
const list = byId("urgent-list");
/** Acknowledged or recalled: an answer that was on its way then must not bring them back. */
const gone = new Set();
const find = (id) => list.querySelector(`[data-message-id="${CSS.escape(id)}"]`);

function count() {
  const waiting = list.children.length;
  byId("urgent-count").textContent = waiting === 1 ? "1 urgent message waits for you" : `${waiting} urgent messages wait for you`;
  show(strip, waiting > 0);
}

function remove(id) {
  gone.add(id);
  const item = find(id);
  const had = item?.contains(document.activeElement);
  item?.remove();
  count();
  if (had) (list.querySelector("button") ?? byId("composer-text") ?? byId("main"))?.focus({ preventScroll: true });
}

function item({ room_id: roomId, room_title: title, message }) {
  const element = copy("urgent-template");
  element.dataset.messageId = message.id;
  element.dataset.roomId = roomId;
  const address = `${mount}/rooms/${encodeURIComponent(roomId)}`;
  write(element, ".urgent-why", message.urgent_reason ?? preview(message.text || message.attachments[0]?.name || "", PREVIEW_CHARACTERS));
  write(element, ".urgent-who", shortName(message.author.name));
  write(element, ".urgent-where", title);
  stamp(element.querySelector("time"), message.sent_at, age);
  element.querySelector(".urgent-open").href = `${address}?message=${encodeURIComponent(message.id)}`;
  element.querySelector("form").action = `${address}/messages/${encodeURIComponent(message.id)}/acknowledgement`;
  return element;
}

async function load() {
  const answer = await refetch("urgent");
  const waiting = answer.waiting.filter(({ message }) => !gone.has(message.id));
  const ids = new Set(waiting.map(({ message }) => message.id));
  for (const element of Array.from(list.children)) if (!ids.has(element.dataset.messageId)) element.remove();
  waiting.forEach((entry, at) => {
    const fresh = item(entry);
    const shown = find(entry.message.id);
    // What is shown keeps its buttons, for one may be in use.
    if (shown) for (const part of [".urgent-why", ".urgent-where"]) write(shown, part, fresh.querySelector(part).textContent);
    else list.insertBefore(fresh, list.children[at] ?? null);
  });
  count();
}

const reload = () => load().catch(() => {});

function posted(message) {
  if (message.urgency !== "urgent" || message.author.id === me) return;
  const why = message.urgent_reason ? `: ${message.urgent_reason}` : "";
  byId("urgent-announcement").textContent = `Urgent message from ${shortName(message.author.name)}${why}`;
  reload();
}

async function acknowledge(event) {
  event.preventDefault();
  const element = event.target.closest("li");
  const button = element.querySelector("button");
  button.disabled = true;
  try {
    const { roomId, messageId } = element.dataset;
    await call("POST", room(roomId, `/messages/${encodeURIComponent(messageId)}/acknowledgement`));
    remove(messageId);
  } catch (error) {
    const problem = write(element, ".urgent-problem", `Not acknowledged: ${error.message}. Try again.`);
    show(problem, true);
  } finally {
    button.disabled = false;
  }
}

if (strip) {
  on("message.posted", posted);
  on("message.edited", (message) => find(message.id) && reload());
  on("message.recalled", (message) => remove(message.id));
  on("receipt", ({ message_id: id, doctor_id: doctor, kind }) => doctor === me && kind === "acknowledged" && remove(id));
  on("participant.removed", ({ doctor }) => doctor.id === me && reload());
  on("resync", reload);
  list.addEventListener("submit", acknowledge);
  setInterval(() => {
    for (const time of list.querySelectorAll("time")) stamp(time, time.dateTime, age);
  }, AGE_MS);
}
