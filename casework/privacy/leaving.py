"""注销: an account goes for good. What names or reaches somebody is gone; what is counted stays, under 已注销."""

from __future__ import annotations

import re

from casework import erasing
from casework.cases import clearing
from casework.mediation import clearing as mediation_clearing
from casework.privacy import released
from courier import consents, reach
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.person import WORKS_HERE
from models.transaction import execute, fetch, fetch_one, transaction
from models.wording import say
from people import files
from people.audit import record
from people.permissions import allow
from people.scope import must_see
from people.viewers import Viewer, viewer_of

_PAPER = re.compile(r"[A-Za-z0-9-]{1,20}")
"""Numbers of signed requests: nothing that could name somebody, since the audit log keeps it for good."""
_CONVERSATIONS = (
    "SELECT v.id FROM conversation v JOIN contact c ON c.id=v.contact_id WHERE c.person_id=$1 ORDER BY v.id"
)
_FORGET = (
    "DELETE FROM personal WHERE person_id=$1",
    "DELETE FROM person_tag WHERE person_id=$1",
    "DELETE FROM role WHERE person_id=$1",
    "DELETE FROM web_session WHERE person_id=$1",
    "DELETE FROM bind_code WHERE person_id=$1",
    "DELETE FROM group_code WHERE person_id=$1",
    "DELETE FROM login_code WHERE person_id=$1",
    "DELETE FROM second_step WHERE person_id=$1",
    "DELETE FROM recovery_code WHERE person_id=$1",
    "DELETE FROM staff_notice WHERE person_id=$1",
    "DELETE FROM team_member WHERE person_id=$1",
    "DELETE FROM case_watcher WHERE person_id=$1",
    "DELETE FROM visit_plan WHERE person_id=$1",
    "DELETE FROM booking WHERE person_id=$1",
    *(f"DELETE FROM {table} WHERE person_id=$1" for table in ("mention", "post_follow", "post_seen", "notice_receipt")),
    *(f"DELETE FROM {table} WHERE person_id=$1" for table in ("board_seen", "post_draft", "bell_line", "board_choice")),
    "DELETE FROM post_edit WHERE by_id=$1",
    "UPDATE board SET named_id=NULL WHERE named_id=$1",
    "UPDATE visit_plan SET goes_id=NULL WHERE goes_id=$1",
    "UPDATE patrol_route SET goes_id=NULL WHERE goes_id=$1",
    "UPDATE look SET note_sealed=NULL WHERE person_id=$1",
    "UPDATE service SET note_sealed=NULL WHERE person_id=$1",
)
"""What goes with an account, each by the person's id."""
_TOLD = (
    "DELETE FROM push WHERE person_id=$1 OR contact_id IN (SELECT id FROM contact WHERE person_id=$1)",
    "DELETE FROM push_choice WHERE who='person:' || CAST(CAST($1 AS BIGINT) AS TEXT)",
    "DELETE FROM push_choice WHERE who IN (SELECT 'contact:' || CAST(id AS TEXT) FROM contact WHERE person_id=$1)",
)
"""What they were to hear and what they chose to, while their chats are still known as theirs."""
_REQUESTS = (
    "UPDATE join_request SET name=$1, shown_name=$1, phone_sealed=NULL, phone_hash=NULL, helper_name='', words='',"
    " state=CASE WHEN state='waiting' THEN 'withdrawn' ELSE state END, open_building_id=NULL, version=version+1"
    " WHERE person_id=$2 OR contact_id IN (SELECT id FROM contact WHERE person_id=$2)"
)
_HOMES = (
    "UPDATE residence SET state=CASE WHEN state='living' THEN 'moved_out' ELSE 'refused' END, until=$1,"
    " open_home_id=NULL, version=version+1 WHERE person_id=$2 AND open_home_id IS NOT NULL"
)
_ACTINGS = (
    "UPDATE acting SET state='ended', open_elder_id=NULL, ended_at=$1, ended_by_id=$2"
    " WHERE (helper_id=$2 OR elder_id=$2) AND state<>'ended'"
)
_IN_PRIVATE = "EXISTS (SELECT 1 FROM post p WHERE p.id=reply.post_id AND p.is_private)"
_OF_OFFICE = "EXISTS (SELECT 1 FROM notice n WHERE n.post_id=post.id)"
_SIGNED_FOR = (
    "r.state='living' AND covenant_signature.key IN ('household:' || CAST(r.household_id AS TEXT),"
    " 'home:' || CAST(r.open_home_id AS TEXT))"
)
"""A covenant that one of a household signed stays signed while anybody of it lives there, and nobody signs it again."""
_TAKING_PART = (
    "DELETE FROM sign_up WHERE person_id=$1 AND present_at IS NULL",
    "DELETE FROM named_answer WHERE person_id=$1",
    "DELETE FROM survey_taker WHERE person_id=$1",
    "DELETE FROM meeting_seat WHERE person_id=$1 AND NOT (is_frozen AND (is_member OR came_at IS NOT NULL))",
    *(f"DELETE FROM {table} WHERE person_id=$1" for table in ("key_supporter", "key_voice", "key_rated")),
    (
        "UPDATE key_matter SET state='withdrawn', title='', text='' WHERE person_id=$1 AND (state='held'"
        " OR state='withdrawn' OR (state='put' AND id NOT IN (SELECT s.matter_id FROM key_supporter s)))"
    ),
    "UPDATE key_matter SET person_id=NULL WHERE person_id=$1",
    "DELETE FROM appraisal_voice WHERE person_id=$1",
    "DELETE FROM paper_objection WHERE objection_id IN (SELECT id FROM objection WHERE person_id=$1)",
    "UPDATE objection SET state='withdrawn' WHERE person_id=$1 AND state='open'",
    "UPDATE objection SET text='' WHERE person_id=$1",
    (
        "UPDATE covenant_signature SET person_id=NULL, shows_name=FALSE, key=CASE WHEN"
        f" EXISTS (SELECT 1 FROM residence r WHERE r.person_id<>$1 AND {_SIGNED_FOR}) THEN key"
        " ELSE 'gone:' || CAST(id AS TEXT) END WHERE person_id=$1 OR (person_id IS NULL AND"
        f" EXISTS (SELECT 1 FROM residence r WHERE r.person_id=$1 AND {_SIGNED_FOR}))"
    ),
    "UPDATE meeting_seat SET person_id=NULL, shown_as='' WHERE person_id=$1",
    (
        "UPDATE complaint SET text='', answer='', open_for=NULL,"
        " state=CASE WHEN state='open' THEN 'withdrawn' ELSE state END WHERE person_id=$1"
    ),
)
"""Places they have, or had and did not come, and what they were invited to. That they were there, or a member of a
hearing, how they rated, that something was complained of, and was so, is counted and stays, without what they said."""
_AMENDED = (
    "UPDATE amendment SET state='withdrawn', settled_at=$2, version=version+1 WHERE author_id=$1 AND state='open'"
)
_TOPICS = (
    "UPDATE proposal SET stage='withdrawn', stage_at=$2, due_at=NULL, version=version+1"
    " WHERE author_id=$1 AND stage='topic' RETURNING id, place_id"
)
_TOPIC_STEP = (
    "INSERT INTO proposal_step (created_at, proposal_id, place_id, from_stage, stage, verb, by_id, reason, is_public)"
    " VALUES ($1,$2,$3,'topic','withdrawn','proposal.withdraw',$4,'',$5)"
)
"""Of what they proposed: topics, which nobody else could put; and amendments that nobody has settled yet."""
_SUPPORTS = (
    (
        "UPDATE proposal SET support_count=support_count+CASE WHEN stage='support' THEN 0 ELSE 1 END"
        " WHERE id IN (SELECT s.proposal_id FROM proposal_support s WHERE s.person_id=$1)"
    ),
    "DELETE FROM proposal_support WHERE person_id=$1",
)
"""While support is sought it is taken back, and somebody else of the household may give it. What was found already
stays counted, without whose it was: the database counts one less for each row that goes."""
_TAKEN_AWAY = "state IN ('deleted','hidden','held')"
_MODERATED = (
    *(f"DELETE FROM {table} WHERE person_id=$1" for table in ("flag", "juror")),
    (
        "UPDATE appeal SET text='', answer='', state=CASE WHEN state='open' THEN 'withdrawn' ELSE state END"
        " WHERE measure_id IN (SELECT id FROM measure WHERE person_id=$1)"
    ),
    "UPDATE measure SET title='', text='', note='' WHERE person_id=$1",
)
"""What was done about what they wrote, and what they said to it and of others: that it was done stays."""
_NOT_FOUND = (
    "DELETE FROM post_word WHERE post_id IN (SELECT id FROM post WHERE author_id=$1"
    f" AND ((is_private AND NOT {_OF_OFFICE}) OR {_TAKEN_AWAY}))"
)
"""Nor are they found by it any longer."""
_POSTED = (
    (
        f"UPDATE post SET title=$1, text=$2, reason='' WHERE author_id=$3 AND ((is_private AND NOT {_OF_OFFICE})"
        f" OR {_TAKEN_AWAY})"
    ),
    f"UPDATE reply SET text=$2, reason=$1 WHERE author_id=$3 AND ({_TAKEN_AWAY} OR {_IN_PRIVATE})",
    (
        "UPDATE amendment SET title=$1, text=$2, reason='' WHERE author_id=$3 AND (state='withdrawn'"
        f" OR EXISTS (SELECT 1 FROM reply r WHERE r.id=amendment.reply_id AND r.{_TAKEN_AWAY}))"
    ),
)
"""What was said in private, or taken away; what neighbours talk about stays, by somebody who is gone."""
_OF_THEIRS = "post_id IN (SELECT id FROM post WHERE author_id=$1)"
_THINGS = (
    "UPDATE reservation SET state='let_go', open_for=NULL, ended_at=$2 WHERE person_id=$1 AND state='waiting'",
    (
        "UPDATE reservation SET state='passed', open_for=NULL, ended_at=$2 WHERE state='waiting'"
        f" AND item_id IN (SELECT id FROM item WHERE {_OF_THEIRS})"
    ),
    (
        "UPDATE reservation SET state='returned', open_for=NULL, ended_at=$2 WHERE state='lent'"
        f" AND item_id IN (SELECT id FROM item WHERE {_OF_THEIRS})"
    ),
    f"UPDATE item SET state='withdrawn', settled_at=$2 WHERE state='open' AND {_OF_THEIRS}",
    f"UPDATE wish SET state='withdrawn', done_at=$2 WHERE state IN ('open','claimed') AND {_OF_THEIRS}",
    "UPDATE wish SET state='open', claimed_at=NULL, fresh_at=$2 WHERE claimed_by_id=$1 AND state='claimed'",
)
"""What they offered or asked for ends; whoever is next in line is first from then on, and what they took on is open."""
_THINGS_FORGOTTEN = (
    "UPDATE wish SET claimed_by_id=NULL WHERE claimed_by_id=$1",
    "UPDATE wish SET for_person_id=NULL WHERE for_person_id=$1",
    f"UPDATE wish SET thanks='' WHERE {_OF_THEIRS}",
    "DELETE FROM no_show WHERE person_id=$1",
)
_LENT = (
    "SELECT p.title FROM reservation r JOIN item i ON i.id=r.item_id JOIN post p ON p.id=i.post_id"
    " WHERE r.person_id=$1 AND r.state='lent' AND p.state<>'deleted' AND EXISTS (SELECT 1 FROM role o"
    " WHERE o.person_id=p.author_id AND o.place_id=i.place_id) ORDER BY r.id LIMIT 1"
)
"""What they have lent from somebody who is still there to have it back."""
_ASKED_FOR = "UPDATE question SET on_behalf_of=$1 WHERE behalf_person_id=$2 AND on_behalf_of<>''"
_GONE_CONTACT = "UPDATE contact SET person_id=NULL, bound_at=NULL, closed_at=$1, address=$2 WHERE id=$3"
_GONE_PERSON = (
    "UPDATE person SET name=$1, shown_name=$1, username=NULL, password_hash=NULL, start_until=NULL, is_active=$2,"
    " party_marked_at=NULL, party_shown_at=NULL"
    " WHERE id=$3 AND is_active RETURNING id"
)


async def must_be_able_to_leave(*, viewer: Viewer) -> None:
    """Refuse while something of theirs is open, and whoever still works here: who leads ends their account."""
    allow(viewer, "privacy.delete", None)
    await _must_be_settled(viewer)


async def delete_account(*, by: Viewer) -> None:
    """注销账号: one's own account, at once and for good."""
    await must_be_able_to_leave(viewer=by)
    await _leave(by, by=by, detail="")


async def delete_account_of(person_id: int, *, by: Viewer, paper: str) -> None:
    """代为注销: the account of somebody who asked for it at the desk; ``paper``: the number of their signed request."""
    if not _PAPER.fullmatch(paper.strip()):
        raise Invalid("privacy.paper_wrong")
    row = await fetch_one("SELECT place_id FROM person WHERE id=$1 AND is_active", person_id)
    if row is None:
        raise NotFound("person.not_found")
    must_see(by, "person.delete", row["place_id"], thing="person")
    leaver = await viewer_of(person_id)
    assert leaver is not None
    await _must_be_settled(leaver)
    await _leave(leaver, by=by, detail=f"paper {paper.strip()}")


async def _must_be_settled(leaver: Viewer) -> None:
    if await fetch_one(f"SELECT id FROM role WHERE person_id=$1 AND name IN {WORKS_HERE}", leaver.person_id):
        raise NotAllowed("privacy.works_here")
    if (number := await clearing.open_of(person_id=leaver.person_id)) is not None:
        raise WrongState("conversation.erase_open", number=number)
    if (number := await mediation_clearing.open_of(leaver.person_id)) is not None:
        raise WrongState("conversation.erase_open", number=number)
    if (lent := await fetch_one(_LENT, leaver.person_id)) is not None:
        raise WrongState("privacy.still_lent", title=lent["title"])
    for row in await fetch(_CONVERSATIONS, leaver.person_id):
        await erasing.must_be_settled(row["id"], by=leaver)


async def _leave(leaver: Viewer, *, by: Viewer, detail: str) -> None:
    person_id = leaver.person_id or 0
    async with transaction():
        if await fetch_one(_GONE_PERSON, say("privacy.gone"), False, person_id) is None:  # noqa: FBT003
            raise Taken("privacy.gone_already")
        await _must_be_settled(leaver)  # Once more, under the person's row, which whoever gives a role takes, too.
        await _leave_boards(person_id)
        for row in await fetch(_CONVERSATIONS, person_id):
            await erasing.erase(row["id"], by=leaver)
        await clearing.empty_of(person_id=person_id, words=say("erase.by_resident"), now=clock.now())
        await mediation_clearing.leave(person_id)
        await execute(_HOMES, clock.today(), person_id)
        await execute(_REQUESTS, say("privacy.gone"), person_id)
        await execute(_ACTINGS, clock.now(), person_id)
        await execute(_ASKED_FOR, say("privacy.gone"), person_id)
        await files.drop_of_person(person_id)
        for statement in _TOLD:
            await execute(statement, person_id)
        await _close_contacts(person_id, kept=by.contact_id)
        for statement in _FORGET:
            await execute(statement, person_id)
        await record(
            by, "privacy.delete", subject="person", subject_id=person_id, place_id=leaver.place_id, detail=detail
        )


async def _leave_boards(person_id: int) -> None:
    """Before anything else locks the audit log: whoever answers in a thread locks the thread first."""
    await execute("DELETE FROM reaction WHERE person_id=$1", person_id)
    for statement in _TAKING_PART:
        await execute(statement, person_id)
    await execute(_AMENDED, person_id, clock.now())
    for statement in _POSTED:
        await execute(statement, say("erase.by_resident"), say("erase.by_resident"), person_id)
    await _leave_proposals(person_id)
    await execute(_NOT_FOUND, person_id)
    await released.tell(person_id)
    for statement in _THINGS:
        await execute(statement, person_id, clock.now())
    for statement in (*_THINGS_FORGOTTEN, *_MODERATED):
        await execute(statement, person_id)


async def _leave_proposals(person_id: int) -> None:
    """After their posts: whoever decides on a proposal holds its post first."""
    now = clock.now()
    for statement in _SUPPORTS:
        await execute(statement, person_id)
    for row in await fetch(_TOPICS, person_id, now):
        await execute(_TOPIC_STEP, now, row["id"], row["place_id"], person_id, True)  # noqa: FBT003


async def _close_contacts(person_id: int, *, kept: int | None) -> None:
    """The addresses go, so that whoever writes from one again is somebody new. The chat in which it was asked for stays
    as that of somebody unknown: it is told."""
    await execute("UPDATE contact SET person_id=NULL, bound_at=NULL WHERE id=$1 AND person_id=$2", kept, person_id)
    rows = await fetch("SELECT id, channel, address FROM contact WHERE person_id=$1 ORDER BY id", person_id)
    for row in rows:
        lane = f"{row['channel']}:{row['address']}"
        await reach.erase(lane)
        await consents.drop(lane)
        await execute(_GONE_CONTACT, clock.now(), f"gone-{row['id']}", row["id"])
