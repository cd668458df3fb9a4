"""A made-up old chat, as a Laravel application leaves it, in an SQLite file. The same every time."""

import pathlib
import sqlite3
import struct
import time
import zlib

SCHEMA = """
    CREATE TABLE users (id bigint PRIMARY KEY, name varchar(255), email varchar(255), password varchar(255),
        role varchar(255), specialty varchar(255), created_at timestamp, deleted_at timestamp);
    CREATE TABLE patients (id bigint PRIMARY KEY, name varchar(255), mrn varchar(255));
    CREATE TABLE chat_rooms (id bigint PRIMARY KEY, name varchar(255), type varchar(255), created_by bigint,
        patient_id bigint, created_at timestamp, deleted_at timestamp);
    CREATE TABLE chat_participants (id bigint PRIMARY KEY, room_id bigint, user_id bigint,
        joined_at timestamp, last_read_at timestamp);
    CREATE TABLE chat_messages (id bigint PRIMARY KEY, room_id bigint, user_id bigint, sender_type varchar(255),
        message text, type varchar(255), is_read boolean, read_at timestamp, file_path varchar(255),
        file_name varchar(255), attachment text, is_encrypted boolean, reply_to_id bigint, created_at timestamp,
        updated_at timestamp, deleted_at timestamp);
    CREATE TABLE chat_message_reads (id bigint PRIMARY KEY, message_id bigint, user_id bigint, read_at timestamp);
"""
COLUMNS = (
    "id room_id user_id sender_type message type is_read read_at file_path file_name attachment is_encrypted "
    "reply_to_id created_at deleted_at"
).split()
# Over what a good row says: each kind that goes wrong, and kinds that are rare but right.
RARE = [
    {"room_id": None},
    {"room_id": 10_000_000},
    {"user_id": None},
    {"user_id": 0},
    {"user_id": 987_654},
    {"user_id": None, "type": "system", "message": "Dr Number 3 joined"},
    {"sender_type": "App\\Models\\Patient"},
    {"message": "  "},
    {"message": "K &lt; 3 &amp; falling"},
    {"message": "<script>alert(1)</script>"},
    {"message": "Ren\u00c3\u00a9 ????"},
    {"created_at": None},
    {"created_at": "0000-00-00 00:00:00"},
    {"created_at": "2099-01-01 00:00:00"},
    {"created_at": "1970-01-01 00:00:00"},
    {"read_at": "2020-01-01 00:00:00"},
    {"is_read": 1},
    {"file_path": "chat/ecg.txt", "file_name": "ecg.txt"},
    {"file_path": "chat/wound.png", "file_name": "wound.png"},
    {"message": None, "attachment": '{"new_name":"chat/ecg.txt","old_name":"trace.txt"}'},
    {"attachment": "{broken"},
    {"file_path": "chat/gone.png", "file_name": "gone.png"},
    {"file_path": "../../etc/passwd", "file_name": "passwd"},
    {"file_path": "https://elsewhere.example/x.png", "file_name": "x.png"},
    {"type": "poll"},
    {"message": "long " * 1_200},
    {"message": "very long " * 2_500},
    {"is_encrypted": 1, "message": "eyJpdiI6IngiLCJ2YWx1ZSI6IngiLCJtYWMiOiJ4In0="},
    {"deleted_at": "2025-05-01 10:00:00"},
    {"reply_to_id": 1},
]
# One message in so many is rare. It shares no factor with round numbers of rooms, so every room has some.
RARE_EVERY = 97
STAFF = 60
# Users whom the demonstration hospital knows by their addresses; each room has one at least, who can look.
KNOWN = 8
PATIENTS = 12


def room(n):
    """Name, type, patient, when deleted, and who is in it."""
    looks, other = 1 + n % KNOWN, 1 + (n * 7) % STAFF
    group = sorted({looks} | {1 + (n + k * 7) % STAFF for k in range(6)})
    pair = sorted({looks, other if other != looks else STAFF})
    match n % 20:
        case 3 | 13:
            return None, "private", None, None, pair
        case 5:
            return None, "group", 1 + n % PATIENTS, None, group
        case 6:
            return f"Patient Number {1 + n % PATIENTS}", "group", 99, None, group
        case 7:
            return f"Closed {n}", "group", None, "2025-02-01 08:00:00", group
        case 8:
            return f"Nobody in {n}", "group", None, None, []
    return f"Team {n}", "group", None, None, group


def people(db, rooms):
    user = "INSERT INTO users (id, name, email, role, created_at) VALUES (?, ?, ?, 'doctor', '2024-01-01 08:00:00')"

    def address(n):
        if n <= KNOWN:
            return f"d{n:02}@larkmere.example"
        # One has no address, one that of another.
        return {STAFF: None, STAFF - 1: "D01@Larkmere.example"}.get(n, f"doctor{n}@old.example")

    db.executemany(user, ((n, f"Dr Number {n}", address(n)) for n in range(1, STAFF + 1)))
    # Half of them are in the hospital under the same number.
    mrn = lambda n: f"LMH-9001{n:02}" if n % 2 else f"OLD-{n}"
    db.executemany(
        "INSERT INTO patients VALUES (?, ?, ?)", ((n, f"Patient Number {n}", mrn(n)) for n in range(1, PATIENTS + 1))
    )
    known = {n: room(n) for n in range(1, rooms + 1)}
    db.executemany(
        "INSERT INTO chat_rooms VALUES (?, ?, ?, ?, ?, '2024-01-01 08:00:00', ?)",
        ((n, name, kind, 1, patient, deleted) for n, (name, kind, patient, deleted, _) in known.items()),
    )
    seats = [(n, who) for n, (*_, members) in known.items() for who in members]
    # Nothing forbids a second row: later, and having read further.
    seats += [seat for seat in seats if sum(seat) % 50 == 0]
    db.executemany(
        "INSERT INTO chat_participants VALUES (?, ?, ?, '2024-01-01 08:00:00', ?)",
        (
            (n, *seat, "2025-01-01 08:00:00" if n % 3 else None)
            for n, seat in enumerate(seats, 1)
        ),
    )
    # Rows of nothing that is there.
    db.execute("INSERT INTO chat_participants VALUES (9999999, 88888888, 1, NULL, NULL)")
    db.execute("INSERT INTO chat_participants VALUES (9999998, 1, 777777, NULL, NULL)")


def messages(rooms, count):
    members = {n: room(n)[-1] or [1] for n in range(1, rooms + 1)}
    for n in range(1, count + 1):
        where = 1 + n % rooms
        who = members[where]
        second = n * 31_536_000 // (count + 1)
        row = dict.fromkeys(COLUMNS) | {
            "id": n,
            "room_id": where,
            "user_id": who[n // rooms % len(who)],
            "message": f"Message {n}: potassium repeated at {n % 24:02}:00, see the chart before the round",
            "is_encrypted": 0,
            "created_at": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(1_704_067_200 + second)),
        }
        if n % RARE_EVERY == 0:
            row |= RARE[n // RARE_EVERY % len(RARE)]
        yield tuple(row.values())


def write(folder, rooms, count):
    """The database, with the files of its messages beside it; answers where it is."""
    path = pathlib.Path(folder) / "old.db"
    db = sqlite3.connect(path)
    db.executescript(SCHEMA)
    people(db, rooms)
    marks = ", ".join("?" * len(COLUMNS))
    db.executemany(f"INSERT INTO chat_messages ({', '.join(COLUMNS)}) VALUES ({marks})", messages(rooms, count))
    reads = [(n * 50, 1 + n % STAFF) for n in range(1, count // 50 + 1)]
    # Some twice, and one of nothing that is there.
    reads += reads[::40] + [(99_999_999, 1)]
    db.executemany(
        "INSERT INTO chat_message_reads VALUES (?, ?, ?, '2025-03-01 10:00:00')",
        ((n, *read) for n, read in enumerate(reads, 1)),
    )
    db.commit()
    db.close()
    files = pathlib.Path(folder) / "chat"
    files.mkdir(exist_ok=True)
    (files / "ecg.txt").write_text("sinus rhythm, 72/min\n")
    (files / "wound.png").write_bytes(picture(64))
    return path


def picture(side):
    """A grey square, as PNG."""
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\x00" + b"\x80" * side) * side)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
