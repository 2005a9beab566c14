"""To which meetings somebody was invited, and which key small matters they put or want, for their page and copy."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models.transaction import fetch, moment
from models.wording import say


@dataclass(frozen=True, slots=True)
class CouncilKept:
    """A meeting with what they answered, or a matter that they put or want."""

    council: str
    own: str
    at: dt.datetime


_MEETINGS = (
    "SELECT m.title, s.answer, s.created_at FROM meeting_seat s JOIN meeting m ON m.id=s.meeting_id"
    " WHERE s.person_id=$1 ORDER BY s.id DESC LIMIT $2"
)
_MATTERS = (
    "SELECT m.title, m.person_id, s.created_at FROM key_supporter s JOIN key_matter m ON m.id=s.matter_id"
    " WHERE s.person_id=$1 ORDER BY s.id DESC LIMIT $2"
)


async def council(person_id: int, *, most: int) -> tuple[CouncilKept, ...]:
    """Meetings, then matters, the latest of each first."""
    met = [
        CouncilKept(row["title"], say(f"meeting.answer.{row['answer'] or 'none'}"), moment(row["created_at"]))
        for row in await fetch(_MEETINGS, person_id, most)
    ]
    wanted = [
        CouncilKept(row["title"], say(f"key_matter.own.{part}"), moment(row["created_at"]))
        for row in await fetch(_MATTERS, person_id, most)
        for part in ("put" if row["person_id"] == person_id else "wanted",)
    ]
    return (*met, *wanted)
