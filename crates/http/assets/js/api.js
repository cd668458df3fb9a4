// Calls to the mount's JSON interface.

import { isLocked, leaveFor, me, mount, reload, roomId } from "./page.js";
import { takeAlong } from "./outbox.js";

/** An answer that is no success. `status` is 0 when nothing answered, or the page is about to be loaded anew. */
export class Refused extends Error {
  constructor(status, words, retryAfterMs = 0, problem = null) {
    super(words);
    this.status = status;
    /** The whole problem, where the server gave one. */
    this.problem = problem;
    /** The server asks to be left alone for so long. */
    this.retryAfterMs = retryAfterMs;
  }

  /** Nothing is wrong with what was sent: the same call may succeed later. */
  get isTemporary() {
    return this.status < 400 || [408, 425, 429].includes(this.status) || (this.status >= 500 && this.status !== 501);
  }
}

const TIMEOUT_MS = 20_000;
const OTHER_DOCTOR = "urn:hims-chat:other-doctor";

/**
 * Sends a request and gives the parsed body, or null for an empty one. A path without a slash before it
 * is one of the mount.
 *
 * `background`: nobody did anything just now, so the call does not put off the end of an idle session.
 * `keepalive`: the call outlives the page; only for bodies under 64 KB.
 */
export async function call(method, path, body, { background = false, keepalive = false } = {}) {
  if (isLocked()) throw new Refused(0, "this page is locked");
  let response;
  try {
    response = await fetch(path.startsWith("/") ? path : `${mount}/api/${path}`, {
      method,
      headers: {
        accept: "application/json",
        "x-hims-doctor": me,
        ...(background && { "x-hims-background": "1" }),
        ...(body && { "content-type": "application/json" }),
      },
      body: body && JSON.stringify(body),
      keepalive,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new Refused(0, navigator.onLine ? "the server did not answer" : "this computer is offline");
  }
  const text = await response.text().catch(() => null);
  // Nothing is left to show the answer in.
  if (isLocked()) throw new Refused(0, "this page is locked");
  const answer = parsed(text);
  follow(path, response.redirected ? new URL(response.url).pathname.replace("/api/", "/") : answer?.location);
  if (response.status === 401) {
    reload(); // The server leads on to the login, and back here after it.
    throw new Refused(0, "you are signed out");
  }
  if (response.status === 409 && answer?.type === OTHER_DOCTOR) {
    reload(); // This page is not the signed-in doctor's.
    throw new Refused(0, "another doctor signed in");
  }
  if (!response.ok) {
    const words = answer?.detail ?? answer?.title ?? `the server answered ${response.status}`;
    throw new Refused(response.status, words, (Number(response.headers.get("retry-after")) || 0) * 1_000, answer);
  }
  if (answer === undefined) throw new Refused(0, "the server’s answer was cut off");
  return answer;
}

/** This page's room lives elsewhere now, at an address like `/doctor/stream-chat/rooms/7`: there it goes on. */
function follow(path, page) {
  // Not by its beginning: room 2 must not follow room 21, with words about another patient.
  const isOwn = roomId && path.split(/[?/]/).slice(0, 2).join("/") === room(roomId);
  const [, toMount, toRoom] = (isOwn && page?.match(/^(\/.+)\/rooms\/([^/]+)/)) || [];
  if (!toRoom) return;
  takeAlong(toMount, toRoom);
  leaveFor(`${toMount}/rooms/${toRoom}`);
  throw new Refused(0, "this room was moved");
}

/** Content of a body: null when it is empty, undefined when it is no whole JSON. */
function parsed(text) {
  if (text === null) return undefined;
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A path of the mount a feed is of, as {@link call} takes it. */
export const at = (feed, path) => (feed.mount === mount ? path : `${feed.mount}/api/${path}`);

/** Loads state afresh that nobody asked for just now. */
export const refetch = (path) => call("GET", path, undefined, { background: true });

export const room = (id, rest = "") => `rooms/${encodeURIComponent(id)}${rest}`;
