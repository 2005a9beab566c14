"""公示: a text stands fixed, objections stop it for job and staff alike, and its days run whatever the jobs do."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from forum.deliberation import moving
from forum.promises import objections, publications
from forum.promises.publications import NewPublication, digest, publication
from models import clock as models_clock
from models.bell import BellLine
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.person import RoleName
from models.proposal import Proposal, ProposalStage
from models.publication import Objection, Publication
from models.transaction import transaction
from people.viewers import SYSTEM
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours, person
from tests.forum.promises import proposal_at

S = ProposalStage


async def published(cast: Neighbours, *, outcome: str = "project", days: int = 7) -> int:
    found = await proposal_at(cast, S.PUBLICATION)
    new = NewPublication(found.id, outcome, "装充电桩", "在东门装十个，打 13812345678 报名", days)
    return await publications.publish(new, by=cast.chen)


async def stage_of(publication_id: int) -> ProposalStage:
    row = await Publication.get(id=publication_id)
    return (await Proposal.get(id=row.proposal_id)).stage


async def test_it_is_published_once_with_a_fixed_text_by_staff_for_days_enough(
    cast: Neighbours, clock: StillClock
) -> None:
    found = await proposal_at(cast, S.PUBLICATION)
    new = NewPublication(found.id, "project", "装充电桩", "在东门装", 7)
    for who, error in ((cast.wang, NotAllowed), (cast.outsider, NotFound), (cast.stranger, NotFound)):
        with pytest.raises(error):
            await publications.publish(new, by=who)
    for wrong in (
        NewPublication(found.id, "project", "装充电桩", "在东门装", 6),
        NewPublication(found.id, "statue", "装充电桩", "在东门装", 7),
        NewPublication(found.id, "project", "", "在东门装", 7),
    ):
        with pytest.raises(Invalid):
            await publications.publish(wrong, by=cast.chen)
    tries = (publications.publish(new, by=cast.chen) for _ in range(3))
    done = Counter(type(one) for one in await asyncio.gather(*tries, return_exceptions=True))
    assert done == {int: 1, Taken: 2}
    [line] = await publications.publications(viewer=cast.li, place_id=cast.here.id)
    shown = await publication(line.id, viewer=cast.li)
    assert (shown.hash, shown.line.last_day) == (digest("装充电桩", "在东门装"), dt.date(2026, 3, 11))
    early = await proposal_at(cast, S.DISCUSSION)
    with pytest.raises(WrongState):
        await publications.publish(NewPublication(early.id, "project", "早了", "早了", 7), by=cast.chen)
    assert await publications.publications(viewer=cast.outsider, place_id=cast.elsewhere.id) == []


async def test_a_neighbour_objects_once_masked_and_is_answered_for_everybody(
    cast: Neighbours, clock: StillClock
) -> None:
    one = await published(cast)
    assert "13812345678" not in (await publication(one, viewer=cast.li)).text
    for who, error in ((cast.chen, NotAllowed), (cast.stranger, NotFound), (cast.property, NotAllowed)):
        with pytest.raises(error):
            await objections.make(one, by=who, text="太吵了，不同意")
    with pytest.raises(Invalid):
        await objections.make(one, by=cast.li, text="不")
    tries = (objections.make(one, by=cast.li, text="离我家太近，打我电话 13912345678") for _ in range(3))
    done = Counter(type(each) for each in await asyncio.gather(*tries, return_exceptions=True))
    assert done == {int: 1, Taken: 2}
    [seen] = await objections.objections(one, viewer=cast.wang)
    assert (seen.who, "太近" in seen.text, "13912345678" in seen.text, seen.is_own) == (None, True, False, False)
    [desk] = await objections.objections(one, viewer=cast.chen)
    assert desk.who is not None
    for who, error in ((cast.wang, NotAllowed), (cast.outsider, NotFound)):
        with pytest.raises(error):
            await objections.answer(desk.id, by=who, text="已经改到西边")
    await objections.answer(desk.id, by=cast.gao, text="已经改到西边，离楼二十米")
    with pytest.raises(Taken):
        await objections.answer(desk.id, by=cast.chen, text="再答一次试试")
    [told] = await objections.objections(one, viewer=cast.wang)
    assert (told.as_role, told.answered_at, told.answer) == (
        RoleName.SECRETARY,
        models_clock.now(),
        "已经改到西边，离楼二十米",
    )
    assert await BellLine.filter(person_id=cast.li.person_id, kind="objection").count() == 1


async def test_words_of_the_lists_are_not_shown_but_wait_like_any_other(cast: Neighbours, clock: StillClock) -> None:
    one = await published(cast)
    newcomer = await person("新来的", cast.here, RoleName.RESIDENT)
    made = await objections.make(one, by=newcomer, text="看 http://example.com/abc 就知道不行")
    [seen] = await objections.objections(one, viewer=cast.wang)
    assert (seen.text, seen.is_held) == ("", True)
    [desk] = await objections.objections(one, viewer=cast.chen)
    assert ("example.com" in desk.text, desk.is_held) == (True, True)
    assert (await publication(one, viewer=cast.wang)).line.waiting == 1
    await objections.answer(made, by=cast.chen, text="链接里说的不是这里")
    [told] = await objections.objections(one, viewer=cast.wang)
    assert (told.text, told.answer) == ("", "链接里说的不是这里")


async def test_an_open_objection_stops_job_staff_and_any_other_door(cast: Neighbours, clock: StillClock) -> None:
    one = await published(cast)
    made = await objections.make(one, by=cast.li, text="离我家太近，不同意")
    row = await Publication.get(id=one)
    for verb in (
        publications.close(one, by=cast.gao),
        moving.move(row.proposal_id, S.PROJECT, by=cast.gao),
        moving.move(row.proposal_id, S.PROJECT, by=SYSTEM),
    ):
        with pytest.raises(WrongState):
            await verb
    clock.forward(days=12)
    assert await publications.close_due(by=SYSTEM) == 0
    for verb in (publications.close(one, by=cast.gao), moving.move(row.proposal_id, S.PROJECT, by=cast.gao)):
        with pytest.raises(WrongState, match="objections_wait"):
            await verb
    assert await objections.remind(by=SYSTEM) == 1
    assert await objections.remind(by=SYSTEM) == 0
    await objections.answer(made, by=cast.chen, text="改到西边了，谢谢提醒")
    with pytest.raises(WrongState, match="other_outcome"):
        await moving.move(row.proposal_id, S.COVENANT, by=cast.gao)
    assert await publications.close_due(by=SYSTEM) == 1
    assert await publications.close_due(by=SYSTEM) == 0
    assert await stage_of(one) is S.PROJECT


async def test_a_withdrawn_objection_stops_nothing(cast: Neighbours, clock: StillClock) -> None:
    one = await published(cast, outcome="covenant")
    await objections.make(one, by=cast.li, text="离我家太近，不同意")
    await objections.withdraw(one, by=cast.li)
    with pytest.raises(Taken):
        await objections.withdraw(one, by=cast.li)
    with pytest.raises(NotFound):
        await objections.withdraw(one, by=cast.wang)
    with pytest.raises(Taken):
        await objections.make(one, by=cast.li, text="又想提一次异议")
    clock.forward(days=12)
    await publications.close(one, by=cast.gao)
    assert await stage_of(one) is S.COVENANT


async def test_the_last_day_counts_though_jobs_were_dead_for_three(cast: Neighbours, clock: StillClock) -> None:
    one = await published(cast)
    ends = (await publication(one, viewer=cast.li)).line.ends_at
    clock.at(ends - dt.timedelta(seconds=1))
    await objections.make(one, by=cast.wang, text="最后一刻提的异议")
    clock.at(ends)
    with pytest.raises(WrongState):
        await objections.make(one, by=cast.li, text="已经过了一秒钟")
    shown = await publication(one, viewer=cast.li)
    assert (shown.line.is_over, shown.may_object) == (True, False)
    await objections.withdraw(one, by=cast.wang)
    clock.forward(days=3)
    with pytest.raises(WrongState):
        await objections.make(one, by=cast.li, text="任务停了三天以后")
    assert await publications.close_due(by=SYSTEM) == 1
    assert await stage_of(one) is S.PROJECT


async def test_after_it_was_taken_back_to_discussion_it_is_published_anew(cast: Neighbours, clock: StillClock) -> None:
    one = await published(cast)
    row = await Publication.get(id=one)
    await moving.move(row.proposal_id, S.DISCUSSION, by=cast.gao, reason="异议成立，重新讨论")
    assert not (await publication(one, viewer=cast.li)).line.is_running
    with pytest.raises(WrongState):
        await objections.make(one, by=cast.li, text="已经不在公示里了")
    clock.forward(days=1)
    await Proposal.filter(id=row.proposal_id).update(stage=S.PUBLICATION, stage_at=models_clock.now())
    await publications.publish(NewPublication(row.proposal_id, "project", "装充电桩", "在西门装", 7), by=cast.chen)
    lines = await publications.publications(viewer=cast.li, place_id=cast.here.id)
    assert [one.is_running for one in lines] == [True, False]


async def test_a_proposal_is_due_when_its_publication_ends_however_late_it_was_published(
    cast: Neighbours, clock: StillClock
) -> None:
    found = await proposal_at(cast, ProposalStage.PUBLICATION)
    clock.forward(days=10)
    await publications.publish(NewPublication(found.id, "project", "装充电桩", "东门装十个", 7), by=cast.gao)
    assert (await Proposal.get(id=found.id)).due_at == (await Publication.get()).ends_at


Deed = Callable[[], Awaitable[object]]


async def while_not_committed(first: Deed, then: Deed) -> object:
    """What comes of a deed that begins while another is done and not committed yet: what it gives, or its refusal."""
    is_done = asyncio.Event()

    async def holding() -> None:
        try:
            async with transaction():
                await first()
                is_done.set()
                await asyncio.sleep(0.3)
        finally:
            is_done.set()

    async def coming() -> object:
        await is_done.wait()
        return await then()

    held, came = await asyncio.gather(holding(), coming(), return_exceptions=True)
    assert held is None
    return came


async def test_an_objection_of_the_last_second_stops_what_closes_before_it_is_committed(
    cast: Neighbours, clock: StillClock
) -> None:
    one = await published(cast)
    ends = (await publication(one, viewer=cast.li)).line.ends_at
    clock.at(ends - dt.timedelta(seconds=1))

    async def objects() -> None:
        await objections.make(one, by=cast.li, text="最后一刻提的异议")
        clock.at(ends)

    assert await while_not_committed(objects, lambda: publications.close_due(by=SYSTEM)) == 0
    assert (await stage_of(one), (await publication(one, viewer=cast.li)).line.waiting) == (S.PUBLICATION, 1)
    assert await publications.close_due(by=SYSTEM) == 0
    await objections.answer((await Objection.get()).id, by=cast.chen, text="改到西边，离楼二十米")
    assert await publications.close_due(by=SYSTEM) == 1


async def test_an_objection_that_comes_while_it_is_closed_is_too_late(cast: Neighbours, clock: StillClock) -> None:
    one = await published(cast)
    ends = (await publication(one, viewer=cast.li)).line.ends_at
    clock.at(ends)

    async def objects() -> int:
        clock.at(ends - dt.timedelta(seconds=1))  # The clock of another machine is a little behind.
        return await objections.make(one, by=cast.li, text="关的那一刻提的异议")

    came = await while_not_committed(lambda: publications.close(one, by=cast.gao), objects)
    assert isinstance(came, WrongState)
    assert (await stage_of(one), await Objection.all().count()) == (S.PROJECT, 0)


async def test_it_is_taken_back_once_every_objection_has_its_answer(cast: Neighbours, clock: StillClock) -> None:
    one = await published(cast)
    row = await Publication.get(id=one)
    made = await objections.make(one, by=cast.li, text="离我家太近，不同意")
    with pytest.raises(WrongState, match="objections_first"):
        await moving.move(row.proposal_id, S.DISCUSSION, by=cast.gao, reason="异议成立，重新讨论")
    await objections.answer(made, by=cast.chen, text="您说得对，退回去重新讨论")
    await moving.move(row.proposal_id, S.DISCUSSION, by=cast.gao, reason="异议成立，重新讨论")
    assert (await stage_of(one), (await publication(one, viewer=cast.li)).line.waiting) == (S.DISCUSSION, 0)


async def test_nothing_is_published_of_what_is_taken_back_at_that_moment(cast: Neighbours, clock: StillClock) -> None:
    found = await proposal_at(cast, S.PUBLICATION)
    new = NewPublication(found.id, "project", "装充电桩", "在东门装", 7)
    came = await while_not_committed(
        lambda: moving.move(found.id, S.DISCUSSION, by=cast.gao, reason="还有没说清的，重新讨论"),
        lambda: publications.publish(new, by=cast.chen),
    )
    assert isinstance(came, Taken | WrongState)
    due_at = (await Proposal.get(id=found.id)).due_at
    assert (await Publication.all().count(), due_at) == (0, moving.due_at(S.DISCUSSION))


async def test_an_objection_and_taking_it_back_are_put_in_order(cast: Neighbours, clock: StillClock) -> None:
    first, second = await published(cast), await published(cast)

    def back(publication_id: int) -> Deed:
        async def moves() -> None:
            row = await Publication.get(id=publication_id)
            await moving.move(row.proposal_id, S.DISCUSSION, by=cast.gao, reason="异议成立，重新讨论")

        return moves

    def objects(publication_id: int) -> Deed:
        return lambda: objections.make(publication_id, by=cast.li, text="离我家太近，不同意")

    assert isinstance(await while_not_committed(back(first), objects(first)), WrongState)
    assert isinstance(await while_not_committed(objects(second), back(second)), WrongState)
    assert [await stage_of(first), await stage_of(second)] == [S.DISCUSSION, S.PUBLICATION]
    assert [one.publication_id for one in await Objection.all()] == [second]
