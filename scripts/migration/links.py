"""Follows the links of the old chat, as doctors who were in its rooms."""

import collections
import concurrent.futures
import http.client
import json
import os
import sqlite3
import subprocess
import urllib.parse

LEGACY, STREAM = "/doctor/chat", "/doctor/stream-chat"
PASSWORD = "larkmere-demo"
# Each of eight doctors has a connection of their own.
DOCTORS = [f"d{n:02}@larkmere.example" for n in range(1, 9)]


def rows(url, query):
    if url.startswith("sqlite://"):
        db = sqlite3.connect(url.removeprefix("sqlite://"))
        return [tuple(map(str, row)) for row in db.execute(query)]
    said = subprocess.run(["psql", "-At", "-F", "\t", url, "-c", query], check=True, capture_output=True, text=True)
    return [tuple(line.split("\t")) for line in said.stdout.splitlines()]


def known(url, every):
    """The open rooms by the doctor who follows their links, each with every so-many-th message."""
    seats = rows(
        url,
        "SELECT p.room_id, min(u.email) FROM chat_participants p JOIN users u ON u.id = p.user_id "
        "JOIN chat_rooms r ON r.id = p.room_id "
        f"WHERE r.deleted_at IS NULL AND p.left_at IS NULL AND u.email IN ({', '.join(repr(one) for one in DOCTORS)}) "
        "GROUP BY p.room_id",
    )
    said = collections.defaultdict(list)
    for where, message in rows(url, f"SELECT room_id, id FROM chat_messages WHERE id % {every} = 0 ORDER BY id"):
        said[where].append(message)
    by_doctor = collections.defaultdict(list)
    for where, doctor in seats:
        by_doctor[doctor].append((where, said[where]))
    return by_doctor


class Visitor:
    """A signed-in doctor."""

    def __init__(self, address, email):
        self.host = urllib.parse.urlsplit(address)
        self.connection = http.client.HTTPConnection(self.host.hostname, self.host.port, timeout=60)
        form = urllib.parse.urlencode({"email": email, "password": PASSWORD})
        headers = {"content-type": "application/x-www-form-urlencoded", "origin": address}
        self.cookie = ""
        status, headers, _ = self.ask("POST", "/login", form, headers)
        if status != 303:
            raise SystemExit(f"{email} could not sign in: {status}")
        self.cookie = "; ".join(cookie.split(";")[0] for cookie in headers.get_all("set-cookie"))

    def ask(self, method, path, body=None, headers=None):
        headers = {"accept": "application/json", "cookie": self.cookie} | (headers or {})
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def ids(self, mount, room):
        """All messages of a room."""
        found, before = set(), ""
        while True:
            status, _, body = self.ask("GET", f"{mount}/api/rooms/{room}/messages?limit=100{before}")
            if status != 200:
                return found
            page = [message["id"] for message in json.loads(body)["messages"]]
            if not page:
                return found
            found.update(page)
            before = f"&before={page[0]}"

    def follow(self, path):
        """Where a link leads: mount, room and message."""
        status, headers, _ = self.ask("GET", path, headers={"accept": "text/html"})
        if status == 308:
            path = headers["location"]
        elif status != 200:
            return f"{status}", None, None
        parts = urllib.parse.urlsplit(path)
        mount, _, room = parts.path.partition("/rooms/")
        return mount, room, dict(urllib.parse.parse_qsl(parts.query)).get("message")


def check(address, email, rooms_of, mount):
    """Every link of these rooms: how many resolved, and the first that did not."""
    visitor = Visitor(address, email)
    right, wrong = 0, []
    for old, messages in rooms_of:
        there, room, _ = visitor.follow(f"{LEGACY}/rooms/{old}")
        if there != mount:
            wrong.append(f"{LEGACY}/rooms/{old}: {there}")
            continue
        right += 1
        said = visitor.ids(mount, room)
        for message in messages:
            link = f"{LEGACY}/rooms/{old}?message={message}"
            # In the legacy chat a link to a message is the page itself: that the message is in it is what counts.
            leads = visitor.follow(link) if mount == STREAM else (mount, room, message)
            if leads[:2] == (mount, room) and leads[2] in said:
                right += 1
            else:
                wrong.append(f"{link}: {leads}")
    return right, wrong


def all_resolve(binary, environment, by_doctor, mount):
    """Serves the hospital and follows every link; says how many there were."""
    environment = environment | {"HIMS_LISTEN": "127.0.0.1:0"}
    with subprocess.Popen([binary, "serve"], env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = server.stdout.readline().split("listens on ")[1].strip()
            with concurrent.futures.ThreadPoolExecutor(len(DOCTORS)) as pool:
                ask = lambda one: check(address, one[0], one[1], mount)
                answers = list(pool.map(ask, by_doctor.items()))
        finally:
            server.terminate()
    wrong = [link for _, links in answers for link in links]
    if wrong:
        raise SystemExit(f"{len(wrong)} links lead nowhere, the first: {wrong[0]}")
    return sum(right for right, _ in answers)
