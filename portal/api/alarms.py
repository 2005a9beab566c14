"""Alarms as JSON: those that nobody has acknowledged yet, and saying that a person knows."""

from __future__ import annotations

import datetime as dt

from aiohttp import web

from casework import alarms
from models.operation import Body
from portal.api.acting import acting, acts, id_of, reading, reads
from portal.api.reading import DoneAnswer, answer, number_in_path, told


class AlarmAnswer(Body):
    """An alarm that pages: what was said, who was paged last and how many were. ``number`` and ``where`` are its
    case's, '' where it is of none; ``question_id`` is that of a question that staff took down."""

    id: int
    place_id: int
    kind: str
    text: str
    raised_at: dt.datetime
    case_id: int | None
    question_id: int | None
    number: str
    where: str
    paged: str
    pages: int


class AlarmsAnswer(Body):
    """Those of the caller's places, and those they were paged for; the oldest first."""

    alarms: list[AlarmAnswer]


async def show(request: web.Request) -> web.Response:
    """紧急呼叫."""
    who = await reading(request, "alarm.read")
    found = await alarms.open_alarms(viewer=who.viewer)
    return answer(AlarmsAnswer(alarms=[told(AlarmAnswer, one) for one in found]))


async def acknowledge(request: web.Request) -> web.Response:
    """我知道了."""
    who = await acting(request)
    await alarms.acknowledge(number_in_path(request, "id"), by=who.viewer)
    return answer(DoneAnswer())


ROUTES = (
    web.get("/api/v1/alarms", show),
    web.post("/api/v1/alarms/{id}/acknowledge", acknowledge),
)
OPERATIONS = (
    reads(
        "listAlarms",
        "alarms",
        "Emergencies that nobody has acknowledged yet",
        gives=AlarmsAnswer,
        needs_staff=True,
    ),
    acts(
        "acknowledgeAlarm",
        "alarms/{id}/acknowledge",
        "The paging ends, and who told of it hears that a person knows; of two who press at once one is told who was",
        parameters=(id_of("alarm"),),
        needs_staff=True,
    ),
)
