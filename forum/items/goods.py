"""What may be offered and where it is handed over: the list of goods and places in community/items.toml."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from forum.moderation.house import words_folder
from models.community_file import read
from models.errors import Invalid
from models.rule_shapes import Slug
from nlp.screen import Action, Screen, WordList, build, find
from nlp.screen_words import load_common

FILE = "items.toml"
_folder = Path(__file__).parents[2] / "community"
_Words = tuple[Annotated[str, Field(min_length=1, max_length=30)], ...]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ruling(StrEnum):
    """What becomes of an offer of such goods: refused, or taken once its giver has read what to look at."""

    REFUSE = "refuse"
    CHECK = "check"


class Spot(_Shape):
    """Where something is handed over; never somebody's door."""

    key: Slug
    name: Annotated[str, Field(min_length=1, max_length=20)]


class Goods(_Shape):
    """One line of the list: the words it is known by, and what its giver is told."""

    key: Slug
    name: Annotated[str, Field(min_length=1, max_length=20)]
    action: Ruling
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    words: Annotated[_Words, Field(min_length=1)]
    harmless: _Words = ()


class House(_Shape):
    """The whole file."""

    spots: Annotated[tuple[Spot, ...], Field(min_length=1)]
    goods: tuple[Goods, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Self:
        for named in (self.spots, self.goods):
            if len({one.key for one in named}) != len(named):
                raise ValueError("every one has a key of its own")
        return self


def use_folder(community: Path) -> None:
    """Choose the community's folder, once at start, and read the file."""
    global _folder
    _folder = community
    house.cache_clear()
    _screen.cache_clear()
    _screen()


@lru_cache(maxsize=1)
def house() -> House:
    """What the file says, the one shipped where a community has none; Invalid tells what is wrong with it."""
    return read(_folder, FILE, House)


@lru_cache(maxsize=1)
def _screen() -> Screen:
    lists = [WordList(one.key, Action.BLOCK, one.words, harmless=one.harmless) for one in house().goods]
    return build(lists, load_common(words_folder()))


async def found(text: str) -> tuple[Goods, ...]:
    """The goods of the list that a text names, however they are written."""
    hits = await asyncio.to_thread(find, text, _screen())
    named = {hit.list for hit in hits if hit.action is Action.BLOCK}
    return tuple(one for one in house().goods if one.key in named)


async def must_be_allowed(text: str) -> tuple[Goods, ...]:
    """Refuse with the reason what may not be offered; gives what its giver should look at first."""
    goods = await found(text)
    for one in goods:
        if one.action is Ruling.REFUSE:
            raise Invalid("item.banned", goods=one.name, reason=one.reason)
    return goods


async def must_be_checked(text: str, *, is_checked: bool) -> None:
    """The same, and refuse with the list of what to look at until its giver says that all of it is so."""
    goods = await must_be_allowed(text)
    if goods and not is_checked:
        raise Invalid("item.check", checks="".join(f"\n{one.name}：{one.reason}" for one in goods))


def spot_name(key: str) -> str:
    """What a place is called; of one that is no more, nothing."""
    return next((one.name for one in house().spots if one.key == key), "")


def must_be_spot(key: str) -> str:
    """A place of the list; Invalid where it is none."""
    if not spot_name(key):
        raise Invalid("item.spot")
    return key
