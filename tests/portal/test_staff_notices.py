"""What staff were told is found at the desk, with or without a chat; and a chat is bound and let go there."""

from __future__ import annotations

import re

import pytest

from casework import questions
from models.contact import Contact
from models.notice import StaffNotice
from people import contacts, residents
from people.viewers import guest
from tests.portal.colleagues import Team, ask, hire
from tests.portal.conftest import Client


@pytest.fixture
async def team(client: Client) -> Team:
    return await hire(client)


async def test_a_new_question_is_listed_for_its_owner_without_any_chat(team: Team) -> None:
    question = await ask("车棚充电一次多少钱")
    page = await team.chen.see("/desk/notices")
    assert f'href="/desk/{question.id}"' in page.html
    assert "1<span" in page.html
    assert "车棚充电" not in (await team.lin.see("/desk/notices")).html


async def test_an_offer_is_listed_for_who_should_take_it(team: Team) -> None:
    question = await ask()
    assert team.lin.viewer.person_id is not None
    await questions.offer_transfer(question.id, by=team.chen.viewer, to=team.lin.viewer.person_id)
    assert "请接收或谢绝" in (await team.lin.see("/desk/notices")).html


async def test_what_was_seen_is_no_longer_counted_and_what_came_later_is(team: Team) -> None:
    await ask()
    seen = (await StaffNotice.filter(person_id=team.chen.viewer.person_id).order_by("-id").first()) or None
    await ask("又一个问题")
    assert seen is not None
    page = await team.chen.send("/desk/notices/read", until=seen.id)
    assert (page.path, page.html.count('class="tag">新')) == ("/desk/notices", 1)


async def test_nobody_marks_a_colleagues_notices(team: Team) -> None:
    await ask()
    await team.lin.send("/desk/notices/read", until=10**9)
    assert await StaffNotice.filter(person_id=team.chen.viewer.person_id, read_at=None).count() == 1


async def test_the_desk_as_it_changes_says_how_many_are_new(team: Team) -> None:
    await ask()
    assert '\\"1\\" data-newest=' in (await team.chen.see("/desk/state")).html


async def test_a_code_is_shown_once_and_binds_a_chat_that_is_then_listed(team: Team) -> None:
    page = await team.chen.send("/desk/me/code")
    found = re.search(r'class="code"[^>]*>(\d{4}) (\d{4})<', page.html)
    assert found is not None
    digits = found[1] + found[2]
    assert digits not in (await team.chen.see("/desk/me")).html.replace(" ", "")
    at = await residents.at(channel="relay", address="phone-1234", place_id=team.chen.viewer.place_id or 0)
    await contacts.bind(digits, by=guest(at.place_id, contact_id=at.contact_id), contact_id=at.contact_id)
    page = await team.chen.see("/desk/me")
    assert "尾号 1234" in page.html
    page = await team.chen.send("/desk/me/unbind", contact=at.contact_id)
    assert (page.path, "尾号 1234" in page.html) == ("/desk/me", False)


async def test_a_colleagues_chat_cannot_be_let_go(team: Team) -> None:
    at = await residents.at(channel="relay", address="phone-1234", place_id=team.chen.viewer.place_id or 0)
    await Contact.filter(id=at.contact_id).update(person_id=team.chen.viewer.person_id)
    assert (await team.lin.send("/desk/me/unbind", contact=at.contact_id)).status == 404


async def test_an_observer_binds_nothing_but_reads_what_they_are_told(team: Team) -> None:
    assert "/desk/me/code" not in (await team.observer.see("/desk/me")).html
    assert (await team.observer.send("/desk/me/code")).status == 403
    assert (await team.observer.see("/desk/notices")).status == 200
