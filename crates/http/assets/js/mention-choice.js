// "@" offers the people in the room. The text alone says who is meant, so a draft loses nobody.

import { byId, copy, isComposing, me, show, write } from "./page.js";
import { fold } from "./fold.js";
import { people } from "./people.js";
import { goesBack } from "./words.js";

const MOST = 6;
const text = byId("composer-text");
const list = byId("mention-choices");
let chosen = 0;
/** Position of the "@" that was turned down with Escape; -1 for none. */
let declined = -1;

/** The "@" before the caret and what is written behind it, while that may still be a name. */
function asked() {
  const before = text.value.slice(0, text.selectionStart);
  const at = before.lastIndexOf("@");
  if (at < 0 || text.selectionStart !== text.selectionEnd || goesBack(before, at)) return null;
  const query = before.slice(at + 1);
  return query.length > 40 || query.includes("\n") ? null : { at, query };
}

/** Every word written must begin a word of the name or of what the person does. */
function fitting(query) {
  const wanted = fold(query).split(/\s+/u).filter(Boolean);
  const fits = ({ name, detail }) => {
    const words = fold(`${name} ${detail}`).split(/[^\p{L}\p{N}]+/u);
    return wanted.every((part) => words.some((word) => word.startsWith(part)));
  };
  return people().filter((person) => person.id !== me && fits(person)).slice(0, MOST);
}

const options = () => Array.from(list.children);

function close() {
  show(list, false);
  text.removeAttribute("aria-activedescendant");
}

function choose(index) {
  chosen = (index + options().length) % options().length;
  options().forEach((option, at) => { option.ariaSelected = String(at === chosen); });
  text.setAttribute("aria-activedescendant", options()[chosen].id);
  options()[chosen].scrollIntoView({ block: "nearest" });
}

function insert(name) {
  const { at } = asked();
  text.setRangeText(`@${name} `, at, text.selectionStart, "end");
  close();
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function offer() {
  const now = asked();
  const found = now && now.at !== declined ? fitting(now.query) : [];
  if (!now) declined = -1;
  // A name that is written out needs no offer any more.
  if (!found.length || (found.length === 1 && now.query.trimEnd() === found[0].name)) {
    close();
    return;
  }
  list.replaceChildren(...found.map((person, at) => {
    const option = copy("mention-template");
    option.id = `mention-${at}`;
    option.dataset.name = person.name;
    write(option, ".choice-name", person.name);
    write(option, ".choice-detail", person.detail);
    return option;
  }));
  show(list, true);
  choose(0);
}

function keys(event) {
  if (list.hidden || isComposing(event)) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
  else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && !event.ctrlKey && !event.metaKey) insert(options()[chosen].dataset.name);
  else if (event.key === "Escape") {
    declined = asked()?.at ?? -1;
    close();
  } else return;
  event.preventDefault();
}

if (list) {
  text.addEventListener("input", offer);
  text.addEventListener("click", offer);
  // Before the composer's own keys, which send.
  text.addEventListener("keydown", keys, true);
  text.addEventListener("blur", close);
  // Before the field loses the focus.
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) insert(option.dataset.name);
  });
  offer();
}
