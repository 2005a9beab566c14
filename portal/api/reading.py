"""Reading what came in and writing what goes out as JSON, with problems that name the field."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from aiohttp import web

from models.errors import Invalid
from models.operation import Body, read_body
from portal.forms import day_of

Given = TypeVar("Given", bound=Body)
MOST_ID = 2**63 - 1


class DoneAnswer(Body):
    """It was done."""

    done: bool = True


async def given(request: web.Request, shape: type[Given]) -> Given:
    """The request's JSON as ``shape``; Invalid names the first field that does not fit."""
    if request.content_type != "application/json":
        raise Invalid("api.not_json")
    return read_body(await request.read(), shape)


def told(shape: type[Given], thing: object, **others: object) -> Given:
    """A body with what it names of a thing; ``others`` are what the thing calls otherwise, or has not."""
    same = {name: getattr(thing, name) for name in shape.model_fields if name not in others}
    return shape.model_validate({**same, **others})


def number_in_path(request: web.Request, name: str) -> int:
    """A row's number in the path; one that no row can have is refused."""
    text = request.match_info[name]
    if not (text.isascii() and text.isdecimal() and len(text) < 20) or int(text) > MOST_ID:
        raise Invalid("api.bad_field", field=name, why=text[:20])
    return int(text)


def number_in_query(request: web.Request, name: str, *, default: int = 0) -> int:
    """A number in the query."""
    text = request.query.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 20) or int(text) > MOST_ID:
        raise Invalid("api.bad_field", field=name, why=text[:20])
    return int(text)


def day_in_query(request: web.Request, name: str) -> dt.date | None:
    """A day in the query, None where there is none."""
    try:
        return day_of(request.query.get(name, ""))
    except Invalid as error:
        raise Invalid("api.bad_field", field=name, why=request.query[name][:20]) from error


def answer(body: Body) -> web.Response:
    """A body as JSON, Chinese unescaped."""
    return web.Response(
        text=body.model_dump_json(), content_type="application/json", headers={"Cache-Control": "no-store"}
    )
