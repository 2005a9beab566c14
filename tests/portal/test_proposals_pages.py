"""Proposals on pages: what is typed is kept, what is like it comes first, and every step is there to be read."""

from __future__ import annotations

import re

import pytest

from models.transaction import execute, fetch_one
from tests.portal.conftest import Client
from tests.portal.vote_work import Town, settle

pytestmark = pytest.mark.databases("sqlite")
TITLE, TEXT = "车棚装充电桩", "车棚里装六个充电桩，电费自付。"


async def _put(town: Town) -> int:
    assert (await town.people[0].send("/proposals", title=TITLE, text=TEXT)).status == 200
    row = await fetch_one("SELECT max(id) AS id FROM proposal")
    assert row is not None
    return int(row["id"])


async def test_from_putting_to_a_public_reason(client: Client) -> None:
    town = await settle(client)
    gao, chen, (wang, li, zhou, *_) = town.team.gao, town.team.chen, town.people
    empty = await wang.send("/proposals", title=TITLE, text=" ")
    assert (empty.status, TITLE in empty.html) == (422, True)
    number = await _put(town)
    here = f"/proposals/{number}"
    assert "我家附议" in (await li.see(here)).html
    alike = await li.send("/proposals", title="装充电桩", text="车棚里装几个充电桩，电费自己付。")
    assert ("这些可能说的是同一件事" in alike.html, "电费自己付" in alike.html) == (True, True)
    for who in (wang, li):
        assert "已经替您家附议" in (await who.send(f"{here}/support")).html
    page = (await zhou.see(here)).html
    assert "还差 <b>1</b> 户" in page
    assert "已经收回附议" in (await li.send(f"{here}/take_back")).html
    for who in (li, zhou):
        await who.send(f"{here}/support")
    assert "车棚装充电桩" in (await zhou.see("/proposals/unanswered")).html
    assert "车棚装充电桩" in (await chen.see("/proposals/desk")).html
    assert (await zhou.see("/proposals/desk")).status == 403
    nothing = await gao.send(f"{here}/refuse", reason=" ", verb="refuse")
    assert (nothing.status, "请写清楚理由" in nothing.html) == (422, True)
    assert (await chen.send(f"{here}/refuse", reason="不行")).status == 403
    assert "理由大家都看得到" in (await gao.send(f"{here}/refuse", reason="消防通道过不了。")).html
    page = (await zhou.see(here)).html
    assert "现在：不采纳" in page
    assert page.count("消防通道过不了。") == 2, "where it stands, and in the history"
    assert "书记" in page


async def test_the_board_says_that_what_was_decided_is_answered(client: Client) -> None:
    town = await settle(client)
    here = f"/proposals/{await _put(town)}"
    for who in town.people[:3]:
        await who.send(f"{here}/support")
    assert "待答复" in (await town.people[1].see("/boards/deliberation")).html
    await town.team.gao.send(f"{here}/refuse", reason="消防通道过不了。")
    board = (await town.people[1].see("/boards/deliberation")).html
    assert ("已答复" in board, "待答复" in board) == (True, False)


async def test_the_bar_of_stages_says_in_words_where_it_stands(client: Client) -> None:
    town = await settle(client)
    number = await _put(town)
    page = (await town.people[1].see(f"/proposals/{number}")).html
    assert len(re.findall(r'aria-current="step"', page)) == 1
    assert '征集附议</span><span class="unseen">，现在在这里' in page
    assert '表决</span><span class="unseen">，还没有到' in page


async def test_an_amendment_side_by_side_and_versions(client: Client) -> None:
    town = await settle(client)
    wang, li, zhou = town.people[:3]
    number = await _put(town)
    here = f"/proposals/{number}"
    await li.send(f"{here}/support")
    assert TEXT in (await zhou.see(f"{here}/amend")).html
    kept = await zhou.send(f"{here}/amend", text="车棚里装八个充电桩，夜里断电。", note="")
    assert (kept.status, "夜里断电" in kept.html) == (422, True)
    await zhou.send(f"{here}/amend", text="车棚里装八个充电桩，夜里断电。", note="不够用")
    row = await fetch_one("SELECT id FROM amendment")
    assert row is not None
    at = f"{here}/amendments/{row['id']}"
    side = (await li.see(at)).html
    assert ("现在的文字" in side, "建议改成" in side, "采纳，换成右边的文字" in side) == (True, True, False)
    assert (await li.send(f"{at}/accept", seen_number=1)).status == 403
    assert (await town.team.gao.send(f"{at}/refuse", reason="不要")).status == 403
    assert "采纳，换成右边的文字" in (await wang.see(at)).html
    await execute("UPDATE proposal SET stage='vote'")
    assert "采纳，换成右边的文字" not in (await wang.see(at)).html
    assert "另提一个" in (await zhou.see(at)).html
    await execute("UPDATE proposal SET stage='support'")
    assert "换成了新的一版" in (await wang.send(f"{at}/accept", seen_number=1)).html
    assert "第 1 版改成第 2 版" in (await li.see(f"{here}/versions")).html
    assert (await wang.see(f"{at[:-1]}999")).status == 404


async def test_nobody_edits_frozen_words_on_the_page_of_the_post(client: Client) -> None:
    town = await settle(client)
    wang, li = town.people[:2]
    number = await _put(town)
    await li.send(f"/proposals/{number}/support")
    row = await fetch_one("SELECT post_id FROM proposal WHERE id=$1", number)
    assert row is not None
    refused = await wang.send(f"/posts/{row['post_id']}/edit", title=TITLE, text="装一百个。", seen_version=1)
    assert (refused.status, "修改建议" in refused.html) == (409, True)
    assert "看提案、附议" in (await li.see(f"/posts/{row['post_id']}")).html


async def test_only_steps_that_can_be_taken_have_a_form(client: Client) -> None:
    """What must happen before is said instead."""
    town = await settle(client)
    gao, chen = town.team.gao, town.team.chen
    here = f"/proposals/{await _put(town)}"
    await execute("UPDATE proposal SET stage='hearing'")
    page = (await gao.see(here)).html
    assert [verb for verb in ("coordinate", "discuss", "refuse") if f'action="{here}/{verb}"' in page] == []
    assert page.count("听证会还没有公开记录") == 3
    for stage, staff, word, begins in (
        ("publication", chen, "发布公示", True),
        ("project", chen, "立项", True),
        ("covenant", chen, "发布公约", False),
        ("covenant", gao, "发布公约", True),
        ("carrying_out", chen, "开始评议", True),
    ):
        await execute("UPDATE proposal SET stage=$1", stage)
        assert (f">{word}</a>" in (await staff.see(here)).html) is begins, (stage, word)
        assert f">{word}</a>" not in (await town.people[1].see(here)).html
