// Rooms in the list in which something is written and not sent.

import { byId, roomId } from "./page.js";
import { onDraft, roomsWithDrafts } from "./outbox.js";

const list = byId("room-list");

/** The open room shows its draft itself. */
export function markDrafts() {
  const rooms = roomsWithDrafts();
  for (const row of list?.children ?? []) {
    const { roomId: id } = row.dataset;
    row.classList.toggle("has-draft", id !== roomId && rooms.has(id));
  }
}

if (list) {
  markDrafts();
  onDraft(markDrafts);
}
