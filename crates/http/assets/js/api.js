// Calls to the mount's JSON interface.

import { mount } from "./page.js";

/** An answer that is no success. `status` is 0 when nothing answered. */
export class Refused extends Error {
  constructor(status, words) {
    super(words);
    this.status = status;
  }
}

const TIMEOUT_MS = 20_000;

/** Sends a request and gives the parsed body, or null for an empty one. Signed out, the page is loaded anew. */
export async function call(method, path, body) {
  let response;
  try {
    response = await fetch(`${mount}/api/${path}`, {
      method,
      headers: { accept: "application/json", ...(body && { "content-type": "application/json" }) },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new Refused(0, navigator.onLine ? "the server did not answer" : "this computer is offline");
  }
  if (response.status === 401) {
    location.reload(); // The server leads on to the login, and back here after it.
    throw new Refused(401, "you are signed out");
  }
  const text = await response.text().catch(() => "");
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    if (response.ok) throw new Refused(response.status, "the server’s answer was cut off");
  }
  if (!response.ok) {
    throw new Refused(response.status, answer?.detail ?? answer?.title ?? `the server answered ${response.status}`);
  }
  return answer;
}

export const room = (id, rest = "") => `rooms/${encodeURIComponent(id)}${rest}`;
