"""What somebody could have done to cases, or seen of them, that was not theirs: each once tried."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from casework.cases import (
    answering,
    catalogue,
    clearing,
    dispatching,
    escalation,
    from_questions,
    joining,
    merging,
    teams,
    working,
)
from casework.cases.reporting import Facts, report
from casework.privacy import copies, kept
from models.case import Case, CaseReporter, CaseSource, CaseState
from models.contact import Contact
from models.errors import Invalid, NotFound, Taken
from models.message import Outbox
from models.person import Person, Role, RoleName
from models.question import Question, QuestionKind
from models.transaction import transaction
from nlp.coordinates import Point
from nlp.discreet import where_for_neighbours
from people.viewers import viewer_of
from tests.casework.cases.conftest import Town, worked
from tests.casework.conftest import told
from tests.conftest import StillClock

sqlite = pytest.mark.databases("sqlite")


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ("3号楼2楼501门口", "3号楼2楼**门口"),
        ("3-501", "3-**"),
        ("120弄300号1203", "120弄300号**"),
        ("三号楼一二零三室门口", "三号楼**室门口"),
        ("12栋2单元 12室", "12栋2单元 **室"),
        ("我叫王秀英，3号楼", "我叫王**，3号楼"),
        ("桂花路120号门口，13812345678", "桂花路120号门口，********"),
    ],
)
def test_neighbours_read_of_a_place_no_flat_name_or_number(where: str, shown: str) -> None:
    assert where_for_neighbours(where) == shown


@sqlite
async def test_only_who_reported_it_withdraws_and_staff_speak_only_for_who_has_no_chat(town: Town) -> None:
    case = await town.report()
    for other in (town.cast.chen, town.cast.gao, town.wu, town.cast.li, town.cast.outsider):
        with pytest.raises(NotFound):
            await answering.withdraw(case.id, by=other)
    await worked(town, case)
    with pytest.raises(NotFound):
        await answering.rate(case.id, by=town.cast.chen, solved=True)


@sqlite
async def test_nobody_was_spoken_with_where_somebody_can_be(town: Town) -> None:
    case = await town.report()
    with pytest.raises(Invalid, match="contact_somebody"):
        await working.contact(case.id, by=town.cast.chen, way="nobody", note="巡查发现")
    seen = await report(Facts("stair_light", "灯坏了"), by=town.cast.chen, source=CaseSource.PATROL)
    with pytest.raises(Invalid, match="contact_no_chat"):
        await working.contact(seen.id, by=town.cast.chen, way="chat", note="修好了")
    await working.contact(seen.id, by=town.cast.chen, way="nobody", note="巡查发现")


async def test_who_no_longer_works_here_hears_of_no_case(town: Town) -> None:
    await Role.filter(person_id=town.sun.person_id).delete()
    assert await teams.people_of(town.property.id) == [town.wu.person_id]
    case = await town.report("隔壁群租", kind="group_renting")
    await dispatching.dispatch(case.id, by=town.cast.chen)
    needs = await Outbox.filter(kind="case.dispatched", needs__startswith="case.read").values_list("needs", flat=True)
    assert [*needs] == [f"case.read@{town.cast.here.id}"], "the street's team reads what is sent to it from here"
    owner = await Outbox.filter(kind="case.reported").values_list("needs", flat=True)
    assert [*owner] == [f"case.read@{town.cast.here.id}"]


async def test_of_two_who_change_a_kind_at_once_one_is_told_that_it_has_changed(town: Town) -> None:
    here, values = town.cast.here.id, ({"limit": {"hours": 8}}, {"limit": {"days": 9}})
    tried = [
        catalogue.change("camera", by=town.cast.gao, place_id=here, values=each, number=1, note="改") for each in values
    ]
    found = await asyncio.gather(*tried, return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["Kind", "Taken"]


async def test_who_had_left_a_case_is_in_it_again_when_another_of_theirs_joins_it(town: Town) -> None:
    first = await town.report()
    await joining.join(first.id, by=town.cast.li, conversation_id=town.cast.li_conversation)
    await answering.withdraw(first.id, by=town.cast.li)
    again = Facts("stair_light", "还是坏的")
    other = await report(again, by=town.cast.li, source=CaseSource.CHAT, conversation_id=town.cast.li_conversation)
    await merging.merge(other.id, by=town.cast.chen, into=first.id)
    assert await CaseReporter.filter(case_id=first.id, left_at__isnull=True).count() == 2


async def test_a_case_for_somebody_keeps_their_account_while_open_and_goes_with_it(
    town: Town, clock: StillClock
) -> None:
    elder = await Person.create(created_at=clock.moment, place=town.cast.here, name="王阿姨", shown_name="阿芳")
    case = await town.report(behalf_person_id=elder.id, on_behalf_of="王阿姨", point=Point("", 31.2, 121.4))
    assert await clearing.open_of(person_id=elder.id) == case.number
    await answering.withdraw(case.id, by=town.cast.wang)
    assert await clearing.open_of(person_id=elder.id) is None
    async with transaction():
        assert await clearing.empty_of(person_id=elder.id, words="清掉了", now=clock.moment) == [case.id]
    kept = await Case.get(id=case.id)
    assert (kept.text, kept.on_behalf_of, kept.latitude, kept.longitude) == ("清掉了", "", None, None)


async def test_numbers_taken_down_for_a_part_of_a_case_go_in_time_too(town: Town, clock: StillClock) -> None:
    facts = Facts("stair_light", "灯坏了，电梯也抖", name="王阿姨", phone="13812345678")
    case = await report(facts, by=town.cast.chen, source=CaseSource.PHONE)
    part = await merging.split(case.id, by=town.cast.chen, kind_key="lift_unsteady", text="电梯抖")
    assert await CaseReporter.filter(case_id=part.id, phone_sealed__isnull=False).count() == 1
    await Case.all().update(state=CaseState.CLOSED, closed_at=clock.moment)
    assert await clearing.clear_originals(clock.moment + dt.timedelta(days=1), 10) == 2
    assert await CaseReporter.filter(phone_sealed__isnull=False).count() == 0
    assert await clearing.clear_originals(clock.moment + dt.timedelta(days=1), 10) == 0


async def test_an_old_view_is_told_when_time_has_handed_a_case_up(town: Town, clock: StillClock) -> None:
    case = await town.report(kind="camera", text="监控坏了")
    case = await dispatching.dispatch(case.id, by=town.cast.chen)
    clock.forward(days=17)
    await escalation.tell_of_time(clock.moment)
    with pytest.raises(Taken):
        await working.contact(case.id, by=town.wu, way="phone", note="约了", seen_version=case.version)


@sqlite
async def test_whom_something_was_asked_or_reported_for_hears_of_it_and_reads_it_masked(
    town: Town, clock: StillClock
) -> None:
    now, here = clock.moment, town.cast.here
    elder = await Person.create(created_at=now, place=here, name="王阿姨", shown_name="阿芳")
    await Role.create(created_at=now, person=elder, place=here, name=RoleName.RESIDENT)
    await Contact.create(created_at=now, channel="telegram", address="elder", place=here, person=elder)
    viewer = await viewer_of(elder.id)
    assert viewer is not None
    asked = await town.cast.ask("3号楼的灯坏了", kind=QuestionKind.REPORT)
    await Question.filter(id=asked.id).update(behalf_person_id=elder.id)
    await from_questions.to_case(asked.id, by=town.cast.chen, kind_key="stair_light")
    assert "编号 C-0001" in (await told(viewer))[-1]
    await town.report("灯坏了，电话13812345678", behalf_person_id=elder.id, sealed_from="灯坏了，电话13812345678")
    assert "灯坏了" in (await kept.kept(viewer=viewer)).cases[0].text
    copy = (await copies.copy_of(by=viewer, in_full=True)).decode()
    assert ("C-0002" in copy, "13812345678" in copy) == (True, False), "another wrote it"
