"""Reminders of upkeep reach who keeps the entries up, once a month, on a working day, however the job runner fares."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from casework import keepers, reminders
from models import clock as models_clock
from models.audit import AuditLine
from models.errors import NotAllowed
from models.notice import StaffNotice
from models.transaction import transaction
from people import staff
from people.viewers import SYSTEM, Viewer
from tests.casework.conftest import Cast
from tests.casework.test_upkeep import entry, imported
from tests.conftest import StillClock


async def heard(viewer: Viewer) -> list[str]:
    """What somebody was reminded of, in order."""
    found = StaffNotice.filter(person_id=viewer.person_id, kind__startswith="upkeep.")
    return [one.text for one in await found.order_by("id")]


async def late(cast: Cast) -> None:
    """民政 is kept up by 小陈, 医保 by nobody."""
    await imported(
        entry("late", title="第一条", review_by="2026-03-01", owner_desk="民政"),
        entry("later", title="第二条", review_by="2026-02-01", owner_desk="民政"),
        entry("other", title="第三条", review_by="2026-01-01", owner_desk="医保"),
        entry("fresh", title="第四条", review_by="2026-09-01", owner_desk="医保"),
    )
    assert cast.chen.person_id is not None
    await keepers.keep(cast.chen.person_id, by=cast.gao, place_id=cast.here.id, desks=["民政"])


async def test_who_keeps_entries_up_hears_once_and_who_leads_hears_of_the_rest(cast: Cast) -> None:
    await late(cast)
    for _ in range(3):
        await reminders.remind(by=SYSTEM)
    (text,) = await heard(cast.chen)
    assert "有 2 条政策条目过了核对日：第一条、第二条。" in text
    (text,) = await heard(cast.gao)
    assert "有 1 条" in text
    assert "第三条" in text
    assert await heard(cast.lin) == []
    (text,) = await heard(cast.outsider)
    assert "有 3 条" in text, "shared entries belong to the other neighbourhood as well"
    assert await heard(cast.zhou) == await heard(cast.observer) == []
    assert await AuditLine.filter(verb="upkeep.remind").count() == 3


async def test_the_next_month_reminds_again(cast: Cast, clock: StillClock) -> None:
    await late(cast)
    await reminders.remind(by=SYSTEM)
    clock.forward(days=28)
    await reminders.remind(by=SYSTEM)
    assert len(await heard(cast.chen)) == 1, "the 30th is still March"
    clock.forward(days=2)
    await reminders.remind(by=SYSTEM)
    assert len(await heard(cast.chen)) == 2


async def test_nobody_is_reminded_outside_working_hours(cast: Cast, clock: StillClock) -> None:
    await late(cast)
    clock.forward(hours=12)
    assert await reminders.remind(by=SYSTEM) == 0
    clock.forward(days=5)
    assert await reminders.remind(by=SYSTEM) == 0, "Saturday night"


async def test_a_job_runner_that_was_dead_for_days_reminds_later_in_the_month(cast: Cast, clock: StillClock) -> None:
    await late(cast)
    clock.forward(days=16)
    await reminders.remind(by=SYSTEM)
    assert len(await heard(cast.chen)) == 1


async def test_a_job_runner_that_dies_before_the_commit_has_told_nothing_and_the_next_one_tells(cast: Cast) -> None:
    await late(cast)
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await reminders.remind(by=SYSTEM)
            raise ZeroDivisionError
    assert await heard(cast.chen) == []
    await reminders.remind(by=SYSTEM)
    assert len(await heard(cast.chen)) == 1


async def test_two_job_runners_at_once_tell_once(cast: Cast) -> None:
    await late(cast)
    await asyncio.gather(reminders.remind(by=SYSTEM), reminders.remind(by=SYSTEM))
    assert [len(await heard(one)) for one in (cast.chen, cast.gao)] == [1, 1]


async def test_what_somebody_kept_who_left_goes_to_who_leads(cast: Cast) -> None:
    await late(cast)
    assert cast.chen.person_id is not None
    await staff.deactivate(cast.chen.person_id, by=SYSTEM)
    await reminders.remind(by=SYSTEM)
    assert await heard(cast.chen) == []
    (text,) = await heard(cast.gao)
    assert "有 3 条" in text


@pytest.mark.parametrize("first", ["2027-01-04T10:00", "2026-07-01T10:00"], ids=["January", "July"])
async def test_what_changes_yearly_is_told_on_the_first_working_day(cast: Cast, clock: StillClock, first: str) -> None:
    day = dt.datetime.fromisoformat(f"{first}+08:00")
    await imported(
        entry("winter", title="一月的", changes_in=[1], review_by="2028-01-01"),
        entry("summer", title="七月的", changes_in=[7], review_by="2028-01-01"),
    )
    for now, told in ((day - dt.timedelta(days=1), 0), (day, 1), (day + dt.timedelta(days=7), 1)):
        clock.forward(seconds=(now - models_clock.now()).total_seconds())
        await reminders.remind(by=SYSTEM)
        assert len(await heard(cast.gao)) == told, now
    assert ("一月的" if day.month == 1 else "七月的") in (await heard(cast.gao))[0]


async def test_a_long_list_names_three(cast: Cast) -> None:
    await imported(*(entry(f"late-{one}", title=f"第{one}条", review_by="2026-03-01") for one in range(1, 6)))
    await reminders.remind(by=SYSTEM)
    assert "有 5 条政策条目过了核对日：第1条、第2条、第3条等。" in (await heard(cast.gao))[0]


async def test_only_the_system_reminds(cast: Cast) -> None:
    for viewer in (cast.gao, cast.admin, cast.wang):
        with pytest.raises(NotAllowed):
            await reminders.remind(by=viewer)
