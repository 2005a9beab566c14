"""物业之窗: published once by who works in the estate, rated once by who lives there, answered in own estates alone."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from casework.privacy import leaving
from forum import feeds, posts, replies
from forum.board_settings import Wanted, set_board
from forum.posts import NewPost
from forum.property import statements
from forum.property.statements import NewStatement, Sum
from forum.replies import NewReply
from forum.search.searching import Asked, search
from forum.sight import visible
from models import clock as models_clock
from models.errors import Invalid, NotAllowed, NotFound, Taken
from models.home import Building, Estate, Home
from models.household import Relation, Residence, ResidenceState
from models.notice import StaffNotice
from models.person import RoleName
from models.statement import PropertyRating
from models.team import Team, TeamMember, TeamTask
from people.viewers import Viewer
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours, person

LINES = (Sum("物业费收入", 12_345_60), Sum("电梯维保", -3_000_00))
MARCH = "2026-03"


async def estate(cast: Neighbours, name: str) -> int:
    now = models_clock.now()
    made = await Estate.create(created_at=now, place=cast.here, name=name)
    await Building.create(created_at=now, place=cast.here, estate=made, name=f"{name}1号楼", sort="1")
    return made.id


async def lives(cast: Neighbours, estate_id: int, who: Viewer) -> None:
    now, building = models_clock.now(), await Building.get(estate_id=estate_id)
    label = str(who.person_id)
    home = await Home.create(created_at=now, place=cast.here, building=building, label=label, sort=label)
    await Residence.create(
        created_at=now,
        place=cast.here,
        home=home,
        person_id=who.person_id,
        relation=Relation.OWNER,
        state=ResidenceState.LIVING,
        open_home_id=home.id,
        since=models_clock.today(),
    )


async def works_in(cast: Neighbours, estate_id: int, who: Viewer | None = None) -> None:
    now, who = models_clock.now(), who or cast.property
    team = await Team.create(created_at=now, place=cast.here, key=f"repairs{estate_id}", unit="property", name="物业组")
    await TeamMember.create(created_at=now, team=team, person_id=who.person_id)
    await TeamTask.create(created_at=now, team=team, what="parking", estate_id=estate_id)


def new(estate_id: int, *, kind: str = "fees", period: str = MARCH) -> NewStatement:
    return NewStatement(estate_id, kind, period, LINES)


@pytest.fixture
async def east(cast: Neighbours, clock: StillClock) -> int:
    """Monday 2 March 2026; the property board is on, and the company works in the eastern estate."""
    await set_board("property", Wanted(is_on=True), by=cast.gao, place_id=cast.here.id)
    made = await estate(cast, "东苑")
    await works_in(cast, made)
    return made


async def test_it_is_published_once_in_whole_fen_by_who_works_there(cast: Neighbours, east: int) -> None:
    west, here = await estate(cast, "西苑"), cast.here.id
    assert [one.name for one in await statements.estates(viewer=cast.property, place_id=here)] == ["东苑"]
    for wanted, by, error in (
        (new(west), cast.property, NotAllowed),
        (new(east), cast.wang, NotAllowed),
        (new(east, period="2026-04"), cast.property, Invalid),
        (new(10**9), cast.property, NotFound),
    ):
        with pytest.raises(error):
            await statements.publish(wanted, by=by, place_id=here)
    calls = (statements.publish(new(east), by=cast.property, place_id=here) for _ in range(3))
    done = Counter(type(one).__name__ for one in await asyncio.gather(*calls, return_exceptions=True))
    assert done == {"Published": 1, "Taken": 2}
    [month] = await statements.months(viewer=cast.wang, place_id=here)
    [one] = month.statements
    assert (one.lines, one.total, month.period, month.estate) == (LINES, 9_345_60, MARCH, "东苑")
    await posts.delete(one.post_id, by=cast.property)
    assert await statements.months(viewer=cast.wang, place_id=here) == []
    await statements.publish(new(east), by=cast.property, place_id=here)


async def test_who_lives_there_rates_once_and_few_are_no_average(cast: Neighbours, east: int) -> None:
    here = cast.here.id
    await statements.publish(new(east), by=cast.property, place_id=here)
    people = [await person(f"业主{at}", cast.here, RoleName.RESIDENT) for at in range(5)]
    for who in people:
        await lives(cast, east, who)
    with pytest.raises(NotAllowed):
        await statements.rate(east, MARCH, by=cast.li, place_id=here, stars=5)
    for period, stars, error in (("2026-02", 5, NotFound), (MARCH, 6, Invalid)):
        with pytest.raises(error):
            await statements.rate(east, period, by=people[0], place_id=here, stars=stars)
    calls = (statements.rate(east, MARCH, by=people[0], place_id=here, stars=2) for _ in range(3))
    done = await asyncio.gather(*calls, return_exceptions=True)
    assert Counter(type(one) for one in done) == {type(None): 1, Taken: 2}
    for who in people[1:4]:
        await statements.rate(east, MARCH, by=who, place_id=here, stars=4)
    [month] = await statements.months(viewer=people[0], place_id=here)
    assert (month.rated, month.average, month.own, month.may_rate) == (4, None, 2, False)
    await statements.rate(east, MARCH, by=people[4], place_id=here, stars=4)
    [month] = await statements.months(viewer=cast.property, place_id=here)
    assert (month.average, month.own, month.may_rate) == (3.6, None, False)
    assert await PropertyRating.all().count() == 5
    await leaving.delete_account(by=people[0])
    [month] = await statements.months(viewer=cast.property, place_id=here)
    assert (month.rated, month.average) == (5, 3.6), "what was counted stays counted"


async def test_the_company_answers_in_its_own_estates_alone(cast: Neighbours, east: int) -> None:
    await lives(cast, east, cast.wang)
    await lives(cast, await estate(cast, "西苑"), cast.li)
    ours = await posts.publish(NewPost("property", "电梯坏了"), by=cast.wang, place_id=cast.here.id)
    theirs = await posts.publish(NewPost("property", "门坏了"), by=cast.li, place_id=cast.here.id)
    await replies.reply(ours.id, NewReply("马上来"), by=cast.property)
    with pytest.raises(NotAllowed):
        await replies.reply(theirs.id, NewReply("马上来"), by=cast.property)
    await replies.reply(theirs.id, NewReply("转给西苑物业"), by=cast.chen)


async def test_of_two_companies_each_reads_the_private_questions_of_its_own_estates(
    cast: Neighbours, east: int
) -> None:
    west, here = await estate(cast, "西苑"), cast.here.id
    other = await person("西苑物业", cast.here, RoleName.PROPERTY)
    await works_in(cast, west, other)
    await lives(cast, east, cast.wang)
    asked = await cast.post("我家的账单好像不对", board="property", is_private=True)
    assert [one.person_id for one in await StaffNotice.filter(kind="post.asked")] == [cast.property.person_id]
    unknown = await cast.post("租客也要交停车费吗", board="property", is_private=True, by=cast.li)

    async def listed(viewer: Viewer) -> set[int]:
        found = await search(Asked("账单"), viewer=viewer, place_id=here)
        lines = (await feeds.feed("property", viewer=viewer, place_id=here)).lines
        assert {one.post.id for one in found.lines} == {one.id for one in lines} & {asked}
        return {one.id for one in lines}

    assert (await visible(asked, cast.property)).id == asked
    assert await listed(cast.property) == {asked, unknown}
    with pytest.raises(NotFound):
        await visible(asked, other)
    assert await listed(other) == {unknown}, "whose estate is not known is everybody's"
    await Team.filter(key=f"repairs{east}").update(retired_at=models_clock.now())
    assert await listed(other) == {asked, unknown}, "no company is known to take the estate"
