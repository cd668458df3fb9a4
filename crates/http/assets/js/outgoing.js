// Messages on their way: one after the other in the order they were written, so that none overtakes
// another. Repeating a send under the same client id is harmless.

import { byId, me, roomId, sentence } from "./page.js";
import { copyText } from "./clipboard.js";
import { tell } from "./toast.js";
import { call, room } from "./api.js";
import { on } from "./live.js";
import { onceBack } from "./once-back.js";
import { create, find, setProgress, slot } from "./message-view.js";
import { confirmed } from "./messages.js";
import { appendUnplaced, drop } from "./timeline.js";
import { forget, keep, unsent } from "./outbox.js";
import { person } from "./people.js";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const WAITING = ["retry", "discard"];

/** Oldest first; only the first is ever under way. */
const queue = [];
let underWay = false;
/** Nothing gets through just now. */
let stuck = false;
let wait = FIRST_WAIT_MS;
/** The server asked not to be called before this moment. */
let notBefore = 0;
let timer;

/** Handlers of refusals, by the type of the problem: see onRefused. */
const refusals = new Map();

/**
 * Calls `handler(message, problem)` when the server refuses a message with a problem of this type. It
 * resolves to the message to send instead; to null when its text went back into the composer; or to
 * the words that say why it stays here unsent.
 */
export const onRefused = (type, handler) => refusals.set(type, handler);

const bubbleOf = (message) => find("client-id", message.client_id);

function author() {
  const self = person(me);
  const [specialty = "", grade = ""] = (self?.detail ?? "").split(" · ");
  return { id: me, name: self?.name ?? "", specialty, grade };
}

function bubble(message) {
  const element = create({ ...message, author: author(), sent_at: message.written_at });
  slot(element, ".retry").addEventListener("click", () => retry(message));
  slot(element, ".copy").addEventListener("click", async () => {
    tell(await copyText(message.text) ? "Text copied." : "The browser did not allow copying.");
  });
  slot(element, ".discard").addEventListener("click", () => discard(message));
  setProgress(element, "sending", { words: "Sending" });
  appendUnplaced(element);
}

/** The server has it, whatever became of its answer: the stream or a page showed the message. */
const isShown = (message) => Boolean(bubbleOf(message)?.dataset.messageId);

function progress(message, name, shown) {
  const element = bubbleOf(message);
  if (element && !isShown(message)) setProgress(element, name, shown);
}

function leaveQueue(message) {
  const at = queue.indexOf(message);
  if (at >= 0) queue.splice(at, 1);
}

function discard(message) {
  leaveQueue(message);
  forget(message.client_id);
  drop(bubbleOf(message));
  wake();
  byId("composer-text").focus();
}

/** `kept` is what a later visit says: the cause may be over by then. */
function refuse(message, words, kept = words) {
  keep(message, kept);
  progress(message, "unsent", { words: `Not sent: ${sentence(words)}`, failed: true, buttons: ["retry", "copy", "discard"] });
}

/** Once more, in the order of writing among those that wait. */
function retry(message) {
  if (!queue.includes(message)) {
    keep(message);
    const behind = queue.findIndex((other, at) => (at > 0 || !underWay) && other.written_at > message.written_at);
    queue.splice(behind < 0 ? queue.length : behind, 0, message);
  }
  attempt(true);
}

function hold(error) {
  notBefore = performance.now() + error.retryAfterMs;
  stuck = true;
  timer = setTimeout(attempt, error.retryAfterMs + wait * (0.75 + Math.random() / 2), false);
  wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  queue.forEach((message, at) => progress(message, "unsent", {
    words: at === 0 ? `Waiting to send: ${sentence(error.message)}` : "Waiting to send.",
    buttons: WAITING,
  }));
}

/** Asks whoever knows about this refusal what becomes of the message. */
async function reconsider(message, problem) {
  progress(message, "unsent", { words: "Not sent yet." });
  const instead = await refusals.get(problem.type)(message, problem);
  if (instead?.client_id) {
    queue[queue.indexOf(message)] = instead;
    keep(instead);
    return;
  }
  leaveQueue(message);
  if (instead) {
    refuse(message, instead);
    return;
  }
  forget(message.client_id);
  drop(bubbleOf(message));
}

/** Sends the first in the queue, and then the others; `byDoctor` when somebody just asked for it. */
async function attempt(byDoctor) {
  clearTimeout(timer);
  const message = queue[0];
  if (!message || underWay) return;
  underWay = true;
  progress(message, "sending", { words: "Sending" });
  const { written_at: _, attachments: __, ...rest } = message;
  const body = { patient_check: "ask", ...rest };
  const options = { keepalive: true, background: !byDoctor };
  const [sent, error] = await call("POST", room(roomId, "/messages"), body, options).then((it) => [it], (it) => [null, it]);
  if (refusals.has(error?.problem?.type) && !isShown(message)) {
    await reconsider(message, error.problem);
    underWay = false;
    return attempt(true);
  }
  underWay = false;
  if (error?.isTemporary && message.urgency !== "urgent") return hold(error);
  wait = FIRST_WAIT_MS;
  stuck = false;
  leaveQueue(message);
  if (sent || isShown(message)) forget(message.client_id);
  else if (error.isTemporary) refuseUrgent(message, error);
  else refuse(message, error.message);
  if (sent) confirmed(sent);
  return attempt(byDoctor);
}

/** An urgent message must not wait unseen: whoever wrote it decides what to do now. */
function refuseUrgent(message, { message: words }) {
  const doNow = "It may not have arrived. An urgent message does not wait here: ring them, or try again";
  const later = `there was no answer. ${doNow}`;
  refuse(message, `${sentence(words)} ${doNow}`, later);
  const isRefused = () => unsent().some(({ message: other, refused }) => refused && other.client_id === message.client_id);
  onceBack(() => isRefused() && refuse(message, later));
}

/** Why an urgent message cannot be sent just now; null when it can. */
export function whyNotUrgent() {
  if (navigator.onLine && !stuck) return null;
  const cause = navigator.onLine ? "the server does not answer" : "this computer is offline";
  return `Not sent: ${cause}, and an urgent message does not wait unseen. Ring them now; your text is kept here.`;
}

/** Something changed for the better: no need to wait on, unless the server asked for it. */
function wake() {
  if (performance.now() >= notBefore) attempt(false);
}

/** Sends a message; it is kept until the server has it. */
export function send(message) {
  keep(message);
  if (!bubbleOf(message)) bubble(message);
  queue.push(message);
  // Behind one that waits, it waits too.
  if (queue.length === 1) attempt(true);
  else if (!underWay) progress(message, "unsent", { words: "Waiting to send.", buttons: WAITING });
}

/** Takes up what an earlier visit to this room left unsent. */
export function takeUp() {
  for (const { message, refused } of unsent()) {
    if (isShown(message)) {
      forget(message.client_id);
      continue;
    }
    bubble(message);
    if (refused) refuse(message, refused);
    else queue.push(message);
  }
  attempt(false);
}

on("connection", ({ up }) => up && wake());
addEventListener("online", wake);
