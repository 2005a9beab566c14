"""评议: those on the roll rate once what came of a proposal and who carried it out; sums are told after the end.

The roll is written down at the opening and knows who has rated; a rating knows nobody. Of fewer than five no sums are
told, and before the end none at all, since two looks before and after one rating would tell it.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from forum.deliberation import moving
from forum.moderation.screen import Verdict, Words, screen
from forum.promises.sight import Decided, decided, must_stand
from forum.promises.tallies import STARS, Result, result_of, written
from forum.states import SHOWN_SQL
from forum.words import one_line
from models import clock
from models.board import BoardName
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.proposal import ProposalStage
from models.rules import rules
from models.transaction import Row, execute, fetch, fetch_one, is_postgres, moment, transaction
from models.wording import say
from nlp.mask import mask
from people.ages import grown_up_by
from people.audit import record
from people.permissions import allow, may
from people.records.small_groups import LEAST
from people.scope import must_see
from people.viewers import Viewer

MOST_UNIT, MOST_WORDS, MOST, MOST_DAYS = 60, 300, 100, 60
_MOST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class NewAppraisal:
    """What is to be rated: of which proposal, and who carried it out; for how many whole days after today."""

    proposal_id: int
    unit: str
    days: int


@dataclass(frozen=True, slots=True)
class AppraisalLine:
    """An appraisal in a list. ``waits``: the viewer is on the roll and has not rated."""

    id: int
    proposal_id: int
    post_id: int
    number: str
    title: str
    unit: str
    closes_at: dt.datetime
    is_settled: bool
    on_roll: bool
    has_rated: bool

    @property
    def is_over(self) -> bool:
        """Whether its last day has ended."""
        return self.closes_at <= clock.now()

    @property
    def waits(self) -> bool:
        """Whether the viewer may rate now."""
        return self.on_roll and not self.has_rated and not self.is_over and not self.is_settled

    @property
    def last_day(self) -> dt.date:
        """Until the end of which day one rates."""
        return clock.local(self.closes_at - dt.timedelta(minutes=1)).date()


@dataclass(frozen=True, slots=True)
class Appraisal:
    """An appraisal; ``result`` once it was counted; ``words`` for staff, in no order, of nobody."""

    line: AppraisalLine
    decided: Decided
    as_of: dt.date
    roll_size: int
    result: Result | None
    words: tuple[str, ...]


_INSERT = (
    "INSERT INTO appraisal (created_at, proposal_id, place_id, unit, closes_at, as_of, roll_size, told_to, result,"
    " by_id) VALUES ($1,$2,$3,$4,$5,$6,0,0,'',$7) ON CONFLICT (proposal_id) DO NOTHING RETURNING id"
)
_ROLL = (
    "INSERT INTO appraisal_voice (created_at, appraisal_id, person_id, has_rated)"
    " SELECT a.created_at, a.id, x.person_id, $4 FROM appraisal a, (SELECT DISTINCT d.person_id FROM residence d"
    " JOIN person p ON p.id=d.person_id AND p.is_active LEFT JOIN personal s ON s.person_id=d.person_id"
    " WHERE d.place_id=$1 AND d.state='living' AND (s.born IS NULL OR s.born<=$2)) x WHERE a.id=$3"
)


async def begin(new: NewAppraisal, *, by: Viewer) -> int:
    """开始评议: once for a proposal; everybody grown up who lives here today is on the roll. Gives its number."""
    found = await decided(new.proposal_id, by)
    allow(by, "appraisal.begin", found.place_id)
    must_stand(found, ProposalStage.CARRYING_OUT)
    unit = mask(one_line(new.unit)).text
    if not 0 < len(unit) <= MOST_UNIT:
        raise Invalid("appraisal.unit", most=MOST_UNIT)
    least = rules().promises.appraisal_days
    if not least <= new.days <= MOST_DAYS:
        raise Invalid("appraisal.days", least=least, most=MOST_DAYS)
    today = clock.today()
    closes_at = clock.midnight(today + dt.timedelta(days=new.days + 1))
    async with transaction():
        row = await fetch_one(_INSERT, clock.now(), found.id, found.place_id, unit, closes_at, today, by.person_id)
        if row is None:
            raise Taken("appraisal.begun")
        await execute(_ROLL, found.place_id, grown_up_by(today), row["id"], False)  # noqa: FBT003
        counted = "UPDATE appraisal SET roll_size=(SELECT count(*) FROM appraisal_voice v WHERE v.appraisal_id=$1)"
        await execute(f"{counted} WHERE id=$1", row["id"])
        await moving.move(found.id, ProposalStage.APPRAISAL, by=by)
        await record(by, "appraisal.begin", subject="appraisal", subject_id=row["id"], place_id=found.place_id)
    return int(row["id"])


_READ = (
    "SELECT a.*, p.number, p.post_id, t.title, v.id AS voice_id, v.has_rated FROM appraisal a"
    " JOIN proposal p ON p.id=a.proposal_id JOIN post t ON t.id=p.post_id"
    " LEFT JOIN appraisal_voice v ON v.appraisal_id=a.id AND v.person_id=$2"
)


def _line(row: Row) -> AppraisalLine:
    return AppraisalLine(
        id=row["id"],
        proposal_id=row["proposal_id"],
        post_id=row["post_id"],
        number=row["number"],
        title=row["title"],
        unit=row["unit"],
        closes_at=moment(row["closes_at"]),
        is_settled=row["settled_at"] is not None,
        on_roll=row["voice_id"] is not None,
        has_rated=bool(row["has_rated"]),
    )


async def appraisals(*, viewer: Viewer, place_id: int) -> list[AppraisalLine]:
    """评议: of a neighbourhood, the newest first."""
    must_see(viewer, "appraisal.read", place_id, thing="place")
    sql = f"{_READ} WHERE a.place_id=$1 AND t.state IN ({SHOWN_SQL}) AND NOT t.is_private ORDER BY a.id DESC"
    return [_line(row) for row in await fetch(f"{sql} LIMIT {MOST}", place_id, viewer.person_id or 0)]


async def appraisal(appraisal_id: int, *, viewer: Viewer) -> Appraisal:
    """看评议: sums once it was counted; words for staff alone."""
    row = await fetch_one(f"{_READ} WHERE a.id=$1", appraisal_id, viewer.person_id or 0)
    if row is None:
        raise NotFound("appraisal.not_found")
    must_see(viewer, "appraisal.read", row["place_id"], thing="appraisal")
    found, line = await decided(row["proposal_id"], viewer), _line(row)
    reads = line.is_settled and may(viewer, "appraisal.begin", found.place_id)
    return Appraisal(
        line=line,
        decided=found,
        as_of=row["as_of"] if isinstance(row["as_of"], dt.date) else dt.date.fromisoformat(row["as_of"]),
        roll_size=row["roll_size"],
        result=result_of(row["result"]) if line.is_settled else None,
        words=await _words(appraisal_id) if reads else (),
    )


async def _words(appraisal_id: int) -> tuple[str, ...]:
    sql = "SELECT words FROM appraisal_rating WHERE appraisal_id=$1 AND words<>'' ORDER BY id LIMIT 300"
    return tuple(row["words"] for row in await fetch(sql, appraisal_id))


_TAKE = "UPDATE appraisal_voice SET has_rated=$3 WHERE appraisal_id=$1 AND person_id=$2 AND NOT has_rated RETURNING id"


async def rate(appraisal_id: int, *, by: Viewer, outcome: int, unit: int, words: str = "") -> None:
    """评一评: once, by who is on the roll and still lives here; nobody learns who gave what."""
    found = await appraisal(appraisal_id, viewer=by)
    allow(by, "appraisal.rate", found.decided.place_id)
    if not found.line.on_roll:
        raise NotAllowed("appraisal.not_on_roll")
    if not (1 <= outcome <= STARS and 1 <= unit <= STARS):
        raise Invalid("appraisal.stars", most=STARS)
    said = await _screened(words, by=by, place_id=found.decided.place_id)
    async with transaction():
        await _hold_open(appraisal_id)
        if await fetch_one(_TAKE, appraisal_id, by.person_id, True) is None:  # noqa: FBT003
            raise Taken("appraisal.rated")
        await execute(
            "INSERT INTO appraisal_rating (id, appraisal_id, outcome, unit, words) VALUES ($1,$2,$3,$4,$5)",
            *(secrets.randbelow(_MOST_ID), appraisal_id, outcome, unit, said),
        )
        await record(
            by, "appraisal.rate", subject="appraisal", subject_id=appraisal_id, place_id=found.decided.place_id
        )


async def _screened(words: str, *, by: Viewer, place_id: int) -> str:
    """Words for staff: numbers masked, and nothing that the lists refuse; '' where there are none."""
    said = " ".join(words.split())
    if not said:
        return ""
    if len(said) > MOST_WORDS:
        raise Invalid("appraisal.words", most=MOST_WORDS)
    screened = await screen(Words(said), by=by, place_id=place_id, board=BoardName.DELIBERATION)
    if screened.verdict is Verdict.REFUSE:
        raise Invalid(screened.reason)
    return screened.text


async def _hold_open(appraisal_id: int) -> None:
    lock = " FOR SHARE" if is_postgres() else ""
    row = await fetch_one(f"SELECT closes_at, settled_at FROM appraisal WHERE id=$1{lock}", appraisal_id)
    if row is None or row["settled_at"] is not None or moment(row["closes_at"]) <= clock.now():
        raise WrongState("appraisal.over")


_DUE = (
    "SELECT a.id, a.proposal_id, a.place_id FROM appraisal a WHERE a.settled_at IS NULL AND a.closes_at<=$1"
    " ORDER BY a.closes_at, a.id LIMIT 100"
)


async def settle_due(*, by: Viewer) -> int:
    """评议结束: sums are written down for good, and the proposal is done; gives how many."""
    allow(by, "appraisal.settle", None)
    return sum([await _settle(row, by=by) for row in await fetch(_DUE, clock.now())])


async def _settle(row: Row, *, by: Viewer) -> bool:
    taken = "UPDATE appraisal SET settled_at=$1 WHERE id=$2 AND settled_at IS NULL RETURNING id"
    async with transaction():
        if await fetch_one(taken, clock.now(), row["id"]) is None:
            return False
        ratings = await fetch("SELECT outcome, unit FROM appraisal_rating WHERE appraisal_id=$1", row["id"])
        await execute("UPDATE appraisal SET result=$1 WHERE id=$2", written(ratings), row["id"])
        if len(ratings) < LEAST:
            await execute("DELETE FROM appraisal_rating WHERE appraisal_id=$1", row["id"])
        if await _stands_in_appraisal(row["proposal_id"]):
            reason = say("promise.appraised", rated=len(ratings))
            await moving.move(row["proposal_id"], ProposalStage.DONE, by=by, reason=reason)
        await record(by, "appraisal.settle", subject="appraisal", subject_id=row["id"], place_id=row["place_id"])
    return True


async def _stands_in_appraisal(proposal_id: int) -> bool:
    row = await fetch_one("SELECT stage FROM proposal WHERE id=$1", proposal_id)
    return row is not None and row["stage"] == ProposalStage.APPRAISAL.value


async def unit_of(found: Decided) -> str:
    """Who carried it out, of a proposal that its caller found; '' where it was no project."""
    row = await fetch_one("SELECT unit FROM project WHERE proposal_id=$1", found.id)
    return str(row["unit"]) if row else ""
