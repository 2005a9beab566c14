"""The webhook of a neighbourhood on its page and as JSON: set, listed, sent again, ended; the secret is told once."""

from __future__ import annotations

import re

import pytest

from models.message import Outbox
from models.transaction import transaction
from people import places, webhooks
from tests.portal.callers import Api
from tests.portal.colleagues import hire
from tests.portal.conftest import Client

pytestmark = pytest.mark.databases("sqlite")
URL = "https://hooks.example.org/mulin"


async def happens() -> None:
    """Something, which was not taken."""
    async with transaction():
        await webhooks.happened(webhooks.Kind.PUBLISHED, {"post": 1}, place_id=places.home_place_id())
    await Outbox.filter(channel="webhook").update(state="failed", error="status 500")


async def test_the_page_sets_it_lists_events_sends_one_again_and_ends_it(client: Client) -> None:
    team = await hire(client)
    assert (await team.chen.see("/place/webhook")).status == 403
    wrong = await team.gao.send("/place/webhook", url="http://127.0.0.1/")
    assert (wrong.status, "https://" in wrong.html) == (422, True)
    made = await team.gao.send("/place/webhook", url=URL)
    [secret] = re.findall(r"whsec_[\w+/=]+", made.html)
    await happens()
    seen = (await team.gao.see("/place/webhook")).html
    assert (secret in seen, URL in seen, "有了新帖子" in seen, "没有收下" in seen) == (False, True, True, True)
    [again] = re.findall(r"/place/webhook/events/\d+/replay", seen)
    assert (await team.outsider.send(again)).status == 404
    assert "再推一次" in (await team.gao.send(again)).html
    assert (await team.gao.send(again)).status == 409
    assert "已经停用" in (await team.gao.send("/place/webhook/end")).html


async def test_the_same_as_json(client: Client) -> None:
    team, caller = await hire(client), Api(client)
    assert await caller.call("getWebhook", team.chen) == 403
    assert await caller.call("setWebhook", team.gao, body={"url": "https://10.0.0.1/"}) == 422
    assert (await caller.call("setWebhook", team.gao, body={"url": URL}))["secret"].startswith("whsec_")
    await happens()
    found = await caller.call("getWebhook", team.gao)
    assert (found["url"], [one["state"] for one in found["events"]]) == (URL, ["failed"])
    [event] = found["events"]
    assert await caller.call("replayEvent", team.outsider, id=event["id"]) == 404
    await caller.call("replayEvent", team.gao, id=event["id"])
    assert (await caller.call("getWebhook", team.gao))["events"][0]["replays"] == 1
    await caller.call("endWebhook", team.gao)
    assert await caller.call("endWebhook", team.gao) == 404
