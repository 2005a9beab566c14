"""An import on its page: counts and differences, and one press for all of it."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from casework import guide, packs
from casework.pack_files import Pack
from people.viewers import SYSTEM, Viewer
from tests.conftest import StillClock
from tests.portal.colleagues import Colleague, Page, Team, hire
from tests.portal.conftest import Client
from tests.portal.neighbourhood import piece_of_pack


@pytest.fixture
async def team(clock: StillClock, client: Client) -> Team:
    """After the shipped packs were checked, so that they can be published again."""
    clock.at(dt.datetime(2026, 11, 24, 1, 10, tzinfo=dt.UTC))
    return await hire(client)


async def bring_in(*, by: Viewer = SYSTEM) -> None:
    """Two entries change their desk."""
    pack = piece_of_pack(most=2)
    changed = tuple(one.model_copy(update={"owner_desk": "统一办事条线"}) for one in pack.entries)
    await packs.import_packs([Pack(pack.category, pack.slug, changed)], by=by, publish=False)


async def open_import(colleague: Colleague) -> Page:
    """From the list of what waits."""
    found = re.search(r"/pack/imports/\d+", (await colleague.see("/pack")).html)
    assert found is not None
    return await colleague.see(found[0])


async def press(colleague: Colleague) -> Page:
    page = await open_import(colleague)
    seen = re.findall(r'name="seen" value="([^"]+)"', page.html)
    return await colleague.send(f"{page.path}/publish", seen=seen[0] if seen else "")


async def test_an_import_is_listed_shown_and_published_with_one_press(team: Team) -> None:
    await bring_in()
    assert "没有等着的草稿" in (await team.admin.see("/pack")).html
    page = await open_import(team.admin)
    assert "新的 0 条，改动 2 条" in page.html
    assert page.html.count("<ins>") == 2
    after = await press(team.admin)
    assert (after.path, "这一次导入的都发布了" in after.html) == ("/pack", True)
    await guide.refresh_if_changed()
    assert "统一办事条线" in (await team.chen.see("/guide/id-card-first")).html


async def test_who_imported_sees_no_button_and_is_refused_all_the_same(team: Team) -> None:
    await bring_in(by=team.admin.viewer)
    assert "要请另一位来发布" in (await open_import(team.admin)).html
    page = await open_import(team.chen)
    assert "要请管理员发布" in page.html
    assert "全部发布" not in page.html
    assert (await team.chen.send(f"{page.path}/publish", seen="x")).status == 403


async def test_what_changed_since_is_said_above_the_newest_differences(team: Team) -> None:
    await bring_in()
    page = await open_import(team.admin)
    page = await team.admin.send(f"{page.path}/publish", seen="stale")
    assert "一条也没有发布" in page.html
    assert "全部发布（2 条）" in page.html


async def test_what_gets_worse_is_named_and_published_only_with_a_reason(team: Team) -> None:
    pack = piece_of_pack(most=2)
    taken = [*pack.entries[0].phrasings, *pack.entries[1].sample_questions]
    thief = pack.entries[0].model_copy(update={"phrasings": taken})
    await packs.import_packs([Pack(pack.category, pack.slug, (thief,))], by=SYSTEM, publish=False)
    page = await open_import(team.admin)
    assert "个问法会比现在答得差" in page.html
    assert any(f"“{text}”" in page.html for text in pack.entries[1].sample_questions)
    assert "先没有发布" in (await press(team.admin)).html
    seen = re.findall(r'name="seen" value="([^"]+)"', page.html)[0]
    after = await team.admin.send(f"{page.path}/publish", seen=seen, despite="并成一件")
    assert "这一次导入的都发布了" in after.html
