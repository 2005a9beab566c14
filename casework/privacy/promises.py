"""What somebody objected to, which covenants they signed, and what they were asked to rate, for their page and copy.

Of a rating there is only that it was given: nobody knows whose is whose, also not here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models.transaction import Row, fetch, moment
from models.wording import say


@dataclass(frozen=True, slots=True)
class PromiseKept:
    """A publication, covenant or appraisal, and what they did with it; ``text`` and ``answer`` of an objection."""

    promise: str
    own: str
    text: str
    answer: str
    at: dt.datetime


_OBJECTIONS = (
    "SELECT u.title, o.state, o.text, o.answer, o.created_at FROM objection o"
    " JOIN publication u ON u.id=o.publication_id WHERE o.person_id=$1 ORDER BY o.id DESC LIMIT $2"
)
_SIGNATURES = (
    "SELECT c.title, v.number, s.shows_name, s.created_at FROM covenant_signature s"
    " JOIN covenant_version v ON v.id=s.version_id JOIN covenant c ON c.id=v.covenant_id"
    " WHERE s.person_id=$1 ORDER BY s.id DESC LIMIT $2"
)
_APPRAISALS = (
    "SELECT t.title, v.has_rated, v.created_at FROM appraisal_voice v JOIN appraisal a ON a.id=v.appraisal_id"
    " JOIN proposal p ON p.id=a.proposal_id JOIN post t ON t.id=p.post_id WHERE v.person_id=$1"
    " ORDER BY v.id DESC LIMIT $2"
)


async def promises(person_id: int, *, most: int) -> tuple[PromiseKept, ...]:
    """Objections, then signatures, then appraisals, the latest of each first."""
    return (
        *[_objection(row) for row in await fetch(_OBJECTIONS, person_id, most)],
        *[_signature(row) for row in await fetch(_SIGNATURES, person_id, most)],
        *[_appraisal(row) for row in await fetch(_APPRAISALS, person_id, most)],
    )


def _objection(row: Row) -> PromiseKept:
    own = say("promise.own.objection", state=say(f"promise.objection_state.{row['state']}"))
    return PromiseKept(row["title"], own, row["text"], row["answer"], moment(row["created_at"]))


def _signature(row: Row) -> PromiseKept:
    own = say("promise.own.signed_by_name" if row["shows_name"] else "promise.own.signed", number=row["number"])
    return PromiseKept(row["title"], own, "", "", moment(row["created_at"]))


def _appraisal(row: Row) -> PromiseKept:
    own = say("promise.own.rated" if row["has_rated"] else "promise.own.may_rate")
    return PromiseKept(row["title"], own, "", "", moment(row["created_at"]))
