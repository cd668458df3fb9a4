// "Show earlier messages" without leaving the page.

import { byId, roomId, show } from "./page.js";
import { call, room } from "./api.js";
import { keepPlace } from "./scroll.js";
import { insertPage } from "./timeline.js";
import { learn } from "./quotes.js";
import { refreshChanges } from "./changes.js";

const PAGE = 50;

const log = byId("log");
const link = byId("older");

async function showOlder(event) {
  event.preventDefault();
  if (link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  try {
    const page = await call("GET", room(roomId, `/messages?limit=${PAGE}&before=${encodeURIComponent(link.dataset.before)}`));
    log.ariaLive = "off";
    learn(page.quoted);
    keepPlace(() => insertPage(page.messages));
    show(link.parentElement, Boolean(page.before));
    if (page.before) {
      link.dataset.before = page.before;
      link.href = `?before=${encodeURIComponent(page.before)}`;
    }
    link.textContent = "Show earlier messages";
    refreshChanges().catch(() => {});
  } catch (error) {
    link.textContent = `Not loaded: ${error.message}. Try again`;
  } finally {
    link.ariaBusy = "false";
    log.ariaLive = "polite";
  }
}

link?.addEventListener("click", showOlder);
