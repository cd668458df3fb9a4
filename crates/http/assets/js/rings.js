// Choice of sounds and notices: kept in this browser. Quiet by default, but for what is urgent.

import { local } from "./kept.js";
import { byId } from "./page.js";
import { ring } from "./sound.js";

const KEY = "rings";
const USUAL = { urgentSound: true, urgentNotice: true, routineNotice: false };

const dialog = byId("rings");
const status = byId("rings-status");

const kept = () => ({ ...USUAL, ...local.parsed(KEY, {}) });

function mayNotify() {
  try {
    return Notification.permission === "granted";
  } catch {
    return false;
  }
}

/** The sounds and notices that are wanted, as far as the browser allows them. */
export function wanted() {
  const { urgentSound, urgentNotice, routineNotice } = kept();
  return { urgentSound, urgentNotice: urgentNotice && mayNotify(), routineNotice: routineNotice && mayNotify() };
}

function fill() {
  for (const [name, on] of Object.entries(wanted())) dialog.querySelector(`[name=${name}]`).checked = on;
}

async function allowed() {
  try {
    await Notification.requestPermission();
  } catch {
    return "This browser has no notifications.";
  }
  return mayNotify() ? "" : "Not changed: this browser blocks notifications of this site. Allow them in its settings for the site.";
}

async function change({ target }) {
  status.textContent = "";
  const problem = target.checked && target.name.endsWith("Notice") ? await allowed() : "";
  status.textContent = problem;
  if (!problem) local.put(KEY, JSON.stringify({ ...kept(), [target.name]: target.checked }));
  fill();
}

if (dialog) {
  byId("rings-open").addEventListener("click", () => {
    status.textContent = "";
    fill();
    dialog.showModal();
  });
  byId("ring-try").addEventListener("click", ring);
  dialog.addEventListener("change", change);
}
