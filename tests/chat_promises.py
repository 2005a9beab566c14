"""What staff do after a decision in a transcript: something is published, carried out, agreed on, rated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping

from forum import posts
from forum.board_settings import Wanted, set_board
from forum.posts import NewPost
from forum.promises import appraisals, covenants, milestones, money, objections, projects, publications
from forum.promises.appraisals import NewAppraisal
from forum.promises.covenants import NewVersion
from forum.promises.money import NewMoney, NewSpending, fen_of
from forum.promises.projects import NewProject
from forum.promises.publications import NewPublication
from models import clock
from models.appraisal import Appraisal, AppraisalVoice
from models.project import Milestone, Project
from models.proposal import Proposal, ProposalStage
from models.publication import Objection
from people.viewers import SYSTEM, viewer_of
from tests.bot.stage import Stage
from tests.people.neighbours import neighbour

S = ProposalStage


async def _proposal(stage: Stage, title: str, at: ProposalStage) -> int:
    """A proposal that stands at a stage."""
    leads = await stage.viewer("高")
    await set_board("deliberation", Wanted(is_on=True), by=leads, place_id=stage.place_id)
    post = await posts.publish(NewPost("deliberation", title, title=title), by=leads, place_id=stage.place_id)
    made = await Proposal.create(
        created_at=clock.now(),
        post_id=post.id,
        place_id=stage.place_id,
        number=f"P-{await Proposal.all().count() + 1:04}",
        author_id=leads.person_id,
        stage=at,
        stage_at=clock.now(),
    )
    return made.id


async def publish(stage: Stage, who: str, title: str, text: str) -> None:
    """公示 装充电桩 东门装十个: to become a project, for seven working days."""
    proposal_id = await _proposal(stage, title, S.PUBLICATION)
    new = NewPublication(proposal_id, "project", title, text, 7)
    await publications.publish(new, by=await stage.viewer(who))


async def answer(stage: Stage, who: str, text: str, _rest: str) -> None:
    """答复异议 已经改到西边: the one that waits."""
    waits = await Objection.get(state="open")
    await objections.answer(waits.id, by=await stage.viewer(who), text=text)


async def carry_out(stage: Stage, who: str, title: str, yuan: str) -> None:
    """立项 装充电桩 1000: with so much of the neighbourhood's own fund, and two milestones from today on."""
    by, leads = await stage.viewer(who), await stage.viewer("高")
    proposal_id = await _proposal(stage, title, S.PROJECT)
    made = await projects.start(NewProject(proposal_id, title, title, "物业公司"), by=by)
    await money.fund(made, NewMoney("own_fund", "社区自治金", fen_of(yuan)), by=leads)
    for at, words in enumerate(("布线", "装桩")):
        await milestones.add(made, by=by, title=words, due_on=clock.today() + dt.timedelta(days=at))


async def spend(stage: Stage, who: str, what: str, yuan: str) -> None:
    """支出 电线 300: of the project there is."""
    found = await Project.get()
    new = NewSpending(what, "某电器店", clock.today(), fen_of(yuan))
    await money.spend(found.id, new, by=await stage.viewer(who))


async def finish(stage: Stage, who: str, title: str, note: str) -> None:
    """完成节点 布线 线布好了: a milestone by its words."""
    found = await Milestone.get(title=title)
    await milestones.finish(found.id, by=await stage.viewer(who), note=note)


async def agree(stage: Stage, who: str, title: str, text: str) -> None:
    """公约 文明公约 遛狗牵绳: signed by households from today on."""
    proposal_id = await _proposal(stage, title, S.COVENANT)
    await covenants.publish(
        NewVersion(proposal_id, text, clock.today(), "household", title=title), by=await stage.viewer("高")
    )


async def appraise(stage: Stage, who: str, title: str, unit: str) -> None:
    """评议 装充电桩 物业公司: for seven whole days."""
    proposal_id = await _proposal(stage, title, S.CARRYING_OUT)
    await appraisals.begin(NewAppraisal(proposal_id, unit, 7), by=await stage.viewer(who))


async def move_in(stage: Stage, who: str, number: str, _rest: str) -> None:
    """邻居 5: so many more who live here, known in chats of their own."""
    for at in range(int(number)):
        await neighbour(stage.place_id, f"邻居{at}", address=f"neighbour {at}")


async def rate(stage: Stage, who: str, stars: str, _rest: str) -> None:
    """都评 54: everybody on the roll of the newest, with so many for what came of it and for who carried it out."""
    newest = await Appraisal.all().order_by("-id").first()
    assert newest is not None
    outcome, unit = (int(one) for one in stars)
    for voice in await AppraisalVoice.filter(appraisal_id=newest.id).order_by("id"):
        by = await viewer_of(voice.person_id)
        assert by is not None
        await appraisals.rate(newest.id, by=by, outcome=outcome, unit=unit)


async def settle(stage: Stage, who: str, _word: str, _rest: str) -> None:
    """评议结束: what is over is counted."""
    await appraisals.settle_due(by=SYSTEM)


DEEDS: Mapping[str, Callable[[Stage, str, str, str], Awaitable[None]]] = {
    "公示": publish,
    "答复异议": answer,
    "立项": carry_out,
    "支出": spend,
    "完成节点": finish,
    "公约": agree,
    "评议": appraise,
    "邻居": move_in,
    "都评": rate,
    "评议结束": settle,
}
