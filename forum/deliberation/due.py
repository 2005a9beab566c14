"""What comes due with proposals: support that was not found in time, answers that are late, votes that have ended.

Nothing depends on when this runs: what a date refuses is refused when it is done, and looked at when it is read.
"""

from __future__ import annotations

from courier import notices
from courier.letters import Letter, Link
from forum.deliberation.after_votes import follow_due
from forum.deliberation.moving import move
from forum.deliberation.stages import LAPSED, WAITS_FOR_STAFF
from forum.responses import leads
from forum.states import SHOWN_SQL
from models import clock
from models.errors import Refusal
from models.transaction import Row, execute, fetch, transaction
from models.wording import say
from people.audit import record
from people.permissions import allow
from people.viewers import SYSTEM, Viewer

MOST_AT_ONCE = 50
_WAITS_SQL = ", ".join(f"'{one.value}'" for one in WAITS_FOR_STAFF)


async def settle_due(*, by: Viewer) -> int:
    """到期: let lapse what found too little support in time, and let proposals follow their votes; gives how many."""
    allow(by, "proposal.lapse", None)
    rows = await fetch(
        f"SELECT id FROM proposal WHERE stage='support' AND due_at<=$1 ORDER BY due_at, id LIMIT {MOST_AT_ONCE}",
        clock.now(),
    )
    return sum([await _lapse(row["id"]) for row in rows]) + await follow_due()


async def _lapse(proposal_id: int) -> int:
    """What somebody else moves at the same time is theirs."""
    try:
        await move(proposal_id, LAPSED, by=SYSTEM, reason=say("proposal.step.lapsed"))
    except Refusal:
        return 0
    return 1


_LATE = (
    "SELECT r.id, r.place_id, r.number, r.stage, p.title FROM proposal r JOIN post p ON p.id=r.post_id"
    f" WHERE r.due_at<$1 AND r.reminded_at IS NULL AND r.stage IN ({_WAITS_SQL})"
    f" AND (r.stage<>'screening' OR r.answered_at IS NULL) AND p.state IN ({SHOWN_SQL})"
    f" ORDER BY r.due_at, r.id LIMIT {MOST_AT_ONCE}"
)


async def remind_due(*, by: Viewer) -> int:
    """催办: tell who leads the place once of every proposal that waits for them beyond its date; gives how many."""
    allow(by, "proposal.remind", None)
    return sum([await _remind(row, by=by) for row in await fetch(_LATE, clock.now())])


async def _remind(row: Row, *, by: Viewer) -> int:
    async with transaction():
        claim = "UPDATE proposal SET reminded_at=$1 WHERE id=$2 AND reminded_at IS NULL"
        if await execute(claim, clock.now(), row["id"]) != 1:
            return 0
        await record(by, "proposal.remind", subject="proposal", subject_id=row["id"], place_id=row["place_id"])
        text = say(f"proposal.letter.late_{row['stage']}", number=row["number"], title=row["title"])
        letter = Letter(text, links=(Link(say("proposal.letter.desk_link"), "/proposals/desk"),))
        needs = f"proposal.look_after@{row['place_id']}"
        for person_id in await leads(row["place_id"]):
            await notices.tell_person(letter, person_id=person_id, kind="proposal.late", needs=needs)
    return 1
