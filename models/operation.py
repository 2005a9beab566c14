"""One call of the JSON API as data: what it takes, gives and refuses. OpenAPI is made of these."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from models.errors import Invalid
from models.shape_words import why


class Body(BaseModel):
    """What travels as JSON; an unknown key is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Given = TypeVar("Given", bound=Body)


def read_body(raw: bytes, shape: type[Given]) -> Given:
    """JSON as ``shape``; Invalid names the first field that does not fit."""
    try:
        return shape.model_validate(json.loads(raw))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid("api.not_json") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise Invalid("api.bad_field", field=".".join(str(part) for part in first["loc"]), why=why(first)) from error


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value in the path or the query; ``schema`` is JSON Schema."""

    name: str
    place: str
    schema: dict[str, object]
    about: str
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path. ``refusals`` are the statuses answered with a problem document (RFC 9457); ``is_photo``: it
    takes a photo as it is, and no JSON."""

    name: str
    method: str
    path: str
    about: str
    answer: type[Body]
    body: type[Body] | None = None
    parameters: tuple[Parameter, ...] = ()
    refusals: tuple[int, ...] = ()
    needs_staff: bool = False
    is_photo: bool = False
