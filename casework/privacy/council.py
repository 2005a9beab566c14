"""To which meetings somebody was invited, and which key small matters they put, want or rated, for their page and copy.

Of a rating there is only that it was given: nobody knows how."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models.transaction import fetch, moment
from models.wording import say


@dataclass(frozen=True, slots=True)
class CouncilKept:
    """A meeting with what they answered, a matter that they put, want or rated, or a list they may rate."""

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
_RATED = (
    "SELECT m.title, r.created_at FROM key_rated r JOIN key_matter m ON m.id=r.matter_id WHERE r.person_id=$1"
    " ORDER BY r.id DESC LIMIT $2"
)
_ON_ROLL = (
    "SELECT y.year, v.created_at FROM key_voice v JOIN key_year y ON y.id=v.key_year_id WHERE v.person_id=$1"
    " ORDER BY v.id DESC LIMIT $2"
)


async def council(person_id: int, *, most: int) -> tuple[CouncilKept, ...]:
    """Meetings, then matters, then what they rated and may rate, the latest of each first."""
    met = [
        CouncilKept(row["title"], say(f"meeting.answer.{row['answer'] or 'none'}"), moment(row["created_at"]))
        for row in await fetch(_MEETINGS, person_id, most)
    ]
    wanted = [
        CouncilKept(row["title"], say(f"key_matter.own.{part}"), moment(row["created_at"]))
        for row in await fetch(_MATTERS, person_id, most)
        for part in ("put" if row["person_id"] == person_id else "wanted",)
    ]
    return (*met, *wanted, *await _rated(person_id, most))


async def _rated(person_id: int, most: int) -> list[CouncilKept]:
    rated, may_rate = say("key_matter.own.rated"), say("key_matter.own.may_rate")
    return [
        *(CouncilKept(row["title"], rated, moment(row["created_at"])) for row in await fetch(_RATED, person_id, most)),
        *(
            CouncilKept(say("key_matter.own.year", year=row["year"]), may_rate, moment(row["created_at"]))
            for row in await fetch(_ON_ROLL, person_id, most)
        ),
    ]
