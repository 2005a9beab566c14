"""项目: which there are, one with its money, milestones and spending, what is overdue, and what staff do about one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from casework.cases import catalogue
from forum.promises import milestones, money, projects
from forum.promises.milestones import MOST_NOTE
from forum.promises.money import NewMoney, NewSpending, fen_of
from forum.promises.projects import NewProject, project
from forum.promises.sight import decided
from forum.property.sums import yuan
from models import clock
from models.errors import Invalid, NotAllowed, Refusal, Taken, TooMany, WrongState
from models.file import FileKind
from models.rules import rules
from models.wording import say_refusal
from people import files
from people.permissions import allow, may
from portal.forms import Sent, as_sent, done, own_form, verb_of, whole
from portal.render import new_key, page
from portal.session import somebody
from portal.staff import done_words
from portal.uploads import must_be_few, own_photo_form

HOME = "/projects"
CANNOT = (Invalid, NotAllowed, Taken, TooMany, WrongState)


async def show(request: web.Request) -> web.Response:
    """项目."""
    who = await somebody(request)
    return await page(
        request,
        "projects.html",
        lines=await projects.projects(viewer=who.viewer, place_id=who.place_id),
        yuan=yuan,
        done=done_words(request),
    )


async def show_overdue(request: web.Request) -> web.Response:
    """到期没兑现的."""
    who = await somebody(request)
    lines = await milestones.overdue(viewer=who.viewer, place_id=who.place_id)
    return await page(request, "projects_overdue.html", lines=lines)


async def show_new(request: web.Request) -> web.Response:
    """立项."""
    return await _form(request, whole(request.query.get("proposal", "")))


async def _form(
    request: web.Request, proposal_id: int, sent: Sent | None = None, *, refusal: Refusal | None = None
) -> web.Response:
    who = await somebody(request)
    found = await decided(proposal_id, who.viewer)
    allow(who.viewer, "project.start", found.place_id)
    return await page(
        request,
        "project_new.html",
        status=refusal.status if refusal else 200,
        found=found,
        fields=dict(sent.fields) if sent else {},
        problem=say_refusal(refusal) if refusal else "",
    )


@own_form
async def start(request: web.Request, sent: Sent) -> web.StreamResponse:
    """立项: what is typed stays in the form until it has been taken."""
    proposal_id = sent.number("proposal")
    new = NewProject(proposal_id, sent.text("title"), sent.text("text"), sent.text("unit"))
    try:
        made = await projects.start(new, by=sent.who.viewer)
    except CANNOT as refusal:
        return await _form(request, proposal_id, sent, refusal=refusal)
    return done(f"{HOME}/{made}", "project_start")


def _id(request: web.Request) -> int:
    return whole(request.match_info["id"])


async def show_one(request: web.Request) -> web.Response:
    """看项目."""
    return await _show(request, _id(request))


async def _show(
    request: web.Request, project_id: int, sent: Sent | None = None, *, refusal: Refusal | None = None
) -> web.Response:
    who = await somebody(request)
    found = await project(project_id, viewer=who.viewer)
    said = as_sent(request, sent)
    place_id = found.decided.place_id
    return await page(
        request,
        "project.html",
        status=refusal.status if refusal else 200,
        found=found,
        yuan=yuan,
        sources=rules().promises.sources,
        kinds=list((await catalogue.kinds_of(place_id)).values()) if found.may_manage else [],
        may_correct=found.is_running and may(who.viewer, "project.correct", place_id),
        may_manage=found.is_running and found.may_manage,
        may_fund=found.is_running and found.may_fund,
        may_appraise=not found.is_running and may(who.viewer, "appraisal.begin", place_id),
        most_note=MOST_NOTE,
        today=clock.today(),
        **said,
        key=said["typed"].get("key") or new_key(),
        problem=say_refusal(refusal) if refusal else "",
        done=done_words(request) if refusal is None else "",
    )


async def _fund(project_id: int, sent: Sent) -> None:
    new = NewMoney(sent.text("source"), sent.text("giver"), fen_of(sent.text("yuan")), sent.text("key"))
    await money.fund(project_id, new, by=sent.who.viewer)


async def _may_spend(project_id: int, sent: Sent) -> None:
    await projects.held(project_id, by=sent.who.viewer, verb="project.spend")


async def _spend(project_id: int, sent: Sent) -> None:
    new = NewSpending(
        what=sent.text("what"),
        payee=sent.text("payee"),
        spent_on=sent.date("spent_on"),
        fen=fen_of(sent.text("yuan")),
        photos=sent.text("photos").split(),
        key=sent.text("key"),
    )
    await money.spend(project_id, new, by=sent.who.viewer)


async def _add(project_id: int, sent: Sent) -> None:
    await milestones.add(project_id, by=sent.who.viewer, title=sent.text("title"), due_on=sent.date("due_on"))


async def _finish(project_id: int, sent: Sent) -> None:
    await projects.finish(project_id, by=sent.who.viewer)


async def _may_finish_milestone(milestone_id: int, sent: Sent) -> None:
    await milestones.must_manage(milestone_id, by=sent.who.viewer, verb="milestone.finish")


async def _finish_milestone(milestone_id: int, sent: Sent) -> None:
    note, photos = sent.text("note"), sent.text("photos").split()
    await milestones.finish(milestone_id, by=sent.who.viewer, note=note, photos=photos)


async def _put_off(milestone_id: int, sent: Sent) -> None:
    await milestones.put_off(milestone_id, by=sent.who.viewer, due_on=sent.date("due_on"), reason=sent.text("reason"))


async def _to_case(milestone_id: int, sent: Sent) -> None:
    await milestones.to_case(milestone_id, by=sent.who.viewer, kind_key=sent.text("kind_key"))


async def _correct_spending(spending_id: int, sent: Sent) -> None:
    await money.correct_spending(spending_id, by=sent.who.viewer)


async def _correct_money(money_id: int, sent: Sent) -> None:
    await money.correct_money(money_id, by=sent.who.viewer)


Do = Callable[[int, Sent], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Deed:
    """What does a verb, and the word that says so afterwards; of one with photos what refuses whoever may not do it,
    before they are kept."""

    do: Do
    word: str
    may: Do | None = None


VERBS = {
    "fund": Deed(_fund, "project_fund"),
    "spend": Deed(_spend, "project_spend", may=_may_spend),
    "add": Deed(_add, "milestone_add"),
    "finish": Deed(_finish, "project_finish"),
}
MILESTONE_VERBS = {
    "finish": Deed(_finish_milestone, "milestone_finish", may=_may_finish_milestone),
    "put_off": Deed(_put_off, "milestone_put_off"),
    "to_case": Deed(_to_case, "milestone_to_case"),
}


@own_photo_form
async def do(request: web.Request, sent: Sent, photos: tuple[bytes, ...]) -> web.StreamResponse:
    """资金到位、记支出、加节点、完工."""
    _, deed = verb_of(request, VERBS)
    return await _done(request, _id(request), sent, deed=deed, photos=photos)


async def _done(
    request: web.Request, project_id: int, sent: Sent, *, deed: Deed, photos: tuple[bytes, ...] = ()
) -> web.StreamResponse:
    """Do it, and lead back to the project; what cannot be done is shown there with what was typed."""
    try:
        if deed.may is not None:
            await deed.may(_id(request), sent)
            sent = await _with_photos(sent, photos)
        await deed.do(_id(request), sent)
    except CANNOT as refusal:
        return await _show(request, project_id, sent, refusal=refusal)
    return done(f"{HOME}/{project_id}", deed.word)


async def _with_photos(sent: Sent, photos: tuple[bytes, ...]) -> Sent:
    """The same form, its photos kept by now, so that they are not lost when the form is refused."""
    before, who = sent.text("photos").split(), sent.who
    must_be_few([*before, *photos])
    kept = [await files.keep(one, by=who.viewer, kind=FileKind.PHOTO, place_id=who.place_id) for one in photos]
    names = " ".join([*before, *(one.name for one in kept)])
    return Sent(who, (*(field for field in sent.fields if field[0] != "photos"), ("photos", names)))


@own_photo_form
async def do_milestone(request: web.Request, sent: Sent, photos: tuple[bytes, ...]) -> web.StreamResponse:
    """完成节点、改期、转为事件."""
    _, deed = verb_of(request, MILESTONE_VERBS)
    project_id = await milestones.project_of(_id(request), viewer=sent.who.viewer)
    return await _done(request, project_id, sent, deed=deed, photos=photos)


@own_form
async def correct_spending(request: web.Request, sent: Sent) -> web.StreamResponse:
    """冲正支出."""
    project_id = await money.project_of("spending", _id(request), viewer=sent.who.viewer)
    return await _done(request, project_id, sent, deed=Deed(_correct_spending, "project_correct"))


@own_form
async def correct_money(request: web.Request, sent: Sent) -> web.StreamResponse:
    """冲正资金."""
    project_id = await money.project_of("project_money", _id(request), viewer=sent.who.viewer)
    return await _done(request, project_id, sent, deed=Deed(_correct_money, "project_correct"))
