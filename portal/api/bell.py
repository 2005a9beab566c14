"""What somebody was told, as JSON, and what they want to be told of."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from aiohttp import web
from pydantic import Field

from forum import muting
from models.board import BoardName
from models.errors import Invalid
from models.operation import Body, Operation, Parameter
from people import bell, pushes
from people.bell import BellEntry
from people.pushes import PushKind
from portal.api.acting import REFUSED, TOKEN, acting_as_somebody, reading_as_somebody
from portal.api.reading import MOST_ID, answer, given, told
from portal.session import Visitor


class BellLineAnswer(Body):
    """One line of a subject: the latest of it, where it leads ('': nowhere), how often it came since it was read."""

    id: int
    kind: str
    text: str
    path: str
    count: int
    at: dt.datetime
    is_read: bool


class BellAnswer(Body):
    """Lines, the latest first; ``seen`` is the ``until`` that reads them all, ``following`` the ``after`` of the next
    page."""

    lines: list[BellLineAnswer]
    unread: int
    seen: str
    following: str


class ReadBellBody(Body):
    """Which lines were read; without them all that changed up to ``until``."""

    lines: Annotated[tuple[Annotated[int, Field(ge=0, le=MOST_ID)], ...], Field(max_length=100)] | None = None
    until: Annotated[str, Field(max_length=20, pattern="^[0-9]*$")] = ""


class ReadAnswer(Body):
    """How many were new until now."""

    read: int


class BellChoiceAnswer(Body):
    """A kind or a board, and whether it is wanted."""

    key: str
    is_wanted: bool


class BellChoicesAnswer(Body):
    """What the caller wants to be told of unasked in their chats; boards that are not wanted are not listed either."""

    kinds: list[BellChoiceAnswer]
    boards: list[BellChoiceAnswer]


class BellChoiceBody(Body):
    """A kind, or a board, and whether it is wanted."""

    kind: PushKind | None = None
    board: BoardName | None = None
    is_wanted: bool


def _line(line: BellEntry) -> BellLineAnswer:
    return told(BellLineAnswer, line)


async def show(request: web.Request) -> web.Response:
    """消息."""
    who = await reading_as_somebody(request)
    found = await bell.bell(viewer=who.viewer, after=bell.before(request.query.get("after", "")))
    unread = await bell.unread(viewer=who.viewer)
    following = str(found.next) if found.next else ""
    lines = [_line(line) for line in found.lines]
    return answer(BellAnswer(lines=lines, unread=unread, seen=found.seen, following=following))


async def read(request: web.Request) -> web.Response:
    """看过了."""
    who = await acting_as_somebody(request)
    body = await given(request, ReadBellBody)
    return answer(ReadAnswer(read=await bell.read(by=who.viewer, lines=body.lines, until=body.until)))


async def show_choices(request: web.Request) -> web.Response:
    """提醒设置."""
    return answer(await _choices(await reading_as_somebody(request)))


async def _choices(who: Visitor) -> BellChoicesAnswer:
    kinds = await pushes.choices(viewer=who.viewer)
    has_boards = muting.has_boards(who.viewer, who.place_id)
    boards = await muting.choices(viewer=who.viewer, place_id=who.place_id) if has_boards else []
    return BellChoicesAnswer(
        kinds=[BellChoiceAnswer(key=one.kind.value, is_wanted=one.is_wanted) for one in kinds],
        boards=[BellChoiceAnswer(key=one.board.kind.key.value, is_wanted=one.is_wanted) for one in boards],
    )


async def choose(request: web.Request) -> web.Response:
    """要、不要."""
    who = await acting_as_somebody(request)
    body = await given(request, BellChoiceBody)
    if (body.kind is None) == (body.board is None):
        raise Invalid("push.no_kind")
    if body.kind is not None:
        await pushes.choose(body.kind.value, by=who.viewer, is_wanted=body.is_wanted)
    if body.board is not None:
        await muting.choose(body.board.value, by=who.viewer, place_id=who.place_id, is_wanted=body.is_wanted)
    return answer(await _choices(who))


_AFTER = Parameter("after", "query", {"type": "string", "maxLength": 40}, "where the page begins")
ROUTES = (
    web.get("/api/v1/bell", show),
    web.post("/api/v1/bell/read", read),
    web.get("/api/v1/bell/choices", show_choices),
    web.post("/api/v1/bell/choices", choose),
)
OPERATIONS = (
    Operation(
        "readBell",
        "GET",
        "/api/v1/bell",
        "What the caller was told, one line for each subject",
        BellAnswer,
        parameters=(_AFTER,),
        refusals=(403, 422),
    ),
    Operation(
        "markBellRead",
        "POST",
        "/api/v1/bell/read",
        "Say that lines were read, here and in every chat",
        ReadAnswer,
        body=ReadBellBody,
        parameters=(TOKEN,),
        refusals=REFUSED,
    ),
    Operation(
        "readBellChoices",
        "GET",
        "/api/v1/bell/choices",
        "What the caller wants to be told of unasked",
        BellChoicesAnswer,
        refusals=(403,),
    ),
    Operation(
        "setBellChoice",
        "POST",
        "/api/v1/bell/choices",
        "Want, or not want, to be told of a kind or a board",
        BellChoicesAnswer,
        body=BellChoiceBody,
        parameters=(TOKEN,),
        refusals=REFUSED,
    ),
)
