"""What is done about one side of a mediation, as JSON: who it is, its number, its private words, and its signature."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web

from casework.mediation import agreements, consents, private, showing
from casework.mediation.private import NoteLine
from models.mediation import Party
from people.viewers import Viewer
from portal.api.acting import acting, acts, id_of, reading, reads
from portal.api.mediation_shapes import (
    MediationNoteAnswer,
    MediationNotesAnswer,
    MediatorWordsBody,
    PointOutBody,
    RevealedNumberAnswer,
    SignOnPaperBody,
    WhichSideBody,
)
from portal.api.reading import DoneAnswer, answer, given, number_in_path, told


async def point_out(request: web.Request) -> web.Response:
    """找到对方."""
    who, body = await acting(request), await given(request, PointOutBody)
    one = number_in_path(request, "id")
    await consents.point_out(one, by=who.viewer, person_id=body.person, phone=body.phone)
    return answer(DoneAnswer())


async def reveal(request: web.Request) -> web.Response:
    """看电话."""
    who, body = await acting(request), await given(request, WhichSideBody)
    number = await showing.reveal(number_in_path(request, "id"), by=who.viewer, party=Party(body.party))
    return answer(RevealedNumberAnswer(phone=number))


def _notes(lines: Iterable[NoteLine]) -> web.Response:
    found = [told(MediationNoteAnswer, one, party=one.party.value, kind=one.kind.value) for one in lines]
    return answer(MediationNotesAnswer(notes=found))


async def unseal(request: web.Request) -> web.Response:
    """看私下的话."""
    who = await acting(request)
    return _notes(await private.unseal(number_in_path(request, "id"), by=who.viewer))


async def show_notes(request: web.Request) -> web.Response:
    """调解员看私下的话."""
    who = await reading(request, "mediation.read")
    return _notes(await private.notes(number_in_path(request, "id"), viewer=who.viewer))


def _said(
    verb: Callable[[int, Viewer, MediatorWordsBody], Awaitable[object]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A verb with the mediator's words about a side, or to it."""

    async def say(request: web.Request) -> web.Response:
        who, body = await acting(request), await given(request, MediatorWordsBody)
        await verb(number_in_path(request, "id"), who.viewer, body)
        return answer(DoneAnswer())

    return say


async def sign(request: web.Request) -> web.Response:
    """纸上签了."""
    who, body = await acting(request), await given(request, SignOnPaperBody)
    await agreements.sign(number_in_path(request, "id"), by=who.viewer, **body.model_dump())
    return answer(DoneAnswer())


_ONE = "/api/v1/mediations/{id}"
ROUTES = (
    web.post(f"{_ONE}/point_out", point_out),
    web.post(f"{_ONE}/reveal", reveal),
    web.post(f"{_ONE}/unseal", unseal),
    web.get(f"{_ONE}/notes", show_notes),
    web.post(f"{_ONE}/note", _said(lambda one, by, body: private.note(one, by=by, party=body.party, text=body.text))),
    web.post(f"{_ONE}/speak", _said(lambda one, by, body: private.speak(one, by=by, party=body.party, text=body.text))),
    web.post(f"{_ONE}/sign", sign),
)
_ID = (id_of("mediation"),)
OPERATIONS = (
    acts(
        "pointOutOtherSide",
        "mediations/{id}/point_out",
        "Who the other side is, before it agreed",
        takes=PointOutBody,
        parameters=_ID,
        needs_staff=True,
    ),
    acts(
        "revealNumber",
        "mediations/{id}/reveal",
        "The number of a side; every look is in the audit log",
        takes=WhichSideBody,
        gives=RevealedNumberAnswer,
        parameters=_ID,
        needs_staff=True,
    ),
    acts(
        "unsealPrivateWords",
        "mediations/{id}/unseal",
        "By who leads the place; every look is in the audit log",
        gives=MediationNotesAnswer,
        parameters=_ID,
        needs_staff=True,
    ),
    reads(
        "listPrivateWords",
        "mediations/{id}/notes",
        "The private words of both sides, for its mediator; none for anybody else",
        gives=MediationNotesAnswer,
        parameters=_ID,
        needs_staff=True,
    ),
    acts(
        "keepPrivateNote",
        "mediations/{id}/note",
        "What the mediator keeps about a side",
        takes=MediatorWordsBody,
        parameters=_ID,
        needs_staff=True,
    ),
    acts(
        "speakToSide",
        "mediations/{id}/speak",
        "The mediator's words that one side alone reads",
        takes=MediatorWordsBody,
        parameters=_ID,
        needs_staff=True,
    ),
    acts(
        "signOnPaper",
        "mediations/{id}/sign",
        "By the mediator; that side is told",
        takes=SignOnPaperBody,
        parameters=_ID,
        needs_staff=True,
    ),
)
