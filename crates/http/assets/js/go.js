// Ctrl+K: to a room, a doctor or a patient by a few letters, or by the MRN. What is typed goes in a body,
// never in an address.

import { byId, copy, detail, isComposing, leaveFor, me, mount, write } from "./page.js";
import { withFormer } from "./former.js";
import { call } from "./api.js";
import { isBlank } from "./length.js";
import { fold } from "./fold.js";
import { onceBack } from "./once-back.js";

const WAIT_MS = 150;
const EACH = 6;

const dialog = byId("go");
const field = byId("go-query");
const found = byId("go-found");
const status = byId("go-status");
let timer;
let turn = 0;
let opener = null;

function option({ name, note, kind, go }) {
  const item = copy("go-template");
  item.id = `go-${found.children.length}-${kind}`;
  write(item, ".go-name", name);
  write(item, ".go-detail", note);
  write(item, ".go-kind", kind);
  item.addEventListener("click", go);
  return item;
}

function rooms(query) {
  const words = fold(query).split(/\s+/).filter(Boolean);
  const rows = Array.from(document.querySelectorAll("#room-list .room, #inbox-list .room"));
  const fits = (row) => words.every((word) => fold(row.querySelector(".room-title").textContent).includes(word));
  return rows.filter(fits).slice(0, EACH).map((row) => ({
    name: row.querySelector(".room-title").textContent,
    note: row.querySelector(".room-bed").textContent,
    kind: "Room",
    go: () => leaveFor(row.querySelector("a").href),
  }));
}

async function doctors(query) {
  if (!mount) return [];
  const { doctors: all } = await call("GET", `doctors?q=${encodeURIComponent(query)}`);
  return all.filter((doctor) => doctor.id !== me).slice(0, EACH).map((doctor) => ({
    name: doctor.name,
    note: [detail(doctor), doctor.ward].filter(Boolean).join(" · "),
    kind: "Doctor",
    go: () => writeTo(doctor),
  }));
}

async function writeTo(doctor) {
  try {
    const room = await call("POST", "rooms", { participant_ids: [doctor.id] });
    leaveFor(room.url);
  } catch (error) {
    status.textContent = `Not opened: ${error.message}`;
  }
}

async function patients(query) {
  const { patients: all } = await call("POST", "/doctor/api/patients", { q: query });
  return all.slice(0, EACH).map((patient) => ({
    name: patient.name,
    note: [withFormer(patient), patient.bed, patient.ward].filter(Boolean).join(" · "),
    kind: "Patient",
    go: () => leaveFor(`/doctor/patients/${encodeURIComponent(patient.id)}`),
  }));
}

function mark(item) {
  for (const other of found.children) other.ariaSelected = String(other === item);
  if (item) field.setAttribute("aria-activedescendant", item.id);
  else field.removeAttribute("aria-activedescendant");
  item?.scrollIntoView({ block: "nearest" });
}

function list(entries) {
  found.replaceChildren();
  entries.forEach((entry) => found.append(option(entry)));
  field.ariaExpanded = String(entries.length > 0);
  mark(found.firstElementChild);
}

async function search() {
  const now = ++turn;
  const query = field.value.trim();
  const near = rooms(query);
  status.textContent = "";
  list(near);
  if (isBlank(query)) return;
  const answers = await Promise.allSettled([doctors(query), patients(query)]);
  if (now !== turn) return;
  const entries = [...near, ...answers.flatMap((answer) => answer.value ?? [])];
  list(entries);
  const failed = answers.find((answer) => answer.status === "rejected");
  if (failed) {
    status.textContent = `Only part was searched: ${failed.reason.message}`;
    onceBack(() => now === turn && dialog.open && search());
  }
  if (!failed && !entries.length) status.textContent = "Nobody and no room matches. Try part of a name, or the MRN.";
}

function keys(event) {
  if (isComposing(event)) return;
  const marked = found.querySelector("[aria-selected=true]");
  if (event.key === "ArrowDown") mark(marked?.nextElementSibling ?? marked);
  else if (event.key === "ArrowUp") mark(marked?.previousElementSibling ?? marked);
  else if (event.key === "Enter") marked?.click();
  else return;
  event.preventDefault();
}

export function open() {
  opener = document.activeElement;
  field.value = "";
  dialog.showModal();
  search();
}

if (dialog) {
  dialog.addEventListener("close", () => {
    // Nothing of what was looked for stays on the page.
    turn += 1;
    field.value = "";
    list([]);
    if (opener?.isConnected) opener.focus();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  field.addEventListener("keydown", keys);
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, WAIT_MS);
  });
}
