"""Amendments: other words for a proposal by whoever lives here, taken or refused by its author and by nobody else.

An amendment says why in a reply of the thread: it is screened, held, flagged and hidden as that reply is.
"""

from __future__ import annotations

from dataclasses import dataclass

from courier.letters import Letter, Link
from forum import posted, replies
from forum.deliberation import freezing, putting
from forum.deliberation.found import Standing, has_author, held, standing, visible_proposal
from forum.deliberation.moving import note
from forum.deliberation.putting import NewProposal, Put
from forum.deliberation.stages import AMENDED
from forum.moderation.holding import screened_or_refused
from forum.moderation.screen import Words
from forum.posts import Published
from forum.replies import NewReply
from forum.search import indexing
from forum.sight import Found
from forum.states import move as move_post
from forum.words import MOST_REASON, one_line, reason_of, text_of, title_of
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Taken, TooMany, WrongState
from models.post import PostState, Thing
from models.proposal import AmendmentState
from models.rules import rules
from models.transaction import Row, execute, fetch_one, transaction
from models.wording import say
from people.audit import record
from people.permissions import allow
from people.telling import tell_resident
from people.viewers import Viewer

MOST_TEXT, MOST_NOTE = 4_000, 500
OPEN, ACCEPTED, REFUSED = AmendmentState.OPEN, AmendmentState.ACCEPTED, AmendmentState.REFUSED
WITHDRAWN = AmendmentState.WITHDRAWN


@dataclass(frozen=True, slots=True)
class NewAmendment:
    """Other words for a proposal, and why; ``title`` empty: the present one stays."""

    text: str
    note: str
    title: str = ""
    key: str = ""


async def amend(proposal_id: int, new: NewAmendment, *, by: Viewer) -> Published:
    """提修改建议: the whole text as it should be; neighbours see both side by side, its author decides."""
    found, post = await visible_proposal(proposal_id, by)
    allow(by, "proposal.amend", found.place_id)
    why = one_line(new.note)
    if not 0 < len(why) <= MOST_NOTE:
        raise Invalid("proposal.amendment_note", most=MOST_NOTE)
    words = Words(text_of(new.text, most=MOST_TEXT), title_of(new.title) or post.title, is_change=True)
    screened = await screened_or_refused(words, by=by, place_id=found.place_id, kind=post.kind)
    if (screened.title, screened.text) == (post.title, post.text):
        raise Invalid("proposal.amendment_same")

    async def along(reply_id: int) -> None:
        await _write(reply_id, proposal_id, title=screened.title, text=screened.text, by=by)

    said = say("proposal.amendment_reply", note=why, title=screened.title, text=screened.text)
    return await replies.reply(post.id, NewReply(said, key=new.key, is_change=True), by=by, along=along)


async def _write(reply_id: int, proposal_id: int, *, title: str, text: str, by: Viewer) -> None:
    proposal = await held(proposal_id)
    _must_take_amendments(proposal)
    if not await has_author(proposal):
        raise WrongState("proposal.author_gone", number=proposal.number)
    most = rules().deliberation.most_amendments
    row = await fetch_one("SELECT count(*) AS n FROM amendment WHERE proposal_id=$1 AND state='open'", proposal_id)
    if row is not None and row["n"] >= most:
        raise TooMany("proposal.too_many_amendments", most=most)
    made = await fetch_one(
        "INSERT INTO amendment (created_at, proposal_id, place_id, reply_id, author_id, base_number, title, text,"
        " state, reason, version) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,'open','',1) RETURNING id",
        *(clock.now(), proposal_id, proposal.place_id, reply_id, by.person_id, proposal.text_number, title, text),
    )
    assert made is not None
    await record(by, "proposal.amend", subject="amendment", subject_id=made["id"], place_id=proposal.place_id)


def _must_take_amendments(proposal: Standing) -> None:
    if proposal.stage not in AMENDED:
        raise WrongState("proposal.no_amendments_now", number=proposal.number)


async def accept(amendment_id: int, *, by: Viewer, seen_number: int) -> Standing:
    """采纳: the proposal's author lets it say that from now on, as a new version; who supports it is told.

    ``seen_number``: the version it was compared with; Taken where there is another by now.
    """
    row, found, post = await _for_author(amendment_id, "proposal.accept_amendment", by=by)
    cut = await indexing.cut(row["title"], row["text"], place_id=found.place_id)
    async with transaction():
        await move_post(post.standing, "post.edit", title=row["title"], text=row["text"], edited_at=clock.now())
        now_held = await held(found.id)
        _must_take_amendments(now_held)
        if now_held.text_number != seen_number:
            raise Taken("proposal.changed", number=found.number)
        await _settle(row, ACCEPTED)
        await posted.keep_former(Thing.POST, post.id, place_id=post.place_id, title=post.title, text=post.text, by=by)
        await indexing.keep(post.id, cut)
        await execute("UPDATE proposal SET version=version+1 WHERE id=$1", found.id)
        number = now_held.text_number
        if number:
            number += 1
            await freezing.freeze(found.id, post_id=post.id, number=number, amendment_id=amendment_id)
        reason = say("proposal.step.accepted", number=number) if number else say("proposal.step.accepted_early")
        await note(now_held, "proposal.accept_amendment", by=by, reason=reason)
    return await standing(found.id)


async def refuse(amendment_id: int, *, by: Viewer, reason: str) -> None:
    """不采纳: by the proposal's author alone, with a reason that everybody reads."""
    row, found, post = await _for_author(amendment_id, "proposal.refuse_amendment", by=by)
    why = reason_of(reason)
    if not why:
        raise Invalid("proposal.reason_missing")
    if len(one_line(reason)) > MOST_REASON:
        raise Invalid("proposal.reason_too_long", most=MOST_REASON)
    async with transaction():
        await _settle(row, REFUSED, reason=why)
        await _tell_refused(row, found, post, reason=why)
        place_id = found.place_id
        await record(by, "proposal.refuse_amendment", subject="amendment", subject_id=row["id"], place_id=place_id)


async def _tell_refused(row: Row, found: Standing, post: Found, *, reason: str) -> None:
    text = say("proposal.letter.amendment_refused", number=found.number, title=post.title, reason=reason)
    link = Link(say("proposal.letter.link"), f"/proposals/{found.id}/amendments/{row['id']}")
    await tell_resident(Letter(text, links=(link,)), person_id=row["author_id"], kind="proposal.amendment")


async def withdraw(amendment_id: int, *, by: Viewer) -> None:
    """收回: one's own amendment, while it is open."""
    row, found, _ = await _visible(amendment_id, by)
    allow(by, "proposal.withdraw_amendment", found.place_id)
    if row["author_id"] != by.person_id:
        raise NotAllowed("proposal.amendment_not_yours")
    async with transaction():
        await _settle(row, WITHDRAWN)
        place_id = found.place_id
        await record(by, "proposal.withdraw_amendment", subject="amendment", subject_id=row["id"], place_id=place_id)


async def put_as_own(amendment_id: int, *, by: Viewer, key: str = "") -> Put:
    """另提一个: what was refused, or nobody can settle any more, as a proposal of one's own."""
    row, found, _ = await _visible(amendment_id, by)
    if row["author_id"] != by.person_id:
        raise NotAllowed("proposal.amendment_not_yours")
    if row["made_post_id"] is not None or not await _is_of_no_use(row, found):
        raise WrongState("proposal.amendment_settled")
    new = NewProposal(row["text"], title=row["title"], key=key or f"amendment-{amendment_id}")
    made = await putting.begin(new, by=by, place_id=found.place_id)
    await execute("UPDATE amendment SET made_post_id=$1 WHERE id=$2", made.post.id, amendment_id)
    return made


async def _is_of_no_use(row: Row, found: Standing) -> bool:
    """Whether it was refused, or was left when the words were settled or their author went."""
    state = AmendmentState(row["state"])
    return state is REFUSED or (state is OPEN and (found.stage not in AMENDED or not await has_author(found)))


async def _settle(row: Row, state: AmendmentState, *, reason: str = "") -> None:
    done = await execute(
        "UPDATE amendment SET state=$1, reason=$2, settled_at=$3, version=version+1 WHERE id=$4 AND state='open'",
        *(state.value, reason, clock.now(), row["id"]),
    )
    if done != 1:
        raise WrongState("proposal.amendment_settled")


async def _for_author(amendment_id: int, verb: str, *, by: Viewer) -> tuple[Row, Standing, Found]:
    """An amendment that is shown, for the author of the proposal; whoever else sees it may not settle it."""
    row, found, post = await _visible(amendment_id, by)
    allow(by, verb, found.place_id)
    if by.person_id is None or by.person_id != found.author_id:
        raise NotAllowed("proposal.author_decides")
    if PostState(row["reply_state"]) is not PostState.PUBLISHED:
        raise WrongState("proposal.amendment_not_shown")
    return row, found, post


_READ = (
    "SELECT a.id, a.proposal_id, a.author_id, a.base_number, a.title, a.text, a.state, a.made_post_id,"
    " r.state AS reply_state FROM amendment a JOIN reply r ON r.id=a.reply_id WHERE a.id=$1"
)


async def _visible(amendment_id: int, viewer: Viewer) -> tuple[Row, Standing, Found]:
    row = await fetch_one(_READ, amendment_id)
    if row is None:
        raise NotFound("proposal.no_amendment")
    found, post = await visible_proposal(row["proposal_id"], viewer)
    is_shown = PostState(row["reply_state"]) in (PostState.PUBLISHED, PostState.LOCKED)
    if not is_shown and row["author_id"] != viewer.person_id:
        raise NotFound("proposal.no_amendment")
    return row, found, post
