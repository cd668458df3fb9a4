// Live events as the hosted backend's own client library tells them in this browser.
//
// What the library says is only a sign that something happened: what a message says and who somebody is is read from
// our server, so that the page comes to the same as with the server's own events.

import { clientLibrary, me } from "./page.js";
import { call, refetch, room } from "./api.js";

const ROOMS = 30;
/** A new token is asked for so long before the old one ends. */
const EARLY_MS = 300_000;
const TYPING_LASTS_MS = 6_000;
/** How often it is looked whether the doctor is still signed in: only our server knows. */
const LOOK_MS = 30_000;
const REMEMBERED = 4_096;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

let tell;
let client;
let renewing;
let looking;
/** Counts the times it was begun and stopped: what began before that is not gone on with. */
let turn = 0;
/** End of each room's queue: events of one room are told in the order they were heard. */
const turns = new Map();
/** Events that were told, so that nothing is told twice. */
const told = new Set();
const people = new Map();
const typing = new Map();

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms * (0.75 + Math.random() / 2)));

function isNews(key) {
  if (told.has(key)) return false;
  told.add(key);
  if (told.size > REMEMBERED) told.delete(told.values().next().value);
  return true;
}

/** Does it until it is done or refused for good; meanwhile the page says that the connection is lost. */
async function untilDone(work) {
  const mine = turn;
  for (let wait = FIRST_WAIT_MS, failed = false; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      const done = await work();
      if (failed) tell("connection", { up: true });
      return done;
    } catch (error) {
      if (mine !== turn || !error.isTemporary) return null;
      failed = true;
      tell("connection", { up: false });
      await pause(wait);
    }
  }
}

function inTurn(id, work) {
  turns.set(id, (turns.get(id) ?? Promise.resolve()).then(() => untilDone(work)));
}

/** A token from our server; the next one is fetched before this one ends. */
async function token() {
  const answer = await call("POST", "token", undefined, { background: true });
  clearTimeout(renewing);
  const left = answer.expires_in_seconds * 1_000;
  renewing = setTimeout(renew, Math.max(left - EARLY_MS, left / 2, FIRST_WAIT_MS));
  return answer;
}

function renew() {
  client.tokenManager.loadToken().catch(() => {
    renewing = setTimeout(renew, LONGEST_WAIT_MS);
  });
}

const fetchMessage = (id, message) => refetch(room(id, `/messages/${encodeURIComponent(message)}`));

async function posted(id, message) {
  const key = `posted ${message}`;
  if (told.has(key)) return;
  const data = await fetchMessage(id, message);
  if (isNews(key)) tell("message.posted", data);
}

async function changed(id, message) {
  const data = await fetchMessage(id, message);
  const at = data.recalled_at ?? data.edited_at;
  if (at && isNews(`changed ${message} ${at}`)) tell(data.recalled_at ? "message.recalled" : "message.edited", data);
}

async function receipt(id, message, doctor, kind, heardAt) {
  // A message read or acknowledged on another device is news here, one that arrived there is not.
  if (!message || (doctor === me && kind === "delivered")) return;
  const data = await fetchMessage(id, message);
  const mark = data.receipts?.[kind]?.find((one) => one.doctor_id === doctor);
  const at = mark?.at ?? heardAt;
  if (isNews(`${kind} ${message} ${doctor}`)) tell("receipt", { room_id: id, message_id: message, doctor_id: doctor, kind, at });
}

async function participants(id) {
  if (!people.has(id)) people.set(id, (await refetch(room(id))).participants);
  return people.get(id);
}

/** The room as it is now: a mark of one's own moved. */
const anew = async (id) => tell("room", await refetch(room(id)));

/** Somebody reads again what the others know they had read: the mark that follows tells them nothing. */
async function readAgain(id, event) {
  if (event.user.id === me) await anew(id);
  else isNews(`read ${event.message_id} ${event.user.id}`);
}

const profile = ({ id, name, specialty, grade }) => ({ id, name, specialty, grade });

async function typed(id, doctor, started) {
  if (doctor === me) return;
  const known = (await participants(id)).find((one) => one.id === doctor);
  if (!known) return;
  const key = `${id} ${doctor}`;
  const was = typing.has(key);
  clearTimeout(typing.get(key));
  typing.delete(key);
  if (started) typing.set(key, setTimeout(() => inTurn(id, () => typed(id, doctor, false)), TYPING_LASTS_MS));
  if (was !== started) tell("typing", { room_id: id, doctor: profile(known), typing: started });
}

async function came(id, doctor) {
  people.delete(id);
  const known = (await participants(id)).find((one) => one.id === doctor);
  if (known) tell("participant.added", { room_id: id, doctor: profile(known) });
}

async function went(id, doctor) {
  const before = people.get(id)?.find((one) => one.id === doctor);
  people.delete(id);
  if (!(await participants(id)).some((one) => one.id === doctor)) {
    tell("participant.removed", { room_id: id, doctor: before ? profile(before) : { id: doctor } });
  }
}

/** The doctor is in a room that was not watched. */
async function joined(id, cid) {
  const [type] = cid.split(":");
  if (!client.activeChannels[cid]?.initialized) await client.channel(type, id).watch({ presence: true }).catch(again);
  people.delete(id);
  tell("room", await refetch(room(id)));
}

function left(id) {
  people.delete(id);
  tell("participant.removed", { room_id: id, doctor: { id: me } });
}

/** Throws the library's error as one to try again after, unless it says otherwise. */
function again(error) {
  throw Object.assign(error, { isTemporary: error.isTemporary ?? true });
}

function heard(event) {
  if (event.type === "connection.changed") {
    tell("connection", { up: event.online });
    return;
  }
  if (event.type === "connection.recovered") {
    untilDone(catchUp);
    return;
  }
  if (event.type === "user.presence.changed" && event.user.id !== me) {
    tell("presence", { doctor_id: event.user.id, online: Boolean(event.user.online), last_seen: event.user.last_active ?? null });
    return;
  }
  const [, id] = event.cid?.split(":") ?? [];
  if (!id) return;
  const who = event.member?.user?.id ?? event.member?.user_id ?? event.user?.id;
  const message = event.message?.id;
  const work = {
    "message.new": () => posted(id, message),
    "notification.message_new": async () => {
      await joined(id, event.cid);
      await posted(id, message);
    },
    "message.updated": () => changed(id, message),
    "message.deleted": () => changed(id, message),
    "typing.start": () => typed(id, event.user.id, true),
    "typing.stop": () => typed(id, event.user.id, false),
    "message.read": () => receipt(id, event.last_read_message_id, event.user.id, "read", event.created_at),
    "reaction.new": () => receipt(id, event.reaction.message_id, event.user.id, "acknowledged", event.created_at),
    "receipt": () => (event.kind === "again" ? readAgain(id, event) : receipt(id, event.message_id, event.user.id, "delivered", event.created_at)),
    "notification.mark_unread": () => anew(id),
    "member.added": () => (who === me ? joined(id, event.cid) : came(id, who)),
    "member.removed": () => (who === me ? left(id) : went(id, who)),
    "notification.added_to_channel": () => joined(id, event.cid),
    "notification.removed_from_channel": () => left(id),
    "channel.deleted": () => left(id),
  }[event.type];
  if (work) inTurn(id, async () => work());
}

/** Watches all rooms of the doctor, then has the page load what it may have missed. */
async function catchUp() {
  // An import makes many rooms in the same moment: of that one those that were seen are left out.
  let after = null;
  let seen = 0;
  for (;;) {
    const filter = { members: { $in: [me] }, ...(after && { created_at: { $gte: after } }) };
    const options = { watch: true, state: true, presence: true, limit: ROOMS, message_limit: 1, offset: seen };
    const found = await client.queryChannels(filter, [{ created_at: 1 }], options).catch(again);
    if (found.length < ROOMS) break;
    const last = found.at(-1).data.created_at;
    seen = (last === after ? seen : 0) + found.filter(({ data }) => data.created_at === last).length;
    after = last;
  }
  people.clear();
  tell("connection", { up: true });
  tell("resync", null);
}

/** Listens until it is stopped, calling `tell(type, data)`; false where the library cannot be used. */
export async function listen(teller) {
  tell = teller;
  const mine = ++turn;
  let first;
  try {
    const { StreamChat } = await import(clientLibrary);
    first = await token();
    client = new StreamChat(first.api_key, { baseURL: first.base_url, recoverStateOnReconnect: false });
  } catch {
    return mine !== turn;
  }
  if (mine !== turn) return true;
  const unused = [first.token];
  const provider = async () => unused.pop() ?? (await token()).token;
  const connect = () => client.connectUser({ id: first.user_id }, provider).catch(again);
  client.on(heard);
  looking = setInterval(() => refetch("capabilities").catch(() => {}), LOOK_MS);
  untilDone(connect).then(() => untilDone(catchUp));
  return true;
}

export function stop() {
  turn += 1;
  // The library's last events are not news.
  tell = () => {};
  clearTimeout(renewing);
  clearInterval(looking);
  client?.disconnectUser().catch(() => {});
}
