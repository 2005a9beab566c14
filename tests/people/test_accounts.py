"""Accounts of a place's staff: nobody reaches above themselves, and the last admin stays."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from tortoise.context import TortoiseContext

from courier import limits
from models.audit import AuditLine
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from models.person import Person, Role, RoleName
from models.place import Level, Place
from people import accounts, login, staff
from people.login import Gate
from people.viewers import SYSTEM, Viewer, viewer_of
from tests.conftest import StillClock

Deed = Callable[[int, Viewer, int], Awaitable[object]]
PASSWORD = "a password for tests"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    limits.install(MovingWindowRateLimiter(MemoryStorage()))


async def place(slug: str, level: Level = Level.NEIGHBOURHOOD) -> Place:
    return await staff.add_place(by=SYSTEM, slug=slug, name=slug, level=level)


async def somebody(name: str, home: Place, role: RoleName) -> Viewer:
    """Somebody with a role who could sign in; the hash is made up, for a real one takes a tenth of a second."""
    person = await staff.add_person(by=SYSTEM, place_id=home.id, name=name, username=name)
    await Person.filter(id=person.id).update(password_hash="x")
    await staff.grant(person.id, by=SYSTEM, role=role, place_id=home.id)
    found = await viewer_of(person.id)
    assert found is not None
    return found


def id_of(viewer: Viewer) -> int:
    assert viewer.person_id is not None
    return viewer.person_id


async def test_a_secretary_adds_a_worker_who_changes_the_password_first(db: TortoiseContext) -> None:
    home = await place("here")
    gao = await somebody("gao", home, RoleName.SECRETARY)
    start = await accounts.add(by=gao, place_id=home.id, name=" 小陈 ", username=" Chen ", role=RoleName.WORKER)
    token, chen = await login.sign_in(username="chen", password=start.password)
    session = await login.find_session(token)
    assert session is not None
    assert session.gate is Gate.PASSWORD
    await login.change_password(by=chen, old=None, new=PASSWORD)
    assert await login.find_session(token) is None, "every browser is signed out"
    token, _ = await login.sign_in(username="chen", password=PASSWORD)
    session = await login.find_session(token)
    assert session is not None
    assert session.gate is Gate.NONE
    with pytest.raises(Invalid):
        await login.sign_in(username="chen", password=start.password)


async def test_a_password_to_begin_with_ends_after_a_week(db: TortoiseContext, clock: StillClock) -> None:
    home = await place("here")
    gao = await somebody("gao", home, RoleName.SECRETARY)
    start = await accounts.add(by=gao, place_id=home.id, name="小陈", username="chen", role=RoleName.WORKER)
    clock.forward(days=7)
    with pytest.raises(Invalid, match="start_expired"):
        await login.sign_in(username="chen", password=start.password)


async def test_ones_own_password_needs_the_old_one_and_another_one(db: TortoiseContext) -> None:
    home = await place("here")
    made = await staff.add_person(by=SYSTEM, place_id=home.id, name="陈", username="chen", password=PASSWORD)
    await staff.grant(made.id, by=SYSTEM, role=RoleName.WORKER, place_id=home.id)
    chen = await viewer_of(made.id)
    assert chen is not None
    for old, new, key in (("wrong", "a new password", "old_wrong"), (PASSWORD, PASSWORD, "same_password")):
        with pytest.raises(Invalid, match=key):
            await login.change_password(by=chen, old=old, new=new)
    with pytest.raises(Invalid, match="password_short"):
        await login.change_password(by=chen, old=PASSWORD, new="short")


@pytest.mark.parametrize("username", ["", "c", "Ünï", "a b", "-chen", "x" * 41])
async def test_a_username_is_plain(db: TortoiseContext, username: str) -> None:
    home = await place("here")
    with pytest.raises(Invalid, match="username_wrong"):
        await accounts.add(by=SYSTEM, place_id=home.id, name="陈", username=username, role=RoleName.WORKER)


async def test_a_name_is_given_to_one_of_two_who_ask_at_once(db: TortoiseContext) -> None:
    home = await place("here")

    async def add() -> object:
        return await staff.add_person(by=SYSTEM, place_id=home.id, name="陈", username="chen")

    results = await asyncio.gather(add(), add(), return_exceptions=True)
    assert sorted(type(one).__name__ for one in results) == ["Person", "Taken"]
    assert any(isinstance(one, Taken) for one in results)


DEEDS: dict[str, Deed] = {
    "password": lambda person, by, place: accounts.start_anew(person, by=by, place_id=place),
    "sign_out": lambda person, by, place: staff.sign_out(person, by=by),
    "deactivate": lambda person, by, place: staff.deactivate(person, by=by),
    "reactivate": lambda person, by, place: accounts.let_back(person, by=by, place_id=place),
    "revoke": lambda person, by, place: staff.revoke(person, by=by, role=RoleName.ADMIN, place_id=place),
    "grant": lambda person, by, place: staff.grant(person, by=by, role=RoleName.ADMIN, place_id=place),
}


@pytest.mark.parametrize("deed", DEEDS)
async def test_a_secretary_reaches_no_admin_and_makes_none(db: TortoiseContext, deed: str) -> None:
    home = await place("here")
    gao, admin = await somebody("gao", home, RoleName.SECRETARY), await somebody("admin", home, RoleName.ADMIN)
    with pytest.raises(NotAllowed):
        await DEEDS[deed](id_of(admin), gao, home.id)
    assert await Role.filter(name=RoleName.ADMIN).count() == 1


@pytest.mark.parametrize("deed", DEEDS)
async def test_nobody_reaches_into_another_place(db: TortoiseContext, deed: str) -> None:
    here, there = await place("here"), await place("there")
    admin, far = await somebody("admin", here, RoleName.ADMIN), await somebody("far", there, RoleName.WORKER)
    for place_id in (here.id, there.id):
        with pytest.raises((NotAllowed, NotFound)):
            await DEEDS[deed](id_of(far), admin, place_id)


async def test_who_works_elsewhere_too_is_managed_by_nobody_of_one_place(db: TortoiseContext) -> None:
    here, there = await place("here"), await place("there")
    gao, both = await somebody("gao", here, RoleName.SECRETARY), await somebody("both", here, RoleName.WORKER)
    await staff.grant(id_of(both), by=SYSTEM, role=RoleName.WORKER, place_id=there.id)
    with pytest.raises(NotAllowed, match="person_above"):
        await staff.deactivate(id_of(both), by=gao)
    await staff.revoke(id_of(both), by=gao, role=RoleName.WORKER, place_id=here.id)
    found = await viewer_of(id_of(both))
    assert found is not None
    assert found.holds(RoleName.WORKER, there.id)


async def test_a_worker_sees_no_accounts(db: TortoiseContext) -> None:
    home = await place("here")
    chen, gao = await somebody("chen", home, RoleName.WORKER), await somebody("gao", home, RoleName.SECRETARY)
    with pytest.raises(NotFound):
        await accounts.accounts(viewer=chen, place_id=home.id)
    assert [one.username for one in await accounts.accounts(viewer=gao, place_id=home.id)] == ["chen", "gao"]


@pytest.mark.parametrize("deed", ["deactivate", "revoke"])
async def test_the_last_admin_stays(db: TortoiseContext, deed: str) -> None:
    home = await place("here")
    first, second = await somebody("first", home, RoleName.ADMIN), await somebody("second", home, RoleName.ADMIN)
    await DEEDS[deed](id_of(second), first, home.id)
    lines = await AuditLine.filter(verb__startswith=f"user.{deed}").count()
    with pytest.raises(WrongState, match="last_admin"):
        await DEEDS[deed](id_of(first), SYSTEM, home.id)
    assert await AuditLine.filter(verb__startswith=f"user.{deed}").count() == lines
    assert await Person.filter(id=id_of(first), is_active=True).exists()
    assert await Role.filter(person_id=id_of(first), name=RoleName.ADMIN).exists()


@pytest.mark.parametrize("deed", ["deactivate", "revoke"])
async def test_two_admins_who_remove_each_other_at_once_leave_one(db: TortoiseContext, deed: str) -> None:
    home = await place("here")
    first, second = await somebody("first", home, RoleName.ADMIN), await somebody("second", home, RoleName.ADMIN)
    results = await asyncio.gather(
        DEEDS[deed](id_of(second), first, home.id),
        DEEDS[deed](id_of(first), second, home.id),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Refusal) for one in results) == 1
    assert await Role.filter(name=RoleName.ADMIN, person__is_active=True).count() == 1


async def test_who_comes_back_signs_in_with_a_new_password_and_the_roles_they_had(db: TortoiseContext) -> None:
    home = await place("here")
    gao, chen = await somebody("gao", home, RoleName.SECRETARY), await somebody("chen", home, RoleName.WORKER)
    await staff.set_password(id_of(chen), by=SYSTEM, password=PASSWORD)
    await staff.deactivate(id_of(chen), by=gao)
    start = await accounts.let_back(id_of(chen), by=gao, place_id=home.id)
    assert (await login.sign_in(username="chen", password=start.password))[1].person_id == id_of(chen)
    with pytest.raises(Refusal):
        await login.sign_in(username="chen", password=PASSWORD)
    found = await viewer_of(id_of(chen))
    assert found is not None
    assert found.holds(RoleName.WORKER, home.id)


async def test_who_is_let_back_twice_has_the_first_password(db: TortoiseContext) -> None:
    home = await place("here")
    gao, chen = await somebody("gao", home, RoleName.SECRETARY), await somebody("chen", home, RoleName.WORKER)
    await staff.deactivate(id_of(chen), by=gao)
    start = await accounts.let_back(id_of(chen), by=gao, place_id=home.id)
    with pytest.raises(WrongState, match="is_active"):
        await accounts.let_back(id_of(chen), by=gao, place_id=home.id)
    assert (await login.sign_in(username="chen", password=start.password))[1].person_id == id_of(chen)
    assert await AuditLine.filter(verb="user.reactivate").count() == 1


async def test_nobody_deactivates_themselves(db: TortoiseContext) -> None:
    home = await place("here")
    gao = await somebody("gao", home, RoleName.SECRETARY)
    with pytest.raises(Invalid, match="not_yourself"):
        await staff.deactivate(id_of(gao), by=gao)


@pytest.mark.parametrize(
    ("facts", "key"),
    [({"phone": "打电话"}, "phone_wrong"), ({"address": ""}, "fact_wrong"), ({"hours": "a\nb"}, "fact_wrong")],
)
async def test_facts_nobody_could_use_are_refused(db: TortoiseContext, facts: dict[str, str], key: str) -> None:
    home = await place("here")
    with pytest.raises(Invalid, match=key):
        await staff.change_place(home.id, by=SYSTEM, **facts)
