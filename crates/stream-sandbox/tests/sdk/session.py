"""Two doctors talk through Stream's own Python SDK, which the test installed on PYTHONPATH.

Usage: python3 session.py <base url> <api key> <api secret>
"""

import datetime
import json
import os
import sys
import tempfile
import time
import urllib.request

from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException

base_url, key, secret = sys.argv[1:4]
server = StreamChat(api_key=key, api_secret=secret, base_url=base_url, timeout=20)


def step(name):
    print(f"ok {name}", flush=True)


def code(call):
    """The code of the error a call ends with."""
    try:
        call()
    except StreamAPIException as error:
        return error.error_code
    raise AssertionError("the call was to be refused")


server.upsert_users([{"id": name, "name": f"Dr {name}"} for name in ("lee", "kim", "eve")])
server.update_user_partial({"id": "eve", "set": {"ward": "7"}})
found = server.query_users({"id": {"$in": ["lee", "eve"]}}, {"id": 1})
assert [user["id"] for user in found["users"]] == ["eve", "lee"], found
assert found["users"][0]["ward"] == "7"
assert server.create_token("lee", exp=int(time.time()) + 3600, iat=int(time.time()) - 5)
step("users")

room = server.channel("messaging", "py-ward", {"name": "Ward", "members": ["lee", "kim"]})
assert room.create("lee")["channel"]["name"] == "Ward"
found = server.query_channels({"members": {"$in": ["kim"]}}, {"last_message_at": -1}, limit=5)
assert [state["channel"]["id"] for state in found["channels"]] == ["py-ward"], found
assert code(lambda: server.channel("messaging", "py-none").send_message({"text": "x"}, "lee")) == 16
step("a channel is made and found")

sent = room.send_message({"id": "py-1", "text": "Potassium is 5.9", "patient_ref": "r1"}, "lee")
assert sent["message"]["patient_ref"] == "r1"
assert code(lambda: room.send_message({"id": "py-1", "text": "again"}, "lee")) == 4
assert sent.rate_limit().limit == 1000
room.send_message({"id": "py-2", "text": "Repeat sent", "parent_id": "py-1"}, "kim")
assert [reply["id"] for reply in room.get_replies("py-1")["messages"]] == ["py-2"]
room.send_reaction("py-1", {"type": "like"}, "kim")
assert room.get_reactions("py-1")["reactions"][0]["user_id"] == "kim"
room.delete_reaction("py-1", "like", "kim")
step("a message, a reply, a reaction")

assert server.unread_counts("kim")["total_unread_count"] == 1
assert room.mark_read("kim")["event"]["last_read_message_id"] == "py-1"
room.mark_unread("kim", message_id="py-1")
assert server.unread_counts("kim")["total_unread_count"] == 1
room.send_event({"type": "typing.start"}, "kim")
step("read, unread and typing")

server.update_message({"id": "py-1", "text": "Potassium is 6.1", "user_id": "lee"})
server.update_message_partial("py-1", {"set": {"urgent": True}}, "lee")
assert server.get_message("py-1")["message"]["urgent"] is True
room.send_message({"id": "py-3", "text": "wrong room"}, "lee")
assert server.delete_message("py-3")["message"]["type"] == "deleted"
server.delete_message("py-3", hard=True)
assert code(lambda: server.get_message("py-3")) == 16
step("edited, deleted softly and for ever")

with tempfile.NamedTemporaryFile("wb", suffix=".txt", delete=False) as ecg:
    ecg.write(b"12 leads")
link = room.send_file(ecg.name, "ecg.txt", {"id": "lee"}, content_type="text/plain")["file"]
assert urllib.request.urlopen(link).read() == b"12 leads"
room.delete_file(link)
os.unlink(ecg.name)
found = server.search({"members": {"$in": ["kim"]}}, "potassium", limit=5)
assert [result["message"]["id"] for result in found["results"]] == ["py-1"], found
step("a file, and search")

room.add_members(["eve"])
assert len(room.query_members({"name": "Dr eve"})) == 1
room.remove_members(["eve"])
room.hide("kim")
room.show("kim")
room.update_partial(to_set={"floor": 4})
assert room.query(state=True)["channel"]["floor"] == 4
step("people, hiding, and channel data")

server.update_app_settings(cdn_expiration_seconds=14400)
assert server.get_app_settings()["app"]["cdn_expiration_seconds"] == 14400
server.create_role("py-doctor")
server.create_channel_type({"name": "py-doctors", "grants": {"py-doctor": ["read-channel"]}})
assert server.get_channel_type("py-doctors")["grants"]["py-doctor"] == ["read-channel"]
assert server.get_rate_limits(server_side=True)["server_side"]["UpdateUsers"]["limit"] == 300
step("settings, roles, types, limits")

place = server.create_import_url("rooms.jsonl")
line = {"type": "channel", "data": {"type": "messaging", "id": "py-old", "created_by": "lee"}}
put = urllib.request.Request(place["upload_url"], json.dumps(line).encode(), {"content-type": "application/json"}, method="PUT")
urllib.request.urlopen(put)
task = server.create_import(place["path"], "upsert")["import_task"]
while "result" not in (importing := server.get_import(task["id"])["import_task"]):
    pass
assert importing["state"] == "completed"
step("an import")

server.revoke_user_token("kim", datetime.datetime.now(datetime.timezone.utc))
server.deactivate_user("eve")
server.reactivate_user("eve")
task = server.delete_users(["eve"], "hard", messages="hard", conversations="hard")["task_id"]
assert server.get_task(task)["status"] == "completed"
room.truncate()
room.delete()
assert code(lambda: StreamChat(key, "another secret", base_url=base_url).get_app_settings()) == 43
assert code(lambda: StreamChat("another key", secret, base_url=base_url).get_app_settings()) == 2
step("revoked, off and on, deleted; a wrong secret and a wrong key are told apart")
print("done")
