// The message that single letters act on: one that the keyboard reached. Where the page itself or a click has put
// the focus, nobody chose the message, and what is typed is meant for the room.

const log = document.getElementById("log");
/** The element that has the focus without the keyboard having gone there. */
let given = document.activeElement;
/** The last input was a click or a tap. */
let pointing = false;

/** The message that has the focus, or something in it. */
export const focused = () => document.activeElement?.closest("#log .message") ?? null;

/** The focus is where the keyboard led it. */
export const reached = () => document.activeElement !== given;

/** The message that letters act on, or null. */
export const chosen = () => (reached() ? focused() : null);

/** Gives the focus without choosing. */
export function give(element) {
  element.focus({ preventScroll: true });
  given = element;
}

/** Moves the focus by keyboard. */
export function choose(element) {
  given = null;
  element?.focus();
}

if (log) {
  const forget = () => { given = document.activeElement; };
  document.addEventListener("pointerdown", () => {
    pointing = true;
    forget();
  }, true);
  document.addEventListener("keydown", () => { pointing = false; }, true);
  // A window that comes back tells its focus again; only a focus that moved is a new one.
  document.addEventListener("focusin", ({ target }) => {
    if (target !== given) given = pointing ? target : null;
  });
  addEventListener("pageshow", forget);
}
