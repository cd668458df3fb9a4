// Earlier and later messages come by scrolling, and by the links at both ends of the list.

import { byId, roomId, show } from "./page.js";
import { call, room } from "./api.js";
import { on } from "./live.js";
import { keepPlace, noneWaiting, setShowsLatest, showsLatest, toEnd } from "./scroll.js";
import { appendPage, clearPlaced, insertPage, placed, restoreNewLine } from "./timeline.js";
import { learn } from "./quotes.js";
import { refreshChanges } from "./changes.js";
import { refresh as refreshReceipts } from "./receipts.js";
import { restoreFocus, trimEnd, trimStart } from "./trim.js";

const PAGE = 50;

const log = byId("log");
const older = byId("older");
const newer = byId("newer");
/** Messages told of while the list did not show the end of the room. */
let missed = 0;

const page = (query) => call("GET", room(roomId, `/messages?limit=${PAGE}${query}`));

function goOnBefore(id) {
  show(older.parentElement, Boolean(id));
  if (!id) return;
  older.dataset.before = id;
  older.href = `?before=${encodeURIComponent(id)}`;
}

/** Shows what was loaded, without reading all of it out. */
function put(loaded, change) {
  log.ariaLive = "off";
  learn(loaded.quoted);
  keepPlace(() => {
    change(loaded.messages);
    restoreNewLine();
    refreshReceipts();
  });
  restoreFocus();
  log.ariaLive = "polite";
  refreshChanges().catch(() => {});
}

function cutStart() {
  const before = trimStart();
  if (before) goOnBefore(before);
}

/** One load after the other: each goes on from what the one before it has left. */
let turn = Promise.resolve();
function inTurn(load) {
  const mine = turn.then(load);
  turn = mine.catch(() => {});
  return mine;
}

async function loadOlder() {
  if (older.parentElement.hidden) return;
  const loaded = await page(`&before=${encodeURIComponent(older.dataset.before)}`);
  put(loaded, (messages) => {
    insertPage(messages);
    trimEnd();
  });
  goOnBefore(loaded.before);
}

async function loadNewer() {
  if (showsLatest()) return;
  const told = missed;
  const loaded = await page(`&after=${encodeURIComponent(placed().at(-1).dataset.messageId)}`);
  put(loaded, (messages) => {
    appendPage(messages);
    cutStart();
    // Messages told meanwhile may not be in this answer.
    if (messages.length < PAGE && told === missed) setShowsLatest(true);
  });
}

async function loadLatest() {
  if (showsLatest()) {
    toEnd();
    return;
  }
  let told;
  let loaded;
  do {
    told = missed;
    loaded = await page("");
  } while (told !== missed);
  clearPlaced();
  put(loaded, appendPage);
  goOnBefore(loaded.before);
  setShowsLatest(true);
  history.replaceState(history.state, "", location.pathname);
  noneWaiting();
  toEnd();
}

/** Shows the end of the room in place of what is shown. */
export const showLatest = () => inTurn(loadLatest);

/** Makes a link load in place; scrolled near, it loads by itself. */
function follow(link, load) {
  const words = link.textContent;
  // Several changes may be told at once: the last one stands.
  const look = (changes) => changes.at(-1).isIntersecting && run();
  const near = new IntersectionObserver(look, { root: byId("scroller"), rootMargin: "100% 0px" });
  const watch = () => {
    near.unobserve(link);
    near.observe(link);
  };
  async function run() {
    if (link.ariaBusy === "true") return;
    link.ariaBusy = "true";
    try {
      await inTurn(load);
      link.textContent = words;
      // Observed anew, it tells at once whether it is still near.
      watch();
    } catch (error) {
      link.textContent = `Not loaded: ${error.message}. Try again`;
    } finally {
      link.ariaBusy = "false";
    }
  }
  link.addEventListener("click", (event) => {
    event.preventDefault();
    run();
  });
  // The page opens where it opens first, and then looks at what is near.
  requestAnimationFrame(() => requestAnimationFrame(watch));
}

if (older) {
  follow(older, loadOlder);
  follow(newer, loadNewer);
  on("message.posted", ({ room_id: where }) => {
    if (where !== roomId) return;
    if (!showsLatest()) missed += 1;
    else cutStart();
  });
  const latest = byId("older-note-link");
  const jump = (event) => {
    if (showsLatest()) return;
    event.preventDefault();
    showLatest().catch(() => location.assign(latest.href));
  };
  latest.addEventListener("click", jump);
  byId("jump").addEventListener("click", jump);
}
