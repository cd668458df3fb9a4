// People in the open room, as the panel lists them.

import { byId, shortName } from "./page.js";

const rows = () => Array.from(byId("participants")?.children ?? []);

/** `{id, name, detail}` of everyone in the room. */
export const people = () => rows().map((row) => ({
  id: row.dataset.doctorId,
  name: row.dataset.name,
  detail: row.querySelector(".participant-detail").textContent,
}));

export const person = (id) => people().find((one) => one.id === id) ?? null;

/** "Dr Lisle", or null for somebody who is not here. */
export function shortNameOf(id) {
  const found = person(id);
  return found && shortName(found.name);
}
