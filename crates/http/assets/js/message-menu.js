// Actions on a message: one menu, opened by "More", by Enter on the message, or by its own keys.

import { byId, conversation, isComposing, mount, roomId, show } from "./page.js";
import { copyText } from "./clipboard.js";
import { tell } from "./toast.js";
import { chosen } from "./chosen.js";
import { startEdit } from "./edit.js";
import { single } from "./key-sheet.js";

const EDGE_PX = 8;
const menu = byId("message-menu");
let message = null;
let wasOpen = false;

const known = (element) => element.dataset.messageId !== "";
const changeable = (element) => known(element) && element.matches(".mine:not(.recalled)");
const replyOf = (element) => element.querySelector(".reply:not([hidden])");

const details = () => import("./details.js");
const recall = () => import("./recall.js");
const unread = () => import("./mark-unread.js");
const notLoaded = () => tell("Not opened: the server did not answer.");

/** Actions of the menu: the messages that each fits, and its effect. */
const ACTIONS = {
  reply: { fits: replyOf, run: (element) => replyOf(element).click() },
  edit: { fits: (element) => "canEdit" in conversation.dataset && changeable(element), run: startEdit },
  unread: { fits: (element) => known(element) && element.matches(":not(.mine)"), run: (element) => unread().then(({ markUnread }) => markUnread(element), notLoaded) },
  link: { fits: known, run: copyLink },
  details: { fits: known, run: (element) => details().then(({ showDetails }) => showDetails(element), notLoaded) },
  recall: { fits: (element) => "canRecall" in conversation.dataset && changeable(element), run: (element) => recall().then(({ askRecall }) => askRecall(element), notLoaded) },
};

async function copyLink(element) {
  const address = new URL(`${mount}/rooms/${encodeURIComponent(roomId)}`, location.origin);
  address.searchParams.set("message", element.dataset.messageId);
  tell(await copyText(address.href) ? "Link copied. Only the room’s doctors can open it." : "The browser did not allow copying.");
}

const items = () => Array.from(menu.querySelectorAll("button:not([hidden])"));

function place(opener) {
  const box = opener.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = box.bottom + EDGE_PX / 2;
  const top = below + height > innerHeight - EDGE_PX ? box.top - height - EDGE_PX / 2 : below;
  menu.style.left = `${Math.max(EDGE_PX, Math.min(box.right - width, innerWidth - width - EDGE_PX))}px`;
  menu.style.top = `${Math.max(EDGE_PX, top)}px`;
}

function open(element) {
  const offered = Object.entries(ACTIONS).filter(([, { fits }]) => fits(element)).map(([name]) => name);
  if (!offered.length) return;
  message = element;
  element.focus({ preventScroll: true });
  for (const button of menu.querySelectorAll("button")) show(button, offered.includes(button.dataset.do));
  menu.showPopover();
  place(element.querySelector(".more"));
  items()[0].focus({ preventScroll: true });
}

function move(event) {
  const all = items();
  const at = all.indexOf(document.activeElement);
  const next = {
    ArrowDown: (at + 1) % all.length,
    ArrowUp: (at - 1 + all.length) % all.length,
    Home: 0,
    End: all.length - 1,
  }[event.key];
  if (event.key === "Tab") menu.hidePopover();
  if (next === undefined) return;
  event.preventDefault();
  all[next].focus();
}

function run(name, element) {
  if (menu.matches(":popover-open")) menu.hidePopover();
  element.focus({ preventScroll: true });
  ACTIONS[name].run(element);
}

/** Keys on a focused message; other letters belong to the list. An edit begun by a letter is asked about when it is saved. */
const KEYS = {
  e: { fits: ACTIONS.edit.fits, run: (element) => startEdit(element, { byKey: true }) },
  u: ACTIONS.unread,
};

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isComposing(event) || !event.target.matches(".message")) return;
  const action = single() && chosen() && KEYS[event.key.toLowerCase()];
  if (event.key === "Enter") open(event.target);
  else if (action && action.fits(event.target)) action.run(event.target);
  else return;
  event.preventDefault();
}

function prepare(root) {
  for (const link of root.querySelectorAll(".more")) {
    link.role = "button";
    link.ariaHasPopup = "menu";
  }
}

if (menu) {
  prepare(document);
  prepare(byId("message-template").content);
  // A press outside closes the menu before it becomes a click: on its own button it must stay closed.
  document.addEventListener("pointerdown", () => { wasOpen = menu.matches(":popover-open"); }, true);
  byId("messages").addEventListener("click", (event) => {
    const element = event.target.closest(".message");
    if (!element) return;
    if (event.target.closest(".more")) {
      event.preventDefault();
      if (!(wasOpen && element === message)) open(element);
      wasOpen = false;
    } else if (!event.target.closest("a, button, input") && getSelection().isCollapsed) {
      // A tap shows what can be done, also where a tap gives no focus by itself.
      element.focus({ preventScroll: true });
    }
  });
  menu.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) run(button.dataset.do, message);
  });
  menu.addEventListener("keydown", move);
  byId("log").addEventListener("keydown", keys);
  byId("scroller").addEventListener("scroll", () => menu.matches(":popover-open") && menu.hidePopover(), { passive: true });
}
