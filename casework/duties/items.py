"""An item of duty and its file: how it goes, by when, who watches; and what makes the lists unfit."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from models.errors import Invalid
from models.shape_words import unreadable, why
from models.wording import say
from nlp.normalise import normalise

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
EntryKey = Annotated[str, Field(pattern=r"^([a-z][a-z0-9-]{1,59})?$")]
Spoken = Annotated[str, Field(min_length=2, max_length=20)]
Step = Annotated[str, Field(min_length=2, max_length=60)]


class DutyList(StrEnum):
    """The four lists."""

    DOES = "does"
    HELPS = "helps"
    MAY_NOT = "may_not"
    PUBLISHES = "publishes"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Item(_Shape):
    """An item of a list. ``spoken``: as residents call it; ``limit``: by when; ``supervises``: who watches that it is
    done; ``instead``: who does what the committee may not; ``entry``: the guide's entry, '' where there is none."""

    id: Key
    list: DutyList
    name: Annotated[str, Field(min_length=2, max_length=40)]
    spoken: Annotated[tuple[Spoken, ...], Field(min_length=1, max_length=12)]
    about: Annotated[str, Field(min_length=4, max_length=200)]
    flow: Annotated[tuple[Step, ...], Field(min_length=1, max_length=8)]
    limit: Annotated[str, Field(min_length=2, max_length=60)]
    supervises: Annotated[str, Field(min_length=2, max_length=60)]
    instead: Annotated[str, Field(max_length=80)] = ""
    entry: EntryKey = ""

    @model_validator(mode="after")
    def _says_who_instead(self) -> Self:
        if self.list is DutyList.MAY_NOT and not self.instead:
            raise PydanticCustomError("who_instead", "say who does it instead")
        return self


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a list."""

    list: DutyList
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists that all neighbourhoods share."""

    headings: tuple[Heading, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the lists: where, and in words for those who keep them."""

    where: str
    what: str


def read(folder: Path) -> Lists:
    """Every list of ``community/duties``, one a file; Invalid names the first that cannot be read."""
    found = [_of_file(path) for path in sorted(folder.glob("*.toml"))]
    return Lists(tuple(one for one, _ in found), tuple(item for _, items in found for item in items))


def _of_file(path: Path) -> tuple[Heading, list[Item]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        heading = Heading(DutyList(content["list"]), content["name"], content["about"])
        return heading, [Item.model_validate({"list": heading.list, **row}) for row in content["item"]]
    except (tomllib.TOMLDecodeError, ValueError) as error:
        at, problem = _where(error)
        raise Invalid("duty.wrong", file=path.name, at=at, problem=problem) from error
    except KeyError as error:
        raise Invalid("duty.wrong", file=path.name, at=str(error), problem=say("shape.missing")) from error


def _where(error: ValueError) -> tuple[str, str]:
    if not isinstance(error, ValidationError):
        return "", unreadable(error)
    first = error.errors()[0]
    return ".".join(str(part) for part in first["loc"]), why(first)


def faults(lists: Lists, *, entries: Collection[str]) -> list[Fault]:
    """What makes the lists unfit: a list missing, double ids or names, a spoken name of two, an entry nobody wrote."""
    items = lists.items
    return [
        *(Fault(one, "missing") for one in DutyList if one not in {item.list for item in items}),
        *_doubles("id", [(item.id, item.id) for item in items]),
        *_doubles("name", [(item.id, normalise(item.name)) for item in items]),
        *_doubles("spoken", [(item.id, normalise(word)) for item in items for word in item.spoken]),
        *(Fault(item.id, f"entry {item.entry}") for item in items if item.entry and item.entry not in entries),
    ]


def _doubles(what: str, told: Sequence[tuple[str, str]]) -> Iterator[Fault]:
    counted = Counter(value for _, value in told)
    return (Fault(where, f"{what}: {value}") for where, value in told if counted[value] > 1)
