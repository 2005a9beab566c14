"""A real process is killed with -9 at random moments while residents write: nothing lost, nothing known twice, in order."""

from __future__ import annotations

import random
import secrets
from pathlib import Path

import aiohttp

from tests.reliability.judgement import Line, judge, judge_conversation
from tests.reliability.ledger import Ledger
from tests.reliability.storm import Moment, Storm, plan, until
from tests.reliability.town import SECRET, pack, questions, town
from tests.reliability.traffic import RelayDoor, Script, Traffic, WebDoor, scripts, session

RESIDENTS, EACH = 12, 5
DRAIN_SECONDS = 30


def _chance() -> random.Random:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    return random.Random(seed)


async def test_every_message_is_answered_once_and_in_order_though_the_process_is_killed(
    database_url: str, tmp_path: Path
) -> None:
    chance = _chance()
    asked = scripts(questions(pack()), residents=RESIDENTS, each=EACH, chance=chance)
    async with Ledger(secret=SECRET, chance=chance, slow_seconds=0.15).listening() as ledger, session() as client:
        service = await town(database_url, folder=tmp_path, ledger_url=ledger.url)
        await service.start()
        storm = Storm(service, Traffic(service, RelayDoor(client, SECRET)), ledger)
        await storm.rage(asked, plan(4, chance=chance, sends=True))
        await _drained(ledger, count=RESIDENTS * EACH)
        await service.stop()
    verdict = judge(asked, ledger.posts, kills=service.kills)
    assert verdict.faults == (), service.log_end()
    assert (verdict.answered, ledger.wrong_signatures) == (RESIDENTS * EACH, 0)


async def _drained(ledger: Ledger, *, count: int) -> None:
    async def has_all() -> bool:
        return len(ledger.rows()) >= count

    await until(has_all, seconds=DRAIN_SECONDS)


async def test_the_web_chat_shows_each_question_and_its_answer_once_though_the_process_is_killed(
    database_url: str, tmp_path: Path
) -> None:
    chance = _chance()
    asked = scripts(questions(pack()), residents=6, each=4, chance=chance)
    async with session() as client:
        service = await town(database_url, folder=tmp_path, ledger_url="http://127.0.0.1:9/in")
        await service.start()
        storm = Storm(service, Traffic(service, WebDoor(client)), ledger=None)
        await storm.rage(asked, plan(2, chance=chance, sends=False))
        faults = [fault for script in asked for fault in await _seen(client, service.url, script)]
        await service.stop()
    assert faults == [], service.log_end()


async def _seen(client: aiohttp.ClientSession, url: str, script: Script) -> list[str]:
    """What is wrong with a conversation once nothing more comes."""

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
    kinds = [kill.moment for kill in plan(30, chance=random.Random(1), sends=True)]
    assert set(kinds) == set(Moment)
    assert kinds.count(Moment.SENDING) >= 10
