// Brings a page to life. Without this script every form and link still works.

import "./lock.js";
import "./unsent.js";
import "./connection.js";
import "./urgent-strip.js";
import "./messages.js";
import "./receipts.js";
import "./acknowledge.js";
import "./attach.js";
import "./composer.js";
import "./reply.js";
import "./edit.js";
import "./message-menu.js";
import "./typing.js";
import "./read.js";
import "./participants.js";
import "./rooms.js";
import "./open-at.js";
import "./print-note.js";
import "./inbox-unread.js";
import "./title.js";
import "./key-sheet.js";
import "./keys.js";
import "./rings.js";
import "./notify.js";
import "./idle.js";
import "./stay.js";
import { byId, isLocked, me, reload } from "./page.js";
import { forgetSaved } from "./just-saved.js";
import { channel } from "./kept.js";
import { notLoaded } from "./connection.js";
import { onEvery, start } from "./live.js";
import { day } from "./time.js";
import { showsLatest } from "./scroll.js";

const { page } = document.body.dataset;
if (page === "patients") import("./patient-search.js");
if (page === "patients" || page === "patient") import("./patients-unread.js");
if (page === "inbox") import("./inbox.js");
if (page === "rooms") import("./new-room.js");
if (page === "people") import("./directory.js");
if (page === "search") import("./search.js");
if (page === "paper") import("./paper.js");

// The people who may be meant are looked up once somebody is.
const mentions = () => import("./mention-choice.js");
byId("composer-text")?.addEventListener("input", ({ target }) => target.value.includes("@") && mentions().catch(() => {}));

// A room that the page shows whole is not paged until it has grown.
const MANY = 250;
const older = byId("older");
const paging = () => import("./paging.js");
const grown = () => byId("messages").childElementCount > MANY && paging().catch(() => {});
if (older && !(older.parentElement.hidden && showsLatest())) paging();
else if (older) onEvery("message.posted", grown);

// Most pages do not see a midnight. One that slept over it looks at once.
const LOOK_MS = 10_000;
const midnight = () => import("./midnight.js");
let shownDay = day(performance.timeOrigin);
function lookAtDay() {
  const today = day(Date.now());
  if (today === shownDay || isLocked()) return;
  midnight().then(({ writeAnew }) => {
    shownDay = today;
    writeAnew();
  }, () => {});
}
setInterval(lookAtDay, LOOK_MS);
for (const type of ["focus", "pageshow", "visibilitychange"]) addEventListener(type, lookAtDay);
onEvery("message.posted", lookAtDay);

const go = () => import("./go.js");
const goOpen = byId("go-open");
const notOpened = () => notLoaded("Not opened: the server did not answer.", () => goOpen.click());
goOpen?.addEventListener("click", () => go().then(({ open }) => open(), notOpened));

// A sign-out is seen at once by all tabs of this browser, whoever they listen to.
const signOuts = channel("sign-out");
let signingOut = false;

for (const form of document.querySelectorAll('form[action="/logout"]')) {
  form.addEventListener("submit", () => { signingOut = true; });
}
// The page goes when the server has answered: the session is over by then.
addEventListener("pagehide", () => { if (signingOut) signOuts?.postMessage(me); });
signOuts?.addEventListener("message", ({ data }) => {
  if (data !== me) return;
  forgetSaved();
  reload();
});

document.documentElement.classList.add("js");
start();
