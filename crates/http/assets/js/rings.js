// What rings: kept in this browser. Quiet by default, but for what is urgent.

import { byId } from "./page.js";
import { ring } from "./sound.js";

const KEY = "rings";
const USUAL = { urgentSound: true, urgentNotice: true, routineNotice: false };

const dialog = byId("rings");
const status = byId("rings-status");

const kept = () => {
  try {
    return { ...USUAL, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return USUAL;
  }
};

const mayNotify = () => "Notification" in window && Notification.permission === "granted";

/** What is wanted, as far as the browser allows it. */
export function wanted() {
  const { urgentSound, urgentNotice, routineNotice } = kept();
  return { urgentSound, urgentNotice: urgentNotice && mayNotify(), routineNotice: routineNotice && mayNotify() };
}

function fill() {
  for (const [name, on] of Object.entries(wanted())) dialog.querySelector(`[name=${name}]`).checked = on;
}

async function allowed() {
  if (!("Notification" in window)) return "This browser has no notifications.";
  const permission = await Notification.requestPermission();
  return permission === "granted" ? "" : "Not changed: this browser blocks notifications of this site. Allow them in its settings for the site.";
}

async function change({ target }) {
  status.textContent = "";
  const problem = target.checked && target.name.endsWith("Notice") ? await allowed() : "";
  status.textContent = problem;
  if (!problem) localStorage.setItem(KEY, JSON.stringify({ ...kept(), [target.name]: target.checked }));
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
