"""The accounts of a place's staff: who there is, what they may do, and what ends asked for twice before it is done."""

from __future__ import annotations

from aiohttp import web

from casework import keepers
from models.board import BoardName
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from models.person import RoleName
from people import accounts, second_step, staff
from people.accounts import Account
from people.permissions import allow
from portal.forms import Sent, done, form, whole
from portal.fresh import fresh_form
from portal.session import Visitor
from portal.staff import staff_page, worker

HOME = "/staff"
READ = "user.read"
_REFUSALS = (Invalid, NotAllowed, Taken, WrongState)


async def show(request: web.Request) -> web.Response:
    """账号."""
    return await _show(request)


async def _show(
    request: web.Request, *, refusal: Refusal | None = None, typed: dict[str, str] | None = None
) -> web.Response:
    who = await worker(request, READ)
    return await staff_page(
        request,
        "staff/accounts.html",
        refusal=refusal,
        people=await accounts.accounts(viewer=who.viewer, place_id=who.place_id),
        kept=await keepers.kept(viewer=who.viewer, place_id=who.place_id),
        neighbours=await accounts.neighbours(viewer=who.viewer, place_id=who.place_id),
        roles=await accounts.roles_to_give(viewer=who.viewer, place_id=who.place_id),
        typed=typed or {},
    )


@form
async def add(request: web.Request, sent: Sent) -> web.StreamResponse:
    """加人: the password to begin with is shown in answer to the press, and nowhere again."""
    who = sent.who
    try:
        role = staff.role_named(sent.text("role"))
        start = await accounts.add(
            by=who.viewer, place_id=who.place_id, name=sent.text("name"), username=sent.text("username"), role=role
        )
    except _REFUSALS as refusal:
        return await _show(request, refusal=refusal, typed=dict(sent.fields))
    return await staff_page(request, "staff/start_password.html", start=start, verb="add")


async def show_account(request: web.Request) -> web.Response:
    """一个人的账号."""
    who = await worker(request, READ)
    return await _show_account(request, await _account(request, who), who=who)


async def _account(request: web.Request, who: Visitor) -> Account:
    person_id = whole(request.match_info["id"])
    return await accounts.account(person_id, viewer=who.viewer, place_id=who.place_id)


async def _show_account(
    request: web.Request, shown: Account, *, who: Visitor, refusal: Refusal | None = None
) -> web.Response:
    viewer, place_id = who.viewer, who.place_id
    return await staff_page(
        request,
        "staff/account.html",
        refusal=refusal,
        shown=shown,
        roles=await accounts.roles_to_give(viewer=viewer, place_id=place_id),
        kept=(await keepers.kept(viewer=viewer, place_id=place_id)).get(shown.id, ()),
        desks=await keepers.desks(viewer=viewer, place_id=place_id),
        boards=list(BoardName),
    )


@form
async def grant(request: web.Request, sent: Sent) -> web.StreamResponse:
    """授权."""
    shown, role = await _account(request, sent.who), staff.role_named(sent.text("role"))
    try:
        boards = staff.boards_named(sent.texts("board"))
        await staff.grant(shown.id, by=sent.who.viewer, role=role, place_id=sent.who.place_id, boards=boards)
    except _REFUSALS as refusal:
        return await _show_account(request, shown, who=sent.who, refusal=refusal)
    return done(f"{HOME}/{shown.id}", "user_grant")


@form
async def keep(request: web.Request, sent: Sent) -> web.StreamResponse:
    """管哪条线."""
    shown = await _account(request, sent.who)
    await keepers.keep(shown.id, by=sent.who.viewer, place_id=sent.who.place_id, desks=sent.texts("desk"))
    return done(f"{HOME}/{shown.id}", "user_keep")


def _takes_much(request: web.Request, sent: Sent) -> bool:
    """What takes something away for good is asked for once more; signing somebody out is not."""
    return sent.text("sure") == "yes" and request.match_info["verb"] != "sign_out"


@fresh_form(when=_takes_much)
async def end(request: web.Request, sent: Sent) -> web.StreamResponse:
    """收回, 停用, 启用, 重设密码, 清除第二步, 全部退出: asked again first; a refusal is said on their page."""
    shown, verb = await _account(request, sent.who), request.match_info["verb"]
    if verb not in ENDS:
        raise NotFound("page.not_found")
    allow(sent.who.viewer, f"user.{verb}", sent.who.place_id)
    if sent.text("sure") != "yes":
        role = staff.role_named(sent.text("role")) if verb == "revoke" else None
        return await staff_page(request, "staff/account_sure.html", shown=shown, verb=verb, role=role)
    try:
        return await ENDS[verb](request, sent, shown)
    except _REFUSALS as refusal:
        return await _show_account(request, shown, who=sent.who, refusal=refusal)


async def _revoke(_request: web.Request, sent: Sent, shown: Account) -> web.StreamResponse:
    role: RoleName = staff.role_named(sent.text("role"))
    await staff.revoke(shown.id, by=sent.who.viewer, role=role, place_id=sent.who.place_id)
    return done(HOME, "user_revoke")


async def _deactivate(_request: web.Request, sent: Sent, shown: Account) -> web.StreamResponse:
    await staff.deactivate(shown.id, by=sent.who.viewer)
    return done(HOME, "user_deactivate")


async def _sign_out(_request: web.Request, sent: Sent, shown: Account) -> web.StreamResponse:
    await staff.sign_out(shown.id, by=sent.who.viewer)
    return done(HOME, "user_sign_out")


async def _password(request: web.Request, sent: Sent, shown: Account) -> web.StreamResponse:
    start = await accounts.start_anew(shown.id, by=sent.who.viewer, place_id=sent.who.place_id)
    return await staff_page(request, "staff/start_password.html", start=start, verb="password")


async def _reactivate(request: web.Request, sent: Sent, shown: Account) -> web.StreamResponse:
    start = await accounts.let_back(shown.id, by=sent.who.viewer, place_id=sent.who.place_id)
    return await staff_page(request, "staff/start_password.html", start=start, verb="reactivate")


async def _second_step(_request: web.Request, sent: Sent, shown: Account) -> web.StreamResponse:
    await second_step.reset(shown.id, by=sent.who.viewer)
    return done(f"{HOME}/{shown.id}", "user_second_step")


ENDS = {
    "second_step": _second_step,
    "revoke": _revoke,
    "deactivate": _deactivate,
    "reactivate": _reactivate,
    "sign_out": _sign_out,
    "password": _password,
}
"""What takes something from somebody, or gives it back, by its verb."""
