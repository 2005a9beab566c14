"""What Open311 GeoReport v2 looks like on the wire: lists and documents as XML or JSON, and errors in its own form."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from aiohttp import web

from models import clock
from models.errors import Refusal
from models.wording import say_refusal
from portal.xml_text import readable


@dataclass(frozen=True, slots=True)
class Words:
    """A list of words: strings in JSON, each in an element of this name in XML."""

    element: str
    words: tuple[str, ...]


Value = str | int | float | bool | dt.datetime | Sequence["Row"] | Words | None


@dataclass(frozen=True, slots=True)
class Row:
    """One thing and what is told of it, in the order of the specification."""

    element: str
    values: tuple[tuple[str, Value], ...]


def row_of(element: str, thing: object) -> Row:
    """A dataclass whose fields are called as in the specification."""
    fields = dataclasses.fields(thing)  # pyright: ignore[reportArgumentType]
    return Row(element, tuple((field.name, getattr(thing, field.name)) for field in fields))


def many(request: web.Request, element: str, rows: Sequence[Row], *, status: int = 200) -> web.Response:
    """A list, in the form that the address asks for."""
    if request.match_info["form"] == "json":
        return _json([_data(row) for row in rows], status)
    root = Element(element)
    for row in rows:
        _grow(root, row)
    return _xml(root, status)


def one(request: web.Request, row: Row) -> web.Response:
    """A document that is no list."""
    if request.match_info["form"] == "json":
        return _json(_data(row), 200)
    root = Element(row.element)
    _fill(root, row)
    return _xml(root, 200)


def _data(row: Row) -> dict[str, object]:
    return {name: _plain(value) for name, value in row.values}


def _plain(value: Value) -> object:
    if isinstance(value, dt.datetime):
        return _w3c(value)
    if isinstance(value, Words):
        return [*value.words]
    if isinstance(value, str) or not isinstance(value, Sequence):
        return value
    return [_data(row) for row in value]


def _w3c(at: dt.datetime) -> str:
    return clock.local(at).isoformat(timespec="seconds")


def _grow(parent: Element, row: Row) -> None:
    _fill(SubElement(parent, row.element), row)


def _fill(element: Element, row: Row) -> None:
    for name, value in row.values:
        below = SubElement(element, name)
        if isinstance(value, Words):
            _fill(below, Row(name, tuple((value.element, word) for word in value.words)))
        elif isinstance(value, Sequence) and not isinstance(value, str):
            for inner in value:
                _grow(below, inner)
        elif value is not None:
            below.text = readable(_word(value))


def _word(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return _w3c(value) if isinstance(value, dt.datetime) else str(value)


def _json(data: object, status: int) -> web.Response:
    text = json.dumps(data, ensure_ascii=False)
    return web.Response(text=text, status=status, content_type="application/json", charset="utf-8")


def _xml(root: Element, status: int) -> web.Response:
    body = tostring(root, encoding="utf-8", xml_declaration=True, short_empty_elements=True)
    return web.Response(body=body, status=status, content_type="text/xml", charset="utf-8")


Handler = Callable[[web.Request], Awaitable[web.Response]]
_STATUS = {422: 400}
"""What was given and cannot be used is 400 in the specification."""


def in_its_form(handler: Handler) -> Handler:
    """Let a handler's refusals go out as the specification's errors."""

    async def answer(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except Refusal as refusal:
            status = _STATUS.get(refusal.status, refusal.status)
            row = Row("error", (("code", status), ("description", say_refusal(refusal))))
            return many(request, "errors", [row], status=status)

    return answer
