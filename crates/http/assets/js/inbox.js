// The rooms of all mounts, live: the one that was active last stands first.

import { byId, named, show, write } from "./page.js";
import { refetch } from "./api.js";
import { feeds } from "./live.js";
import { loaded, notLoaded } from "./connection.js";
import { roomList } from "./room-list.js";

const ROOMS = "/doctor/inbox/api/rooms?limit=50";

const list = byId("inbox-list");
const more = byId("inbox-more");
const feedOf = ({ url }) => feeds.find((feed) => url.startsWith(`${feed.mount}/rooms/`));
const activeAt = (row) => Date.parse(row.dataset.activeAt) || 0;

const rows = roomList({
  list,
  blank: "inbox-template",
  compare: (a, b) => activeAt(b) - activeAt(a),
  made: (row, { backend }) => show(write(row, ".room-place", named(backend)), true),
  changed: () => show(byId("inbox-empty"), list.children.length === 0),
});

function sayMissing(missing) {
  const names = missing.map(({ label }) => label).join(" and ");
  const words = missing.length > 1 ? `${names} do not answer: their rooms are missing here.` : `${names} does not answer: its rooms are missing here.`;
  byId("inbox-missing-words").textContent = missing.length ? words : "";
  show(byId("inbox-missing"), missing.length > 0);
}

async function load(address) {
  const askedAt = rows.ask();
  const answer = await refetch(address);
  sayMissing(answer.missing);
  await Promise.all(answer.rooms.map((data) => rows.answered(feedOf(data), data, askedAt)));
  return answer;
}

async function reload() {
  try {
    await load(ROOMS);
    loaded();
  } catch (error) {
    if (error.isTemporary && error.status !== 0) notLoaded(`Not loaded: ${error.message.replace(/\.$/, "")}. What you see stays.`, reload);
  }
}

/** The rows that follow; the focus goes to the first of them. */
async function showMore(event) {
  event.preventDefault();
  const last = list.lastElementChild;
  try {
    const { next } = await load(`${ROOMS}&cursor=${encodeURIComponent(more.dataset.next)}`);
    more.dataset.next = next ?? "";
    show(more, next !== null);
    (last?.nextElementSibling ?? list.firstElementChild)?.querySelector("a")?.focus();
  } catch (error) {
    notLoaded(`Not loaded: ${error.message.replace(/\.$/, "")}.`, () => more.click());
  }
}

more?.addEventListener("click", showMore);
// A page of earlier rooms stays as it was asked for.
if (!location.search) {
  feeds.forEach((feed) => rows.follow(feed, reload));
  reload();
}
