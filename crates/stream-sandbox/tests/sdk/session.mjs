// Two doctors talk through Stream's own JavaScript SDK, which the test installed beside this file.
// Usage: node session.mjs <base url> <api key> <api secret>
import assert from 'node:assert/strict';
import { StreamChat } from 'stream-chat';

const [baseURL, key, secret] = process.argv.slice(2);
const seconds = () => Math.floor(Date.now() / 1000);

const step = (name) => console.log(`ok ${name}`);

/** The next event of a kind that fits, or a failure after a while. */
const next = (source, kind, fits = () => true) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${kind} came`)), 20_000);
    const { unsubscribe } = source.on(kind, (event) => {
      if (!fits(event)) return;
      clearTimeout(timer);
      unsubscribe();
      resolve(event);
    });
  });

/** The code of the error a call ends with. */
const code = async (call) => {
  try {
    await call;
  } catch (error) {
    return error.code;
  }
  throw new Error('the call was to be refused');
};

const order = (body) =>
  fetch(`${baseURL}/sandbox/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const server = new StreamChat(key, secret, { baseURL });
const token = (id, from = -5) => server.createToken(id, seconds() + 3600, seconds() + from);

const connect = async (id, given = token(id)) => {
  const client = new StreamChat(key, { baseURL, allowServerSideConnect: true });
  await client.connectUser({ id }, given);
  return client;
};

await server.upsertUsers(['lee', 'kim', 'eve'].map((id) => ({ id, name: `Dr ${id}` })));
await server.partialUpdateUser({ id: 'eve', set: { ward: '7' } });
const made = server.channel('messaging', 'ward', { created_by_id: 'lee', members: ['lee', 'kim'], name: 'Ward' });
await made.create();
step('the server makes users and a channel');

const lee = await connect('lee');
const kim = await connect('kim');
assert.equal(lee.user.name, 'Dr lee');
const room = lee.channel('messaging', 'ward');
await room.watch({ presence: true });
const [kimsRoom] = await kim.queryChannels({ members: { $in: ['kim'] } }, { last_message_at: -1 }, { watch: true });
assert.equal(kimsRoom.cid, 'messaging:ward');
assert.equal(kimsRoom.data.name, 'Ward');
step('both connect, one watches, one queries channels');

const heard = next(kimsRoom, 'message.new');
const sent = await room.sendMessage({ id: 'js-1', text: 'Potassium is 5.9', patient_ref: 'r1' });
assert.equal(sent.message.patient_ref, 'r1');
assert.equal((await heard).message.text, 'Potassium is 5.9');
assert.equal(kimsRoom.state.messages.at(-1).id, 'js-1');
assert.equal(kimsRoom.countUnread(), 1);
assert.equal(await code(room.sendMessage({ id: 'js-1', text: 'again' })), 4);
step('a message arrives once, and its id is taken');

const typing = next(room, 'typing.start');
await kimsRoom.keystroke();
assert.equal((await typing).user.id, 'kim');
const stopped = next(room, 'typing.stop');
await kimsRoom.stopTyping();
await stopped;
const read = next(room, 'message.read');
await kimsRoom.markRead();
assert.equal((await read).user.id, 'kim');
assert.equal(room.state.read.kim.unread_messages, 0);
await kimsRoom.markUnread({ message_id: 'js-1' });
assert.equal((await kim.getUnreadCount()).total_unread_count, 1);
await kimsRoom.markRead();
step('typing, read and unread');

const liked = next(room, 'reaction.new');
await kimsRoom.sendReaction('js-1', { type: 'like' });
assert.equal((await liked).reaction.type, 'like');
await kimsRoom.deleteReaction('js-1', 'like');
await kimsRoom.sendMessage({ id: 'js-2', text: 'Repeat sent', parent_id: 'js-1' });
assert.deepEqual((await room.getReplies('js-1', { limit: 5 })).messages.map((reply) => reply.id), ['js-2']);
assert.equal((await lee.queryThreads()).threads.length, 1);
step('a reaction, a reply, a thread');

const changed = next(kimsRoom, 'message.updated', (event) => event.message.text.includes('6.1'));
await lee.updateMessage({ id: 'js-1', text: 'Potassium is 6.1' });
await changed;
await lee.partialUpdateMessage('js-1', { set: { urgent: true } });
assert.equal((await kim.getMessage('js-1')).message.urgent, true);
await room.sendMessage({ id: 'js-3', text: 'wrong room' });
const gone = next(kimsRoom, 'message.deleted');
await lee.deleteMessage('js-3');
assert.equal((await gone).message.type, 'deleted');
await server.deleteMessage('js-3', true);
assert.equal(await code(lee.getMessage('js-3')), 16);
assert.equal(await code(kim.updateMessage({ id: 'js-1', text: 'not mine' })), 17);
step('edited in whole and in part, deleted softly and for ever');

const custom = next(kimsRoom, 'bed_ready');
await room.sendEvent({ type: 'bed_ready', bed: 4 });
assert.equal((await custom).bed, 4);
const file = await room.sendFile(Buffer.from('12 leads'), 'ecg.txt', 'text/plain');
assert.equal(await (await fetch(file.file)).text(), '12 leads');
const image = await room.sendImage(Buffer.from([1, 2, 3]), 'x-ray.png', 'image/png');
assert.ok(image.thumb_url);
await room.deleteFile(file.file);
step('a custom event, a file, an image');

const found = await kim.search({ members: { $in: ['kim'] } }, 'potassium', { limit: 5 });
assert.deepEqual(found.results.map((result) => result.message.id), ['js-1']);
assert.deepEqual((await lee.queryUsers({ name: { $autocomplete: 'Dr e' } })).users.map((user) => user.id), ['eve']);
const joined = next(kimsRoom, 'member.added');
await room.addMembers(['eve']);
assert.equal((await joined).member.user.id, 'eve');
assert.equal((await room.queryMembers({ name: 'Dr eve' })).members.length, 1);
await room.removeMembers(['eve']);
await kimsRoom.hide();
assert.equal((await kim.queryChannels({ members: { $in: ['kim'] } })).length, 0);
await kimsRoom.show();
await room.updatePartial({ set: { floor: 4 } });
assert.equal(room.data.floor, 4);
step('search, people, hiding, and channel data');

const eve = await connect('eve');
assert.equal(await code(eve.channel('messaging', 'ward').watch()), 17);
assert.equal(await code(eve.queryChannels({ type: 'messaging' })), 70);
await eve.disconnectUser();
step('who is no member is kept out');

await lee.getAppSettings();
await server.updateAppSettings({ cdn_expiration_seconds: 14400 });
assert.equal((await server.getAppSettings()).app.cdn_expiration_seconds, 14400);
await server.createRole('doctor');
await server.createChannelType({ name: 'doctors', grants: { doctor: ['read-channel', 'create-message'] } });
assert.deepEqual((await server.getChannelType('doctors')).grants.doctor, ['read-channel', 'create-message']);
assert.ok((await server.getRateLimits({ serverSide: true })).server_side.UpdateUsers.limit > 0);
step('settings, roles, types, limits');

const { upload_url, path } = await server._createImportURL('rooms.jsonl');
const lines = [
  { type: 'channel', data: { type: 'messaging', id: 'old', created_by: 'lee' } },
  { type: 'member', data: { channel_type: 'messaging', channel_id: 'old', user_id: 'lee' } },
  { type: 'message', data: { id: 'js-old', type: 'regular', channel_type: 'messaging', channel_id: 'old', user: 'lee', text: 'old', created_at: '2024-01-01T00:00:00Z' } },
];
await fetch(upload_url, {
  method: 'PUT',
  headers: { 'content-type': 'application/json' },
  body: lines.map((line) => JSON.stringify(line)).join('\n'),
});
const { import_task } = await server._createImport(path, { mode: 'upsert' });
const importing = async () => (await server._getImport(import_task.id)).import_task;
while (!(await importing()).result);
assert.equal((await importing()).state, 'completed');
assert.equal((await lee.getMessage('js-old')).message.text, 'old');
step('an import');

const back = next(kim, 'connection.recovered');
await order({ do: 'drop_sockets', user: 'kim' });
await back;
const after = next(kimsRoom, 'message.new');
await room.sendMessage({ id: 'js-4', text: 'still there?' });
assert.equal((await after).message.id, 'js-4');
step('a dropped socket comes back by itself');

let asked = 0;
const provider = async () => token('lee', -10 - asked++);
await lee.disconnectUser();
const again = await connect('lee', provider);
await order({ do: 'expire_tokens' });
await again.queryUsers({ id: 'kim' });
assert.equal(asked, 2);
await again.disconnectUser();
step('an expired token is asked for anew');

await server.revokeUserToken('kim', new Date());
assert.equal(await code(kim.queryUsers({ id: 'lee' })), 40);
await server.deactivateUser('eve');
await server.reactivateUser('eve');
await server.channel('messaging', 'ward').truncate();
await server.channel('messaging', 'ward').delete();
step('tokens revoked, a user off and on, the channel emptied and deleted');

await kim.disconnectUser().catch(() => {});
console.log('done');
process.exit(0);
