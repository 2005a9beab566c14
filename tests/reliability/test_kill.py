"""A real process is killed with -9 while residents write: nothing lost, nothing of known outcome twice, in order."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import aiohttp

from tests.reliability.judgement import Line, judge, judge_conversation
from tests.reliability.ledger import Ledger
from tests.reliability.platforms import Platforms, TelegramDoor, WeChatDoor
from tests.reliability.storm import Moment, Storm, plan, until
from tests.reliability.town import SECRET, town
from tests.reliability.traffic import RelayDoor, Script, Traffic, WebDoor, scripts, session

KILLS, MOST_SECONDS = 3, 170
"""One kill of every kind; whatever waits for what never comes ends before the run is cut off, and says where it was."""
DRAIN_SECONDS = 60


async def test_every_message_is_answered_once_and_in_order_though_the_process_is_killed(
    database_url: str, tmp_path: Path
) -> None:
    chance = _chance()
    async with (
        asyncio.timeout(MOST_SECONDS),
        Platforms(secret=SECRET, chance=chance, slow_seconds=0.15).listening() as ledger,
        session() as client,
    ):
        here = await town(database_url, folder=tmp_path, ledger_url=ledger.url, more=ledger.settings())
        doors = (RelayDoor(client, SECRET), TelegramDoor(client, ledger), WeChatDoor(client, ledger))
        pushed = [scripts(here.questions, residents=4, each=4, chance=chance) for _ in doors]
        by_web = scripts(here.questions, residents=4, each=4, chance=chance)
        everybody = [script for written in pushed for script in written]
        async with here.service as service:
            await service.start()
            written = {**dict(zip(doors, pushed, strict=True)), WebDoor(client): by_web}
            await Storm(service, Traffic(service), ledger).rage(written, kills=plan(KILLS, chance=chance))
            await _come_through(lambda: _has(ledger, count=48))
            seen = await asyncio.gather(*(_seen(client, service.url, script) for script in by_web))
            await service.stop()
    verdict = judge(everybody, ledger.posts, kills=service.kills, timeouts=service.timeouts())
    assert (*verdict.faults, *(fault for faults in seen for fault in faults)) == (), service.log_end()
    assert (verdict.answered, ledger.wrong_signatures, len(service.kills)) == (48, 0, KILLS)


async def _come_through(asks: Callable[[], Awaitable[bool]]) -> None:
    """Until everything has come; what is missing in the end the judgement says."""
    with suppress(TimeoutError):
        await until(asks, seconds=DRAIN_SECONDS)


def _chance() -> random.Random:
    """Chance from a seed that is printed, so that a failure can be looked at again."""
    seed = secrets.randbits(32)
    print(f"seed {seed}")  # noqa: T201 - pytest shows it with a failure.
    return random.Random(seed)


async def _has(ledger: Ledger, *, count: int) -> bool:
    return len(ledger.rows()) >= count


async def _seen(client: aiohttp.ClientSession, url: str, script: Script) -> list[str]:
    """What is wrong with a conversation's page once nothing more comes."""

    async def is_right() -> bool:
        return not judge_conversation(script, await _lines(client, url, script.address))

    await _come_through(is_right)
    return judge_conversation(script, await _lines(client, url, script.address))


async def _lines(client: aiohttp.ClientSession, url: str, token: str) -> list[Line]:
    headers = {"Cookie": f"mulin_chat={token}"}
    async with client.get(f"{url}/api/v1/conversation", headers=headers) as response:
        said = (await response.json())["lines"]
    return [Line(one["author"], one["text"]) for one in said]


def test_a_plan_of_kills_has_every_kind() -> None:
    kinds = [kill.moment for kill in plan(30, chance=random.Random(1))]
    assert set(kinds) == set(Moment)
    assert kinds.count(Moment.SENDING) >= 10
