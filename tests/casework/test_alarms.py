"""Emergencies: paged two ways, one after another, until somebody knows; then, and only then, the resident hears it."""

from __future__ import annotations

import asyncio

import pytest

from casework import alarms
from courier import signals
from models import clock as models_clock
from models.alarm import Alarm
from models.contact import Contact
from models.errors import NotFound, Taken, WrongState
from models.message import Outbox
from models.person import Person
from people.audit import first_broken_line
from people.viewers import guest
from tests.casework.conftest import Cast, heard, resident, told
from tests.conftest import StillClock


async def gas(cast: Cast, text: str = "家里煤气味很重") -> Alarm:
    """王阿姨 smells gas."""
    return await alarms.raise_alarm(by=cast.wang, conversation_id=cast.wang_conversation, kind="gas", text=text)


async def paged(cast: Cast) -> list[str]:
    """Who was paged in a chat, in order."""
    return [row.address for row in await Outbox.filter(kind="alarm").order_by("id")]


@pytest.fixture
async def noise_alarm(cast: Cast) -> Alarm:
    """An alarm in the other neighbourhood, which must stay out of everything here."""
    viewer, conversation_id = await resident("stranger-2", cast.elsewhere)
    return await alarms.raise_alarm(by=viewer, conversation_id=conversation_id, kind="fire", text="着火了")


async def test_the_person_on_duty_is_paged_on_the_desk_and_in_a_chat(cast: Cast) -> None:
    await cast.on_duty(cast.lin)
    async with signals.listening(signals.desk_topic(cast.here.id)) as listener:
        await gas(cast)
        assert await listener.wait(seconds=1)
    assert await paged(cast) == ["staff-小林"]
    assert "家里煤气味很重" in (await told(cast.lin))[0]
    assert [line.paged for line in await alarms.open_alarms(viewer=cast.chen)] == ["小林"]


async def test_every_chat_of_the_person_is_used(cast: Cast) -> None:
    await cast.on_duty(cast.lin)
    await Contact.create(
        created_at=models_clock.now(), channel="web", address="lin-web", place=cast.here, person_id=cast.lin.person_id
    )
    await gas(cast)
    assert await paged(cast) == ["staff-小林", "lin-web"]


async def test_a_conversation_has_one_open_alarm_however_often_it_is_raised_at_once(cast: Cast) -> None:
    raised = await asyncio.gather(*(gas(cast) for _ in range(20)))
    assert len({alarm.id for alarm in raised}) == 1
    assert len(await paged(cast)) == 1


async def test_danger_of_another_kind_while_nobody_knows_yet_is_told_at_once_to_who_was_paged(
    cast: Cast, clock: StillClock
) -> None:
    first = await gas(cast)
    again = await alarms.raise_alarm(by=cast.wang, conversation_id=cast.wang_conversation, kind="fire", text="着火了")
    assert (again.id, again.pages, await paged(cast)) == (first.id, 1, ["staff-高书记"] * 2)
    assert "家里煤气味很重\n着火了" in (await told(cast.gao))[-1]
    assert [line.text for line in await alarms.open_alarms(viewer=cast.chen)] == ["家里煤气味很重\n着火了"]
    for text in ("着火了", "火很大"):
        await alarms.raise_alarm(by=cast.wang, conversation_id=cast.wang_conversation, kind="fire", text=text)
    assert len(await paged(cast)) == 2
    clock.forward(minutes=3)
    await alarms.page_next(models_clock.now())
    assert "火很大" in (await told(cast.chen))[-1]


async def test_a_new_emergency_after_the_acknowledgement_is_a_new_alarm(cast: Cast) -> None:
    first = await gas(cast)
    await alarms.acknowledge(first.id, by=cast.gao)
    assert (await gas(cast)).id != first.id
    assert len(await paged(cast)) == 2


async def test_after_three_minutes_the_next_is_paged_and_not_before(cast: Cast, clock: StillClock) -> None:
    await cast.on_duty(cast.lin)
    await gas(cast)
    clock.forward(minutes=2, seconds=59)
    assert await alarms.page_next(models_clock.now()) == 0
    clock.forward(seconds=1)
    assert await alarms.page_next(models_clock.now()) == 1
    assert await paged(cast) == ["staff-小林", "staff-高书记"]


async def test_everybody_is_paged_in_turn_and_then_from_the_start(cast: Cast, clock: StillClock) -> None:
    await gas(cast)
    for _ in range(5):
        clock.forward(minutes=3)
        await alarms.page_next(models_clock.now())
    order = ["staff-高书记", "staff-小陈", "staff-小林", "staff-周", "staff-管理员", "staff-高书记"]
    assert await paged(cast) == order


async def test_the_job_run_many_times_at_once_pages_once(cast: Cast, clock: StillClock) -> None:
    await gas(cast)
    clock.forward(minutes=3)
    await asyncio.gather(*(alarms.page_next(models_clock.now()) for _ in range(10)))
    assert len(await paged(cast)) == 2
    assert await first_broken_line() is None


async def test_after_three_days_dead_one_page_goes_out(cast: Cast, clock: StillClock) -> None:
    await gas(cast)
    clock.forward(days=3)
    assert [await alarms.page_next(models_clock.now()) for _ in range(3)] == [1, 0, 0]


async def test_paging_ends_after_the_most_pages_and_the_alarm_stays_on_the_desk(cast: Cast, clock: StillClock) -> None:
    await gas(cast)
    for _ in range(60):
        clock.forward(minutes=3)
        await alarms.page_next(models_clock.now())
    assert len(await paged(cast)) == 40
    assert len(await alarms.open_alarms(viewer=cast.chen)) == 1


async def test_who_has_no_chat_is_passed_over_but_sees_the_banner(cast: Cast) -> None:
    await cast.on_duty(cast.lin)
    await Contact.filter(person_id=cast.lin.person_id).delete()
    await gas(cast)
    assert await paged(cast) == ["staff-高书记"]
    assert len(await alarms.open_alarms(viewer=cast.lin)) == 1


async def test_who_has_but_a_browser_is_passed_over_as_who_has_no_chat(cast: Cast) -> None:
    await cast.on_duty(cast.lin)
    await Contact.filter(person_id=cast.lin.person_id).update(channel="web")
    await gas(cast)
    assert await paged(cast) == ["staff-高书记"]


async def test_where_nobody_has_a_chat_the_desk_still_shows_it(cast: Cast) -> None:
    await Contact.filter(address__startswith="staff-").delete()
    await gas(cast)
    assert [line.pages for line in await alarms.open_alarms(viewer=cast.chen)] == [1]


async def test_only_the_acknowledgement_tells_the_resident_that_a_person_knows(cast: Cast, clock: StillClock) -> None:
    alarm = await gas(cast)
    clock.forward(minutes=3)
    await alarms.page_next(models_clock.now())
    assert await heard(cast.wang_conversation) == []
    await alarms.acknowledge(alarm.id, by=cast.chen)
    assert await heard(cast.wang_conversation) == ["社区值班的小陈已经知道了，正在处理。"]


async def test_the_resident_hears_it_after_stop_too(cast: Cast) -> None:
    alarm = await gas(cast)
    await Contact.filter(address="wang").update(closed_at=models_clock.now())
    await alarms.acknowledge(alarm.id, by=cast.chen)
    assert len(await heard(cast.wang_conversation)) == 1


async def test_an_acknowledged_alarm_pages_nobody_and_leaves_the_desk(cast: Cast, clock: StillClock) -> None:
    await alarms.acknowledge((await gas(cast)).id, by=cast.chen)
    clock.forward(hours=1)
    assert await alarms.page_next(models_clock.now()) == 0
    assert await alarms.open_alarms(viewer=cast.chen) == []


async def test_of_many_acknowledgements_one_wins_and_the_others_hear_who(cast: Cast) -> None:
    alarm = await gas(cast)
    people = [cast.chen, cast.lin]
    tries = [alarms.acknowledge(alarm.id, by=people[number % 2]) for number in range(20)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    lost = [result for result in results if isinstance(result, BaseException)]
    assert len(lost) == 10
    assert {type(result) for result in lost} == {Taken}
    assert len(await heard(cast.wang_conversation)) == 1


async def test_an_alarm_is_not_shown_elsewhere(cast: Cast, noise_alarm: Alarm) -> None:
    alarm = await gas(cast)
    assert [line.id for line in await alarms.open_alarms(viewer=cast.chen)] == [alarm.id]
    assert [line.id for line in await alarms.open_alarms(viewer=cast.outsider)] == [noise_alarm.id]
    for viewer in (cast.observer, cast.zhou, cast.wang, guest(cast.here.id)):
        assert await alarms.open_alarms(viewer=viewer) == []


async def test_those_outside_cannot_acknowledge_it(cast: Cast) -> None:
    alarm = await gas(cast)
    for viewer in (cast.outsider, cast.observer, cast.zhou, cast.wang):
        with pytest.raises(NotFound):
            await alarms.acknowledge(alarm.id, by=viewer)


async def test_the_subdistrict_may_acknowledge_once_it_was_paged_even_when_others_were_since(
    cast: Cast, clock: StillClock
) -> None:
    alarm = await gas(cast)
    for _ in range(4):
        clock.forward(minutes=3)
        await alarms.page_next(models_clock.now())
    assert len(await alarms.open_alarms(viewer=cast.zhou)) == 1
    assert (await alarms.acknowledge(alarm.id, by=cast.zhou)).acknowledged_by_id == cast.zhou.person_id


async def test_who_was_paged_but_lost_their_role_may_not(cast: Cast) -> None:
    await cast.on_duty(cast.lin)
    alarm = await gas(cast)
    stripped = type(cast.lin)(cast.lin.kind, person_id=cast.lin.person_id, place_id=cast.here.id)
    with pytest.raises(NotFound):
        await alarms.acknowledge(alarm.id, by=stripped)


async def test_where_nobody_works_at_all_the_alarm_is_refused_so_that_nobody_is_promised(cast: Cast) -> None:
    await Person.filter(id__gt=0).update(is_active=False)
    with pytest.raises(WrongState, match="nobody"):
        await gas(cast)
    assert await Alarm.all().count() == 0
