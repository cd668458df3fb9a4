// Starting a conversation with somebody whom the list on the page does not reach.

import { byId, copy, detail, me, shortName, write } from "./page.js";
import { doctorSearch } from "./doctor-search.js";

const choices = byId("new-room-choices");
const boxOf = (id) => choices.querySelector(`input[value="${CSS.escape(id)}"]`);

function add(doctor) {
  const item = copy("choice-template");
  item.querySelector("input").value = doctor.id;
  write(item, ".choice-name", doctor.name);
  write(item, ".choice-detail", [detail(doctor), doctor.ward].filter(Boolean).join(" · "));
  choices.prepend(item);
}

function choose(doctor) {
  if (!boxOf(doctor.id)) add(doctor);
  boxOf(doctor.id).checked = true;
  byId("new-room-status").textContent = `${shortName(doctor.name)} was picked.`;
}

if (choices) {
  const parts = { field: byId("new-room-search"), found: byId("new-room-found"), status: byId("new-room-status") };
  doctorSearch(parts, (doctor) => doctor.id !== me && !boxOf(doctor.id)?.checked, choose);
}
