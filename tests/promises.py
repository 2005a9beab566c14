"""What came of proposals, for the tests that walk through everything: a publication with an objection, a project, a
covenant and an appraisal."""

from __future__ import annotations

import datetime as dt

from forum import posts
from forum.posts import NewPost
from forum.promises import appraisals, covenants, milestones, money, objections, projects, publications, signatures
from forum.promises.appraisals import NewAppraisal
from forum.promises.covenants import NewVersion
from forum.promises.money import NewMoney, NewSpending
from forum.promises.projects import NewProject
from forum.promises.publications import NewPublication
from models import clock
from models.proposal import Proposal, ProposalStage
from models.publication import Objection, ObjectionState, PaperObjection
from models.transaction import execute
from people.viewers import Viewer


async def fill(lead: Viewer, neighbour: Viewer, *, place_id: int, mark: str = "") -> dict[str, int]:
    """One of each of the lead's; the neighbour objects.

    Gives ``publication``, ``objection``, ``project``, ``milestone``, ``money``, ``spending``, ``covenant``,
    ``appraisal``, ``published``, the proposal of the publication, and ``decided``, ``decided_project``,
    ``decided_covenant`` and ``decided_done``: proposals from which one could be made.
    """
    decided = [await _at(f"{mark}修花坛{at}", stage, by=lead, place_id=place_id) for at, stage in enumerate(_STAGES)]
    published = NewPublication(decided[0], "project", f"{mark}修花坛", f"{mark}东门的花坛重新砌。", 7)
    publication = await publications.publish(published, by=lead)
    objection = await objections.make(publication, by=neighbour, text=f"{mark}花坛挡住了路灯，不同意。")
    found = await _project(decided[1], mark, by=lead)
    agreed = NewVersion(decided[2], f"{mark}遛狗牵绳\n晚上十点后不吵", clock.today(), "household", f"{mark}文明公约")
    covenant = await covenants.publish(agreed, by=lead)
    appraisal = await appraisals.begin(NewAppraisal(decided[3], f"{mark}绿化公司", 7), by=lead)
    names = ("decided", "decided_project", "decided_covenant", "decided_done")
    made = {
        "publication": publication,
        "objection": objection,
        "covenant": covenant,
        "appraisal": appraisal,
        "published": decided[0],
    }
    return {**found, **made, **dict(zip(names, decided[4:], strict=True))}


_STAGES = 2 * ("publication", "project", "covenant", "carrying_out")


async def _at(title: str, stage: str, *, by: Viewer, place_id: int) -> int:
    post = await posts.publish(
        NewPost("deliberation", f"{title}，大家一起出力。", title=title), by=by, place_id=place_id
    )
    now = clock.now()
    made = await Proposal.create(
        created_at=now,
        post_id=post.id,
        place_id=place_id,
        number=f"P-{post.id + 9000}",
        author_id=by.person_id,
        stage=ProposalStage(stage),
        stage_at=now,
    )
    return made.id


async def _project(proposal_id: int, mark: str, *, by: Viewer) -> dict[str, int]:
    made = await projects.start(NewProject(proposal_id, f"{mark}修花坛", f"{mark}重新砌。", f"{mark}绿化公司"), by=by)
    given = await money.fund(made, NewMoney("own_fund", f"{mark}自治金", 100_000), by=by)
    spent = await money.spend(made, NewSpending(f"{mark}砖", f"{mark}建材店", clock.today(), 5_050), by=by)
    late = await milestones.add(made, by=by, title=f"{mark}砌好", due_on=clock.today())
    await execute("UPDATE milestone SET due_on=$1 WHERE id=$2", clock.today() - dt.timedelta(days=2), late)
    return {"project": made, "money": given, "spending": spent, "milestone": late}


async def on_paper(publication_id: int, whose: Viewer, *, place_id: int, mark: str = "") -> int:
    """An objection on paper that somebody else than those who walk has typed in; nobody has checked it yet."""
    made = await Objection.create(
        created_at=clock.now(),
        publication_id=publication_id,
        place_id=place_id,
        person_id=whose.person_id,
        state=ObjectionState.OPEN,
        text=f"{mark}纸上写着不同意",
        is_held=True,
    )
    await PaperObjection.create(
        created_at=clock.now(), objection_id=made.id, entered_by_id=-1, brought_by=f"{mark}本人"
    )
    return made.id


async def sign(who: Viewer, covenant_id: int) -> None:
    """Somebody who lives there signs, and lets neighbours read it."""
    await signatures.sign(covenant_id, by=who, number=1, shows_name=True)
