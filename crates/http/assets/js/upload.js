// One file on its way to the server. XMLHttpRequest, as fetch tells nothing of how far an upload is.

import { isLocked, me, mount, reload, roomId } from "./page.js";
import { Refused, room } from "./api.js";

/** A line on which nothing moves for so long is dead, whatever the browser believes. */
const STALLED_MS = 30_000;
/** How long the server may look into a file that it has whole. */
const CHECKED_MS = 60_000;

function answerOf(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return null;
  }
}

/** The server's answer about the file itself, as a sentence. */
function words(answer, status) {
  const wrong = answer?.errors?.find((error) => error.field === "file");
  if (wrong) return `This file ${wrong.message}`;
  return answer?.detail ?? `the server answered ${status}`;
}

function settle(request, resolve, reject) {
  const { status } = request;
  const answer = answerOf(request);
  if (status === 201 && answer) resolve(answer);
  else if (status === 401 && isLocked()) reject(new Refused(0, "this page is locked"));
  else if (status === 401 || answer?.type === "urn:hims-chat:other-doctor") {
    reject(new Refused(0, "you are signed out"));
    reload(); // The server leads on to the login, and back here after it.
  } else {
    const wait = Number(request.getResponseHeader("retry-after")) || 0;
    reject(new Refused(status, words(answer, status), wait * 1_000));
  }
}

/**
 * Uploads a file to this room. `progress` is called with the part of it that is gone, 0 to 1.
 * `done` gives its description, or fails with a `Refused`; after `cancel` it does neither.
 */
export function upload(file, progress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.open("POST", `${mount}/api/${room(roomId, "/attachments")}`);
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("x-hims-doctor", me);
    const lost = () => reject(new Refused(0, navigator.onLine ? "the server did not answer" : "this computer is offline"));
    let timer;
    const expect = (ms) => {
      clearTimeout(timer);
      timer = setTimeout(() => { lost(); request.abort(); }, ms);
    };
    request.upload.addEventListener("progress", ({ lengthComputable, loaded, total }) => {
      expect(STALLED_MS);
      if (lengthComputable) progress(loaded / total);
    });
    request.upload.addEventListener("load", () => expect(CHECKED_MS));
    request.addEventListener("load", () => settle(request, resolve, reject));
    request.addEventListener("error", lost);
    request.addEventListener("loadend", () => clearTimeout(timer));
    expect(STALLED_MS);
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  });
  return { done, cancel: () => request.abort() };
}
