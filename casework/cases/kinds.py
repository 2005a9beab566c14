"""A kind of work and its file: who does it, to which standard, how fast, what counts as done; and a file's faults."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from models.errors import Invalid
from models.shape_words import unreadable, why
from models.wording import say
from nlp.normalise import normalise

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Sentence = Annotated[str, Field(min_length=4, max_length=300)]
OTHER_MATTER = "other_matter"
"""The kind of a case whose words name no other; staff choose the right one when they accept it."""
FIELDS, KINDS, LIMIT_CLASSES = 12, 99, 5
"""How large the shipped catalogue is, and in how many different limits at least."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limit(_Shape):
    """A time limit in working hours or in working days; exactly one is given."""

    hours: Annotated[float, Field(gt=0, le=200)] | None = None
    days: Annotated[int, Field(ge=1, le=180)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.hours is None) == (self.days is None):
            raise PydanticCustomError("hours_or_days", "give hours or days")
        return self


class Kind(_Shape):
    """A kind of work (事项). ``spoken``: as residents call it; ``unit``: the trade that does it.

    ``emergency`` says when not to wait and what to do then ('' where it never is one), ``danger`` which words in a
    report make it one. ``is_private``: the unit does not learn who reported. ``is_public``: it may stand in lists that
    everybody reads.
    """

    id: Key
    field: Key
    field_name: Annotated[str, Field(min_length=2, max_length=20)]
    name: Annotated[str, Field(min_length=2, max_length=30)]
    spoken: Annotated[tuple[Annotated[str, Field(min_length=2, max_length=20)], ...], Field(min_length=2)]
    unit: Key
    standard: Sentence
    limit: Limit
    done: Sentence
    emergency: Annotated[str, Field(max_length=200)] = ""
    danger: tuple[Annotated[str, Field(min_length=2, max_length=20)], ...] = ()
    is_private: bool = False
    is_public: bool = True

    @model_validator(mode="after")
    def _private_is_not_public(self) -> Self:
        if self.is_private and self.is_public:
            raise PydanticCustomError("private_in_lists", "a private kind stands in no public list")
        return self

    def sounds_dangerous(self, text: str) -> bool:
        """Whether a report of this kind says that it cannot wait."""
        said = normalise(text)
        return any(normalise(word) in said for word in self.danger)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a catalogue: where, and in words for those who keep it."""

    where: str
    what: str


def read(folder: Path) -> list[Kind]:
    """Every kind of ``community/cases``, one file a field; Invalid names the first that cannot be read."""
    return [kind for path in sorted(folder.glob("*.toml")) for kind in _of_file(path)]


def _of_file(path: Path) -> Iterator[Kind]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        for row in content["kind"]:
            yield Kind.model_validate({"field": content["field"], "field_name": content["name"], **row})
    except tomllib.TOMLDecodeError as error:
        raise Invalid("catalogue.wrong", file=path.name, at="", problem=unreadable(error)) from error
    except KeyError as error:
        raise Invalid("catalogue.wrong", file=path.name, at=str(error), problem=say("shape.missing")) from error
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(str(part) for part in first["loc"])
        raise Invalid("catalogue.wrong", file=path.name, at=at, problem=why(first)) from error


def faults(kinds: Sequence[Kind], *, units: frozenset[str]) -> list[Fault]:
    """What makes a catalogue unfit: double ids, names or standards, a unit nobody belongs to, spoken names shared."""
    return [
        *_doubles("id", [(kind.id, kind.id) for kind in kinds]),
        *_doubles("name", [(kind.id, kind.name) for kind in kinds]),
        *_doubles("standard", [(kind.id, normalise(kind.standard)) for kind in kinds]),
        *_doubles("spoken", [(kind.id, normalise(word)) for kind in kinds for word in kind.spoken]),
        *(Fault(kind.id, f"unit {kind.unit}") for kind in kinds if kind.unit not in units),
        *(Fault(kind.id, "emergency") for kind in kinds if bool(kind.emergency) is not bool(kind.danger)),
    ]


def _doubles(what: str, told: Sequence[tuple[str, str]]) -> Iterator[Fault]:
    counted = Counter(value for _, value in told)
    return (Fault(where, f"{what}: {value}") for where, value in told if counted[value] > 1)


def days(count: int) -> Limit:
    """A limit of working days."""
    return Limit(days=count)


def hours(count: float) -> Limit:
    """A limit of working hours."""
    return Limit(hours=count)


def is_shorter(one: Limit, other: Limit, *, day: dt.timedelta) -> bool:
    """Whether a limit is the shorter of two, where a working day is open so long."""
    return _length(one, day) < _length(other, day)


def _length(limit: Limit, day: dt.timedelta) -> dt.timedelta:
    return dt.timedelta(hours=limit.hours) if limit.hours is not None else day * (limit.days or 0)
