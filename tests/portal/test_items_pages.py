"""Idle items and wishes on pages: the whole way by forms, refusals in place, other places shut out."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from people import bell, shelf
from tests.conftest import StillClock
from tests.portal.colleagues import Team, hire, lives_here
from tests.portal.conftest import Client
from tests.portal.test_boards import with_photo


@pytest.fixture
async def team(client: Client, tmp_path: Path) -> Team:
    shelf.use_folder(tmp_path / "files")
    return await hire(client)


def line_in(html: str) -> str:
    found = re.search(r'name="line" value="(\d+)"', html)
    assert found is not None
    return found[1]


FACTS = {"mode": "sell", "text": "一张书桌，七成新", "price": "35.5", "quantity": "1", "spot": "gate", "key": "k1"}


async def test_what_cannot_be_offered_is_said_and_what_was_typed_stays(team: Team, client: Client) -> None:
    wang = await lives_here(client, "王阿姨")
    form = await wang.see("/items/new")
    assert "不能放" in form.html
    refused = await wang.send("/items", **{**FACTS, "price": "三十"})
    assert refused.status == 422
    assert "一张书桌，七成新" in refused.html
    assert "香烟、电子烟只能" in (await wang.send("/items", **{**FACTS, "text": "一条香烟"})).html
    seat = {**FACTS, "text": "儿童安全座椅"}
    asked = await wang.send("/items", **seat)
    assert 'name="checked"' in asked.html
    assert (await wang.send("/items", **seat, checked="1")).path.startswith("/items/")


async def test_a_thing_goes_from_one_neighbour_to_the_next_by_forms_alone(
    team: Team, client: Client, clock: StillClock
) -> None:
    wang, li, zhou = [await lives_here(client, name) for name in ("王阿姨", "李叔", "小周")]
    path, html = await with_photo(wang, "/items", **FACTS)
    assert "35.50 元" in html
    assert "还没有人要" in html
    assert "卖 35.50 元 · 还在" in (await li.see("/boards/idle_items")).html
    assert path in (await li.see("/items?mode=sell")).html
    assert path not in (await li.see("/items?mode=lend")).html
    assert "轮到您了" in (await li.send(f"{path}/reserve")).html
    assert "前面还有 1 位" in (await zhou.send(f"{path}/reserve")).html
    assert (await zhou.send(f"{path}/reserve")).status == 409
    at = clock.moment + dt.timedelta(days=1)
    line = line_in((await wang.see(path)).html)
    assert (await zhou.send(f"{path}/meet", line=line, at=at.isoformat(), spot="gate")).status == 404
    assert "等对方同意" in (await li.send(f"{path}/meet", line=line, at=at.isoformat(), spot="gate")).html
    assert "小区门口" in (await wang.send(f"{path}/confirm", line=line, at=at.isoformat())).html
    await li.send(f"{path}/let_go")
    assert "轮到您了" in (await zhou.see(f"/posts/{path.rpartition('/')[2]}")).html
    assert "没有了" in (await wang.send(f"{path}/give", line=line_in((await wang.see(path)).html))).html
    assert path in (await wang.see("/my/items")).html
    assert f'href="{path}"' in (await wang.see("/bell")).html
    assert await bell.bell(viewer=wang.viewer, is_unread=True) == bell.Bell((), "", None), "she has looked at it"
    for colleague in (team.outsider, team.lin):
        expected = 404 if colleague is team.outsider else 200
        assert (await colleague.see(path)).status == expected
    assert (await zhou.send(f"{path}/sell")).status == 404


async def test_a_wish_is_taken_on_done_and_thanked_by_forms(team: Team, client: Client) -> None:
    wang, li = await lives_here(client, "王阿姨"), await lives_here(client, "李叔")
    page = await wang.send("/wishes", kind="help", text="厨房的灯泡够不着", key="k1")
    assert "等人接" in page.html
    assert "请帮忙 · 等人接" in (await li.see("/boards/mutual_help")).html
    assert "您接了" in (await li.send(f"{page.path}/claim")).html
    assert (await team.chen.send(f"{page.path}/claim")).status == 409
    assert "帮到了" in (await wang.send(f"{page.path}/finish", thanks="谢谢李叔")).html
    assert "谢谢李叔" in (await team.lin.see(page.path)).html
    assert page.path in (await li.see("/my/wishes")).html
