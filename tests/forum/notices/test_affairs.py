"""What must be published is due by the calendar; a post that stands on the board settles it, and being late shows."""

from __future__ import annotations

import datetime as dt

import pytest

from casework.duties import changing, lists
from forum import board_settings, posts, threads
from forum.board_settings import Wanted
from forum.notices import affairs, overdue
from forum.notices.affairs import Affair
from forum.notices.periods import Every, Rhythm, before, due, in_words, period_of
from forum.posts import NewPost
from models.errors import Invalid, NotAllowed, NotFound, Taken
from models.notice import StaffNotice
from models.place import Place
from people.viewers import SYSTEM, Viewer
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours, cast

__all__ = ["cast"]
MONEY = "publish_money"


@pytest.mark.parametrize(
    ("day", "every", "name", "last", "prior"),
    [
        ("2026-02-28", Every.MONTH, "2026-02", "2026-02-28", "2026-01"),
        ("2026-12-31", Every.MONTH, "2026-12", "2026-12-31", "2026-11"),
        ("2026-03-02", Every.QUARTER, "2026-Q1", "2026-03-31", "2025-Q4"),
        ("2026-10-01", Every.QUARTER, "2026-Q4", "2026-12-31", "2026-Q3"),
        ("2026-06-30", Every.HALF_YEAR, "2026-H1", "2026-06-30", "2025-H2"),
        ("2024-02-29", Every.YEAR, "2024", "2024-12-31", "2023"),
    ],
)
def test_a_day_lies_in_a_period(day: str, every: Every, name: str, last: str, prior: str) -> None:
    found = period_of(dt.date.fromisoformat(day), every)
    assert (found.name, found.last.isoformat(), before(found, every).name) == (name, last, prior)
    assert due(found, Rhythm(duty="publish_money", every=every, within_days=20)) == found.last + dt.timedelta(days=20)


@pytest.mark.parametrize(
    ("name", "words"),
    [("2026-Q3", "2026年三季度"), ("2026-H2", "2026年下半年"), ("2026-02", "2026年2月"), ("2026", "2026年")],
)
def test_a_period_is_said_in_words(name: str, words: str) -> None:
    assert in_words(name) == words


async def one(viewer: Viewer, place: Place, key: str = MONEY) -> Affair:
    """An item as it stands."""
    return next(item for item in await affairs.affairs(viewer=viewer, place_id=place.id) if item.key == key)


async def publish(cast: Neighbours, *, period: str = "", key: str = "") -> int:
    """小陈 publishes the money."""
    new = NewPost("", "收入一万，支出九千", key=key)
    return (await affairs.publish(MONEY, new, by=cast.chen, place_id=cast.here.id, period=period)).id


@pytest.fixture
async def here(cast: Neighbours) -> Place:
    """The board is on, and the place has been here for long."""
    lists.forget()
    await board_settings.set_board("open_affairs", Wanted(is_on=True), by=cast.gao, place_id=cast.here.id)
    await Place.filter(id=cast.here.id).update(created_at=dt.datetime(2025, 6, 1, tzinfo=dt.UTC))
    return cast.here


async def test_late_is_late_until_a_post_settles_it_and_again_when_that_is_gone(
    cast: Neighbours, here: Place, clock: StillClock
) -> None:
    seen = await one(cast.wang, here)
    assert (seen.owed, str(seen.due_on), seen.is_late, seen.days_late) == ("2025-Q4", "2026-01-20", True, 41)
    assert (seen.missed, seen.last) == (("2025-Q2", "2025-Q3"), None)
    clock.forward(days=31)
    seen = await one(cast.wang, here)
    assert (seen.owed, seen.is_late, seen.open[-1]) == ("2025-Q4", True, "2026-Q1")
    clock.forward(days=-31)
    post = await publish(cast)
    seen = await one(cast.wang, here)
    assert seen.last is not None
    assert (seen.last.post_id, seen.last.period) == (post, "2025-Q4")
    await publish(cast, period="2025-Q2")
    await publish(cast, period="2025-Q3")
    seen = await one(cast.wang, here)
    assert (seen.owed, str(seen.due_on), seen.is_late, seen.missed) == ("2026-Q1", "2026-04-20", False, ())
    assert (await threads.thread(post, viewer=cast.wang)).post.title.startswith("收入一万")
    await posts.delete(post, by=cast.chen)
    assert (await one(cast.wang, here)).is_late
    assert await publish(cast) != post
    assert not (await one(cast.wang, here)).is_late


async def test_a_period_is_settled_by_one_post_and_a_form_once(cast: Neighbours, here: Place) -> None:
    assert await publish(cast, key="k") == await publish(cast, key="k")
    with pytest.raises(NotFound):
        await publish(cast, period="2025-Q4")
    with pytest.raises(Taken):
        seen = next(item for item in await affairs.affairs(viewer=cast.chen, place_id=here.id) if item.key == MONEY)
        await affairs._settle(seen, "2025-Q4", 1, by=cast.chen, place_id=here.id)


async def test_what_changes_now_and_then_is_never_late_and_what_a_place_took_out_is_not_listed(
    cast: Neighbours, here: Place
) -> None:
    seen = await one(cast.wang, here, "publish_convention")
    assert (seen.every, seen.due_on, seen.is_late) == (None, None, False)
    await changing.take_out(MONEY, by=cast.gao, place_id=here.id, number=0, note="由街道公布")
    assert MONEY not in {item.key for item in await affairs.affairs(viewer=cast.wang, place_id=here.id)}
    lists.forget()


async def test_who_leads_is_told_once_of_what_is_late_by_day(cast: Neighbours, here: Place, clock: StillClock) -> None:
    clock.forward(hours=14)
    assert await overdue.remind(by=SYSTEM) == 0
    clock.forward(hours=10)
    told = await overdue.remind(by=SYSTEM)
    assert told > 0
    assert await overdue.remind(by=SYSTEM) == 0
    assert {one.person_id for one in await StaffNotice.filter(kind="affair.late")} == {cast.gao.person_id}
    with pytest.raises(NotAllowed):
        await overdue.remind(by=cast.gao)


async def test_a_village_publishes_on_its_own_board_and_nobody_where_none_is_on(cast: Neighbours, here: Place) -> None:
    await board_settings.set_board("village_affairs", Wanted(is_on=True), by=cast.gao, place_id=here.id)
    post = await publish(cast)
    assert (await threads.thread(post, viewer=cast.wang)).post.kind.key == "village_affairs"
    for name in ("village_affairs", "open_affairs"):
        await board_settings.set_board(name, Wanted(is_on=False), by=cast.gao, place_id=here.id)
    with pytest.raises(Invalid):
        await publish(cast)


async def test_neighbours_do_not_publish_and_people_from_elsewhere_do_not_read(cast: Neighbours, here: Place) -> None:
    new = NewPost("", "乱写的账")
    for by in (cast.wang, cast.sun, cast.outsider):
        with pytest.raises(NotAllowed):
            await affairs.publish(MONEY, new, by=by, place_id=here.id)
    with pytest.raises(NotAllowed):
        await affairs.affairs(viewer=cast.stranger, place_id=here.id)
    with pytest.raises(NotFound):
        await affairs.publish("twenty_proofs", new, by=cast.chen, place_id=here.id)
