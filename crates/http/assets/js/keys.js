// Keyboard: the message list is one stop, arrows move inside it.

import { byId } from "./page.js";

const log = byId("log");

function step(messages, at, key) {
  switch (key) {
    case "ArrowUp": case "k": return Math.max(at < 0 ? messages.length - 1 : at - 1, 0);
    case "ArrowDown": case "j": return Math.min(at + 1, messages.length - 1);
    case "Home": return 0;
    case "End": return messages.length - 1;
    default: return null;
  }
}

function inList(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
  const messages = Array.from(log.querySelectorAll(".message"));
  const message = event.target.closest(".message");
  const target = step(messages, messages.indexOf(message), event.key);
  if (target !== null) {
    event.preventDefault();
    messages[target]?.focus();
  } else if (event.key === "r") {
    event.preventDefault();
    message?.querySelector(".reply:not([hidden])")?.click();
  } else if (event.key === "a") {
    message?.querySelector(".acknowledge:not([hidden]) button")?.click();
  } else if (event.key === "Escape") {
    byId("composer-text")?.focus();
  }
}

function betweenRooms(event) {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const rooms = Array.from(document.querySelectorAll("#room-list .room.unread a, #room-list [aria-current]"));
  if (!rooms.length) return;
  event.preventDefault();
  const at = rooms.findIndex((link) => link.hasAttribute("aria-current"));
  const next = event.key === "ArrowDown" ? at + 1 : at < 0 ? rooms.length - 1 : at - 1;
  if (rooms[next] && next !== at) location.assign(rooms[next].href);
}

log?.addEventListener("keydown", inList);
document.addEventListener("keydown", betweenRooms);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && location.hash === "#panel") location.hash = "conversation";
});
