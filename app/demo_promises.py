"""What became of the demo's decisions: published, objected to, carried out, agreed on and rated through the verbs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import cycle, islice

from pydantic import BaseModel, ConfigDict

from app.demo_deeds import Cast
from app.demo_life import unhurried
from app.demo_proposals import neighbours
from forum.promises import appraisals, covenants, milestones, money, objections, projects, publications, signatures
from forum.promises.appraisals import NewAppraisal
from forum.promises.covenants import NewVersion
from forum.promises.money import NewMoney, NewSpending
from forum.promises.projects import NewProject
from forum.promises.publications import NewPublication
from models import clock
from models.covenant import SignedBy
from models.publication import Outcome
from models.rules import in_force
from models.transaction import fetch_one
from people.viewers import SYSTEM

OVER = 14
"""After so many days seven working days are over, whatever holidays lie between."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DemoObjection(_Shape):
    """What somebody objects, and the answer to it."""

    who: str
    text: str
    answer: str


class DemoMoney(_Shape):
    """Money of a source, in yuan."""

    source: str
    giver: str
    yuan: int


class DemoMilestone(_Shape):
    """Something promised for a day so many days ago (less than none: yet to come), and done so many days ago."""

    title: str
    due: int
    done: int | None = None
    note: str = ""
    later: int | None = None
    reason: str = ""


class DemoSpending(_Shape):
    """A line of spending so many days ago, in yuan; a wrong one is taken out again by a counter-entry."""

    ago: int
    what: str
    payee: str
    yuan: str
    is_wrong: bool = False


class DemoProject(_Shape):
    """A project begun so many days ago; ``finished``: done so many days ago."""

    ago: int
    unit: str
    money: tuple[DemoMoney, ...]
    milestones: tuple[DemoMilestone, ...]
    spendings: tuple[DemoSpending, ...]
    finished: int | None = None


class DemoCovenant(_Shape):
    """A covenant by its title, begun so many days ago; so many households signed it, and some of the cast by name."""

    ago: int
    title: str
    text: str
    signed: int
    by_name: tuple[str, ...] = ()


class DemoAppraisal(_Shape):
    """A rating that began so many days ago: ``stars`` in turn of both questions by so many neighbours."""

    ago: int
    days: int
    unit: str
    rated: int
    stars: tuple[tuple[int, int], ...]
    words: tuple[str, ...] = ()


class DemoPromise(_Shape):
    """What became of a proposal, by its title, that passed its vote; published so many days ago."""

    proposal: str
    published: int
    outcome: Outcome
    text: str
    objections: tuple[DemoObjection, ...] = ()
    project: DemoProject | None = None
    covenant: DemoCovenant | None = None
    appraisal: DemoAppraisal | None = None


async def play(promises: Sequence[DemoPromise], *, cast: Cast, now: dt.datetime) -> None:
    """Let everything go as far as it is."""
    for one in promises:
        with in_force(unhurried()):
            await _keep(one, cast=cast, now=now)


def _at(now: dt.datetime, ago: int) -> Callable[[], dt.datetime]:
    return lambda: now - dt.timedelta(days=ago)


async def _keep(one: DemoPromise, *, cast: Cast, now: dt.datetime) -> None:
    row = await fetch_one("SELECT r.id FROM proposal r JOIN post p ON p.id=r.post_id WHERE p.title=$1", one.proposal)
    assert row is not None
    with clock.running_on(_at(now, one.published)):
        publication_id = await _publish(one, row["id"], cast=cast)
    if one.project is None and one.covenant is None:
        return
    with clock.running_on(_at(now, one.published - OVER)):
        await publications.close(publication_id, by=await cast.viewer("gao"))
    if one.project is not None:
        await _carry_out(one.project, row["id"], one, cast=cast, now=now)
    if one.covenant is not None:
        await _agree(one.covenant, row["id"], cast=cast, now=now)
    if one.appraisal is not None:
        await _appraise(one.appraisal, row["id"], cast=cast, now=now)


async def _publish(one: DemoPromise, proposal_id: int, *, cast: Cast) -> int:
    by = await cast.viewer("gao")
    new = NewPublication(proposal_id, one.outcome.value, one.proposal, one.text, 7)
    publication_id = await publications.publish(new, by=by)
    for objection in one.objections:
        made = await objections.make(publication_id, by=await cast.viewer(objection.who), text=objection.text)
        await objections.answer(made, by=by, text=objection.answer)
    return publication_id


async def _carry_out(one: DemoProject, proposal_id: int, about: DemoPromise, *, cast: Cast, now: dt.datetime) -> None:
    by = await cast.viewer("gao")
    with clock.running_on(_at(now, one.ago)):
        project_id = await projects.start(NewProject(proposal_id, about.proposal, about.text, one.unit), by=by)
        for line in one.money:
            await money.fund(project_id, NewMoney(line.source, line.giver, line.yuan * 100), by=by)
        ids = [
            await milestones.add(project_id, by=by, title=step.title, due_on=_day(now, step.due))
            for step in one.milestones
        ]
    for spending in one.spendings:
        with clock.running_on(_at(now, spending.ago)):
            await _spend(spending, project_id, cast=cast)
    for step, milestone_id in zip(one.milestones, ids, strict=True):
        await _come(step, milestone_id, cast=cast, now=now)
    if one.finished is not None:
        with clock.running_on(_at(now, one.finished)):
            await projects.finish(project_id, by=by)


def _day(now: dt.datetime, ago: int) -> dt.date:
    return clock.local(now - dt.timedelta(days=ago)).date()


async def _spend(one: DemoSpending, project_id: int, *, cast: Cast) -> None:
    by = await cast.viewer("chen")
    new = NewSpending(one.what, one.payee, clock.today(), money.fen_of(one.yuan))
    made = await money.spend(project_id, new, by=by)
    if one.is_wrong:
        await money.correct_spending(made, by=await cast.viewer("gao"))


async def _come(one: DemoMilestone, milestone_id: int, *, cast: Cast, now: dt.datetime) -> None:
    """Put off on its day for a reason, and done."""
    by = await cast.viewer("chen")
    if one.later is not None:
        with clock.running_on(_at(now, one.due)):
            await milestones.put_off(milestone_id, by=by, due_on=_day(now, one.later), reason=one.reason)
    if one.done is not None:
        with clock.running_on(_at(now, one.done)):
            await milestones.finish(milestone_id, by=by, note=one.note)


async def _agree(one: DemoCovenant, proposal_id: int, *, cast: Cast, now: dt.datetime) -> None:
    with clock.running_on(_at(now, one.ago)):
        new = NewVersion(proposal_id, one.text, clock.today(), SignedBy.HOUSEHOLD.value, title=one.title)
        covenant_id = await covenants.publish(new, by=await cast.viewer("gao"))
        for person in await neighbours(cast, one.signed):
            await signatures.sign(covenant_id, by=person, number=1)
        for who in one.by_name:
            await signatures.sign(covenant_id, by=await cast.viewer(who), number=1, shows_name=True)


async def _appraise(one: DemoAppraisal, proposal_id: int, *, cast: Cast, now: dt.datetime) -> None:
    with clock.running_on(_at(now, one.ago)):
        new = NewAppraisal(proposal_id, one.unit, one.days)
        appraisal_id = await appraisals.begin(new, by=await cast.viewer("gao"))
        raters, words = await neighbours(cast, one.rated), iter(one.words)
        for person, (outcome, carried) in zip(raters, islice(cycle(one.stars), len(raters)), strict=True):
            said = next(words, "")
            await appraisals.rate(appraisal_id, by=person, outcome=outcome, unit=carried, words=said)
    if one.days + 1 < one.ago:
        with clock.running_on(_at(now, one.ago - one.days - 1)):
            await appraisals.settle_due(by=SYSTEM)
