"""Texts that staff use often, one list per place, with blanks that are filled from what they are about."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from types import MappingProxyType

from casework.blanks import Blank, Values, filled
from models import clock
from models.errors import Invalid, NotFound
from models.question import CannedAnswer
from models.transaction import transaction
from models.wording import say_date
from nlp.normalise import clean_input
from people.audit import record
from people.permissions import allow
from people.scope import must_see
from people.viewers import Viewer

VERB = "canned.write"
TITLE_LENGTH = 40
TEXT_LENGTH = 2_000
NOTHING: Values = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Canned:
    """A text with the short title staff pick it by."""

    id: int
    title: str
    text: str


async def write(*, by: Viewer, place_id: int, title: str, text: str) -> Canned:
    """常用语: add a text to a place's list."""
    allow(by, VERB, place_id)
    name, words = _checked(title, text)
    async with transaction():
        row = await CannedAnswer.create(created_at=clock.now(), place_id=place_id, title=name, text=words)
        await record(by, VERB, subject="canned_answer", subject_id=row.id, place_id=place_id)
    return Canned(row.id, row.title, row.text)


async def change(canned_id: int, *, by: Viewer, title: str, text: str) -> Canned:
    """改常用语: replace a text and its title."""
    row = await _own(canned_id, by)
    name, words = _checked(title, text)
    async with transaction():
        await CannedAnswer.filter(id=row.id).update(title=name, text=words)
        await record(by, "canned.change", subject="canned_answer", subject_id=row.id, place_id=row.place_id)
    return Canned(row.id, name, words)


async def erase(canned_id: int, *, by: Viewer) -> None:
    """删常用语: take a text off the list."""
    row = await _own(canned_id, by)
    async with transaction():
        await CannedAnswer.filter(id=row.id).delete()
        await record(by, "canned.erase", subject="canned_answer", subject_id=row.id, place_id=row.place_id)


async def canned_answers(*, viewer: Viewer, place_id: int, values: Values = NOTHING) -> list[Canned]:
    """A place's texts by title, for its staff; ``values`` are filled into their blanks."""
    must_see(viewer, VERB, place_id, thing="canned")
    rows = await CannedAnswer.filter(place_id=place_id).order_by("title", "id")
    return [Canned(row.id, row.title, filled(row.text, values)) for row in rows]


def values_of(
    *, number: str, staff: str, where: str = "", work: str = "", unit: str = "", due: dt.datetime | None = None
) -> Values:
    """What fills the blanks of a text about a question or a case; ``due`` gives the day by which it is to be done."""
    return {
        Blank.NUMBER: number,
        Blank.STAFF: staff,
        Blank.WHERE: where,
        Blank.WORK: work,
        Blank.UNIT: unit,
        Blank.DATE: say_date(clock.local(due).date()) if due else "",
        Blank.TODAY: say_date(clock.today()),
    }


def _checked(title: str, text: str) -> tuple[str, str]:
    name, words = clean_input(title), clean_input(text)
    if not name or not words:
        raise Invalid("canned.empty")
    if len(name) > TITLE_LENGTH or len(words) > TEXT_LENGTH:
        raise Invalid("canned.too_long", title=TITLE_LENGTH, text=TEXT_LENGTH)
    return name, words


async def _own(canned_id: int, by: Viewer) -> CannedAnswer:
    row = await CannedAnswer.get_or_none(id=canned_id)
    if row is None:
        raise NotFound("canned.not_found")
    must_see(by, VERB, row.place_id, thing="canned")
    return row
