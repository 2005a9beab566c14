"""A copy of one's own data to take along: one JSON document with everything in full, in words that people use."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from casework.asker import since_bound
from casework.privacy import mediations
from casework.privacy.kept import Kept, kept
from casework.privacy.whose import OWN_CASES, OWN_FILES, OWN_QUESTIONS, REPORTED
from courier import limits
from models import clock
from models.sealed import unseal
from models.transaction import Row, fetch, fetch_one, moment, transaction
from models.wording import knows, say
from people import bell, shelf
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

RATE = "5/hour"
FORMAT = 2
MOST_LINES = 20_000
MOST_FILE_BYTES = 40 * 1024 * 1024
"""So much of one's photos and voice messages stands in the copy itself, the newest first; of the rest its address."""
Opener = Callable[[str | None], str]

_NUMBERS = "SELECT phone_sealed, id_number_sealed FROM personal WHERE person_id=$1"
_LINES = (
    "SELECT u.author, u.text, u.sealed, u.created_at, c.channel FROM contact c JOIN conversation v ON v.contact_id=c.id"
    " JOIN utterance u ON u.conversation_id=v.id"
    f" WHERE c.person_id=$1 AND {since_bound('u')} ORDER BY u.id DESC LIMIT $2"
)
_WORDS = f"SELECT q.number, q.text, q.sealed {OWN_QUESTIONS} ORDER BY q.id DESC LIMIT $2"
_CASE_WORDS = (
    f"SELECT s.number, s.text, CASE WHEN {REPORTED} THEN s.sealed END AS sealed {OWN_CASES} AND r.is_first"
    " ORDER BY s.id DESC LIMIT $2"
)
"""What somebody else wrote for them stays masked."""
_FILES = f"SELECT f.name, f.kind, f.shelf_name, f.media_type, f.bytes, f.created_at {OWN_FILES} ORDER BY f.id DESC"


async def copy_of(*, by: Viewer, in_full: bool) -> bytes:
    """导出我的信息: UTF-8 JSON with what ``kept`` tells; ``in_full`` also with whole numbers, and every line as it was
    written instead of masked, and photos and voice messages themselves.

    Staff's own notes stay with staff. At most five an hour.
    """
    allow(by, "privacy.export", None)
    await limits.spend("privacy_export", str(by.person_id), rate=RATE)
    async with transaction():
        open_one = _opened if in_full else _left_closed
        document = await _document(await kept(viewer=by), by.person_id or 0, open_one=open_one)
        document["told"] = await _told(by)
        rows = await fetch(_FILES, by.person_id or 0)
        detail = "in full" if in_full else "masked"
        await record(
            by, "privacy.export", subject="person", subject_id=by.person_id, place_id=by.place_id, detail=detail
        )
    return await asyncio.to_thread(_written, document, rows, in_full=in_full)


def _written(document: dict[str, Any], rows: Sequence[Row], *, in_full: bool) -> bytes:
    """As JSON, with the files read now: many megabytes, while nobody who writes waits for it."""
    document["files"] = _files(rows, in_full=in_full)
    return json.dumps(_in_words(document), ensure_ascii=False, indent=2, default=_plainly).encode()


async def _document(found: Kept, person_id: int, *, open_one: Opener) -> dict[str, Any]:
    numbers = await fetch_one(_NUMBERS, person_id) or {}
    return {
        "format": FORMAT,
        "made_at": _plainly(clock.now()),
        **dataclasses.asdict(found),
        "phone": open_one(numbers.get("phone_sealed")) or found.phone,
        "id_number": open_one(numbers.get("id_number_sealed")) or found.id_number,
        "messages": [_line(row, open_one) for row in reversed(await fetch(_LINES, person_id, MOST_LINES))],
        "case_words": [_question(row, open_one) for row in await fetch(_CASE_WORDS, person_id, MOST_LINES)],
        "mediation_words": await mediations.words_of(person_id, most=MOST_LINES, open_one=open_one),
        "question_words": [_question(row, open_one) for row in await fetch(_WORDS, person_id, MOST_LINES)],
    }


async def _told(viewer: Viewer) -> list[dict[str, str]]:
    """What stands in their list of what they were told."""
    found = await bell.bell(viewer=viewer, most=MOST_LINES)
    return [{"at": _plainly(line.at), "text": line.text} for line in found.lines]


def _files(rows: Sequence[Row], *, in_full: bool) -> list[dict[str, Any]]:
    """What they gave; as far as there is room, with its content in base64."""
    found, room = [], MOST_FILE_BYTES if in_full else 0
    for row in rows:
        line = {"at": _plainly(moment(row["created_at"])), "kind": row["kind"], "path": f"/files/{row['name']}"}
        content = _read(row["shelf_name"]) if row["bytes"] <= room else b""
        room -= len(content)
        coded = {"media_type": row["media_type"], "base64": b64encode(content).decode()} if content else {}
        found.append(line | coded)
    return found


def _read(shelf_name: str) -> bytes:
    """A file's content; nothing where it is no longer there."""
    path = shelf.path_of(shelf_name)
    return path.read_bytes() if path.is_file() else b""


_NAMED_IN = {
    "channel": ("staff.channel",),
    "author": ("privacy.author",),
    "relation": ("join.relation",),
    "role": ("staff.role",),
    "what": ("privacy.what",),
    "thing": ("privacy.thing",),
    "standing": ("privacy.standing",),
    "purpose": ("records.purpose",),
    "kind": ("records.service", "points.for"),
    "reason": ("points.reason",),
    "board": ("board.name",),
    "measure": ("moderation.kind",),
    "part": ("activity.own",),
    "cast": ("vote.way",),
    "decision": ("provider.complaint",),
    "state": ("records.question", "privacy.request", "privacy.residence", "cases.state", "mediation.state"),
}
"""Where a value of ours has its name for people, by the field it stands in."""


def _in_words(found: Any, field: str = "") -> Any:
    """A document whose keys, and values that are words of ours, are as people say them."""
    if isinstance(found, Mapping):
        return {_named(name): _in_words(value, name) for name, value in found.items()}
    if isinstance(found, list | tuple):
        return [_in_words(one, field) for one in found]
    return next((say(f"{group}.{found}") for group in _NAMED_IN.get(field, ()) if knows(f"{group}.{found}")), found)


def _named(field: str) -> str:
    return say(f"privacy.copy.{field}") if knows(f"privacy.copy.{field}") else field


def _plainly(found: object) -> str:
    """A moment as local time, anything else as it prints itself."""
    return f"{clock.local(found):%Y-%m-%d %H:%M:%S}" if isinstance(found, dt.datetime) else str(found)


def _opened(token: str | None) -> str:
    return unseal(token) if token else ""


def _left_closed(_token: str | None) -> str:
    return ""


def _line(row: Row, open_one: Opener) -> dict[str, str]:
    text = open_one(row["sealed"]) or row["text"]
    return {
        "at": _plainly(moment(row["created_at"])),
        "channel": row["channel"],
        "author": row["author"],
        "text": text,
    }


def _question(row: Row, open_one: Opener) -> dict[str, str]:
    return {"number": row["number"], "text": open_one(row["sealed"]) or row["text"]}
