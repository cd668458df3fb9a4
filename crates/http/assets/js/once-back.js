// Calls waiting handlers once the network or the server is there again, to take back words about its loss.

import { on } from "./live.js";

const waiting = new Set();

/** Calls `handler` once, when the network or the server is there again. */
export const onceBack = (handler) => waiting.add(handler);

function back() {
  const handlers = Array.from(waiting);
  waiting.clear();
  handlers.forEach((handler) => handler());
}

addEventListener("online", back);
on("connection", ({ up }) => up && back());
