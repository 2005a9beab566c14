"""Records in the chats of staff: no number is said, looks stand on record, nothing is left, never in a group."""

from __future__ import annotations

import pytest

from bot import dialogue
from bot.incoming import Incoming
from bot.reply import Outcome, Reply
from courier.letters import Letter
from models import clock
from models.audit import AuditLine
from models.conversation import Utterance
from models.export import Export
from models.login import SecondStep
from models.message import Outbox
from models.person import Person, Role, RoleName
from models.sealed import unseal
from tests import chat_records
from tests.bot.stage import Stage
from tests.chat_groups import GroupPhones
from tests.conftest import StillClock
from tests.people.neighbours import CHAT, neighbour
from tests.people.records_cast import numbered

PHONE, BORN = "13800000000", "19400101"
WORDS = ("居民名册", "找人 王示范", "按标签找", "角色", "权限表", "操作记录")


async def types(stage: Stage, text: str, *, who: str = "li") -> Reply:
    """Somebody writes from their chat."""
    return await dialogue.respond(Incoming(CHAT, who, stage.place_id, text, key="unused"))


def letter(said: Reply) -> Letter:
    """What was said."""
    assert said.letter is not None
    return said.letter


async def picks(stage: Stage, said: Reply, label: str) -> Reply:
    """The line that has these words."""
    number = next(at for at, one in enumerate(letter(said).choices, start=1) if label in one)
    return await types(stage, str(number))


async def li(stage: Stage, *roles: RoleName) -> Person:
    """李叔, who lives here and holds these roles too; somebody else is on the list, with numbers."""
    known = await neighbour(stage.place_id, "李叔", address="li")
    for role in roles:
        await Role.create(created_at=clock.now(), person_id=known.person_id, place_id=stage.place_id, name=role)
    await chat_records.enlist(stage, "陈", "王示范", f"{BORN} 3号楼 501 独居")
    return await Person.get(id=known.person_id)


@pytest.mark.parametrize("role", [RoleName.WORKER, RoleName.SECRETARY])
async def test_no_number_is_said_or_kept(stage: Stage, role: RoleName) -> None:
    await li(stage, role)
    card = await picks(stage, await types(stage, "找人 王示范"), "王示范")
    home = await picks(stage, card, "的卡片")
    line = await picks(stage, home, "时间线")
    everything = "".join(
        [
            *(letter(said).text + "".join(letter(said).choices) for said in (card, home, line)),
            *[f"{row.text}{row.facts}" for row in await Utterance.all()],
            *[unseal(row.body) for row in await Outbox.all() if row.body],
        ]
    )
    for secret in (PHONE, numbered(BORN), numbered(BORN)[-4:]):
        assert secret not in everything
    assert "写明用途" in letter(card).text
    assert letter(card).links[0].path.startswith("/people/")


async def test_a_look_in_the_chat_stands_on_record_as_one_on_the_page(stage: Stage) -> None:
    by = await li(stage, RoleName.WORKER)
    card = await picks(stage, await types(stage, "找人 王示范"), "王示范")
    await picks(stage, card, "时间线")
    found = await Person.get(name="王示范")
    rows = await AuditLine.filter(verb="person.look_up", subject_id=found.id, actor_id=by.id)
    assert len(rows) == 2


async def test_what_was_said_leaves_nothing_readable_at_the_desk(stage: Stage) -> None:
    await li(stage, RoleName.SECRETARY)
    await types(stage, "操作记录")
    last = await Utterance.filter(author="bot").order_by("-id").first()
    assert last is not None
    assert "操作记录（" not in last.text
    assert "不留在对话记录里" in last.text


@pytest.mark.parametrize("word", WORDS)
async def test_residents_hear_nothing_of_records(stage: Stage, word: str) -> None:
    await li(stage)
    said = await types(stage, word)
    assert said.outcome is not Outcome.RECORDS
    assert "王示范" not in letter(said).text


@pytest.mark.parametrize("word", ["角色", "权限表", "操作记录"])
async def test_a_worker_hears_nothing_of_what_leads_read(stage: Stage, word: str) -> None:
    await li(stage, RoleName.WORKER)
    assert (await types(stage, word)).outcome is not Outcome.RECORDS


@pytest.mark.parametrize("role", [RoleName.POLICE, RoleName.PROPERTY, RoleName.MODERATOR, RoleName.UNIT_MEMBER])
async def test_partners_hear_nothing_of_records(stage: Stage, role: RoleName) -> None:
    await li(stage, role)
    for word in WORDS:
        assert (await types(stage, word)).outcome is not Outcome.RECORDS


async def test_who_works_elsewhere_alone_hears_nothing_here(stage: Stage) -> None:
    known = await neighbour(stage.place_id, "李叔", address="li")
    await Role.create(
        created_at=clock.now(),
        person_id=known.person_id,
        place_id=stage.other_place_id,
        name=RoleName.SECRETARY,
    )
    for word in WORDS:
        assert (await types(stage, word)).outcome is not Outcome.RECORDS


async def test_a_line_that_was_offered_leads_nowhere_once_the_role_is_gone(stage: Stage) -> None:
    by = await li(stage, RoleName.SECRETARY)
    listed = await types(stage, "找人 王示范")
    await Role.filter(person_id=by.id, name=RoleName.SECRETARY).delete()
    said = await picks(stage, listed, "王示范")
    assert said.outcome is Outcome.REFUSE
    assert "独居" not in letter(said).text


@pytest.mark.parametrize("word", [one for one in WORDS if one != "权限表"])
async def test_who_signs_in_by_a_second_step_is_led_to_the_page(stage: Stage, word: str) -> None:
    by = await li(stage, RoleName.SECRETARY)
    await SecondStep.create(
        created_at=clock.now(), confirmed_at=clock.now(), person=by, secret_sealed="none", last_counter=0
    )
    said = letter(await types(stage, word))
    assert "第二步" in said.text
    assert not said.choices
    assert said.links


async def test_an_admin_is_led_to_the_page_where_the_rules_ask_for_a_second_step(stage: Stage) -> None:
    await li(stage, RoleName.ADMIN)
    assert "第二步" in letter(await types(stage, "操作记录")).text


async def test_a_role_with_a_second_step_is_not_given_in_a_chat(stage: Stage) -> None:
    await li(stage, RoleName.SECRETARY)
    said = await picks(stage, await types(stage, "角色"), "小陈")
    assert not [one for one in letter(said).choices if "管理员" in one]


async def test_taking_a_role_is_left_to_the_page(stage: Stage) -> None:
    await li(stage, RoleName.SECRETARY)
    said = await picks(stage, await picks(stage, await types(stage, "角色"), "小陈"), "收回")
    assert "密码" in letter(said).text
    assert await Role.exists(person_id=stage.staff["陈"], name=RoleName.WORKER)


async def test_a_role_is_given_after_being_asked_again_and_stands_on_record(stage: Stage) -> None:
    by = await li(stage, RoleName.SECRETARY)
    sure = await picks(stage, await picks(stage, await types(stage, "角色"), "小陈"), "调解员")
    assert not await Role.exists(person_id=stage.staff["陈"], name=RoleName.MEDIATOR)
    await picks(stage, sure, "确定")
    assert await Role.exists(person_id=stage.staff["陈"], place_id=stage.place_id, name=RoleName.MEDIATOR)
    assert await AuditLine.exists(verb="user.grant", actor_id=by.id, detail="mediator")


async def test_a_yes_long_after_gives_nothing(stage: Stage, clock: StillClock) -> None:
    await li(stage, RoleName.SECRETARY)
    sure = await picks(stage, await picks(stage, await types(stage, "角色"), "小陈"), "调解员")
    clock.forward(minutes=45)
    await picks(stage, sure, "确定")
    assert not await Role.exists(person_id=stage.staff["陈"], name=RoleName.MEDIATOR)


async def test_a_list_is_asked_for_without_telephones_and_waits_for_a_second_person(stage: Stage) -> None:
    await li(stage, RoleName.SECRETARY)
    found = await picks(stage, await types(stage, "按标签找"), "独居")
    why = await picks(stage, await picks(stage, found, "申请导出"), "核对登记")
    assert not await Export.exists()
    await types(stage, f"核对一下，问 {PHONE}")
    [row] = await Export.all()
    assert (row.state.value, row.with_phones, row.people) == ("asked", False, 1)
    assert PHONE not in row.reason
    assert letter(why).choices


async def test_in_a_group_nothing_of_it_is_said(stage: Stage) -> None:
    await li(stage, RoleName.SECRETARY)
    group = GroupPhones(stage.place_id)
    for word in WORDS:
        await group.type("72", f"@睦邻 {word}")
    said = "".join(await group.arrived())
    assert "王示范" not in said
    assert "居民名册：" not in said
    assert "操作记录（" not in said
