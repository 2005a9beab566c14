"""What must hold before a proposal goes on after its decision, asked under its row, and what ends with that."""

from __future__ import annotations

from forum.deliberation.conditions import condition, effect
from forum.deliberation.found import Standing
from models import clock
from models.errors import WrongState
from models.publication import Outcome
from models.transaction import Row, execute, fetch_one, is_postgres, moment

_RUNS = "SELECT id, outcome, ends_at FROM publication WHERE open_for=$1 AND created_at>=$2"
_WAITS = "SELECT count(*) AS n FROM objection WHERE publication_id=$1 AND state='open'"


async def _published_as(outcome: Outcome, proposal: Standing) -> None:
    """Its days are over and no objection waits: looked at under the publication's row, which who objects holds too, in
    statements of their own, so that the second sees what the first waited for."""
    row = await _held(proposal)
    if row is None:
        raise WrongState("publication.none", number=proposal.number)
    if moment(row["ends_at"]) > clock.now():
        raise WrongState("publication.runs", number=proposal.number)
    if waiting := await _waiting(row):
        raise WrongState("publication.objections_wait", count=waiting)
    if row["outcome"] != outcome.value:
        raise WrongState("publication.other_outcome", number=proposal.number)


async def _held(proposal: Standing) -> Row | None:
    return await fetch_one(_RUNS + (" FOR UPDATE" if is_postgres() else ""), proposal.id, proposal.stage_at)


async def _waiting(publication: Row) -> int:
    row = await fetch_one(_WAITS, publication["id"])
    assert row is not None
    return int(row["n"])


@condition("objections_answered")
async def objections_answered(proposal: Standing) -> None:
    """Whoever objected has an answer before it is taken back to be talked over; looked at as before it goes on."""
    row = await _held(proposal)
    if row is not None and (waiting := await _waiting(row)):
        raise WrongState("publication.objections_first", count=waiting)


@condition("published_as_covenant")
async def published_as_covenant(proposal: Standing) -> None:
    """公示期满, without an open objection, to become a covenant."""
    await _published_as(Outcome.COVENANT, proposal)


@condition("published_as_project")
async def published_as_project(proposal: Standing) -> None:
    """公示期满, without an open objection, to become a project."""
    await _published_as(Outcome.PROJECT, proposal)


@effect("publication_closed")
async def publication_closed(proposal: Standing) -> None:
    """What was published is over when its proposal goes on or back, by whatever door."""
    closed = "UPDATE publication SET closed_at=$1, open_for=NULL WHERE open_for=$2 AND closed_at IS NULL"
    await execute(closed, clock.now(), proposal.id)


@condition("covenant_published")
async def covenant_published(proposal: Standing) -> None:
    """The covenant it became is there to be signed."""
    if await fetch_one("SELECT 1 AS one FROM covenant_version WHERE proposal_id=$1", proposal.id) is None:
        raise WrongState("covenant.none", number=proposal.number)


@condition("project_started")
async def project_started(proposal: Standing) -> None:
    """The project it became is there to be followed."""
    if await fetch_one("SELECT 1 AS one FROM project WHERE proposal_id=$1", proposal.id) is None:
        raise WrongState("project.none", number=proposal.number)


@condition("carried_out")
async def carried_out(proposal: Standing) -> None:
    """Its project is done, and its appraisal is begun."""
    if await fetch_one("SELECT 1 AS one FROM project WHERE proposal_id=$1 AND state<>'done'", proposal.id):
        raise WrongState("project.runs", number=proposal.number)
    if await fetch_one("SELECT 1 AS one FROM appraisal WHERE proposal_id=$1", proposal.id) is None:
        raise WrongState("appraisal.none", number=proposal.number)


@condition("appraised")
async def appraised(proposal: Standing) -> None:
    """Everybody had their days to rate it, and the result is written down."""
    sql = "SELECT 1 AS one FROM appraisal WHERE proposal_id=$1 AND settled_at IS NOT NULL"
    if await fetch_one(sql, proposal.id) is None:
        raise WrongState("appraisal.runs", number=proposal.number)
