"""The board of the street: sums of one's own neighbourhoods, never another's, and never a row."""

from __future__ import annotations

import pytest

from casework import figures, misses, questions
from casework.figures import Figures
from models.errors import NotAllowed
from models.person import RoleName
from models.place import Level
from people.viewers import SYSTEM
from tests.casework.conftest import Cast, place, staff
from tests.casework.test_upkeep import entry, imported
from tests.conftest import StillClock


async def of_here(cast: Cast) -> Figures:
    board = await figures.board(viewer=cast.observer)
    return next(one for one in board if one.place_id == cast.here.id)


async def test_the_observer_sees_the_sums_of_the_neighbourhood(cast: Cast, clock: StillClock) -> None:
    await cast.on_duty(cast.chen)
    asked = await cast.ask()
    claimed = await questions.claim(asked.id, by=cast.chen)
    await questions.reply(asked.id, by=cast.chen, text="每次 1 元。", seen_version=claimed.version)
    await cast.ask("楼道灯坏了")
    await misses.record_miss(by=cast.wang, conversation_id=cast.wang_conversation, text="车棚几点关")
    clock.forward(days=3)
    found = await of_here(cast)
    assert (found.opened, found.answered, found.percent_in_time) == (2, 1, 100)
    assert (found.overdue, found.misses) == (1, 3), "a question that reaches the desk was missed as well"


async def test_a_late_answer_is_not_in_time(cast: Cast, clock: StillClock) -> None:
    await cast.on_duty(cast.chen)
    asked = await cast.ask()
    clock.forward(days=3)
    claimed = await questions.claim(asked.id, by=cast.chen)
    await questions.reply(asked.id, by=cast.chen, text="每次 1 元。", seen_version=claimed.version)
    assert (await of_here(cast)).percent_in_time == 0


async def test_what_is_older_than_a_month_is_not_counted_and_nothing_divides_by_nothing(
    cast: Cast, clock: StillClock
) -> None:
    await cast.on_duty(cast.chen)
    await cast.ask()
    clock.forward(days=figures.DAYS + 1)
    found = await of_here(cast)
    assert (found.opened, found.percent_in_time, found.overdue) == (0, None, 1)


async def test_shared_entries_past_review_count_for_the_neighbourhood(cast: Cast) -> None:
    await imported(entry("late", review_by="2026-03-01"), entry("fresh", review_by="2026-04-01"))
    assert (await of_here(cast)).past_review == 1


async def test_an_observer_of_another_street_sees_nothing_of_this_one(cast: Cast) -> None:
    await cast.ask()
    street = await place("another-street", level=Level.SUBDISTRICT)
    there = await place("there", level=Level.NEIGHBOURHOOD, parent=street)
    observer = await staff("别处观察员", street, role=RoleName.SUBDISTRICT_OBSERVER)
    assert [(one.place_id, one.opened) for one in await figures.board(viewer=observer)] == [(there.id, 0)]


async def test_a_worker_sees_the_own_neighbourhood_only(cast: Cast) -> None:
    assert [one.place_id for one in await figures.board(viewer=cast.chen)] == [cast.here.id]


async def test_a_resident_may_not_read_figures(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        await figures.board(viewer=cast.wang)


async def test_the_system_sees_every_neighbourhood(cast: Cast) -> None:
    assert {cast.here.id, cast.elsewhere.id} <= {one.place_id for one in await figures.board(viewer=SYSTEM)}
