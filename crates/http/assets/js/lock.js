// The lock: no word of the page is left, and its session is over, until the same doctor's password brings it back from the
// server. All tabs of the browser lock and unlock together.

import { channel } from "./kept.js";
import { byId, isLocked, leaveFor, lockAfterMs, lockedDoctor, me, noteLocked, reload, setCovered, show } from "./page.js";
import { seal, unseal } from "./sealed.js";

const TIMEOUT_MS = 10_000;
const AGAIN_MS = 15_000;

const screen = byId("lock");
const field = byId("unlock-password");
const tabs = lockAfterMs ? channel("lock") : null;
let isCovered = false;
/** The words on their way out of the tab's storage. */
let sealing = Promise.resolve();
/** The session's end under way: a new one must not begin before it. */
let ending = Promise.resolve();
let again;

/** Replaces the page by the lock screen: hidden content could be shown again, saved or searched by anybody at the computer. */
function cover() {
  if (isCovered) return;
  isCovered = true;
  setCovered();
  sealing = seal().catch(() => {});
  document.body.replaceChildren(screen);
  show(screen, true);
  (field ?? byId("lock-sign-on")).focus();
}

async function uncover() {
  clearTimeout(again);
  if (!isCovered) return;
  await sealing;
  await unseal();
  // An address with a fragment would not be loaded again; one that came from a form is asked for as a page.
  leaveFor(location.pathname + location.search);
}

async function endSession() {
  clearTimeout(again);
  const options = { method: "POST", keepalive: true, signal: AbortSignal.timeout(TIMEOUT_MS) };
  const ended = await fetch("/lock", options).then((answer) => answer.ok, () => false);
  if (!ended && isCovered) again = setTimeout(() => { ending = endSession(); }, AGAIN_MS);
}

export function lock() {
  if (!screen || isCovered) return;
  noteLocked(true);
  tabs?.postMessage({ locked: true, doctor: me });
  cover();
  ending = endSession();
}

function problem(words) {
  byId("unlock-error-text").textContent = words;
  show(byId("unlock-error"), words !== "");
}

async function attempt() {
  await ending;
  const answer = await fetch("/unlock", {
    method: "POST",
    headers: { accept: "application/json" },
    body: new URLSearchParams({ password: field.value }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail);
  return said.doctor_id;
}

async function unlock(event) {
  event.preventDefault();
  const button = byId("unlock-submit");
  button.disabled = true;
  problem("");
  try {
    const doctor = await attempt();
    noteLocked(false);
    tabs?.postMessage({ locked: false, doctor });
    if (doctor === me) uncover();
    else reload();
  } catch (error) {
    const known = error.name === "Error";
    problem(known ? error.message : "Not unlocked: the server did not answer. Try again.");
    field.select();
  } finally {
    button.disabled = false;
  }
}

/** After a sign-in by the hospital's account the server says so in a cookie: the provider's page comes before this one. */
function comesFromProvider() {
  const name = document.cookie.match(/(?:^|; )((?:__Host-)?hims_chat_entered)=/)?.[1];
  if (name) document.cookie = `${name}=; Max-Age=0; Path=/${name.startsWith("__Host-") ? "; Secure" : ""}`;
  return Boolean(name);
}

const fromProvider = comesFromProvider();

/** A login is the only way to a page of a locked browser; one that is loaded otherwise is locked itself. */
function comesFromLogin() {
  if (fromProvider) return true;
  const [navigation] = performance.getEntriesByType("navigation");
  const from = document.referrer && new URL(document.referrer);
  return navigation?.type === "navigate" && from.origin === location.origin && from.pathname === "/login";
}

function look() {
  if (isLocked()) cover();
}

if (screen) {
  if (lockedDoctor() && (comesFromLogin() || lockedDoctor() !== me)) {
    noteLocked(false);
    tabs?.postMessage({ locked: false, doctor: me });
  } else if (lockedDoctor()) {
    cover();
    ending = endSession();
  }
  tabs?.addEventListener("message", ({ data: { locked, doctor } }) => {
    if (doctor !== me) locked || reload();
    else if (locked) cover();
    else uncover();
  });
  // A tab that slept may have missed what was said.
  addEventListener("pageshow", look);
  document.addEventListener("visibilitychange", look);
  addEventListener("online", () => { if (isCovered && again) ending = endSession(); });
  byId("lock-now")?.addEventListener("click", lock);
  byId("unlock")?.addEventListener("submit", unlock);
  byId("lock-sign-on")?.addEventListener("click", (event) => {
    event.preventDefault();
    // As long as the session lives, nobody would be asked for anything.
    ending.then(() => leaveFor(`/login/oidc?next=${location.pathname}`));
  });
  byId("lock-other").addEventListener("click", (event) => {
    event.preventDefault();
    leaveFor(`/login?next=${location.pathname}`);
  });
}
