"""Asking by the JSON API: the message of the web chat's form, with the lines it brought in the same answer."""

from __future__ import annotations

import pytest

from bot.channels import webchat
from courier import limits
from tests.portal.callers import Api
from tests.portal.conftest import Client
from tests.portal.neighbourhood import COOKIES

KEY = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
CROWDED = "203.0.113.9"


@pytest.fixture
def caller(client: Client) -> Api:
    return Api(client)


async def test_what_is_asked_is_answered_in_the_same_call_and_counts_once(caller: Api) -> None:
    first = await caller.call("ask", body={"text": "身份证丢了怎么补", "key": KEY})
    assert (first["answered"], [one["author"] for one in first["lines"]]) == (True, ["resident", "bot"])
    assert (first["lines"][1]["outcome"], first["lines"][1]["entry"]) == ("answer", "id-card-lost")
    again = await caller.call("ask", body={"text": "身份证丢了怎么补", "key": KEY})
    assert (again["answered"], again["lines"]) == (True, [])
    said = (await caller.call("readConversation"))["lines"]
    assert [one["id"] for one in said] == [one["id"] for one in first["lines"]]


async def test_the_next_call_goes_on_with_the_same_conversation(caller: Api) -> None:
    await caller.call("ask", body={"text": "身份证丢了怎么补"})
    after = await caller.call("ask", body={"text": "多少钱\ud800"})
    assert (after["lines"][0]["text"], after["lines"][1]["entry"]) == ("多少钱", "id-card-lost")
    assert len((await caller.call("readConversation"))["lines"]) == 4


@pytest.mark.parametrize("body", [{}, {"text": " "}, {"text": 1}, {"text": "x", "key": "x"}, {"text": "x", "more": 1}])
async def test_what_is_no_question_is_refused_and_nothing_is_kept(caller: Api, body: dict) -> None:
    assert await caller.call("ask", body=body) == 422
    assert (await caller.call("readConversation"))["lines"] == []


async def test_only_json_from_our_own_pages_is_taken(client: Client) -> None:
    async with client.post("/api/v1/ask", data={"text": "低保怎么申请"}) as refused:
        assert refused.status == 422
    async with client.post("/api/v1/ask", json={"text": "x"}, headers={"Sec-Fetch-Site": "cross-site"}) as refused:
        assert refused.status == 403


async def test_danger_is_heard_also_where_too_many_ask_from_one_address(client: Client) -> None:
    for _ in range(int(webchat.PER_NETWORK_ADDRESS.split("/")[0])):
        await limits.hit("web_address", CROWDED, rate=webchat.PER_NETWORK_ADDRESS)
    for text, status in (("狗证怎么办", 429), ("家里着火了", 200)):
        async with client.post(
            "/api/v1/ask", json={"text": text}, headers={"X-Forwarded-For": CROWDED}, cookies=COOKIES
        ) as response:
            assert response.status == status
            said = await response.json()
    assert said["lines"][1]["outcome"] == "emergency"
