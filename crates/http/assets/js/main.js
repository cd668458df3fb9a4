// Brings a page to life. Without this script every form and link still works.

import "./lock.js";
import "./unsent.js";
import "./connection.js";
import "./urgent-strip.js";
import "./messages.js";
import "./older.js";
import "./receipts.js";
import "./acknowledge.js";
import "./urgent-reason.js";
import "./attach.js";
import "./composer.js";
import "./reply.js";
import "./edit.js";
import "./message-menu.js";
import "./typing.js";
import "./read.js";
import "./participants.js";
import "./rooms.js";
import "./drafts.js";
import "./open-at.js";
import "./inbox-unread.js";
import "./title.js";
import "./key-sheet.js";
import "./keys.js";
import "./rings.js";
import "./notify.js";
import "./idle.js";
import "./stay.js";
import "./sign-out.js";
import { byId } from "./page.js";
import { notLoaded } from "./connection.js";
import { start } from "./live.js";

const { page } = document.body.dataset;
if (page === "patients") import("./patient-search.js");
if (page === "patients" || page === "patient") import("./patients-unread.js");
if (page === "inbox") import("./inbox.js");
if (page === "rooms") import("./new-room.js");
if (page === "people") import("./directory.js");
if (page === "search") import("./search.js");

// Who may be meant is looked up once somebody is.
const mentions = () => import("./mention-choice.js");
byId("composer-text")?.addEventListener("input", ({ target }) => target.value.includes("@") && mentions().catch(() => {}));

const go = () => import("./go.js");
const goOpen = byId("go-open");
const notOpened = () => notLoaded("Not opened: the server did not answer.", () => goOpen.click());
goOpen?.addEventListener("click", () => go().then(({ open }) => open(), notOpened));

document.documentElement.classList.add("js");
start();
