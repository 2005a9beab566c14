"""One poller fetches updates; one that cannot be read costs nothing else, and none is confirmed before it is safe."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import ClientSession

from bot.channels.telegram import announcing
from bot.channels.telegram.polling import Poller, _refused
from bot.channels.telegram.transport import way_out
from models.message import Inbox
from tests.bot.telegram.conftest import Line
from tests.fakes.telegram_groups import group_message
from tests.fakes.telegram_updates import message, press


async def poll(line: Line, *, until: int) -> Poller:
    """Poll until so many rows are in the inbox."""
    stop = asyncio.Event()
    async with ClientSession() as session, asyncio.TaskGroup() as group:
        poller = Poller(session, url=f"{line.bot.base_url}", bot=line.bot)
        group.create_task(poller.run(stop))
        async with asyncio.timeout(20):
            while await Inbox.all().count() < until:  # noqa: ASYNC110 - another task fills the table.
                await asyncio.sleep(0.02)
        stop.set()
    return poller


POISON = {
    "nothing that must be there": {"update_id": 2, "message": {"x": 1}},
    "words that are none": {"update_id": 2, "message": {**message(2, "")["message"], "text": 7}},
    "a name cut in two": group_message(2, "😀 @mulin_bot", entities=[{"type": "mention", "offset": 1, "length": 10}]),
}


@pytest.mark.parametrize("poison", POISON.values(), ids=list(POISON))
async def test_a_poison_update_in_a_batch_costs_nothing_else(line: Line, poison: dict[str, object]) -> None:
    line.fake.updates += [message(1, "一"), poison, message(3, "三", chat=8)]
    poller = await poll(line, until=3)
    assert poller.offset == 4
    assert sorted(await Inbox.all().values_list("state", flat=True)) == ["new", "new", "quarantined"]


async def test_what_cannot_be_confirmed_is_asked_for_again_only_after_a_rest(line: Line) -> None:
    line.fake.updates.append({"message": {"nobody": "can read this"}})
    await poll(line, until=1)
    assert line.fake.calls.count("getUpdates") == 1


async def test_a_webhook_that_could_not_be_taken_away_at_the_start_is_taken_away_later(line: Line) -> None:
    line.fake.webhook = {"url": "https://mulin.example/channels/telegram"}
    line.fake.updates.append(message(1, "你好"))
    await poll(line, until=1)
    assert line.fake.webhook == {}


@pytest.mark.parametrize(
    ("status", "body", "seconds"),
    [
        (401, {"ok": False}, 60),
        (404, None, 60),
        (429, {"ok": False, "parameters": {"retry_after": 35}}, 35),
        (429, {"ok": False, "parameters": {"retry_after": -1}}, 2),
        (502, "Bad Gateway", 2),
    ],
)
def test_who_is_refused_asks_again_no_sooner_than_makes_sense(status: int, body: object, seconds: float) -> None:
    assert _refused(status, body).seconds == seconds


def test_a_proxy_for_everything_is_used_and_one_of_another_kind_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    address = "https://api.telegram.org/bot"
    assert way_out(address) is None
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example:3128")
    assert way_out(address) == "http://proxy.example:3128"
    monkeypatch.setenv("NO_PROXY", "api.telegram.org")
    assert way_out(address) is None
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("ALL_PROXY", "socks5://proxy.example:1080")
    assert way_out(address) is None


async def test_a_press_is_answered(line: Line) -> None:
    await line.post(message(1, "居住证怎么办"))
    await line.work()
    line.fake.updates.append(press(2, line.fake.arrived[0], "choice:1"))
    await poll(line, until=2)
    async with asyncio.timeout(10):
        while not line.fake.answered_presses:  # noqa: ASYNC110 - the stand-in says it.
            await asyncio.sleep(0.02)
    assert line.fake.answered_presses == ["press-2"]


async def test_the_webhook_is_announced_as_soon_as_the_bot_api_can_be_reached_and_withdrawn(line: Line) -> None:
    stop, url = asyncio.Event(), "https://mulin.example/channels/telegram"
    async with asyncio.TaskGroup() as group:
        group.create_task(announcing.keep_announced(stop, bot=line.bot, url=url, secret="x" * 20))
        async with asyncio.timeout(10):
            while not line.fake.webhook:  # noqa: ASYNC110 - the stand-in says it.
                await asyncio.sleep(0.02)
        stop.set()
    assert line.fake.webhook["url"] == url
    assert "my_chat_member" in line.fake.webhook["allowed_updates"]
    await announcing.withdraw(line.bot)
    assert line.fake.webhook == {}
