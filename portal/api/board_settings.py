"""Setting boards as JSON: every kind there is as it stands here, who may stand for one, and setting one."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field

from forum import board_settings, posts
from forum.board_list import BoardLine
from forum.board_settings import Wanted
from models.operation import Body, Parameter
from portal.api.acting import REFUSED, acting, acts, reading, reads
from portal.api.boards import BoardAnswer, board_answer
from portal.api.reading import MOST_ID, answer, given


class SetBoardBody(Body):
    """What is to be set; null falls back to what the community has. ``is_public``: its feed is for everybody, as only
    some kinds may be."""

    is_on: bool | None = None
    is_public: bool = False
    reply_hours: Annotated[float, Field(gt=0, le=board_settings.MOST_HOURS)] | None = None
    intro: Annotated[str, Field(max_length=board_settings.MOST_INTRO)] = ""
    named: Annotated[int, Field(ge=0, le=MOST_ID)] | None = None


class BoardSettingAnswer(Body):
    """A kind of board here: whether it is on, and whether that was set here; ``named`` is who stands for it."""

    key: str
    name: str
    is_on: bool
    is_set: bool
    may_be_public: bool
    is_public: bool
    reply_hours: float | None
    intro: str
    named: int | None


class OfficialAnswer(Body):
    """Somebody who holds an office here and may stand for a board."""

    id: int
    name: str
    roles: list[str]


class BoardSettingsAnswer(Body):
    """Every kind there is, on or off, and who may stand for one."""

    boards: list[BoardSettingAnswer]
    officials: list[OfficialAnswer]


async def show(request: web.Request) -> web.Response:
    """板块设置."""
    who = await reading(request, "board.set")
    lines = await board_settings.settings(viewer=who.viewer, place_id=who.place_id)
    people = await board_settings.officials(viewer=who.viewer, place_id=who.place_id)
    officials = [OfficialAnswer(id=one.person_id, name=one.name, roles=list(one.roles)) for one in people]
    return answer(BoardSettingsAnswer(boards=[_setting(line) for line in lines], officials=officials))


def _setting(line: BoardLine) -> BoardSettingAnswer:
    return BoardSettingAnswer(
        key=line.kind.key.value,
        name=line.kind.name,
        is_on=line.is_on,
        is_set=line.is_set,
        may_be_public=line.kind.may_be_public,
        is_public=line.is_public,
        reply_hours=line.reply_hours,
        intro=line.intro,
        named=line.named_id,
    )


async def set_board(request: web.Request) -> web.Response:
    """板块设置."""
    who = await acting(request)
    body = await given(request, SetBoardBody)
    wanted = Wanted(body.is_on, body.reply_hours, body.intro, body.named, is_public=body.is_public)
    name = request.match_info["board"]
    await board_settings.set_board(name, wanted, by=who.viewer, place_id=who.place_id)
    lines = await board_settings.settings(viewer=who.viewer, place_id=who.place_id)
    line = next(one for one in lines if one.kind.key.value == name)
    return answer(board_answer(line, may_post=posts.may_post(who.viewer, line.kind, who.place_id)))


_BOARD = Parameter("board", "path", {"type": "string", "maxLength": 20}, "the board's key")
ROUTES = (web.get("/api/v1/boards/settings", show), web.post("/api/v1/boards/{board}/set", set_board))
OPERATIONS = (
    reads(
        "listBoardSettings",
        "boards/settings",
        "Every kind of board as it is set here",
        gives=BoardSettingsAnswer,
        needs_staff=True,
    ),
    acts(
        "setBoard",
        "boards/{board}/set",
        "Switch a board on or off and set what is its own",
        gives=BoardAnswer,
        takes=SetBoardBody,
        parameters=(_BOARD,),
        refusals=REFUSED,
        needs_staff=True,
    ),
)
