"""Signing in: one refusal for every wrong pair, limits on tries, sessions that can be ended everywhere."""

from __future__ import annotations

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from tortoise.context import TortoiseContext

from courier import limits
from models.clock import now
from models.errors import Invalid, NotAllowed, TooMany
from models.person import Person, Role, RoleName
from models.place import Level, Place
from models.transaction import fetch
from people import login, passwords, staff
from people.viewers import SYSTEM, viewer_of
from tests.conftest import StillClock

PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """No tries counted from other tests."""
    limits.install(MovingWindowRateLimiter(MemoryStorage()))


@pytest.fixture
async def chen(db: TortoiseContext) -> Person:
    """陈, a desk worker who can sign in."""
    place = await Place.create(created_at=now(), slug="a", name="甲居委", level=Level.NEIGHBOURHOOD)
    person = await Person.create(
        created_at=now(),
        place=place,
        name="陈",
        shown_name="小陈",
        username="chen",
        password_hash=await passwords.hashed(PASSWORD),
    )
    await Role.create(created_at=now(), person=person, place=place, name=RoleName.WORKER)
    return person


async def test_the_right_password_opens_a_session(chen: Person) -> None:
    token, viewer = await login.sign_in(username="chen", password=PASSWORD)
    session = await login.find_session(token)
    assert session is not None
    assert session.person_id == viewer.person_id == chen.id


@pytest.mark.parametrize(("username", "password"), [("chen", "wrong password"), ("nobody", PASSWORD), ("", "")])
async def test_every_wrong_pair_is_refused_alike(chen: Person, username: str, password: str) -> None:
    with pytest.raises(Invalid) as refused:
        await login.sign_in(username=username, password=password)
    assert refused.value.key == "login.wrong"


async def test_a_resident_cannot_sign_in_as_staff(chen: Person) -> None:
    await Role.filter(person_id=chen.id).update(name=RoleName.RESIDENT)
    with pytest.raises(Invalid):
        await login.sign_in(username="chen", password=PASSWORD)


async def test_too_many_tries_have_to_wait(chen: Person) -> None:
    for _ in range(10):
        with pytest.raises(Invalid):
            await login.sign_in(username="chen", password="wrong password")
    with pytest.raises(TooMany):
        await login.sign_in(username="chen", password=PASSWORD)


async def test_a_token_is_not_readable_in_the_database(chen: Person) -> None:
    token, _ = await login.sign_in(username="chen", password=PASSWORD)
    rows = await fetch("SELECT * FROM web_session")
    assert token not in str(rows)


async def test_a_session_ends_by_time_by_signing_out_and_everywhere_at_once(chen: Person, clock: StillClock) -> None:
    first, _ = await login.sign_in(username="chen", password=PASSWORD)
    second, _ = await login.sign_in(username="chen", password=PASSWORD)
    session = await login.find_session(first)
    assert session is not None
    await login.sign_out(session.id)
    assert await login.find_session(first) is None
    assert await login.revoke_all(chen.id) == 1
    assert await login.find_session(second) is None
    third, _ = await login.sign_in(username="chen", password=PASSWORD)
    clock.forward(hours=13)
    assert await login.find_session(third) is None


async def test_a_new_password_signs_out_every_browser(chen: Person) -> None:
    token, _ = await login.sign_in(username="chen", password=PASSWORD)
    await staff.set_password(chen.id, by=SYSTEM, password="another long password")
    assert await login.find_session(token) is None


async def test_a_colleague_may_not_reset_a_password(chen: Person) -> None:
    viewer = await viewer_of(chen.id)
    assert viewer is not None
    with pytest.raises(NotAllowed):
        await staff.set_password(chen.id, by=viewer, password="another long password")
