// The files of a message: pictures as thumbnails whose place is kept, everything else as a card.

import { copy, mount, show, write } from "./page.js";
import { kindOf, sizeOf } from "./file-kind.js";

const WIDEST = 320;
const HIGHEST = 240;

const address = (file, rest = "") => `${mount}/api/attachments/${encodeURIComponent(file.id)}${rest}`;

/** The address of a picture's thumbnail. */
export const thumbnailOf = (file) => address(file, "/thumbnail");

function picture(file) {
  const item = copy("picture-template");
  const image = item.querySelector("img");
  const scale = Math.min(1, WIDEST / file.width, HIGHEST / file.height);
  image.width = Math.max(1, Math.round(file.width * scale));
  image.height = Math.max(1, Math.round(file.height * scale));
  image.alt = file.name;
  image.src = thumbnailOf(file);
  return item;
}

function card(file) {
  const item = copy("file-template");
  write(item, ".file-name", file.name);
  write(item, ".file-detail", `${kindOf(file.media_type)} · ${sizeOf(file.size)}`);
  return item;
}

function shown(file) {
  const item = file.width ? picture(file) : card(file);
  item.dataset.attachmentId = file.id;
  item.querySelector("a").href = address(file);
  return item;
}

/** Shows files in a list. What is there already stays, so that no picture is fetched twice. */
export function showFiles(list, files) {
  const ids = Array.from(list.children, (item) => item.dataset.attachmentId);
  if (ids.length !== files.length || files.some((file, at) => file.id !== ids[at])) {
    list.replaceChildren(...files.map(shown));
  }
  show(list, files.length > 0);
}
