"""One's own mediations as JSON: what a side reads of them, and nothing of the other side's private words."""

from __future__ import annotations

import datetime as dt

from aiohttp import web

from casework.mediation import own
from casework.mediation.own import OwnLine, OwnMediation
from casework.mediation.sessions import SessionLine
from models.operation import Body, Operation
from portal.api.acting import id_of
from portal.api.reading import answer, number_in_path, told
from portal.session import somebody


class OwnLineAnswer(Body):
    """A mediation of one's own; ``asks``: it waits for one's own word."""

    id: int
    number: str
    state: str
    party: str
    other: str
    asked_at: dt.datetime
    asks: bool


class OwnLinesAnswer(Body):
    """Those of which one is a side, the newest first."""

    mediations: list[OwnLineAnswer]


class WayAnswer(Body):
    """A way out, the entry that says the rest, and its day."""

    name: str
    words: str
    entry: str
    day: dt.date


class PrivateAnswer(Body):
    """A word between oneself and the mediator: ``told`` by oneself, or ``said`` to one."""

    kind: str
    text: str
    at: dt.datetime


class TalkAnswer(Body):
    """A talk: ``meet``, ``phone`` or ``chat``; who came, and once it is written down its result (``agreed``,
    ``closer``, ``no_terms``, ``absent``), what comes next (``meet``, ``draft``, ``think``, ``end``) and its minutes."""

    id: int
    way: str
    at: dt.datetime
    where: str
    applicant_came_at: dt.datetime | None
    other_came_at: dt.datetime | None
    is_cancelled: bool
    result: str
    next_step: str
    minutes: str


class OwnMediationAnswer(Body):
    """One mediation as its side reads it. ``kept_word``: what one says of the agreement, ``kept`` or ``broken``, ''
    while one has not; ``other_kept_word``: the other side."""

    line: OwnLineAnswer
    matter: str
    mediator: str
    has_consented: bool
    other_has_consented: bool
    has_confirmed: bool
    other_has_confirmed: bool
    agreement: str
    agreement_number: int
    follow_up_on: dt.date | None
    kept_word: str
    other_kept_word: str
    talks: list[TalkAnswer]
    ways: list[WayAnswer]
    private: list[PrivateAnswer]


def _line(one: OwnLine) -> OwnLineAnswer:
    return told(OwnLineAnswer, one)


def talk(one: SessionLine) -> TalkAnswer:
    """A talk as both sides and staff read it."""
    return told(TalkAnswer, one, way=one.way.value)


def _whole(found: OwnMediation) -> OwnMediationAnswer:
    return told(
        OwnMediationAnswer,
        found,
        line=_line(found.line),
        talks=[talk(one) for one in found.sessions],
        ways=[told(WayAnswer, way) for way in found.ways],
        private=[told(PrivateAnswer, note) for note in found.notes],
    )


async def show_own(request: web.Request) -> web.Response:
    """我的调解."""
    viewer = (await somebody(request)).viewer
    return answer(OwnLinesAnswer(mediations=[_line(one) for one in await own.own_mediations(viewer=viewer)]))


async def show_one(request: web.Request) -> web.Response:
    """一件我的调解."""
    viewer = (await somebody(request)).viewer
    return answer(_whole(await own.own_mediation(number_in_path(request, "id"), viewer=viewer)))


ROUTES = (
    web.get("/api/v1/my/mediations", show_own),
    web.get("/api/v1/my/mediations/{id}", show_one),
)
OPERATIONS = (
    Operation(
        "listOwnMediations",
        "GET",
        "/api/v1/my/mediations",
        "The mediations of which the caller is a side",
        OwnLinesAnswer,
        refusals=(403,),
    ),
    Operation(
        "readOwnMediation",
        "GET",
        "/api/v1/my/mediations/{id}",
        "One of them, with the caller's own private words only",
        OwnMediationAnswer,
        parameters=(id_of("mediation"),),
        refusals=(403, 404, 422),
    ),
)
