"""The sentences people read, from ``community/wording/*.toml``: one file per area, blanks filled by name."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from models import clock
from models.errors import Refusal

_community = Path(__file__).parent.parent / "community"


def load(community: Path) -> None:
    """Choose the community folder, once at start, and read its sentences."""
    global _community
    _community = community
    _table.cache_clear()
    below.cache_clear()
    _table()


def _flat(prefix: str, content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in content.items():
        key = f"{prefix}.{name}"
        if isinstance(value, Mapping):
            yield from _flat(key, value)
        elif isinstance(value, str):
            yield key, value.strip("\n")
        else:
            raise ValueError(f"community/wording: {key} must be a sentence in quotes")


@lru_cache(maxsize=1)
def _table() -> Mapping[str, str]:
    sentences: dict[str, str] = {}
    for path in sorted((_community / "wording").glob("*.toml")):
        try:
            sentences.update(_flat(path.stem, tomllib.loads(path.read_text(encoding="utf-8"))))
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"{path}: {error}") from error
    return sentences


def sentences() -> Mapping[str, str]:
    """Every sentence by its dotted key, blanks unfilled."""
    return _table()


@lru_cache(maxsize=16)
def below(area: str) -> Mapping[str, str]:
    """The sentences below a dotted key, by what their own keys add to it, blanks unfilled."""
    start = f"{area}."
    return {key.removeprefix(start): words for key, words in _table().items() if key.startswith(start)}


def knows(key: str) -> bool:
    """Whether there is a sentence under this key."""
    return key in _table()


def say(key: str, /, **facts: object) -> str:
    """The sentence under a key such as ``ask.miss.offer``, its blanks filled; KeyError names a missing key or blank."""
    if key not in _table():
        raise KeyError(f"community/wording has no sentence {key!r}")
    try:
        return _table()[key].format(**facts)
    except (KeyError, IndexError) as error:
        raise KeyError(f"community/wording: {key!r} has a blank {error} that was not filled") from error


def say_refusal(refusal: Refusal) -> str:
    """The sentence for a refusal: its own under ``refusals.<key>``, or the general one of its kind."""
    key = f"refusals.{refusal.key}"
    if not knows(key):
        key = f"refusals.any.{type(refusal).__name__}"
    try:
        return say(key, **refusal.facts)
    except KeyError:
        return say(f"refusals.any.{type(refusal).__name__}")


def say_moment(moment: dt.datetime) -> str:
    """A moment as people in Shanghai say it: today 11:10, tomorrow 8:30, or with its date."""
    there = clock.local(moment)
    shown = f"{there.hour}:{there.minute:02}"
    days = (there.date() - clock.today()).days
    name = {-1: "yesterday", 0: "today", 1: "tomorrow", 2: "after_tomorrow"}.get(days)
    if name:
        return say(f"time.{name}", clock=shown)
    key = "time.this_year" if there.year == clock.today().year else "time.other_year"
    return say(key, year=there.year, month=there.month, day=there.day, weekday=say_weekday(there.date()), clock=shown)


def say_weekday(day: dt.date) -> str:
    """The name of a day of the week."""
    return say(f"time.weekday.{day.isoweekday()}")


def say_date(day: dt.date) -> str:
    """A date with its year."""
    return say("time.date", year=day.year, month=day.month, day=day.day)
