// Seals unsent words, so that they cannot be read while the page is locked: with a key that comes only with a page
// of its own doctor, so after the password.

import { session } from "./kept.js";
import { me } from "./page.js";

/** Prefix of the names under which this doctor's words are kept. */
export const OWN = `doctor ${me} `;
const SEALED = `sealed ${me}`;
const CIPHER = "AES-GCM";
const NONCE_BYTES = 12;

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** Null where the page is not served over TLS: then browsers offer no ciphers. */
const key = document.body.dataset.draftKey && crypto.subtle
  ? crypto.subtle.importKey("raw", bytesOf(document.body.dataset.draftKey), CIPHER, false, ["encrypt", "decrypt"])
  : null;
delete document.body.dataset.draftKey;
/** Without a cipher it stays here, out of the document and the browser's storage, and goes if the page does. */
let held = [];

/** Takes every word of this doctor out of the tab's storage; done when they are kept sealed. */
export async function seal() {
  const words = session.names(OWN).map((name) => [name, session.get(name)]);
  for (const [name] of words) session.put(name, null);
  if (!words.length) return;
  held = words;
  if (!key) return;
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const text = new TextEncoder().encode(JSON.stringify(words));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: CIPHER, iv: nonce }, await key, text));
  session.put(SEALED, [...nonce, ...sealed].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
  held = [];
}

/** Puts back what {@link seal} took out. */
export async function unseal() {
  for (const [name, text] of held) session.put(name, text);
  held = [];
  const sealed = session.get(SEALED);
  if (!sealed || !key) return;
  const bytes = bytesOf(sealed);
  try {
    const cipher = { name: CIPHER, iv: bytes.slice(0, NONCE_BYTES) };
    const text = new TextDecoder().decode(await crypto.subtle.decrypt(cipher, await key, bytes.slice(NONCE_BYTES)));
    for (const [name, words] of JSON.parse(text)) session.put(name, words);
  } catch {
    // Sealed with a key that is no more: nobody can read it.
  }
  session.put(SEALED, null);
}

addEventListener("beforeunload", (event) => {
  if (held.length) event.preventDefault();
});
