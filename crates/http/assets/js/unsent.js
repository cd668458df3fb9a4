// Nothing unsent is left behind unnoticed: a notice in the sidebar, and a question before leaving.

import { byId, copy, leaveFor, leaving, mount, roomId, show } from "./page.js";
import { everything, forgetAll, onChange } from "./outbox.js";

const notice = byId("unsent-rooms");

function link({ mount: prefix, room, title }) {
  const item = copy("unsent-room-template");
  const anchor = item.querySelector("a");
  anchor.href = `${prefix}/rooms/${encodeURIComponent(room)}`;
  anchor.textContent = title;
  anchor.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    leaveFor(anchor.href);
  });
  return item;
}

/** Names the other rooms; in this one the messages themselves say it. */
function say() {
  const rooms = new Map(everything().map((entry) => [`${entry.mount} ${entry.room}`, entry]));
  rooms.delete(`${mount} ${roomId}`);
  byId("unsent-list").replaceChildren(...Array.from(rooms.values(), link));
  show(notice, rooms.size > 0);
}

function signOut(event) {
  if (!event.target.matches('[action="/logout"]')) return;
  const count = everything().length;
  const question = `${count === 1 ? "A message is" : `${count} messages are`} not sent yet. Sign out and discard?`;
  if (count && !confirm(question)) event.preventDefault();
  else forgetAll();
}

if (notice) {
  say();
  onChange(say);
  addEventListener("beforeunload", (event) => {
    if (!leaving && everything().length) event.preventDefault();
  });
  document.addEventListener("submit", signOut);
}
