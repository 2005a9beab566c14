"""A proposal at the vote: the words it names, and where it goes when the vote is counted or declared void."""

from __future__ import annotations

import pytest

from forum.deliberation import amending, deciding, due, showing
from forum.deliberation.amending import NewAmendment
from forum.deliberation.found import standing
from forum.deliberation.putting_to_vote import draft_vote
from forum.promises import covenants, publications
from forum.promises.covenants import NewVersion
from forum.promises.publications import NewPublication
from forum.votes import counting, opening
from models import clock
from models.errors import NotAllowed, WrongState
from models.proposal import ProposalStage
from models.transaction import execute, fetch
from people.viewers import SYSTEM
from tests.forum.deliberation.conftest import WORDS, Council
from tests.forum.votes.conftest import NO, YES

S = ProposalStage


async def test_a_vote_that_passes_leads_to_publication_and_names_the_words_by_their_hash(council: Council) -> None:
    found = await council.discussed()
    vote_id = await draft_vote(found.id, by=council.cast.chen)
    for again in (council.cast.chen, council.cast.gao):
        assert await draft_vote(found.id, by=again) == vote_id
    card = await showing.card(found.id, viewer=council.cast.gao)
    row = (await fetch("SELECT text, post_id FROM vote WHERE id=$1", vote_id))[0]
    assert row["post_id"] == found.post_id
    assert card.versions[-1].hash in row["text"]
    assert (await standing(found.id)).stage is S.DISCUSSION
    await council.open_vote(vote_id)
    assert (await standing(found.id)).stage is S.VOTE
    await council.voted(vote_id, YES, YES, YES, YES, NO)
    after = await showing.card(found.id, viewer=council.cast.li)
    assert after.standing.stage is S.PUBLICATION
    assert "赞成 4、不赞成 1" in after.steps[-1].reason
    assert after.standing.due_at is not None
    with pytest.raises(WrongState):
        await deciding.do(found.id, "proposal.make_covenant", by=council.cast.gao)
    new = NewPublication(found.id, "covenant", "公约", "表决通过的公约", 7)
    await publications.publish(new, by=council.cast.chen)
    council.clock.forward(days=20)
    assert (await deciding.do(found.id, "proposal.make_covenant", by=council.cast.gao)).stage is S.COVENANT
    agreed = NewVersion(found.id, "一、充满就挪车", clock.today(), "household", title="充电公约")
    covenant_id = await covenants.publish(agreed, by=council.cast.gao)
    assert (await covenants.covenant(covenant_id, viewer=council.cast.li)).newest.vote_id == vote_id


async def test_a_vote_that_fails_ends_it_with_the_numbers_as_the_public_reason(council: Council) -> None:
    found = await council.discussed()
    vote_id = await draft_vote(found.id, by=council.cast.gao)
    await council.open_vote(vote_id)
    await council.voted(vote_id, YES, NO, NO, NO)
    card = await showing.card(found.id, viewer=council.cast.li)
    assert card.standing.stage is S.NOT_TAKEN
    assert "名册 7 票，参加 4 票：赞成 1、不赞成 3" in card.reason


async def test_a_void_vote_goes_back_to_the_discussion_and_can_be_put_again(council: Council) -> None:
    found = await council.discussed()
    vote_id = await draft_vote(found.id, by=council.cast.gao)
    await council.open_vote(vote_id)
    with pytest.raises(WrongState):
        await draft_vote(found.id, by=council.cast.gao)
    await opening.void(vote_id, by=council.cast.gao, reason="名册漏了一栋楼")
    card = await showing.card(found.id, viewer=council.cast.li)
    assert (card.standing.stage, card.steps[-1].reason) == (S.DISCUSSION, "表决作废：名册漏了一栋楼")
    again = await draft_vote(found.id, by=council.cast.gao)
    assert again != vote_id
    await council.open_vote(again)
    assert (await standing(found.id)).stage is S.VOTE


async def test_a_vote_on_other_words_or_too_early_is_not_opened_and_nothing_is_written(council: Council) -> None:
    found = await council.discussed()
    vote_id = await draft_vote(found.id, by=council.cast.gao)
    made = await amending.amend(found.id, NewAmendment(WORDS + "夜里断电。", "安全"), by=council.people[1])
    assert (made.state.value, made.reason) == ("published", "")
    card = await showing.card(found.id, viewer=council.cast.gao)
    await amending.accept(card.amendments[0].id, by=council.hall.homes["501"][0], seen_number=1)
    with pytest.raises(WrongState):
        await council.open_vote(vote_id)
    assert (await fetch("SELECT state FROM vote WHERE id=$1", vote_id))[0]["state"] == "draft"
    assert (await standing(found.id)).stage is S.DISCUSSION
    await council.open_vote(await draft_vote(found.id, by=council.cast.gao))
    early = await council.put("另一件事", "小花园里装一个凉亭，夏天乘凉。")
    with pytest.raises(WrongState):
        await draft_vote(early.id, by=council.cast.gao)
    with pytest.raises(NotAllowed):
        await draft_vote(found.id, by=council.cast.li)


async def test_jobs_that_were_dead_for_weeks_break_nothing(council: Council) -> None:
    found = await council.discussed()
    vote_id = await draft_vote(found.id, by=council.cast.gao)
    await council.open_vote(vote_id)
    council.clock.forward(days=60)
    assert (await standing(found.id)).stage is S.VOTE
    assert await due.settle_due(by=SYSTEM) == 0
    assert await counting.count_due(by=SYSTEM) == 1
    assert (await standing(found.id)).stage is S.NOT_TAKEN
    assert [await due.settle_due(by=SYSTEM), await due.remind_due(by=SYSTEM)] == [0, 0]


async def test_a_proposal_left_behind_by_a_counted_vote_follows_it(council: Council) -> None:
    found = await council.discussed()
    vote_id = await draft_vote(found.id, by=council.cast.gao)
    await council.open_vote(vote_id)
    await council.voted(vote_id, YES, YES, YES, YES)
    await execute("UPDATE proposal SET stage='vote' WHERE id=$1", found.id)
    assert await due.settle_due(by=SYSTEM) == 1
    assert (await standing(found.id)).stage is S.PUBLICATION
