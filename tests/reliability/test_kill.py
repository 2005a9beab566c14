"""A real process is killed with -9 while residents write: nothing lost, nothing of known outcome twice, in order."""

from __future__ import annotations

import random
import secrets
from pathlib import Path

import aiohttp

from tests.reliability.judgement import Line, judge, judge_conversation
from tests.reliability.ledger import Ledger
from tests.reliability.storm import Moment, Storm, plan, until
from tests.reliability.town import SECRET, town
from tests.reliability.traffic import RelayDoor, Script, Traffic, WebDoor, scripts, session

DRAIN_SECONDS = 120


async def test_every_message_is_answered_once_and_in_order_though_the_process_is_killed(
    database_url: str, tmp_path: Path
) -> None:
    chance = _chance()
    async with Ledger(secret=SECRET, chance=chance, slow_seconds=0.15).listening() as ledger, session() as client:
        here = await town(database_url, folder=tmp_path, ledger_url=ledger.url)
        by_relay = scripts(here.questions, residents=10, each=4, chance=chance)
        by_web = scripts(here.questions, residents=5, each=4, chance=chance)
        async with here.service as service:
            await service.start()
            doors = {RelayDoor(client, SECRET): by_relay, WebDoor(client): by_web}
            await Storm(service, Traffic(service), ledger).rage(doors, kills=plan(4, chance=chance))
            await until(lambda: _has(ledger, count=40), seconds=DRAIN_SECONDS)
            faults = [fault for script in by_web for fault in await _seen(client, service.url, script)]
            await service.stop()
    verdict = judge(by_relay, ledger.posts, kills=service.kills)
    assert (*verdict.faults, *faults) == (), service.log_end()
    assert (verdict.answered, ledger.wrong_signatures, len(service.kills)) == (40, 0, 4)


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

    try:
        await until(is_right, seconds=DRAIN_SECONDS)
    except TimeoutError:
        return judge_conversation(script, await _lines(client, url, script.address))
    return []


async def _lines(client: aiohttp.ClientSession, url: str, token: str) -> list[Line]:
    headers = {"Cookie": f"mulin_chat={token}"}
    async with client.get(f"{url}/api/v1/conversation", headers=headers) as response:
        said = (await response.json())["lines"]
    return [Line(one["author"], one["text"]) for one in said]


def test_a_plan_of_kills_has_every_kind() -> None:
    kinds = [kill.moment for kill in plan(30, chance=random.Random(1))]
    assert set(kinds) == set(Moment)
    assert kinds.count(Moment.SENDING) >= 10
