// How many rooms of all mounts are unread, beside the way to them.

import { byId, show } from "./page.js";
import { refetch } from "./api.js";
import { countAtNews } from "./unread-news.js";

const badge = byId("inbox-unread");

async function count() {
  const { rooms } = await refetch("/doctor/inbox/api/unread");
  byId("inbox-unread-count").textContent = String(rooms);
  show(badge, rooms > 0);
  const words = byId("inbox-count");
  if (words) words.textContent = rooms === 0 ? "Nothing unread" : rooms === 1 ? "1 room with something unread" : `${rooms} rooms with something unread`;
}

if (badge) countAtNews(count);
