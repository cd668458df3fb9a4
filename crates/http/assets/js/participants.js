// The people in the room: who came, who went, who is there; and adding someone.

import { byId, copy, detail, leaveFor, me, mount, roomId, sentence, shortName, show, write } from "./page.js";
import { call, refetch, room } from "./api.js";
import { availability, whenMissed } from "./availability.js";
import { on } from "./live.js";
import { label } from "./time.js";
import { refreshChanges } from "./changes.js";
import { refresh as refreshReceipts } from "./receipts.js";

const list = byId("participants");
const rowOf = (id) => list.querySelector(`[data-doctor-id="${CSS.escape(id)}"]`);

function presence(row, seenOnline, lastSeen) {
  const online = seenOnline || row.dataset.doctorId === me;
  row.classList.toggle("online", online);
  write(row, ".presence", online ? "Online" : lastSeen ? `Last seen ${label(lastSeen)}` : "Not seen yet");
}

function recount() {
  const count = String(list.children.length);
  for (const element of document.querySelectorAll("#people-count, .panel-open-count")) element.textContent = count;
}

function add(doctor) {
  if (rowOf(doctor.id)) return false;
  const row = copy("participant-template");
  row.dataset.doctorId = doctor.id;
  row.dataset.name = doctor.name;
  row.querySelector(".participant-name").prepend(doctor.name);
  write(row, ".participant-detail", detail(doctor));
  presence(row, Boolean(doctor.online), doctor.last_seen);
  availability(row, doctor.availability);
  const form = row.querySelector(".remove form");
  form.action = form.action.replace("/participants//", `/participants/${encodeURIComponent(doctor.id)}/`);
  for (const name of row.querySelectorAll(".remove-name")) name.textContent = doctor.name;
  list.append(row);
  recount();
  refreshReceipts();
  return true;
}

function update(person) {
  presence(rowOf(person.id), Boolean(person.online), person.last_seen);
  availability(rowOf(person.id), person.availability);
  const partner = document.querySelector(`.partner[data-doctor-id="${CSS.escape(person.id)}"]`);
  if (partner) availability(partner, person.availability);
}

function joined({ room_id: where, doctor }) {
  if (where === roomId && add(doctor)) refreshChanges().catch(() => {});
}

function left({ room_id: where, doctor }) {
  if (where !== roomId) return;
  if (doctor.id === me) {
    leaveFor(mount);
    return;
  }
  const row = rowOf(doctor.id);
  if (!row) return;
  row.remove();
  recount();
  refreshChanges().catch(() => {});
}

async function reload() {
  const { participants } = await refetch(room(roomId));
  participants.forEach((person) => add(person) || update(person));
  const present = new Set(participants.map((person) => person.id));
  for (const row of Array.from(list.children)) if (!present.has(row.dataset.doctorId)) row.remove();
  recount();
  await refreshChanges();
}

async function invite(doctor) {
  const status = byId("add-status");
  try {
    await call("POST", room(roomId, "/participants"), { doctor_id: doctor.id });
    joined({ room_id: roomId, doctor });
    status.textContent = `${shortName(doctor.name)} was added.`;
  } catch (error) {
    status.textContent = `${shortName(doctor.name)} was not added: ${sentence(error.message)}`;
  }
}

if (list) {
  on("room", ({ id, title }) => { if (id === roomId) byId("room-title").textContent = title; });
  on("participant.added", joined);
  on("participant.removed", left);
  on("presence", ({ doctor_id: id, online, last_seen: seen }) => {
    const row = rowOf(id);
    if (row) presence(row, online, seen);
  });
  // A reader who is out of the room meanwhile is led out of it, as by the news.
  whenMissed(() => reload().catch(({ status }) => status === 404 && leaveFor(mount)));
  const field = byId("add-search");
  if (field) {
    // Hidden without its list: a required list would stop the form unseen.
    show(byId("add-doctor"), false);
    byId("add-doctor").disabled = true;
    const parts = { field, found: byId("found"), status: byId("add-status") };
    const search = async () => {
      const { doctorSearch } = await import("./doctor-search.js");
      doctorSearch(parts, (doctor) => !rowOf(doctor.id), invite);
      field.dispatchEvent(new Event("input"));
    };
    const begin = () => search().catch(() => field.addEventListener("focus", begin, { once: true }));
    field.addEventListener("focus", begin, { once: true });
  }
}
