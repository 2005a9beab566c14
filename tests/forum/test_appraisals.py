"""评议: rated once by those on the frozen roll, counted after the end, told only of enough, and then it is done."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from forum.promises import appraisals, telling
from forum.promises.appraisals import NewAppraisal, appraisal
from models.appraisal import AppraisalRating, AppraisalVoice
from models.bell import BellLine
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.person import RoleName
from models.proposal import Proposal, ProposalStage, ProposalStep
from people.viewers import SYSTEM
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours, person
from tests.forum.promises import building, moves_in, proposal_at, street
from tests.models import made

S = ProposalStage


async def begun(cast: Neighbours) -> int:
    found = await proposal_at(cast, S.CARRYING_OUT)
    return await appraisals.begin(NewAppraisal(found.id, "物业公司", 7), by=cast.chen)


async def test_it_is_begun_once_by_staff_after_carrying_out(cast: Neighbours, clock: StillClock) -> None:
    early, found = await proposal_at(cast, S.DISCUSSION), await proposal_at(cast, S.CARRYING_OUT)
    with pytest.raises(WrongState):
        await appraisals.begin(NewAppraisal(early.id, "物业公司", 7), by=cast.chen)
    for who, error in ((cast.wang, NotAllowed), (cast.property, NotAllowed), (cast.outsider, NotFound)):
        with pytest.raises(error):
            await appraisals.begin(NewAppraisal(found.id, "物业公司", 7), by=who)
    for wrong in (NewAppraisal(found.id, "", 7), NewAppraisal(found.id, "物业公司", 6)):
        with pytest.raises(Invalid):
            await appraisals.begin(wrong, by=cast.chen)
    await appraisals.begin(NewAppraisal(found.id, "物业公司", 7), by=cast.chen)
    assert (await Proposal.get(id=found.id)).stage is S.APPRAISAL
    with pytest.raises(WrongState):
        await appraisals.begin(NewAppraisal(found.id, "物业公司", 7), by=cast.chen)


async def test_who_lives_here_at_the_beginning_rates_once(cast: Neighbours, clock: StillClock) -> None:
    home = await building(cast)
    await moves_in(cast, cast.wang, into=home, label="501")
    one = await begun(cast)
    await moves_in(cast, cast.li, into=home, label="502")
    for who, error in (
        (cast.li, NotAllowed),
        (cast.chen, NotAllowed),
        (cast.stranger, NotFound),
        (cast.outsider, NotFound),
    ):
        with pytest.raises(error):
            await appraisals.rate(one, by=who, outcome=5, unit=5)
    for outcome, unit in ((0, 5), (5, 6)):
        with pytest.raises(Invalid):
            await appraisals.rate(one, by=cast.wang, outcome=outcome, unit=unit)
    tries = (appraisals.rate(one, by=cast.wang, outcome=5, unit=2) for _ in range(5))
    done = Counter(type(each) for each in await asyncio.gather(*tries, return_exceptions=True))
    assert done == {type(None): 1, Taken: 4}
    assert await AppraisalRating.all().count() == 1
    found = await appraisal(one, viewer=cast.wang)
    assert (found.roll_size, found.line.has_rated, found.result) == (1, True, None)


async def test_a_rating_knows_nobody_and_sums_are_told_after_the_end_alone(cast: Neighbours, clock: StillClock) -> None:
    people = await street(cast, 6)
    one = await begun(cast)
    for at, who in enumerate(people):
        await appraisals.rate(one, by=who, outcome=5 if at else 1, unit=4, words=f"话{at}，电话 13812345678")
    dump = await made.contents()
    assert set(dump["appraisal_rating"][0]) == {"id", "appraisal_id", "outcome", "unit", "words"}
    for viewer in (cast.wang, cast.gao):
        found = await appraisal(one, viewer=viewer)
        assert (found.result, found.words) == (None, ())
    clock.forward(days=11)
    with pytest.raises(WrongState):
        await appraisals.rate(one, by=people[0], outcome=5, unit=5)
    assert await appraisals.settle_due(by=SYSTEM) == 1
    assert await appraisals.settle_due(by=SYSTEM) == 0
    found = await appraisal(one, viewer=cast.wang)
    assert found.result is not None
    assert found.result.outcome is not None
    assert (found.result.rated, [*found.result.outcome.counts.values()]) == (6, [1, 0, 0, 0, 5])
    assert (found.result.outcome.average, found.words) == (4.3, ())
    words = (await appraisal(one, viewer=cast.chen)).words
    assert (len(words), any("13812345678" in each for each in words)) == (6, False)
    proposal = await Proposal.get(id=found.decided.id)
    step = await ProposalStep.filter(proposal_id=proposal.id).order_by("-id").first()
    assert step is not None
    assert (proposal.stage, step.reason) == (S.DONE, "评议结束，6 人评了")


async def test_of_fewer_than_five_no_sums_are_kept(cast: Neighbours, clock: StillClock) -> None:
    people = await street(cast, 4)
    one = await begun(cast)
    for who in people:
        await appraisals.rate(one, by=who, outcome=5, unit=4)
    clock.forward(days=11)
    await appraisals.settle_due(by=SYSTEM)
    result = (await appraisal(one, viewer=cast.gao)).result
    assert result is not None
    assert (result.rated, result.outcome, result.unit) == (4, None, None)
    assert await AppraisalRating.all().count() == 0


async def test_those_on_the_roll_are_told_once(cast: Neighbours, clock: StillClock) -> None:
    people = await street(cast, 3)
    mover = await person("租客", cast.here, RoleName.RESIDENT)
    one = await begun(cast)
    assert await telling.tell_roll(by=SYSTEM) == 3
    assert await telling.tell_roll(by=SYSTEM) == 0
    told = await BellLine.filter(subject=f"appraisal:{one}").values_list("person_id", flat=True)
    assert set(told) == {each.person_id for each in people}
    assert mover.person_id not in told
    assert await AppraisalVoice.filter(has_rated=True).count() == 0
