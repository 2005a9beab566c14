"""What somebody's own data says of votes: that they voted, of a named one what, of a secret one never; and after they
are gone the roll is what it was."""

from __future__ import annotations

from casework.privacy import copies, kept, leaving
from casework.privacy.votes import VoteKept
from forum.votes import casting, rolls, showing
from models.ballot import Vote, VoteMethod
from tests.forum.votes.conftest import Hall


async def test_a_copy_tells_what_is_on_a_roll_and_leaving_changes_no_roll(hall: Hall) -> None:
    await hall.street(6)
    wang, li, *_ = hall.all()
    secret = await hall.opened()
    named = await hall.opened(
        is_secret=False, method=VoteMethod.SCORE, options=(("青松翠柏", None), ("白鹤芦花", None)), rule="advice"
    )
    receipt = await casting.cast(secret, by=wang, voter_id=await hall.voter(secret, wang), points={2: 1})
    await casting.cast(named, by=wang, voter_id=await hall.voter(named, wang), points={1: 1, 2: 5})
    told = VoteKept("要不要在车棚装充电桩", "3号楼 101", is_secret=False, cast="web", chosen="青松翠柏、白鹤芦花 5")
    found = (await kept.kept(viewer=wang)).votes
    assert found == (told, VoteKept(told.vote, told.roll_line, is_secret=True, cast="web", chosen=""))
    assert [(one.cast, one.chosen) for one in (await kept.kept(viewer=li)).votes] == [("", ""), ("", "")]
    copy = (await copies.copy_of(by=wang, in_full=True)).decode()
    assert ("白鹤芦花 5" in copy, receipt in copy, "不赞成" in copy) == (True, False, False)
    await leaving.delete_account(by=wang)
    for vote_id in (secret, named):
        assert await rolls.digest(vote_id) == (await Vote.get(id=vote_id)).roll_hash
        assert (await showing.vote(vote_id, viewer=hall.cast.gao)).line.voted == 1
