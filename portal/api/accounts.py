"""The accounts of a place's staff as JSON, and the verbs that give and take."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from aiohttp import web
from pydantic import Field

from models.operation import Body, Operation
from models.person import RoleName
from people import accounts, freshness, second_step, staff
from people.accounts import Account, Start
from people.permissions import allow
from portal.api.acting import REFUSED, TOKEN, acting, acting_freshly, id_of, reading
from portal.api.reading import answer, given, number_in_path, told
from portal.session import Visitor

READ = "user.read"


class AccountAnswer(Body):
    """Somebody who works here or could sign in here; ``start_until``: how long a password to begin with is good;
    ``boards``: those a moderator is kept to, none: all of them."""

    id: int
    name: str
    shown_name: str
    username: str
    is_active: bool
    roles: list[str]
    works_elsewhere: bool
    sessions: int
    start_until: dt.datetime | None
    is_own: bool
    may_manage: bool
    has_second_step: bool
    boards: list[str]


class AccountsAnswer(Body):
    """Everybody of the place one works for, those who left last, and the roles one may give here."""

    accounts: list[AccountAnswer]
    roles_to_give: list[str]


class NewAccountBody(Body):
    """Somebody who begins to work here."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    username: Annotated[str, Field(min_length=1, max_length=40)]
    role: Annotated[str, Field(max_length=40)]


class RoleBody(Body):
    """Which role."""

    role: Annotated[str, Field(max_length=40)]


class GrantBody(RoleBody):
    """Which role; of a moderator which boards: left out, they stay as they are; empty, all of them."""

    boards: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=40)] | None = None


class ProofBody(Body):
    """One's own password, or a code of the app."""

    proof: Annotated[str, Field(min_length=1, max_length=200)]


class ProofAnswer(Body):
    """For how many seconds what destroys or carries out is not asked for again."""

    seconds: int


class StartAnswer(Body):
    """A password to begin with: told here, and nowhere again."""

    id: int
    username: str
    password: str
    until: dt.datetime


def _account(one: Account) -> AccountAnswer:
    return told(AccountAnswer, one)


def _start(start: Start) -> web.Response:
    return answer(told(StartAnswer, start, id=start.person_id))


async def show(request: web.Request) -> web.Response:
    """账号."""
    who = await reading(request, READ)
    found = await accounts.accounts(viewer=who.viewer, place_id=who.place_id)
    roles = await accounts.roles_to_give(viewer=who.viewer, place_id=who.place_id)
    return answer(
        AccountsAnswer(accounts=[_account(one) for one in found], roles_to_give=[role.value for role in roles])
    )


async def show_one(request: web.Request) -> web.Response:
    """一个人的账号."""
    return await _after(await reading(request, READ), number_in_path(request, "id"))


async def _after(who: Visitor, person_id: int) -> web.Response:
    return answer(_account(await accounts.account(person_id, viewer=who.viewer, place_id=who.place_id)))


async def add(request: web.Request) -> web.Response:
    """加人."""
    who, body = await acting(request), await given(request, NewAccountBody)
    role = staff.role_named(body.role)
    start = await accounts.add(by=who.viewer, place_id=who.place_id, name=body.name, username=body.username, role=role)
    return _start(start)


async def _of_here(request: web.Request, who: Visitor, verb: str) -> Account:
    """Whom it is about: somebody of the place one works for."""
    allow(who.viewer, f"user.{verb}", who.place_id)
    return await accounts.account(number_in_path(request, "id"), viewer=who.viewer, place_id=who.place_id)


async def grant(request: web.Request) -> web.Response:
    """授权."""
    who, body = await acting(request), await given(request, GrantBody)
    person_id = (await _of_here(request, who, "grant")).id
    role, boards = staff.role_named(body.role), None if body.boards is None else staff.boards_named(body.boards)
    await staff.grant(person_id, by=who.viewer, role=role, place_id=who.place_id, boards=boards)
    return await _after(who, person_id)


async def revoke(request: web.Request) -> web.Response:
    """收回."""
    who, body = await acting_freshly(request), await given(request, RoleBody)
    shown, role = await _of_here(request, who, "revoke"), staff.role_named(body.role)
    await staff.revoke(shown.id, by=who.viewer, role=role, place_id=who.place_id)
    left = {"roles": [one.value for one in shown.roles if one != role]}
    boards = {"boards": []} if role is RoleName.MODERATOR else {}
    return answer(_account(shown).model_copy(update=left | boards))


async def deactivate(request: web.Request) -> web.Response:
    """停用."""
    who = await acting_freshly(request)
    person_id = (await _of_here(request, who, "deactivate")).id
    await staff.deactivate(person_id, by=who.viewer)
    return await _after(who, person_id)


async def sign_out(request: web.Request) -> web.Response:
    """全部退出."""
    who = await acting(request)
    person_id = (await _of_here(request, who, "sign_out")).id
    await staff.sign_out(person_id, by=who.viewer)
    return await _after(who, person_id)


async def reset_second_step(request: web.Request) -> web.Response:
    """清除第二步."""
    who = await acting_freshly(request)
    person_id = (await _of_here(request, who, "second_step")).id
    await second_step.reset(person_id, by=who.viewer)
    return await _after(who, person_id)


async def password(request: web.Request) -> web.Response:
    """重设密码."""
    who = await acting_freshly(request)
    person_id = (await _of_here(request, who, "password")).id
    return _start(await accounts.start_anew(person_id, by=who.viewer, place_id=who.place_id))


async def reactivate(request: web.Request) -> web.Response:
    """重新启用."""
    who = await acting_freshly(request)
    person_id = (await _of_here(request, who, "reactivate")).id
    return _start(await accounts.let_back(person_id, by=who.viewer, place_id=who.place_id))


async def prove(request: web.Request) -> web.Response:
    """再确认."""
    who, body = await acting(request), await given(request, ProofBody)
    assert who.session_id is not None
    await freshness.prove(body.proof, by=who.viewer, session_id=who.session_id)
    return answer(ProofAnswer(seconds=int(freshness.LENGTH.total_seconds())))


def _verb(name: str, path: str, about: str, *, body: type[Body] | None = None, starts: bool = False) -> Operation:
    return Operation(
        f"{name}Account",
        "POST",
        f"/api/v1/accounts/{{id}}/{path}",
        about,
        StartAnswer if starts else AccountAnswer,
        body=body,
        parameters=(id_of("person"), TOKEN),
        refusals=REFUSED,
        needs_staff=True,
    )


_FRESH = "; asks for a proof of the last five minutes"
ROUTES = (
    web.get("/api/v1/accounts", show),
    web.post("/api/v1/accounts", add),
    web.get("/api/v1/accounts/{id}", show_one),
    web.post("/api/v1/accounts/{id}/grant", grant),
    web.post("/api/v1/accounts/{id}/revoke", revoke),
    web.post("/api/v1/accounts/{id}/deactivate", deactivate),
    web.post("/api/v1/accounts/{id}/reactivate", reactivate),
    web.post("/api/v1/accounts/{id}/sign_out", sign_out),
    web.post("/api/v1/accounts/{id}/password", password),
    web.post("/api/v1/accounts/{id}/second_step", reset_second_step),
    web.post("/api/v1/proof", prove),
)

OPERATIONS = (
    Operation(
        "listAccounts",
        "GET",
        "/api/v1/accounts",
        "Who works in one's place, and which roles one may give there",
        AccountsAnswer,
        refusals=(403,),
        needs_staff=True,
    ),
    Operation(
        "addAccount",
        "POST",
        "/api/v1/accounts",
        "Somebody who begins to work here, with a password to begin with",
        StartAnswer,
        body=NewAccountBody,
        parameters=(TOKEN,),
        refusals=(403, 409, 422),
        needs_staff=True,
    ),
    Operation(
        "readAccount",
        "GET",
        "/api/v1/accounts/{id}",
        "One of them",
        AccountAnswer,
        parameters=(id_of("person"),),
        refusals=(403, 404, 422),
        needs_staff=True,
    ),
    _verb("grant", "grant", "Give a role here", body=GrantBody),
    _verb("revoke", "revoke", f"Take a role away{_FRESH}", body=RoleBody),
    _verb("deactivate", "deactivate", f"They left: nothing lets them in any more{_FRESH}"),
    _verb("reactivate", "reactivate", f"They came back{_FRESH}", starts=True),
    _verb("signOut", "sign_out", "Their sessions end"),
    _verb("restart", "password", f"A new password to begin with{_FRESH}", starts=True),
    _verb("resetSecondStepOf", "second_step", f"Their second step is forgotten{_FRESH}"),
    Operation(
        "prove",
        "POST",
        "/api/v1/proof",
        "Prove once more who one is",
        ProofAnswer,
        body=ProofBody,
        parameters=(TOKEN,),
        refusals=(403, 422, 429),
        needs_staff=True,
    ),
)
