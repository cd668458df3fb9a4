// The people in the room: who came, who went, who is there; and adding someone.

import { byId, copy, detail, me, mount, roomId, shortName, show, write } from "./page.js";
import { call, room } from "./api.js";
import { on } from "./live.js";
import { label } from "./time.js";
import { keepPlace } from "./scroll.js";
import { refresh as refreshReceipts } from "./receipts.js";

const SEARCH_WAIT_MS = 200;

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
  const form = row.querySelector(".remove");
  form.action = form.action.replace("/participants//", `/participants/${encodeURIComponent(doctor.id)}/`);
  form.querySelector("button").ariaLabel = `Remove ${doctor.name}`;
  list.append(row);
  recount();
  refreshReceipts();
  return true;
}

function notice(words) {
  const line = copy("line-template");
  line.textContent = words;
  keepPlace(() => byId("messages").append(line));
}

function joined({ room_id: where, doctor }) {
  if (where === roomId && add(doctor)) notice(`${doctor.name} joined and can read the whole conversation.`);
}

function left({ room_id: where, doctor }) {
  if (where !== roomId) return;
  if (doctor.id === me) {
    location.assign(mount);
    return;
  }
  const row = rowOf(doctor.id);
  if (!row) return;
  row.remove();
  recount();
  notice(`${doctor.name ?? row.dataset.name} left the conversation.`);
}

async function reload() {
  const { participants } = await call("GET", room(roomId));
  participants.forEach((person) => add(person) || presence(rowOf(person.id), Boolean(person.online), person.last_seen));
  const present = new Set(participants.map((person) => person.id));
  for (const row of Array.from(list.children)) if (!present.has(row.dataset.doctorId)) row.remove();
  recount();
}

function found(doctors) {
  const choices = doctors.filter((doctor) => !rowOf(doctor.id)).map((doctor) => {
    const item = copy("found-template");
    write(item, ".choice-name", doctor.name);
    write(item, ".choice-detail", [detail(doctor), doctor.ward].filter(Boolean).join(" · "));
    item.firstElementChild.dataset.doctorId = doctor.id;
    item.firstElementChild.addEventListener("click", () => invite(doctor));
    return item;
  });
  byId("found").replaceChildren(...choices);
  return choices.length;
}

async function invite(doctor) {
  const status = byId("add-status");
  try {
    await call("POST", room(roomId, "/participants"), { doctor_id: doctor.id });
    joined({ room_id: roomId, doctor });
    status.textContent = `${shortName(doctor.name)} was added.`;
    byId("add-search").value = "";
    found([]);
  } catch (error) {
    status.textContent = `${shortName(doctor.name)} was not added: ${error.message}.`;
  }
  byId("add-search").focus();
}

function searching(field) {
  let timer;
  let asked = 0;
  const search = async () => {
    const query = field.value.trim();
    const turn = ++asked;
    if (!query) {
      found([]);
      byId("add-status").textContent = "";
      return;
    }
    try {
      const { doctors } = await call("GET", `doctors?q=${encodeURIComponent(query)}`);
      if (turn !== asked) return;
      const count = found(doctors);
      byId("add-status").textContent = count ? "" : "No other doctor found.";
    } catch (error) {
      byId("add-status").textContent = `Search failed: ${error.message}.`;
    }
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, SEARCH_WAIT_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    byId("found").querySelector("button")?.click();
  });
}

if (list) {
  on("participant.added", joined);
  on("participant.removed", left);
  on("presence", ({ doctor_id: id, online, last_seen: seen }) => {
    const row = rowOf(id);
    if (row) presence(row, online, seen);
  });
  on("resync", () => reload().catch(() => {}));
  const field = byId("add-search");
  if (field) {
    // Hidden without its list: a required list would stop the form unseen.
    show(byId("add-doctor"), false);
    byId("add-doctor").disabled = true;
    searching(field);
  }
}
