"""社区活动: never more than there are places, who waits moves up, codes are few tries, hours overlap once."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest

from app import jobs
from casework.privacy import leaving
from casework.privacy.copies import copy_of
from casework.privacy.kept import kept
from forum import posts
from forum.activities import attending, calling, clearing, hours, lists, moving_up, signing_up
from forum.activities.calling import NewActivity
from forum.activities.hours import Shift, minutes_of
from forum.activities.sight import activity
from forum.services import complaints, directory
from forum.services.directory import ProviderShape
from models import clock as models_clock
from models.activity import Activity, SignUp, SignUpState
from models.errors import Invalid, NotAllowed, NotFound, TooMany, WrongState
from models.person import Role, RoleName
from models.transaction import execute, fetch
from people.viewers import SYSTEM, Viewer
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours, person
from tests.portal.statements import statements
from tests.words_left import where


def new(places: int = 2, *, days: float = 3, length: float = 2, title: str = "包粽子") -> NewActivity:
    starts = models_clock.now() + dt.timedelta(days=days)
    ends = starts + dt.timedelta(hours=length)
    return NewActivity(title, "一起包粽子，材料备好了", starts, ends, "活动室", places, is_volunteering=True)


async def called(cast: Neighbours, places: int = 2, *, by: Viewer | None = None, days: float = 3) -> int:
    made = await calling.call(new(places, days=days), by=by or cast.chen, place_id=cast.here.id)
    return made.id


async def told(kind: str) -> int:
    rows = await fetch("SELECT id FROM outbox WHERE kind=$1", kind)
    return len(rows)


async def test_the_fifty_first_of_fifty_waits_and_moves_up_by_itself(cast: Neighbours) -> None:
    post = await called(cast, 5)
    people = [await person(f"邻居{at}", cast.here, RoleName.RESIDENT) for at in range(7)]
    own = await asyncio.gather(*(signing_up.sign_up(post, by=one) for one in people))
    assert Counter(one.state for one in own) == {SignUpState.IN: 5, SignUpState.WAITING: 2}
    assert sorted(one.ahead for one in own if one.state is SignUpState.WAITING) == [0, 1]
    assert (await Activity.get(post_id=post)).taken == 5
    first = next(one for one, at in zip(people, own, strict=True) if at.state is SignUpState.WAITING and not at.ahead)
    leaves = next(one for one, at in zip(people, own, strict=True) if at.state is SignUpState.IN)
    await signing_up.cancel(post, by=leaves)
    found = await activity(post, viewer=first)
    assert found.own is not None
    assert (found.own.state, found.taken, found.waiting) == (SignUpState.IN, 5, 1)
    assert await told("activity.moved_up") == 1
    with pytest.raises(WrongState):
        await signing_up.sign_up(post, by=first)
    await calling.set_places(post, by=cast.chen, places=6)
    assert await told("activity.moved_up") == 2


async def test_the_database_itself_gives_no_place_more_than_there_is(cast: Neighbours) -> None:
    post = await called(cast, 1)
    await signing_up.sign_up(post, by=cast.wang)
    await signing_up.sign_up(post, by=cast.li)
    with pytest.raises(Exception, match="no more places"):
        await execute("UPDATE sign_up SET state='in'")
    with pytest.raises(Invalid):
        await calling.set_places(post, by=cast.chen, places=0)
    same = await asyncio.gather(*(signing_up.sign_up(post, by=cast.wang) for _ in range(3)), return_exceptions=True)
    assert all(isinstance(one, WrongState) for one in same)
    assert await SignUp.all().count() == 2


async def test_who_runs_it_and_who_may_not(cast: Neighbours) -> None:
    captain = await person("楼长", cast.here, RoleName.BUILDING_CAPTAIN)
    post, other = await called(cast, by=captain), await called(cast)
    with pytest.raises(NotAllowed):
        await calling.call(new(), by=cast.wang, place_id=cast.here.id)
    with pytest.raises(NotAllowed):
        await attending.sign_ups(other, viewer=captain)
    with pytest.raises(NotFound):
        await signing_up.sign_up(post, by=cast.stranger)
    await signing_up.sign_up(post, by=cast.wang)
    assert [one.state for one in await attending.sign_ups(post, viewer=captain)] == [SignUpState.IN]
    await calling.call_off(post, by=cast.chen, reason="下大雨")
    assert await told("activity.called_off") == 1
    with pytest.raises(WrongState):
        await signing_up.sign_up(post, by=cast.li)
    lines = {one.post_id: one for one in await lists.coming(viewer=cast.wang, place_id=cast.here.id)}
    assert (lines[post].own, lines[post].state.value, lines[other].left) == (SignUpState.IN, "called_off", 2)


async def test_no_number_of_anybody_stands_in_a_venue(cast: Neighbours) -> None:
    made = await calling.call(replace(new(), venue="活动室，问小陈 13812345678"), by=cast.chen, place_id=cast.here.id)
    assert (await activity(made.id, viewer=cast.wang)).venue == "活动室，问小陈 138****5678"


async def test_the_code_is_tried_a_few_times_and_known_to_who_runs_it(cast: Neighbours, clock: StillClock) -> None:
    post = await called(cast, days=0.1)
    for who in (cast.wang, cast.li):
        await signing_up.sign_up(post, by=who)
    with pytest.raises(WrongState):
        await attending.show_code(post, by=cast.chen)
    clock.forward(hours=2, minutes=30)
    code = await attending.show_code(post, by=cast.chen)
    assert code == await attending.show_code(post, by=cast.chen)
    assert (await activity(post, viewer=cast.wang)).code == ""
    wrong = "0000" if code != "0000" else "1111"
    tries = await asyncio.gather(
        *(attending.check_in(post, by=cast.wang, code=wrong) for _ in range(7)), return_exceptions=True
    )
    assert Counter(type(one).__name__ for one in tries) == {"Attended": 5, "TooMany": 2}
    with pytest.raises(TooMany):
        await attending.check_in(post, by=cast.wang, code=code)
    assert (await attending.check_in(post, by=cast.li, code=code)).is_present
    [line] = [one for one in await attending.sign_ups(post, viewer=cast.chen) if not one.is_present]
    await attending.mark(post, line.id, by=cast.chen)
    assert all(one.is_present for one in await attending.sign_ups(post, viewer=cast.chen))


async def test_as_many_statements_tell_six_that_it_is_called_off_as_two(cast: Neighbours) -> None:
    counts = []
    for people in (2, 6):
        post = await called(cast, people)
        for at in range(people):
            await signing_up.sign_up(post, by=await person(f"邻居{people}{at}", cast.here, RoleName.RESIDENT))
        with statements() as seen:
            await calling.call_off(post, by=cast.chen, reason="下大雨")
        counts.append(len(seen.seen))
    assert counts[0] == counts[1]
    assert await told("activity.called_off") == 8


async def test_who_signed_in_gives_no_place_back(cast: Neighbours, clock: StillClock) -> None:
    post = await called(cast, days=0.1)
    await signing_up.sign_up(post, by=cast.wang)
    clock.forward(hours=2)
    await attending.check_in(post, by=cast.wang, code=await attending.show_code(post, by=cast.chen))
    with pytest.raises(WrongState, match="is_present"):
        await signing_up.cancel(post, by=cast.wang)


async def test_shifts_that_overlap_count_once(cast: Neighbours, clock: StillClock) -> None:
    begins = models_clock.now()
    spans = ((0, 60), (30, 90), (40, 50), (90, 100), (200, 210))
    minute = dt.timedelta(minutes=1)
    assert minutes_of([Shift("", begins + a * minute, begins + b * minute) for a, b in spans]) == 110
    assert minutes_of([]) == 0
    both = [await called(cast, days=1), await called(cast, days=1)]
    for post in both:
        await signing_up.sign_up(post, by=cast.wang)
    clock.forward(days=1)
    for post in both:
        await attending.check_in(post, by=cast.wang, code=await attending.show_code(post, by=cast.chen))
    assert (await hours.mine(viewer=cast.wang)).minutes == 0, "it is not over"
    clock.forward(hours=3)
    own = await hours.mine(viewer=cast.wang)
    assert (own.minutes, len(own.shifts), sum(one.minutes for one in own.shifts)) == (120, 2, 240)
    paper = await hours.certify(cast.wang.person_id or 0, by=cast.chen, place_id=cast.here.id)
    assert (paper.minutes, paper.name) == (120, "真名阿芳")
    with pytest.raises(NotFound):
        await hours.certify(cast.stranger.person_id or 0, by=cast.chen, place_id=cast.here.id)
    [kind] = clearing.KINDS
    await signing_up.sign_up(await called(cast), by=cast.li)
    clock.forward(days=400)
    assert await kind.clear(models_clock.now(), 100) == 1  # type: ignore[operator]
    assert (await hours.mine(viewer=cast.wang)).minutes == 120


async def test_the_clock_reminds_once_and_sets_right_what_nobody_pressed(cast: Neighbours, clock: StillClock) -> None:
    assert {"activities.remind", "activities.settle", "sign_up.clear"} <= {job.name for job in jobs.JOBS}
    post, deleted = await called(cast, 1, days=1), await called(cast, days=2)
    await signing_up.sign_up(deleted, by=cast.li)
    for who in (cast.wang, cast.li):
        await signing_up.sign_up(post, by=who)
    await posts.delete(deleted, by=cast.chen)
    await Role.filter(person_id=cast.wang.person_id).delete()
    assert await moving_up.settle(by=SYSTEM) == 1
    assert await told("activity.called_off") == 1
    found = await activity(post, viewer=cast.li)
    assert found.own is not None
    assert (found.own.state, found.taken) == (SignUpState.IN, 1)
    assert await signing_up.remind(by=SYSTEM) == 0, "who signed up today knows"
    clock.forward(hours=23)
    assert [await signing_up.remind(by=SYSTEM) for _ in range(2)] == [1, 0]


async def test_who_leaves_gives_the_place_back_and_takes_their_words_along(cast: Neighbours) -> None:
    post = await called(cast, 1)
    for who in (cast.wang, cast.li):
        await signing_up.sign_up(post, by=who)
    shape = ProviderShape("provider", "老陈修鞋")
    listed = await directory.admit(shape, by=cast.chen, place_id=cast.here.id, reason="看过执照")
    await complaints.complain(listed, by=cast.wang, text="收了钱没修好")
    own = await kept(viewer=cast.wang)
    assert [one.part for one in own.activities] == ["in"]
    assert [one.complaint for one in own.complaints] == ["收了钱没修好"]
    document = await copy_of(by=cast.wang, in_full=True)
    assert all(word in document.decode() for word in ("您报上名了", "收了钱没修好", "等处理"))
    attended = await called(cast, 1)
    await signing_up.sign_up(attended, by=cast.wang)
    await SignUp.filter(activity__post_id=attended).update(present_at=models_clock.now())
    await leaving.delete_account(by=cast.wang)
    assert await where("收了钱没修好") == set()
    assert await SignUp.filter(person_id=cast.wang.person_id).count() == 1, "who was there is counted on"
    assert await moving_up.settle(by=SYSTEM) == 1
    found = await activity(post, viewer=cast.li)
    assert found.own is not None
    assert (found.own.state, found.taken) == (SignUpState.IN, 1)
