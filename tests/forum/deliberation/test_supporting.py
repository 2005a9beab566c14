"""Supporting a proposal: households once each, the threshold once, and the end whether or not a job runs."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from forum import muting, posts, threads
from forum.deliberation import due, freezing, lists, putting, showing, supporting, telling
from forum.deliberation.found import Standing, standing
from forum.deliberation.putting import NewProposal
from models.errors import NotAllowed, NotFound, Refusal, Taken, TooMany, WrongState
from models.home import Home
from models.household import Household
from models.person import RoleName
from models.proposal import ProposalStage, ProposalSupport
from models.rules import rules
from models.transaction import fetch
from people.viewers import SYSTEM, Viewer
from tests.forum.conftest import person
from tests.forum.deliberation.conftest import WORDS, Council
from tests.forum.votes.conftest import Hall

S = ProposalStage


async def test_putting_copies_the_verified_households_and_how_many_must_support(council: Council) -> None:
    found = await council.put()
    assert (found.stage, found.households, found.support_needed, found.support_count) == (S.SUPPORT, 7, 3, 0)
    assert found.number == "P-0001"
    assert found.due_at is not None
    await council.hall.home("901", "新来的")
    assert (await standing(found.id)).households == 7
    assert [putting.needed_of(n) for n in (1, 2, 40, 100, 101, 1_700)] == [1, 2, 3, 5, 6, 85]


async def test_a_household_counts_once_whoever_of_it_and_can_be_taken_back(council: Council) -> None:
    found = await council.put(by=council.people[0])
    aunt, son = council.hall.homes["501"]
    assert (await supporting.support(found.id, by=son)).support_count == 1
    for again in (son, aunt):
        with pytest.raises(Taken):
            await supporting.support(found.id, by=again)
    with pytest.raises(WrongState):
        await supporting.take_back(found.id, by=aunt)
    assert (await supporting.take_back(found.id, by=son)).support_count == 0
    assert (await supporting.support(found.id, by=aunt)).support_count == 1
    card = await showing.card(found.id, viewer=son)
    assert (card.supports, card.household_supports) == (False, True)


async def test_who_lives_in_no_home_works_here_or_lives_elsewhere_supports_nothing(council: Council) -> None:
    found = await council.put()
    for by, refusal in (
        (council.cast.wang, NotAllowed),
        (council.cast.chen, NotAllowed),
        (council.cast.police, NotAllowed),
        (council.cast.stranger, NotFound),
        (council.cast.outsider, NotFound),
    ):
        with pytest.raises(refusal):
            await supporting.support(found.id, by=by)
    assert await ProposalSupport.all().count() == 0
    for by, needs_home in ((council.cast.wang, True), (council.cast.chen, False), (council.people[1], False)):
        card = await showing.card(found.id, viewer=by)
        assert (card.may_support, card.needs_home) == (by is council.people[1], needs_home)


async def test_where_nobody_could_support_it_yet_it_waits_as_a_topic(hall: Hall) -> None:
    """What was posted is there, and nothing is refused after it."""
    new = NewProposal(WORDS, title="车棚装充电桩")
    made = await putting.begin(new, by=hall.cast.wang, place_id=hall.cast.here.id)
    assert made.proposal.stage is S.TOPIC
    await hall.street(3)
    assert (await putting.put(made.proposal.id, by=hall.cast.wang)).stage is S.SUPPORT


async def _quietly(proposal_id: int, by: Viewer) -> bool:
    try:
        await supporting.support(proposal_id, by=by)
    except Refusal:
        return False
    return True


async def test_a_hundred_at_once_from_several_accounts_of_the_same_households_are_one_step(council: Council) -> None:
    for number in range(31):
        await council.hall.home(f"{1001 + number}", "甲", "乙", "丙")
    found = await council.put()
    assert found.support_needed == 3
    several = [one for people in council.hall.homes.values() for one in people][-100:]
    gave = await asyncio.gather(*(_quietly(found.id, one) for one in several))
    after = await standing(found.id)
    rows = await fetch("SELECT household FROM proposal_support WHERE proposal_id=$1", found.id)
    households = [row["household"] for row in rows]
    assert after.stage is S.SCREENING
    assert len(households) == len({*households}) == sum(gave) == after.support_count == found.support_needed
    steps = await fetch("SELECT verb FROM proposal_step WHERE proposal_id=$1 ORDER BY id", found.id)
    assert [row["verb"] for row in steps] == ["proposal.begin", "proposal.put", "proposal.reach"]


async def test_the_end_holds_though_no_job_has_run_for_days_and_it_lapses_once(council: Council) -> None:
    found = await council.put()
    await supporting.support(found.id, by=council.people[0])
    council.clock.forward(days=90)
    with pytest.raises(WrongState):
        await supporting.support(found.id, by=council.people[1])
    with pytest.raises(WrongState):
        await supporting.take_back(found.id, by=council.people[0])
    assert not (await showing.card(found.id, viewer=council.people[1])).may_support
    assert [await due.settle_due(by=SYSTEM) for _ in range(3)] == [1, 0, 0]
    after = await standing(found.id)
    assert (after.stage, after.support_count) == (S.LAPSED, 1)


async def test_the_author_may_edit_until_somebody_supports_and_nobody_after(council: Council) -> None:
    author = council.hall.homes["501"][0]
    found = await council.put()
    await posts.edit(found.post_id, by=author, text=WORDS + "先装两个。", title="车棚装充电桩")
    may = (await threads.thread(found.post_id, viewer=author)).may
    assert (may.edit, may.delete) == (True, False), "what others look at is withdrawn, not deleted"
    await supporting.support(found.id, by=council.people[0])
    may = (await threads.thread(found.post_id, viewer=author)).may
    assert (may.edit, may.delete) == (False, False), "what is refused is not offered"
    with pytest.raises(WrongState):
        await posts.edit(found.post_id, by=author, text="改成装一百个。", title="别的")
    with pytest.raises(WrongState):
        await posts.delete(found.post_id, by=author)
    version = (await showing.card(found.id, viewer=author)).versions[0]
    assert (version.number, version.text) == (1, WORDS + "先装两个。")
    assert version.hash == freezing.digest(version.title, version.text)


async def test_those_who_support_follow_everything_that_comes_after_and_hear_once(council: Council) -> None:
    found = await council.supported()
    rows = await fetch("SELECT person_id FROM post_follow WHERE post_id=$1 AND is_on", found.post_id)
    assert {row["person_id"] for row in rows} >= {one.person_id for one in council.people[:3]}
    told = [await telling.tell_due(by=SYSTEM) for _ in range(5)]
    assert sum(told) == 4, "three supporters and the author, of one step"
    pushed = await fetch("SELECT person_id FROM push WHERE subject=$1", f"post:{found.post_id}:stage")
    assert {row["person_id"] for row in pushed} == {one.person_id for one in council.people[:3]}


@pytest.mark.parametrize(("board", "waits"), [("issues", 1), ("deliberation", 0)])
async def test_who_mutes_a_board_hears_no_more_of_its_proposals_steps_and_still_of_others(
    council: Council, board: str, waits: int
) -> None:
    found, one = await council.supported(), council.people[0]
    for _ in range(5):
        await telling.tell_due(by=SYSTEM)
    await muting.choose(board, by=one, place_id=council.cast.here.id, is_wanted=False)
    stage = f"post:{found.post_id}:stage"
    rows = await fetch("SELECT id FROM push WHERE subject=$1 AND person_id=$2", stage, one.person_id)
    assert len(rows) == waits


async def test_what_waits_for_an_answer_is_public_and_staff_are_told_once_when_it_is_late(council: Council) -> None:
    found = await council.supported()
    here = council.cast.here.id
    assert [one.id for one in await lists.unanswered(viewer=council.cast.li, place_id=here)] == [found.id]
    with pytest.raises(NotFound):
        await lists.unanswered(viewer=council.cast.stranger, place_id=here)
    assert await due.remind_due(by=SYSTEM) == 0
    council.clock.forward(days=40)
    assert [await due.remind_due(by=SYSTEM) for _ in range(3)] == [1, 0, 0]
    assert [one.is_late for one in await lists.desk(viewer=council.cast.chen, place_id=here)] == [True]
    with pytest.raises(NotFound):
        await lists.desk(viewer=council.cast.li, place_id=here)


async def test_similar_proposals_of_the_same_neighbourhood_come_before_posting(council: Council) -> None:
    found = await council.put()
    here = council.cast.here.id
    alike = await putting.similar("车棚里能不能装几个充电桩", viewer=council.cast.li, place_id=here)
    assert [one.id for one in alike] == [found.id]
    assert await putting.similar("楼道里放个书架", viewer=council.cast.li, place_id=here) == []
    with pytest.raises(NotFound):
        await putting.similar("车棚里能不能装几个充电桩", viewer=council.cast.stranger, place_id=here)


async def test_numbers_of_people_are_masked_and_a_topic_waits_until_it_is_put(council: Council) -> None:
    author = council.hall.homes["501"][0]
    new = NewProposal("请联系我 13812345678，在小花园装一个棚。", title="小花园装棚", is_topic_only=True)
    made = await putting.begin(new, by=author, place_id=council.cast.here.id)
    assert made.proposal.stage is S.TOPIC
    text = (await showing.card(made.proposal.id, viewer=author)).post.text
    assert "13812345678" not in text
    with pytest.raises(WrongState):
        await supporting.support(made.proposal.id, by=council.people[0])
    with pytest.raises(NotAllowed):
        await putting.put(made.proposal.id, by=council.people[0])
    assert (await putting.put(made.proposal.id, by=author)).stage is S.SUPPORT
    with pytest.raises(NotAllowed):
        await putting.withdraw(made.proposal.id, by=council.cast.gao)
    assert (await putting.withdraw(made.proposal.id, by=author, reason="有人提过了")).stage is S.WITHDRAWN


async def test_a_form_sent_twice_makes_one_proposal_and_nobody_has_too_many_open(council: Council) -> None:
    author, here = council.hall.homes["501"][0], council.cast.here.id
    new = NewProposal(WORDS, title="车棚装充电桩", key="form-1")
    first = await putting.begin(new, by=author, place_id=here)
    again = await putting.begin(new, by=author, place_id=here)
    assert (first.proposal.id, again.post.is_repeat) == (again.proposal.id, True)
    for number in range(2):
        await council.put(f"第{number}件事", f"第{number}件不一样的事，大家看看。")
    with pytest.raises(Refusal):
        await council.put("第三件事", "第三件事，大家看看。")


async def test_of_many_put_at_once_no_more_stay_than_somebody_may_have(council: Council) -> None:
    author, most = council.hall.homes["501"][0], rules().deliberation.most_open
    texts = [f"第{number}件不一样的事，大家看看。" for number in range(2 * most)]
    tries = (council.put(f"第{number}件事", text, by=author) for number, text in enumerate(texts))
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert Counter(type(one) for one in done) == {Standing: most, TooMany: most}
    assert len(await fetch("SELECT id FROM post WHERE author_id=$1", author.person_id)) == most


async def test_lists_are_of_ones_own_neighbourhood_by_stage_and_ones_own(council: Council) -> None:
    here = council.cast.here.id
    found = await council.supported()
    page = await lists.proposals(viewer=council.cast.li, place_id=here)
    assert [(one.id, one.support_count, one.percent) for one in page.lines] == [(found.id, 3, 42)]
    assert (await lists.proposals(viewer=council.cast.li, place_id=here, stage=S.SUPPORT)).lines == ()
    assert await lists.counts(viewer=council.cast.li, place_id=here) == {S.SCREENING: 1}
    assert [one.supports for one in await lists.mine(viewer=council.people[0], place_id=here)] == [True]
    assert await lists.mine(viewer=council.cast.li, place_id=here) == []
    for finder in (lists.proposals, lists.mine, lists.counts):
        with pytest.raises(NotFound):
            await finder(viewer=council.cast.stranger, place_id=here)


async def _edited(post_id: int, by: Viewer, text: str) -> bool:
    try:
        await posts.edit(post_id, by=by, text=text, title="改过的")
    except Refusal:
        return False
    return True


async def test_an_edit_and_the_first_support_at_once_leave_one_text(council: Council) -> None:
    """Whichever was first: what is frozen is what stands there."""
    texts = (WORDS, "小花园里修一个凉亭，夏天乘凉。", "东门口装一个快递柜，物业来管。", "楼道里不停电瓶车，都停车棚。")
    for author, text in zip(council.people, texts, strict=False):
        found = await council.put(by=author, text=text)
        edit = _edited(found.post_id, author, f"{text}先听大家的。")
        await asyncio.gather(edit, _quietly(found.id, council.people[5]))
        card = await showing.card(found.id, viewer=author)
        assert (card.standing.text_number, card.versions[0].text) == (1, card.post.text)
        assert card.versions[0].hash == freezing.digest(card.post.title, card.post.text)


async def test_who_was_let_in_by_the_address_brings_a_named_household_no_second_support(council: Council) -> None:
    """As on a roll of votes."""
    hall = council.hall
    home = await Home.get(label="501")
    await Household.filter(home=home).update(label="第一户")
    unnamed = await Household.create(created_at=hall.clock.moment, place=hall.cast.here, home=home)
    nephew = await person("小王的侄子", hall.cast.here, RoleName.RESIDENT)
    await hall.owns(nephew, home, household=unnamed)
    found = await council.put(by=council.people[0])
    assert found.households == 7
    await supporting.support(found.id, by=nephew)
    with pytest.raises(Taken):
        await supporting.support(found.id, by=hall.homes["501"][0])
    assert (await showing.card(found.id, viewer=hall.homes["501"][0])).household_supports
