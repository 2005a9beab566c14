"""Amendments: other words by whoever lives here, settled by the author of the proposal and by nobody else."""

from __future__ import annotations

import pytest

from casework.privacy import leaving
from forum.deliberation import amending, lists, putting, showing, supporting
from forum.deliberation.amending import NewAmendment
from forum.deliberation.found import standing
from forum.deliberation.putting import NewProposal
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.proposal import ProposalStage
from models.transaction import fetch
from tests.forum.deliberation.conftest import WORDS, Council, at


async def test_an_amendment_is_settled_by_the_author_alone(council: Council) -> None:
    """The lesson of CVE-2026-40869: whoever else tries is refused, staff too, and nothing changes."""
    author = council.hall.homes["501"][0]
    found = await council.put()
    await supporting.support(found.id, by=council.people[0])
    writer = council.people[1]
    await amending.amend(found.id, NewAmendment(WORDS + "夜里断电。", "夜里充电不安全"), by=writer)
    card = await showing.card(found.id, viewer=author)
    one = card.amendments[0]
    assert (one.base_number, card.open_amendments, one.is_mine) == (1, 1, False)
    for by in (writer, council.people[2], council.cast.chen, council.cast.gao, council.cast.police):
        with pytest.raises(NotAllowed):
            await amending.accept(one.id, by=by, seen_number=1)
        with pytest.raises(NotAllowed):
            await amending.refuse(one.id, by=by, reason="不要")
    for by in (council.cast.stranger, council.cast.outsider):
        with pytest.raises(NotFound):
            await amending.accept(one.id, by=by, seen_number=1)
    assert (await showing.card(found.id, viewer=author)).post.text == WORDS


async def test_an_accepted_amendment_makes_a_new_version_and_no_other_author(council: Council) -> None:
    author, writer = council.hall.homes["501"][0], council.people[1]
    found = await council.put()
    await supporting.support(found.id, by=council.people[0])
    await amending.amend(found.id, NewAmendment(WORDS + "夜里断电。", "夜里充电不安全"), by=writer)
    one = (await showing.card(found.id, viewer=author)).amendments[0]
    with pytest.raises(Taken):
        await amending.accept(one.id, by=author, seen_number=0)
    after = await amending.accept(one.id, by=author, seen_number=1)
    card = await showing.card(found.id, viewer=writer)
    assert (after.text_number, card.post.text) == (2, WORDS + "夜里断电。")
    assert [(line.number, line.amendment_id) for line in card.versions] == [(1, None), (2, one.id)]
    assert card.standing.author_id == author.person_id
    assert card.steps[-1].verb == "proposal.accept_amendment"
    with pytest.raises(WrongState):
        await amending.refuse(one.id, by=author, reason="后悔了")


async def test_a_refused_amendment_has_a_reason_and_can_be_put_as_a_proposal_of_its_own(council: Council) -> None:
    author, writer = council.hall.homes["501"][0], council.people[1]
    found = await council.put()
    with pytest.raises(Invalid):
        await amending.amend(found.id, NewAmendment(WORDS, "一样的"), by=writer)
    await amending.amend(found.id, NewAmendment("装在小区门口，不装车棚。", "车棚太窄"), by=writer)
    one = (await showing.card(found.id, viewer=author)).amendments[0]
    with pytest.raises(WrongState):
        await amending.put_as_own(one.id, by=writer)
    with pytest.raises(Invalid):
        await amending.refuse(one.id, by=author, reason=" ")
    await amending.refuse(one.id, by=author, reason="门口没有电源。")
    with pytest.raises(NotAllowed):
        await amending.put_as_own(one.id, by=author)
    made = await amending.put_as_own(one.id, by=writer)
    assert made.proposal.author_id == writer.person_id
    with pytest.raises(WrongState):
        await amending.put_as_own(one.id, by=writer)


async def test_an_amendment_is_hidden_with_the_reply_that_brought_it_and_taken_back_by_its_writer(
    council: Council,
) -> None:
    author, writer = council.hall.homes["501"][0], council.people[1]
    found = await council.put()
    made = await amending.amend(found.id, NewAmendment("装在小区门口，不装车棚。", "车棚太窄"), by=writer)
    one = (await showing.card(found.id, viewer=author)).amendments[0]
    await fetch("UPDATE reply SET state='hidden' WHERE id=$1 RETURNING id", made.id)
    assert (await showing.card(found.id, viewer=author)).amendments == ()
    with pytest.raises(NotFound):
        await amending.accept(one.id, by=author, seen_number=0)
    await fetch("UPDATE reply SET state='published' WHERE id=$1 RETURNING id", made.id)
    with pytest.raises(NotAllowed):
        await amending.withdraw(one.id, by=author)
    await amending.withdraw(one.id, by=writer)
    with pytest.raises(WrongState):
        await amending.accept(one.id, by=author, seen_number=0)


async def test_what_nobody_settled_before_the_vote_is_left_and_can_be_put_by_its_writer(council: Council) -> None:
    """Nothing is offered that would be refused, and a vote that is void lets it wait again."""
    author, writer, here = council.hall.homes["501"][0], council.people[1], council.cast.here.id
    found = await council.discussed()
    await amending.amend(found.id, NewAmendment("装在小区门口，不装车棚。", "车棚太窄"), by=writer)
    [one] = (await showing.card(found.id, viewer=writer)).amendments
    assert (one.is_waiting, one.may_be_put, one.words) == (True, False, "等提出人决定")
    assert [each.amendments for each in (await lists.proposals(viewer=writer, place_id=here)).lines] == [1]
    await at(found, ProposalStage.VOTE)
    [one] = (await showing.card(found.id, viewer=writer)).amendments
    assert (one.is_waiting, one.may_be_put, one.words) == (False, True, "没有来得及决定")
    assert [each.amendments for each in (await lists.proposals(viewer=writer, place_id=here)).lines] == [0]
    with pytest.raises(WrongState):
        await amending.accept(one.id, by=author, seen_number=1)
    await at(found, ProposalStage.DISCUSSION)
    assert (await showing.card(found.id, viewer=writer)).amendments[0].is_waiting
    await at(found, ProposalStage.NOT_TAKEN)
    made = await amending.put_as_own(one.id, by=writer)
    assert made.proposal.author_id == writer.person_id
    assert not (await showing.card(found.id, viewer=writer)).amendments[0].may_be_put


async def test_an_author_who_left_is_given_no_amendment_any_more(council: Council) -> None:
    author, writer = council.hall.homes["501"][0], council.people[1]
    found = await council.supported()
    await amending.amend(found.id, NewAmendment("装在小区门口，不装车棚。", "车棚太窄"), by=writer)
    await leaving.delete_account(by=author)
    card = await showing.card(found.id, viewer=writer)
    assert (card.may_amend, card.amendments[0].may_be_put) == (False, True)
    with pytest.raises(WrongState, match="author_gone"):
        await amending.amend(found.id, NewAmendment(WORDS + "夜里断电。", "安全"), by=council.people[2])


async def test_who_leaves_takes_back_what_is_open_and_their_topics(council: Council) -> None:
    """What is sought or talked over goes on without them."""
    author, writer, here = council.hall.homes["501"][0], council.people[1], council.cast.here.id
    found = await council.supported()
    await amending.amend(found.id, NewAmendment("装在小区门口，不装车棚。", "车棚太窄"), by=writer)
    new = NewProposal("小花园里修一个凉亭，夏天乘凉。", title="修凉亭", is_topic_only=True)
    topic = (await putting.begin(new, by=writer, place_id=here)).proposal
    sought = await council.put("东门口装快递柜", "东门口装一个快递柜，物业来管。", by=writer)
    await leaving.delete_account(by=writer)
    card = await showing.card(found.id, viewer=author)
    assert [(one.state.value, one.is_waiting) for one in card.amendments] == [("withdrawn", False)]
    with pytest.raises(WrongState):
        await amending.accept(card.amendments[0].id, by=author, seen_number=1)
    stages = [(await standing(one.id)).stage for one in (topic, sought, found)]
    assert stages == [ProposalStage.WITHDRAWN, ProposalStage.SUPPORT, ProposalStage.SCREENING]
    assert (await showing.card(topic.id, viewer=author)).steps[-1].verb == "proposal.withdraw"
