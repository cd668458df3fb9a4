// A page that was on its way while a draft was saved may show what the server had before: it is told by the page that it
// takes the place of. Words are in the tab's storage from one page to the next only.

import { session } from "./kept.js";
import { isLocked, mount, roomId } from "./page.js";
import { OWN } from "./sealed.js";
// Unseals the words first, for they are read here.
import "./outbox.js";

const KEY = `${OWN}just saved`;
/** Browsers wait for no page much longer. */
const LONGEST_MS = 60_000;

/** When this page was asked for, by the clock. */
const askedAt = Date.now() - performance.now();
const told = session.parsed(KEY, []).filter((entry) => entry.heardAt >= askedAt);
session.put(KEY, null);

/** Saves that this page heard of: the last of each room. */
let heard = [];

const isOf = (place) => (entry) => entry.mount === place.mount && entry.room === place.room;

/** The server has these words of a room now, saved at `at`. */
export function noteSaved({ mount: of, room }, { text, urgent, reason, reply }, at) {
  const entry = { mount: of, room, state: { text, urgent, reason, reply }, at, heardAt: Date.now() };
  heard = [...heard.filter((other) => !isOf(entry)(other)), entry];
}

/** Nothing of what was saved is told to another page. */
export const forgetSaved = () => { heard = []; };

addEventListener("locked", forgetSaved);

/** The save of this room while this page was on its way, as `{state, at}`; undefined where there was none. */
export const savedMeanwhile = () => told.find(isOf({ mount, room: roomId }));

addEventListener("pagehide", () => {
  const recent = heard.filter(({ heardAt }) => Date.now() - heardAt < LONGEST_MS);
  if (recent.length && !isLocked()) session.put(KEY, JSON.stringify(recent));
});
