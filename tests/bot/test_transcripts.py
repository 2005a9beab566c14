"""Golden transcripts go as written on the console, on web chat, on Telegram, on WeChat, and some through the relay."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from casework import guide
from courier.outbox import PULLED_CHANNELS
from models.database import connected
from models.sealed import use_secrets
from tests import chat
from tests.bot.stage import Stage
from tests.conftest import is_sure
from tests.databases import sqlite_copy

TRANSCRIPTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(chat.FOLDER.glob("*.chat"))}


@dataclass(frozen=True, slots=True)
class Theatre:
    """A database in which the stage is set, to be copied for each performance."""

    template: Path
    stage: Stage


@pytest.fixture(scope="module")
def theatre(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    use_secrets("a secret for transcripts only, never in service")
    folder = tmp_path_factory.mktemp("theatre")
    template = Path(sqlite_copy(migrated_sqlite, folder=folder).removeprefix("sqlite://"))
    yield Theatre(template, asyncio.run(chat.staged(template)))
    guide.forget()


RELAYED = 4
"""The relay takes every fourth: it has no limits of its own, and what it does is tested apart."""
EVERYWHERE = 50
"""About so many go on every channel; the others on the console and the web, and everywhere in ``make sure``."""


def _before(number: int) -> int:
    """How many of those that go everywhere stand before one; evenly spread, whatever their names begin with."""
    return (number - 1) * EVERYWHERE // len(TRANSCRIPTS)


PERFORMANCES = [
    (name, channel)
    for number, name in enumerate(TRANSCRIPTS)
    for channel in chat.CHANNELS
    if (channel in PULLED_CHANNELS or name not in chat.PULLED_ONLY)
    and (channel != "web" or name not in chat.NOT_IN_BROWSERS)
    and (channel != "relay" or number % RELAYED == 0)
    and (channel == "console" or not name.startswith(chat.IN_A_GROUP))
    and (channel in {"console", "web"} or is_sure() or number * EVERYWHERE // len(TRANSCRIPTS) != _before(number))
]


@pytest.mark.parametrize(("name", "channel"), PERFORMANCES)
async def test_a_conversation_goes_as_written(name: str, channel: str, theatre: Theatre, tmp_path: Path) -> None:
    expected = TRANSCRIPTS[name]
    async with connected(sqlite_copy(theatre.template, folder=tmp_path)):
        assert await chat.played(expected, channel=channel, stage=theatre.stage) == expected


def test_every_path_of_the_table_has_its_transcript_and_every_transcript_its_path() -> None:
    table = (chat.FOLDER / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE)) == sorted(TRANSCRIPTS)


def test_there_are_at_least_a_hundred_paths() -> None:
    assert len(TRANSCRIPTS) >= 100
