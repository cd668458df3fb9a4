// Which uploaded files wait in the composer of this room, as long as the tab lives.

import { me, mount, roomId } from "./page.js";

const key = `doctor ${me} files ${mount} ${roomId}`;

export const keptFiles = () => JSON.parse(sessionStorage.getItem(key) ?? "[]");

export function keepFiles(files) {
  if (files.length) sessionStorage.setItem(key, JSON.stringify(files));
  else sessionStorage.removeItem(key);
}
