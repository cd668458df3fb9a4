// Typing notes: shows who is typing, and tells that I am.

import { byId, me, roomId, shortName } from "./page.js";
import { call, room } from "./api.js";
import { on } from "./live.js";

const REPEAT_MS = 3_000;
const STOPPED_MS = 5_000;
const LAPSE_MS = 8_000;

const line = byId("typing");
const text = byId("composer-text");
const others = new Map();
let told = 0;
let stopping;

function tell(typing) {
  if (!typing && told === 0) return;
  told = typing ? performance.now() : 0;
  clearTimeout(stopping);
  // A lost hint is no harm: it lapses or is repeated.
  call("POST", room(roomId, "/typing"), { typing }).catch(() => {});
}

function typed() {
  if (!text.value) {
    tell(false);
    return;
  }
  if (told === 0 || performance.now() - told >= REPEAT_MS) tell(true);
  clearTimeout(stopping);
  stopping = setTimeout(() => tell(false), STOPPED_MS);
}

function say() {
  const names = Array.from(others.values(), (other) => other.name);
  const [first, second] = names;
  line.textContent = names.length === 0 ? ""
    : names.length === 1 ? `${first} is typing`
    : names.length === 2 ? `${first} and ${second} are typing`
    : `${names.length} doctors are typing`;
}

function clear(doctorId) {
  clearTimeout(others.get(doctorId)?.timer);
  if (others.delete(doctorId)) say();
}

function hear({ room_id: where, doctor, typing }) {
  if (where !== roomId || doctor.id === me) return;
  clear(doctor.id);
  if (!typing) return;
  others.set(doctor.id, { name: shortName(doctor.name), timer: setTimeout(() => clear(doctor.id), LAPSE_MS) });
  say();
}

if (line) {
  on("typing", hear);
  on("message.posted", (message) => message.room_id === roomId && clear(message.author.id));
}
if (text) {
  text.addEventListener("input", typed);
  text.addEventListener("blur", () => tell(false));
  byId("composer").addEventListener("sent", () => tell(false));
}
