"""Key small matters as JSON: a year's list, putting one and wanting one; and what staff do from the plan to the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from forum.key_matters import carrying, planning, putting, rating, showing, sorting, steps
from forum.key_matters.carrying import Ballot
from forum.key_matters.rating import Appraised
from forum.key_matters.showing import MatterLine, YearCard
from forum.key_matters.steps import Days
from forum.promises.tallies import Tally
from models.key_matter import KeyStepName
from models.operation import Body, Operation, Parameter
from people.permissions import allow
from people.viewers import Viewer
from portal.api.acting import acting_as_somebody, acts, id_of, reading_as_somebody, reads
from portal.api.key_matter_shapes import (
    AlikeMatterAnswer,
    AlikesAnswer,
    AssignKeyMatterBody,
    DropKeyPhotoBody,
    JoinKeyMatterBody,
    KeyAppraisalAnswer,
    KeyBallotBody,
    KeyDaysBody,
    KeyMatterAnswer,
    KeyMatterLineAnswer,
    KeyMatterMadeAnswer,
    KeyMatterPutAnswer,
    KeyMatterStepAnswer,
    KeyProofBody,
    KeyStarsAnswer,
    KeyStepAnswer,
    KeyYearAnswer,
    KeyYearLineAnswer,
    KeyYearsAnswer,
    LeaveOutBody,
    MoveKeyYearBody,
    PlanKeyYearBody,
    PutKeyMatterBody,
    RateKeyMatterBody,
    SetKeyDaysBody,
)
from portal.api.reading import DoneAnswer, answer, given, number_in_path, told


async def show(request: web.Request) -> web.Response:
    """历年的关键小事."""
    who = await reading_as_somebody(request)
    found = await showing.years(viewer=who.viewer, place_id=who.place_id)
    return answer(KeyYearsAnswer(years=[told(KeyYearLineAnswer, one, step=one.step.value) for one in found]))


async def show_year(request: web.Request) -> web.Response:
    """一年的关键小事."""
    who = await reading_as_somebody(request)
    return answer(_year(await showing.year(number_in_path(request, "id"), viewer=who.viewer)))


def _year(card: YearCard) -> KeyYearAnswer:
    days = [
        KeyStepAnswer(step=step.value, starts_on=one.starts_on, ends_on=one.ends_on) for step, one in card.days.items()
    ]
    matters = [_line(one) for one in (*card.matters, *card.held)]
    return told(
        KeyYearAnswer,
        card,
        step=card.step.value,
        every=len(card.chosen),
        days=days,
        matters=matters,
        to_rate=[one.id for one in card.to_rate],
    )


def _line(one: MatterLine) -> KeyMatterLineAnswer:
    return told(KeyMatterLineAnswer, one, state=one.state.value)


async def show_one(request: web.Request) -> web.Response:
    """一件关键小事."""
    who = await reading_as_somebody(request)
    card = await showing.matter(number_in_path(request, "id"), viewer=who.viewer)
    done = [told(KeyMatterStepAnswer, one) for one in card.steps]
    photos = [f"/files/{one.name}" for one in card.photos]
    appraisal = _appraisal(card.appraised) if card.appraised else None
    line = _line(card.line).model_dump()
    return answer(KeyMatterAnswer(**line, year_id=card.year.id, steps=done, photos=photos, appraisal=appraisal))


def _appraisal(one: Appraised) -> KeyAppraisalAnswer:
    return told(KeyAppraisalAnswer, one, outcome=_stars(one.outcome), unit=_stars(one.unit))


def _stars(one: Tally | None) -> KeyStarsAnswer | None:
    return KeyStarsAnswer(counts=[*one.counts.values()], average=one.average) if one else None


async def show_alike(request: web.Request) -> web.Response:
    """有没有一样的."""
    who = await reading_as_somebody(request)
    title = request.query.get("title", "")[: putting.MOST_TITLE]
    found = await putting.alike(number_in_path(request, "id"), viewer=who.viewer, title=title)
    return answer(AlikesAnswer(alike=[told(AlikeMatterAnswer, one) for one in found]))


async def put(request: web.Request) -> web.Response:
    """提一件."""
    who, year_id = await acting_as_somebody(request), number_in_path(request, "id")
    found = await showing.year(year_id, viewer=who.viewer)
    allow(who.viewer, "key_matter.put", found.place_id)
    body = await given(request, PutKeyMatterBody)
    made = await putting.put(year_id, by=who.viewer, title=body.title, text=body.text, key=body.key)
    return answer(told(KeyMatterPutAnswer, made))


async def plan(request: web.Request) -> web.Response:
    """定一年的票决."""
    who = await acting_as_somebody(request)
    allow(who.viewer, "key_matter.plan", who.place_id)
    body = await given(request, PlanKeyYearBody)
    made = await planning.plan(
        by=who.viewer, place_id=who.place_id, year=body.year, intro=body.intro, days=_days(body.days)
    )
    return answer(KeyMatterMadeAnswer(id=made))


def _days(bodies: Sequence[KeyDaysBody]) -> dict[KeyStepName, Days]:
    return {one.step: Days(one.starts_on, one.ends_on) for one in bodies}


Deed = Callable[[int, web.Request, Viewer], Awaitable[object]]


async def _set_days(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, SetKeyDaysBody)
    await planning.set_days(one, by=by, days=_days(body.days), seen_version=body.version, reason=body.reason)


async def _move(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, MoveKeyYearBody)
    await steps.move(one, body.step, by=by, reason=body.reason, seen_version=body.version)


async def _put_to_vote(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, KeyBallotBody)
    ballot = Ballot(body.closes_at, body.most_choices, body.unit, body.rule, is_secret=body.is_secret)
    await carrying.put_to_vote(one, ballot, by=by, seen_version=body.version)


async def _settle(one: int, _request: web.Request, by: Viewer) -> None:
    await carrying.settle(one, by=by)


async def _support(one: int, _request: web.Request, by: Viewer) -> None:
    await putting.support(one, by=by)


async def _withdraw(one: int, _request: web.Request, by: Viewer) -> None:
    await putting.withdraw(one, by=by)


async def _admit(one: int, _request: web.Request, by: Viewer) -> None:
    await sorting.admit(one, by=by)


async def _shortlist(one: int, _request: web.Request, by: Viewer) -> None:
    await sorting.shortlist(one, by=by)


async def _leave_out(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, LeaveOutBody)
    await sorting.leave_out(one, by=by, reason=body.reason)


async def _join(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, JoinKeyMatterBody)
    await sorting.join(one, by=by, into_id=body.into)


async def _assign(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, AssignKeyMatterBody)
    await carrying.assign(one, by=by, owner_id=body.owner, team_id=body.team, due=body.due)


async def _prove(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, KeyProofBody)
    await carrying.prove(one, by=by, photos=body.photos)


async def _drop_photo(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, DropKeyPhotoBody)
    await carrying.drop_photo(one, by=by, name=body.photo)


async def _rate(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, RateKeyMatterBody)
    await rating.rate(one, by=by, outcome=body.outcome, unit=body.unit)


Row = tuple[str, str, Deed, str, str, type[Body] | None]
_OF_YEARS: tuple[Row, ...] = (
    ("days", "key_matter.plan", _set_days, "setKeyMatterDays", "Other days of the steps", SetKeyDaysBody),
    ("move", "key_matter.move", _move, "moveKeyMatters", "Go on to another step of the table", MoveKeyYearBody),
    ("put_to_vote", "key_matter.put_to_vote", _put_to_vote, "voteOnKeyMatters", "Vote on the shortlist", KeyBallotBody),
    ("settle", "key_matter.settle", _settle, "settleKeyMatters", "What was chosen, after the count", None),
)
_OF_MATTERS: tuple[Row, ...] = (
    ("support", "key_matter.support", _support, "supportKeyMatter", "Want it too, once", None),
    ("withdraw", "key_matter.withdraw", _withdraw, "withdrawKeyMatter", "Take one's own back", None),
    ("admit", "key_matter.admit", _admit, "admitKeyMatter", "Let everybody see what was held", None),
    ("shortlist", "key_matter.shortlist", _shortlist, "shortlistKeyMatter", "Put it on the shortlist", None),
    ("leave_out", "key_matter.leave_out", _leave_out, "leaveOutKeyMatter", "Not, for a public reason", LeaveOutBody),
    ("join", "key_matter.join", _join, "joinKeyMatter", "It is the same as another", JoinKeyMatterBody),
    ("assign", "key_matter.assign", _assign, "assignKeyMatter", "Who answers for it", AssignKeyMatterBody),
    ("prove", "key_matter.prove", _prove, "proveKeyMatter", "Photos of what is done", KeyProofBody),
    (
        "drop_photo",
        "key_matter.drop_photo",
        _drop_photo,
        "dropKeyMatterPhoto",
        "Take a photo away for good",
        DropKeyPhotoBody,
    ),
    ("rate", "key_matter.rate", _rate, "rateKeyMatter", "Rate what is done, once", RateKeyMatterBody),
)
"""The word in the path, the permission, what does it, the operation's name, what it is about, and what it takes."""


def _of_year(deed: Deed, verb: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def do(request: web.Request) -> web.Response:
        who, one = await acting_as_somebody(request), number_in_path(request, "id")
        allow(who.viewer, verb, (await showing.year(one, viewer=who.viewer)).place_id)
        await deed(one, request, who.viewer)
        return answer(DoneAnswer())

    return do


def _of_matter(deed: Deed, verb: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def do(request: web.Request) -> web.Response:
        who, one = await acting_as_somebody(request), number_in_path(request, "id")
        allow(who.viewer, verb, (await showing.matter(one, viewer=who.viewer)).year.place_id)
        await deed(one, request, who.viewer)
        return answer(DoneAnswer())

    return do


_YEAR, _ONE = (id_of("year's list"),), (id_of("matter"),)
_TITLE = Parameter("title", "query", {"type": "string", "maxLength": putting.MOST_TITLE}, "what is to be put")
_YEARS, _MATTERS = "key_matters/years", "key_matters"
ROUTES = (
    web.get(f"/api/v1/{_YEARS}", show),
    web.post(f"/api/v1/{_YEARS}", plan),
    web.get(f"/api/v1/{_YEARS}/{{id}}", show_year),
    web.get(f"/api/v1/{_YEARS}/{{id}}/alike", show_alike),
    web.post(f"/api/v1/{_YEARS}/{{id}}/put", put),
    *(web.post(f"/api/v1/{_YEARS}/{{id}}/{word}", _of_year(deed, verb)) for word, verb, deed, *_ in _OF_YEARS),
    web.get(f"/api/v1/{_MATTERS}/{{id}}", show_one),
    *(web.post(f"/api/v1/{_MATTERS}/{{id}}/{word}", _of_matter(deed, verb)) for word, verb, deed, *_ in _OF_MATTERS),
)
OPERATIONS: tuple[Operation, ...] = (
    reads("listKeyMatterYears", _YEARS, "Lists of key small matters of a neighbourhood", gives=KeyYearsAnswer),
    acts(
        "planKeyMatters", _YEARS, "A year with the days of its steps", gives=KeyMatterMadeAnswer, takes=PlanKeyYearBody
    ),
    reads("getKeyMatters", f"{_YEARS}/{{id}}", "A year's list, n of m done", gives=KeyYearAnswer, parameters=_YEAR),
    reads(
        "listAlikeKeyMatters",
        f"{_YEARS}/{{id}}/alike",
        "What was put already and is like it",
        gives=AlikesAnswer,
        parameters=(*_YEAR, _TITLE),
    ),
    acts(
        "putKeyMatter",
        f"{_YEARS}/{{id}}/put",
        "Put a matter in the days of collection",
        gives=KeyMatterPutAnswer,
        takes=PutKeyMatterBody,
        parameters=_YEAR,
    ),
    *(
        acts(name, f"{_YEARS}/{{id}}/{word}", about, takes=takes, parameters=_YEAR)
        for word, _, _, name, about, takes in _OF_YEARS
    ),
    reads("getKeyMatter", f"{_MATTERS}/{{id}}", "A matter with its steps", gives=KeyMatterAnswer, parameters=_ONE),
    *(
        acts(name, f"{_MATTERS}/{{id}}/{word}", about, takes=takes, parameters=_ONE)
        for word, _, _, name, about, takes in _OF_MATTERS
    ),
)
