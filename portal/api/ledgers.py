"""Ledgers of key small matters and outstanding problems as JSON: lists, one entry with its steps, its verbs, sums."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from casework.ledgers import keeping, lists
from casework.ledgers.lists import EntryCard, EntryLine
from models.ledger import LedgerEntry
from models.operation import Body, Operation
from people.viewers import Viewer
from portal.api.acting import acting, acts, id_of, reading, reads
from portal.api.mediation_verbs import Number, Said
from portal.api.reading import answer, given, number_in_path, told


class LedgerLineAnswer(Body):
    """An entry; ``state`` is open, claimed or struck_off, ``open_cases`` how many of its ``cases`` are open."""

    id: int
    kind: str
    number: str
    title: str
    owner_id: int
    owner: str
    due: dt.date
    state: str
    is_late: bool
    cases: int
    open_cases: int
    struck_at: dt.datetime | None


class LedgerAnswer(Body):
    """What is not struck off, the nearest day first, and what was struck off last."""

    entries: list[LedgerLineAnswer]


class LedgerStepAnswer(Body):
    """What was done about an entry."""

    verb: str
    by: str
    at: dt.datetime
    note: str


class LedgerCaseAnswer(Body):
    """A case that belongs to it."""

    id: int
    number: str
    state: str


class LedgerEntryAnswer(Body):
    """An entry whole; its ``version`` goes back with what is done to it."""

    line: LedgerLineAnswer
    text: str
    version: int
    cases: list[LedgerCaseAnswer]
    steps: list[LedgerStepAnswer]


class LedgerSumAnswer(Body):
    """A neighbourhood's ledger of a kind: entries in all, struck off, waiting for somebody to look, late."""

    place_id: int
    place: str
    kind: str
    every: int
    struck_off: int
    claimed: int
    late: int


class LedgerSumsAnswer(Body):
    """Of every neighbourhood whose sums the caller may read."""

    sums: list[LedgerSumAnswer]


class AddLedgerBody(Body):
    """A matter, who answers for it, and the day by which it is done."""

    kind: Literal["key_matter", "problem"]
    title: Annotated[str, Field(max_length=200)]
    text: Said = ""
    owner: Number
    due: dt.date


class ChangeLedgerBody(Body):
    """Another owner or day, with the reason."""

    owner: Number
    due: dt.date
    note: Said
    version: Number | None = None


class LedgerNoteBody(Body):
    """What was done, seen, or is missing; the version that was seen."""

    note: Said
    version: Number | None = None


class LinkLedgerBody(Body):
    """A case of the neighbourhood, by its number."""

    number: Annotated[str, Field(max_length=20)]


class ReopenLedgerBody(Body):
    """Why it is not over, and the new day."""

    note: Said
    due: dt.date


def _line(one: EntryLine) -> LedgerLineAnswer:
    return told(LedgerLineAnswer, one, kind=one.kind.value, state=one.state.value)


def _whole(card: EntryCard) -> LedgerEntryAnswer:
    cases = [told(LedgerCaseAnswer, one, state=one.state.value) for one in card.cases]
    steps = [told(LedgerStepAnswer, one) for one in card.steps]
    return told(LedgerEntryAnswer, card, line=_line(card.line), cases=cases, steps=steps)


async def show(request: web.Request) -> web.Response:
    """台账."""
    who = await reading(request, "ledger.read")
    found = await lists.entries(viewer=who.viewer, place_id=who.place_id)
    return answer(LedgerAnswer(entries=[_line(one) for one in found]))


async def show_one(request: web.Request) -> web.Response:
    """一件."""
    who = await reading(request, "ledger.read")
    return answer(_whole(await lists.entry(number_in_path(request, "id"), viewer=who.viewer)))


async def show_sums(request: web.Request) -> web.Response:
    """台账合计."""
    who = await reading(request, "ledger.count")
    found = await lists.sums(viewer=who.viewer)
    return answer(LedgerSumsAnswer(sums=[told(LedgerSumAnswer, one, kind=one.kind.value) for one in found]))


async def add(request: web.Request) -> web.Response:
    """记入台账."""
    who, body = await acting(request), await given(request, AddLedgerBody)
    made = await keeping.add(
        by=who.viewer,
        place_id=who.place_id,
        kind=body.kind,
        title=body.title,
        text=body.text,
        owner_id=body.owner,
        due=body.due,
    )
    return await _shown(made, who.viewer)


async def _shown(entry: LedgerEntry, viewer: Viewer) -> web.Response:
    return answer(_whole(await lists.entry(entry.id, viewer=viewer)))


async def change(request: web.Request) -> web.Response:
    """改责任人、期限."""
    who, body = await acting(request), await given(request, ChangeLedgerBody)
    entry_id, seen = number_in_path(request, "id"), body.version
    made = await keeping.change(
        entry_id, by=who.viewer, owner_id=body.owner, due=body.due, note=body.note, seen_version=seen
    )
    return await _shown(made, who.viewer)


async def link(request: web.Request) -> web.Response:
    """关联事件."""
    who, body = await acting(request), await given(request, LinkLedgerBody)
    return await _shown(
        await keeping.link(number_in_path(request, "id"), by=who.viewer, number=body.number), who.viewer
    )


async def reopen(request: web.Request) -> web.Response:
    """恢复."""
    who, body = await acting(request), await given(request, ReopenLedgerBody)
    entry_id = number_in_path(request, "id")
    return await _shown(await keeping.reopen(entry_id, by=who.viewer, note=body.note, due=body.due), who.viewer)


Noted = Callable[[int, Viewer, LedgerNoteBody], Awaitable[LedgerEntry]]


def _noted(verb: Noted) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A verb that takes a note, and the version that was seen."""

    async def do(request: web.Request) -> web.Response:
        who, body = await acting(request), await given(request, LedgerNoteBody)
        return await _shown(await verb(number_in_path(request, "id"), who.viewer, body), who.viewer)

    return do


note = _noted(lambda one, by, body: keeping.note(one, by=by, note=body.note))
claim = _noted(lambda one, by, body: keeping.claim(one, by=by, note=body.note, seen_version=body.version))
refuse = _noted(lambda one, by, body: keeping.refuse(one, by=by, note=body.note, seen_version=body.version))
strike_off = _noted(lambda one, by, body: keeping.strike_off(one, by=by, note=body.note, seen_version=body.version))
_ONE = "/api/v1/ledger/{id}"
ROUTES = (
    web.get("/api/v1/ledger", show),
    web.post("/api/v1/ledger", add),
    web.get("/api/v1/ledger/sums", show_sums),
    web.get(_ONE, show_one),
    web.post(f"{_ONE}/change", change),
    web.post(f"{_ONE}/note", note),
    web.post(f"{_ONE}/link", link),
    web.post(f"{_ONE}/claim", claim),
    web.post(f"{_ONE}/refuse", refuse),
    web.post(f"{_ONE}/strike_off", strike_off),
    web.post(f"{_ONE}/reopen", reopen),
)


def _acts(name: str, verb: str, takes: type[Body], *, about: str) -> Operation:
    """What is done to an entry; it is answered with the entry as it stands then."""
    path, which = f"ledger/{{id}}/{verb}", (id_of("entry"),)
    return acts(name, path, about, takes=takes, gives=LedgerEntryAnswer, parameters=which, needs_staff=True)


OPERATIONS = (
    reads("listLedger", "ledger", "Key small matters and outstanding problems", gives=LedgerAnswer, needs_staff=True),
    acts(
        "addToLedger",
        "ledger",
        "A matter with its owner and its day",
        takes=AddLedgerBody,
        gives=LedgerEntryAnswer,
        needs_staff=True,
    ),
    reads("sumLedgers", "ledger/sums", "Sums of ledgers, no entry of them", gives=LedgerSumsAnswer, needs_staff=True),
    reads(
        "readLedgerEntry",
        "ledger/{id}",
        "One entry with its cases and steps",
        gives=LedgerEntryAnswer,
        parameters=(id_of("entry"),),
        needs_staff=True,
    ),
    _acts("changeLedgerEntry", "change", ChangeLedgerBody, about="Another owner or day, with the reason"),
    _acts("noteLedgerEntry", "note", LedgerNoteBody, about="What was done about it"),
    _acts("linkLedgerEntry", "link", LinkLedgerBody, about="A case belongs to it"),
    _acts("claimLedgerEntry", "claim", LedgerNoteBody, about="It is done, and somebody else looks"),
    _acts("refuseLedgerClaim", "refuse", LedgerNoteBody, about="It is not done; what is missing"),
    _acts("strikeOffLedgerEntry", "strike_off", LedgerNoteBody, about="By who neither owns nor claimed it"),
    _acts("reopenLedgerEntry", "reopen", ReopenLedgerBody, about="It was not over"),
)
