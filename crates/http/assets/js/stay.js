// A page that cannot be loaded just now does not take the place of the one that is there.

import { byId, leaveFor, mount } from "./page.js";
import { refetch } from "./api.js";
import { isLost, notLoaded } from "./connection.js";

/** Goes on with `leave` once the server answers; until then it is said why not. */
async function attempt(leave) {
  try {
    await refetch("capabilities");
    leave();
  } catch (error) {
    notLoaded(`Not opened: ${error.message.replace(/\.$/, "")}. What you see stays.`, () => attempt(leave));
  }
}

const stays = (event) => isLost() && !event.defaultPrevented;

function follow(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || !stays(event) || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const isHere = link.pathname === location.pathname && link.search === location.search && link.hash;
  if (link.origin !== location.origin || link.target || link.download || isHere) return;
  event.preventDefault();
  attempt(() => leaveFor(link.href));
}

function submit(event) {
  if (!stays(event) || event.target.method === "dialog") return;
  event.preventDefault();
  attempt(() => event.target.submit());
}

if (mount && byId("connection")) {
  // On the window: whoever takes care of a click or a form has done so before.
  addEventListener("click", follow);
  addEventListener("submit", submit);
}
