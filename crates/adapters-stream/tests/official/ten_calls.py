"""Twelve core calls as Stream's own Python SDK makes them; prints the user token.

Usage: python3 ten_calls.py <base url> <api key> <api secret>
"""

import sys

from stream_chat import StreamChat

base_url, key, secret = sys.argv[1:]
client = StreamChat(api_key=key, api_secret=secret, base_url=base_url)

client.upsert_users(
    [
        {"id": "lee", "name": "Dr Lee", "role": "doctor", "specialty": "Nephrology"},
        {"id": "kim", "name": "Dr Kim", "role": "doctor"},
    ]
)
client.update_user_partial({"id": "kim", "set": {"grade": "registrar"}, "unset": ["ward"]})
made = {"created_by_id": "lee", "members": ["lee"], "kind": "group"}
channel = client.channel("doctor-chat", "room-1", made)
channel.query(members={"limit": 100})
channel.add_members(["kim"])
channel.update_partial(to_set={"title": "Night"}, to_unset=["floor"])
message = {"id": "m-1", "text": "Potassium is 5.9", "attachments": [], "urgent": True}
channel.send_message(message, "lee", skip_enrich_url=True)
client.get_message("m-1")
client.update_message_partial(
    "m-1", {"set": {"text": "Potassium is 6.1"}, "unset": ["urgent"]}, "lee", skip_enrich_url=True
)
channel.send_reaction("m-1", {"type": "acknowledged"}, "kim")
channel.mark_read("kim", message_id="m-1")
client.query_channels(
    {"members": {"$in": ["kim"]}},
    [{"field": "created_at", "direction": 1}],
    limit=30,
    message_limit=20,
    member_limit=100,
    state=True,
    watch=False,
    presence=False,
)
client.delete_message("m-1", deleted_by="lee")
print(client.create_token("lee", 1795003600, iat=1794999990))
