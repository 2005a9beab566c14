"""What the pack learns at the desk: drafts that harm are held back, answers that did not help, choices that teach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

import pytest

from casework import conversations, guide, phrasings, publishing
from courier import notices
from courier.letters import Letter
from models.clock import now
from models.conversation import Phrasing, Verdict
from models.entry import EntryVersion, VersionState
from models.person import Role
from models.transaction import transaction
from people import login
from portal.session import PLACE_COOKIE
from tests.conftest import StillClock
from tests.portal.colleagues import Team, hire
from tests.portal.conftest import Client
from tests.portal.neighbourhood import chat, piece_of_pack

ENTRIES = piece_of_pack().entries
KEY, OTHER = ENTRIES[0].id, ENTRIES[1].id
ASKED = "毛毛头头一张卡片咋弄"


@pytest.fixture
async def team(clock: StillClock, client: Client) -> Team:
    clock.at(dt.datetime(2026, 11, 24, 1, 10, tzinfo=dt.UTC))
    return await hire(client)


async def harmful(team: Team) -> str:
    """A draft that says of itself what another entry is asked for; gives its page."""
    taken = [*ENTRIES[0].phrasings, *ENTRIES[1].sample_questions]
    content = ENTRIES[0].model_copy(update={"phrasings": taken})
    version = await publishing.draft(content, by=team.chen.viewer, category_slug="household-id")
    return f"/pack/versions/{version.id}"


async def published() -> list[EntryVersion]:
    return await EntryVersion.filter(state=VersionState.PUBLISHED, number=2)


async def test_what_gets_worse_is_shown_before_and_it_is_not_published(team: Team) -> None:
    path = await harmful(team)
    page = (await team.admin.see(path)).html
    assert "个问法会比现在答得差" in page
    assert any(f"“{text}”" in page for text in ENTRIES[1].sample_questions)
    assert f"直接答“{ENTRIES[0].title}”" in page
    refused = await team.admin.send(f"{path}/publish", despite=" ")
    assert (refused.status, "先没有发布" in refused.html) == (422, True)
    assert await published() == []


async def test_an_admin_publishes_it_with_a_reason_that_every_page_of_it_then_shows(team: Team) -> None:
    path = await harmful(team)
    page = await team.admin.send(f"{path}/publish", despite="两件事<b>并在一起</b>办了")
    assert "已经发布" in page.html
    for shown in (page, await team.chen.see(f"/pack/{KEY}")):
        assert "两件事&lt;b&gt;并在一起&lt;/b&gt;办了" in shown.html
    assert [row.worse_reason for row in await published()] == ["两件事<b>并在一起</b>办了"]


async def test_who_is_no_admin_is_given_no_way_round_it(team: Team) -> None:
    content = ENTRIES[0].model_copy(update={"id": "local-1-a", "phrasings": ENTRIES[1].sample_questions})
    place_id = team.chen.viewer.place_id
    version = await publishing.draft(content, by=team.chen.viewer, category_slug="any", place_id=place_id)
    path = f"/pack/versions/{version.id}"
    page = (await team.gao.see(path)).html
    assert ("请管理员写明原因" in page, 'name="despite"' in page) == (True, False)
    assert (await team.gao.send(f"{path}/publish", despite="就要")).status == 403
    assert (await team.outsider.send(f"{path}/publish", despite="就要")).status in {403, 404}


async def answered(token: str, asked: str, verdict: Verdict = Verdict.UNSOLVED) -> None:
    """A resident asks, is told an entry, and judges it."""
    talk = await chat(token * 43)
    await talk.resident(asked)
    async with transaction():
        await notices.say(
            Letter("答"),
            conversation_id=talk.talk.conversation_id,
            channel="web",
            address=talk.talk.address,
            kind="bot.answer",
            facts={"entry": KEY},
        )
    await conversations.judge(talk.talk, verdict=verdict, question=asked)


async def test_what_was_not_solved_is_listed_for_seven_days_or_all_of_it(team: Team, clock: StillClock) -> None:
    await answered("b", "毛毛头办卡要啥")
    await answered("c", "毛毛头办卡要啥呀")
    await answered("d", "这个有用", Verdict.USEFUL)
    page = (await team.chen.see("/misses")).html
    assert ("<b>2</b> 次没解决" in page, ENTRIES[0].title in page, "这个有用" in page) == (True, True, False)
    assert "毛毛头" not in (await team.outsider.see("/misses")).html
    clock.forward(days=8)
    team = await hire_again(team)
    assert "毛毛头" not in (await team.chen.see("/misses")).html
    assert "毛毛头" in (await team.chen.see("/misses?unsolved=all")).html


async def hire_again(team: Team) -> Team:
    """小陈 signs in anew after some days."""
    token = await login.new_session(person_id=team.chen.viewer.person_id, data={})
    return replace(team, chen=replace(team.chen, token=token))


async def chosen(texts: Iterable[str] = (ASKED,), *, key: str = KEY) -> list[int]:
    """Residents here chose an entry for these."""
    talk = (await chat()).talk
    for text in texts:
        await phrasings.keep(text, place_id=talk.place_id, entry_key=key)
    return [row.id for row in await Phrasing.all().order_by("id")]


async def test_one_press_drafts_the_entry_with_the_new_way_of_asking(team: Team) -> None:
    (candidate,) = await chosen()
    assert ASKED in (await team.chen.see("/misses")).html
    page = await team.chen.send(f"/misses/phrasings/{candidate}/add")
    assert "已经写进草稿" in page.html
    assert ASKED in page.html
    assert ASKED not in (await team.chen.see("/misses")).html
    again = await team.lin.send(f"/misses/phrasings/{candidate}/add")
    assert (again.status, "已经有人处理过了" in again.html) == (409, True)
    await team.admin.send(f"{page.path}/publish")
    await guide.refresh_if_changed()
    assert ASKED in (await EntryVersion.filter(number=2).get()).content.phrasings


async def test_one_that_packs_check_would_find_is_refused_with_the_reason_and_stays(team: Team) -> None:
    (candidate,) = await chosen([f"请问{ENTRIES[0].phrasings[0]}呀"])
    page = await team.chen.send(f"/misses/phrasings/{candidate}/add")
    assert (page.status, "这句问法没有加" in page.html) == (422, True)
    assert "加进问法</button>" in page.html


async def test_what_is_not_added_is_hidden(team: Team) -> None:
    (candidate,) = await chosen()
    page = await team.chen.send(f"/misses/phrasings/{candidate}/dismiss")
    assert "这句不加" in page.html
    await chosen()
    assert ASKED not in (await team.chen.see("/misses")).html
    assert (await team.chen.send(f"/misses/phrasings/{candidate}/dismiss")).status == 409


async def test_another_neighbourhood_and_the_street_settle_nothing_here(team: Team) -> None:
    (candidate,) = await chosen()
    for colleague, statuses in ((team.outsider, {404}), (team.he, {403, 404}), (team.observer, {403, 404})):
        for verb in ("add", "dismiss"):
            assert (await colleague.send(f"/misses/phrasings/{candidate}/{verb}")).status in statuses
    assert ASKED not in (await team.outsider.see("/misses")).html
    for path in ("/misses/phrasings/x/add", f"/misses/phrasings/{'9' * 30}/dismiss", "/misses/phrasings/-1/add"):
        assert (await team.chen.send(path)).status == 404
    assert (await team.chen.send(f"/misses/phrasings/{candidate}/add", token="wrong")).status == 403


async def test_a_page_of_very_many_shows_the_most_chosen_and_says_how_many_more(team: Team) -> None:
    await chosen([f"{number}号楼的毛毛头咋弄" for number in range(60)])
    await chosen(["3号楼的毛毛头咋弄"])
    page = (await team.chen.see("/misses")).html
    assert page.count("加进问法</button>") == 50
    assert "还有 10 句没有列出" in page
    assert page.index("3号楼的毛毛头咋弄") < page.index("4号楼的毛毛头咋弄")


async def test_who_works_in_two_places_chooses_whose_misses_they_see(team: Team) -> None:
    here, there = team.chen.viewer.place_id or 0, team.outsider.viewer.place_id or 0
    await chosen()
    await Role.create(created_at=now(), person_id=team.outsider.viewer.person_id, place_id=here, name="worker")
    assert ASKED not in (await team.outsider.see("/misses")).html
    page = await team.outsider.send("/desk/me/place", place=here)
    assert (page.path, "现在看的就是这一处" in page.html) == ("/desk/me", True)
    assert ASKED in (await team.outsider.see("/misses", **{PLACE_COOKIE: str(here)})).html
    assert ASKED not in (await team.outsider.see("/misses", **{PLACE_COOKIE: str(there)})).html


async def test_nobody_chooses_a_place_they_do_not_work_in(team: Team) -> None:
    there = team.outsider.viewer.place_id or 0
    await chosen()
    assert (await team.chen.send("/desk/me/place", place=there)).status == 404
    assert ASKED in (await team.chen.see("/misses", **{PLACE_COOKIE: str(there)})).html
    for odd in ("", "²", "-1", "9" * 40):
        assert (await team.chen.see("/misses", **{PLACE_COOKIE: odd})).status == 200
    assert "您在几处工作" not in (await team.chen.see("/desk/me")).html
