"""Votes in a chat: of a secret one nothing but a link, which works once; a named one as its form takes it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from bot import ballots
from forum.votes import casting, opening, showing
from forum.votes.methods import Form, Option
from forum.votes.opening import NewVote
from models import clock
from models.ballot import VoteMethod, VoteUnit, VoteWay
from models.errors import Invalid
from models.sealed import unseal
from people import entering
from people.entering import Browser
from tests.bot.gateway import Gateway, relayed
from tests.bot.stage import Stage
from tests.conftest import StillClock
from tests.models import made
from tests.people.neighbours import Neighbour, neighbour

OPTIONS = ("青松翠柏", "白鹤芦花")
HERE = Browser("安卓手机上的微信", "192.0.2.1")


async def _secret_vote(stage: Stage) -> int:
    new = NewVote(
        "叫什么名字",
        "给花园起名。",
        VoteMethod.ONE,
        VoteUnit.PERSON,
        "simple",
        is_secret=True,
        closes_at=clock.now() + dt.timedelta(days=7),
        options=tuple((one, None) for one in OPTIONS),
    )
    gao = await stage.viewer("高")
    vote_id = await opening.draft(new, by=gao, place_id=stage.place_id)
    await opening.open_vote(vote_id, by=gao)
    return vote_id


async def _reads(gateway: Gateway, *typed: str) -> str:
    """Everything that came to a neighbour's chat after the lines they typed, with links and what can be picked."""
    before = len(await gateway.pushed_to("wang"))
    for one in typed:
        await gateway.write("wang", one)
    return "\n".join(letter.to_json() for letter in (await gateway.pushed_to("wang"))[before:])


async def _votes_by_the_link(vote_id: int, link: str, wang: Neighbour) -> str:
    """The link lets in once; gives the receipt."""
    entered = await entering.enter_by_link(link, browser=HERE)
    assert entered.viewer.person_id == wang.person_id
    with pytest.raises(Invalid, match="link_gone"):
        await entering.enter_by_link(link, browser=HERE)
    [mine] = (await showing.vote(vote_id, viewer=entered.viewer)).mine
    with pytest.raises(Invalid, match="secret_by_link"):
        await casting.cast(vote_id, by=entered.viewer, voter_id=mine.voter_id, points={1: 1}, way=VoteWay.CHAT)
    return await casting.cast(vote_id, by=entered.viewer, voter_id=mine.voter_id, points={1: 1})


async def _found(*words: str) -> set[str]:
    """In which tables any of the words stands, sealed or not."""
    return {
        table
        for table, rows in (await made.contents()).items()
        for row in rows
        for value in row.values()
        if any(word in _opened(value) for word in words)
    }


def _opened(value: Any) -> str:
    return unseal(value) if isinstance(value, str) and value.startswith("gAAAA") else str(value)


async def test_no_choice_of_a_secret_vote_is_said_or_kept_anywhere(
    stage: Stage, clock: StillClock, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("INFO")
    wang, *_ = [await neighbour(stage.place_id, f"邻居{at}", address=f"wang{at or ''}") for at in range(5)]
    vote_id = await _secret_vote(stage)
    async with relayed(stage.place_id) as gateway:
        said = await _reads(gateway, "表决", "1", "1")
        link = re.search(rf"/login/link/([\w-]+)\?back=/votes/{vote_id}\"", said)
        assert link is not None
        receipt = await _votes_by_the_link(vote_id, link[1], wang)
        cast = await _reads(gateway, "我的票", "1", "2")
        await casting.change(vote_id, by=await wang.viewer(), points={2: 1}, receipt=receipt)
        assert await _reads(gateway, "我的票", "1", "2") == cast, "what was chosen changes nothing that is said"
    assert "已经投过" in cast
    assert not [one for one in (*OPTIONS, receipt) if one in said + cast + caplog.text + capsys.readouterr().out]
    assert await _found(*OPTIONS) == {"vote_option"}
    assert await _found(receipt, receipt.replace("-", "")) == {"sealed_ballot"}
    assert await _found(link[1]) <= {"outbox", "utterance"}, "sealed, and of no more use"


def test_a_ballot_travels_in_what_can_be_picked_and_is_held_to_its_form() -> None:
    money = Form(VoteMethod.BUDGET, (Option(1, "路灯", 60_00), Option(2, "长椅", 60_00)), None, 100_00)
    both = ballots.empty(7, 8).turned(1).turned(2)
    assert ballots.slip_of(str(both)) == both
    with pytest.raises(Invalid, match="budget"):
        ballots.words(money, both)
    assert ballots.words(money, both.turned(1)) == "长椅"
    assert [one.label for one in ballots.lines(money, both.turned(1))] == [
        "路灯，60.00 元",
        "✓ 长椅，60.00 元",
        "选好了",
    ]
    assert "已选 60.00 元" in ballots.question(money, both.turned(1))
    one = Form(VoteMethod.ONE, money.options)
    assert [line.value for line in ballots.lines(one, ballots.empty(7, 8))][-1] == "sure:7:8:0:"
    assert ballots.words(one, ballots.empty(7, 8)) == "都不选"
