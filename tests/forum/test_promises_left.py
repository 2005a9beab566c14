"""What somebody has of decisions stands on their own page, and goes with them; what is counted stays."""

from __future__ import annotations

import pytest

from casework.privacy import leaving
from casework.privacy.kept import kept
from forum.promises import appraisals, covenants, objections, publications, signatures
from forum.promises.appraisals import NewAppraisal
from forum.promises.covenants import NewVersion
from forum.promises.publications import NewPublication
from models import clock
from models.appraisal import AppraisalRating, AppraisalVoice
from models.covenant import CovenantSignature
from models.errors import Taken
from models.post import Reply
from models.proposal import Amendment, AmendmentState, ProposalStage
from models.publication import Objection, ObjectionState
from people.viewers import Viewer
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours
from tests.forum.promises import building, moves_in, proposal_at

S = ProposalStage
WORDS, ANSWER = "离我家窗口太近，晚上吵", "已经改到西边，离楼二十米"


async def _published(cast: Neighbours) -> int:
    found = await proposal_at(cast, S.PUBLICATION)
    return await publications.publish(NewPublication(found.id, "project", "装充电桩", "东门装十个", 7), by=cast.gao)


async def _objected(cast: Neighbours, who: Viewer, *, answered: bool) -> int:
    publication_id = await _published(cast)
    made = await objections.make(publication_id, by=who, text=WORDS)
    if answered:
        await objections.answer(made, by=cast.gao, text=ANSWER)
    return publication_id


async def _signed(cast: Neighbours, who: Viewer) -> int:
    found = await proposal_at(cast, S.COVENANT)
    new = NewVersion(found.id, "一、遛狗牵绳", clock.today(), "household", title="文明公约")
    covenant_id = await covenants.publish(new, by=cast.gao)
    await signatures.sign(covenant_id, by=who, number=1, shows_name=True)
    return covenant_id


async def _rated(cast: Neighbours, who: Viewer) -> int:
    found = await proposal_at(cast, S.CARRYING_OUT)
    appraisal_id = await appraisals.begin(NewAppraisal(found.id, "物业公司", 7), by=cast.gao)
    await appraisals.rate(appraisal_id, by=who, outcome=5, unit=4, words="很好")
    return appraisal_id


async def test_objections_signatures_and_ratings_stand_on_ones_own_page(cast: Neighbours, clock: StillClock) -> None:
    await moves_in(cast, cast.li, into=await building(cast), label="501")
    await _objected(cast, cast.li, answered=True)
    await _signed(cast, cast.li)
    await _rated(cast, cast.li)
    found = [(one.promise, one.own, one.text, one.answer) for one in (await kept(viewer=cast.li)).promises]
    assert found == [
        ("装充电桩", "您提了异议（已答复）", WORDS, ANSWER),
        ("文明公约", "您签了第 1 版，公开称呼", "", ""),
        ("装充电桩", "您评过了，评了几分没有人知道", "", ""),
    ]
    assert (await kept(viewer=cast.wang)).promises == ()


async def test_nothing_of_it_names_who_left_and_every_count_stays(cast: Neighbours, clock: StillClock) -> None:
    await moves_in(cast, cast.li, into=await building(cast), label="501")
    answered = await _objected(cast, cast.li, answered=True)
    await _objected(cast, cast.li, answered=False)
    covenant_id, appraisal_id = await _signed(cast, cast.li), await _rated(cast, cast.li)
    await leaving.delete_account(by=cast.li)
    assert {one.text for one in await Objection.all()} == {""}
    assert {one.state for one in await Objection.all()} == {ObjectionState.ANSWERED, ObjectionState.WITHDRAWN}
    line = (await publications.publication(answered, viewer=cast.wang)).line
    assert (line.objections, line.waiting) == (1, 0)
    newest = (await covenants.covenant(covenant_id, viewer=cast.wang)).newest
    assert newest.signed == 1
    assert await signatures.names(newest, place_id=cast.here.id, viewer=cast.wang) == []
    signature = await CovenantSignature.get()
    assert (signature.person_id, signature.key, signature.shows_name) == (None, f"gone:{signature.id}", False)
    assert await AppraisalVoice.filter(person_id=cast.li.person_id).count() == 0
    assert await AppraisalRating.filter(appraisal_id=appraisal_id).count() == 1


async def test_who_left_signed_for_the_household_until_the_last_of_it_leaves(
    cast: Neighbours, clock: StillClock
) -> None:
    await moves_in(cast, cast.li, cast.wang, into=await building(cast), label="501")
    covenant_id = await _signed(cast, cast.li)
    await leaving.delete_account(by=cast.li)
    found = await covenants.covenant(covenant_id, viewer=cast.wang)
    own = await signatures.own(found, viewer=cast.wang)
    assert (found.newest.signed, own.has_signed, own.is_mine, own.may_sign) == (1, True, False, False)
    with pytest.raises(Taken):
        await signatures.sign(covenant_id, by=cast.wang, number=1)
    assert await signatures.names(found.newest, place_id=cast.here.id, viewer=cast.wang) == []
    await leaving.delete_account(by=cast.wang)
    signature = await CovenantSignature.get()
    assert (signature.person_id, signature.key) == (None, f"gone:{signature.id}")


async def _amended(cast: Neighbours, who: Viewer, state: AmendmentState, *, reply_state: str = "published") -> int:
    found = await proposal_at(cast, S.DISCUSSION)
    now = clock.now()
    reply = await Reply.create(
        created_at=now,
        post_id=found.post_id,
        author_id=who.person_id,
        place_id=cast.here.id,
        text="x",
        state=reply_state,
    )
    made = await Amendment.create(
        created_at=now,
        proposal=found,
        place_id=cast.here.id,
        reply=reply,
        author_id=who.person_id,
        title="装充电桩",
        text="改成西门",
        state=state,
    )
    return made.id


async def test_amendments_that_were_taken_back_go_and_those_neighbours_talk_about_stay(
    cast: Neighbours, clock: StillClock
) -> None:
    stays = await _amended(cast, cast.li, AmendmentState.ACCEPTED)
    goes = await _amended(cast, cast.li, AmendmentState.WITHDRAWN)
    hidden = await _amended(cast, cast.li, AmendmentState.OPEN, reply_state="hidden")
    await leaving.delete_account(by=cast.li)
    assert (await Amendment.get(id=stays)).text == "改成西门"
    assert "改成西门" not in {(await Amendment.get(id=one)).text for one in (goes, hidden)}
