// The rooms in the sidebar: urgent, then unread, then most recent.

import { byId, roomId, show, write } from "./page.js";
import { refetch } from "./api.js";
import { own } from "./live.js";
import { loaded, notLoaded } from "./connection.js";
import { clock } from "./time.js";
import { isDrafted, onDraft } from "./outbox.js";
import { roomList, sentAt } from "./room-list.js";

const list = byId("room-list");
let rows;
/** When the rooms shown were loaded; 0 while they never were. */
let asOf = list && "missing" in list.dataset ? 0 : Date.now();
let failed = false;

const rank = (row) => (row.classList.contains("urgent") ? 2 : 0) + (row.classList.contains("unread") ? 1 : 0);

/** The open room shows its draft itself. */
function markDrafts() {
  for (const row of list?.children ?? []) {
    const { roomId: id, draft } = row.dataset;
    row.classList.toggle("has-draft", id !== roomId && (isDrafted(id) ?? draft !== undefined));
  }
}

async function reloadAll() {
  const askedAt = rows.ask();
  try {
    const { rooms } = await refetch("rooms?limit=50");
    await Promise.all(rooms.map((data) => rows.answered(own, data, askedAt)));
    write(document, "#rooms-checked", `, checked ${clock(Date.now())}`);
    if (failed) loaded();
    failed = false;
  } catch (error) {
    if (!error.isTemporary || error.status === 0) return; // The connection has a word of its own.
    failed = true;
    const state = asOf ? `Rooms are as of ${clock(asOf)}` : "Rooms were not loaded";
    notLoaded(`${state}: ${error.message.replace(/\.$/, "")}.`, reloadAll);
    return;
  }
  asOf = Date.now();
}

function changed() {
  markDrafts();
  show(byId("rooms-empty"), list.children.length === 0);
}

if (list) {
  rows = roomList({ list, blank: "room-template", compare: (a, b) => rank(b) - rank(a) || sentAt(b) - sentAt(a), changed });
  rows.follow(own, reloadAll);
}

if (list) {
  markDrafts();
  onDraft(markDrafts);
}
