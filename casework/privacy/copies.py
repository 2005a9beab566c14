"""A copy of one's own data to take along, as one JSON document with everything in full."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

from casework.asker import since_bound
from casework.privacy.kept import Kept, kept
from courier import limits
from models import clock
from models.sealed import unseal
from models.transaction import Row, fetch, fetch_one, moment, transaction
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

RATE = "5/hour"
FORMAT = 1
MOST_LINES = 20_000
Opener = Callable[[str | None], str]

_NUMBERS = "SELECT phone_sealed, id_number_sealed FROM personal WHERE person_id=$1"
_LINES = (
    "SELECT u.author, u.text, u.sealed, u.created_at, c.channel FROM contact c JOIN conversation v ON v.contact_id=c.id"
    " JOIN utterance u ON u.conversation_id=v.id"
    f" WHERE c.person_id=$1 AND {since_bound('u')} ORDER BY u.id DESC LIMIT $2"
)
_WORDS = (
    "SELECT q.number, q.text, q.sealed FROM question q JOIN conversation v ON v.id=q.conversation_id"
    f" JOIN contact c ON c.id=v.contact_id WHERE c.person_id=$1 AND {since_bound('q')} ORDER BY q.id DESC LIMIT $2"
)


async def copy_of(*, by: Viewer, in_full: bool) -> bytes:
    """导出我的信息: UTF-8 JSON with what ``kept`` tells; ``in_full`` also with whole numbers, and every line as it was
    written instead of masked.

    Staff's own notes stay with staff. At most five an hour.
    """
    allow(by, "privacy.export", None)
    await limits.spend("privacy_export", str(by.person_id), rate=RATE)
    async with transaction():
        open_one = _opened if in_full else _left_closed
        document = await _document(await kept(viewer=by), by.person_id or 0, open_one=open_one)
        detail = "in full" if in_full else "masked"
        await record(
            by, "privacy.export", subject="person", subject_id=by.person_id, place_id=by.place_id, detail=detail
        )
    return json.dumps(document, ensure_ascii=False, indent=2, default=str).encode()


async def _document(found: Kept, person_id: int, *, open_one: Opener) -> dict[str, Any]:
    numbers = await fetch_one(_NUMBERS, person_id) or {}
    return {
        "format": FORMAT,
        "made_at": clock.now().isoformat(),
        **dataclasses.asdict(found),
        "phone": open_one(numbers.get("phone_sealed")) or found.phone,
        "id_number": open_one(numbers.get("id_number_sealed")) or found.id_number,
        "messages": [_line(row, open_one) for row in reversed(await fetch(_LINES, person_id, MOST_LINES))],
        "question_words": [_question(row, open_one) for row in await fetch(_WORDS, person_id, MOST_LINES)],
    }


def _opened(token: str | None) -> str:
    return unseal(token) if token else ""


def _left_closed(_token: str | None) -> str:
    return ""


def _line(row: Row, open_one: Opener) -> dict[str, str]:
    text = open_one(row["sealed"]) or row["text"]
    return {
        "at": moment(row["created_at"]).isoformat(),
        "channel": row["channel"],
        "author": row["author"],
        "text": text,
    }


def _question(row: Row, open_one: Opener) -> dict[str, str]:
    return {"number": row["number"], "text": open_one(row["sealed"]) or row["text"]}
