"""The second step: a code once, in its time, not guessed; recovery codes once each; asked for where a rule says so."""

from __future__ import annotations

import asyncio

import pyotp
import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from tortoise.context import TortoiseContext

from courier import limits
from models import clock as clocks
from models.audit import AuditLine
from models.errors import Invalid, NotAllowed, TooMany, WrongState
from models.login import RecoveryCode, SecondStep
from models.notice import StaffNotice
from models.person import Person, Role, RoleName
from models.rules import Rules, in_force
from people import freshness, login, passwords, second_step
from people import rules as own_rules
from people.login import Gate
from people.viewers import SYSTEM, Viewer, viewer_of
from tests.conftest import StillClock
from tests.people import town
from tests.people.town import Town

PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """No tries counted from other tests."""
    limits.install(MovingWindowRateLimiter(MemoryStorage()))


@pytest.fixture
async def place(db: TortoiseContext, clock: StillClock) -> Town:
    return await town.found()


async def hired(place_id: int, username: str, role: RoleName) -> Viewer:
    """Somebody with an account."""
    person = await Person.create(
        created_at=clocks.now(),
        place_id=place_id,
        name=username,
        shown_name=username,
        username=username,
        password_hash=await passwords.hashed(PASSWORD),
    )
    await Role.create(created_at=clocks.now(), person_id=person.id, place_id=place_id, name=role)
    found = await viewer_of(person.id)
    assert found is not None
    return found


@pytest.fixture
async def chen(place: Town) -> Viewer:
    """小陈, who works here."""
    return await hired(place.here, "chen", RoleName.WORKER)


def now_code(secret: str, *, steps: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    return pyotp.HOTP(secret).at(int(clocks.now().timestamp()) // 30 + steps)


async def set_up(who: Viewer) -> tuple[str, tuple[str, ...]]:
    """The secret and the recovery codes."""
    made = await second_step.enrol(by=who, name="chen", issuer="睦邻")
    return made.secret, await second_step.confirm(now_code(made.secret, steps=-1), by=who)


async def gate_after_password() -> Gate:
    token, _ = await login.sign_in(username="chen", password=PASSWORD)
    session = await login.find_session(token)
    assert session is not None
    return session.gate


async def test_the_address_is_what_apps_read_and_the_secret_is_sealed(chen: Viewer) -> None:
    made = await second_step.enrol(by=chen, name="chen", issuer="睦邻")
    assert pyotp.parse_uri(made.address).secret == made.secret
    (row,) = await SecondStep.all().values()
    assert made.secret not in str(row)


async def test_rfc_6238_the_code_of_its_own_test_vector() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert pyotp.HOTP(secret).at(1111111109 // 30) == "081804"


async def test_after_the_password_comes_the_code_and_only_once_it_was_confirmed(chen: Viewer) -> None:
    await second_step.enrol(by=chen, name="chen", issuer="睦邻")
    assert await gate_after_password() is Gate.NONE
    await set_up(chen)
    assert await gate_after_password() is Gate.CODE


@pytest.mark.parametrize(("steps", "counts"), [(-2, False), (-1, False), (0, True), (1, True), (2, False)])
async def test_a_code_counts_half_a_minute_early_or_late_and_never_again(
    chen: Viewer, steps: int, counts: bool
) -> None:
    secret, _ = await set_up(chen)  # used the code of the half minute before this one
    code = now_code(secret, steps=steps)
    if not counts:
        with pytest.raises(Invalid):
            await second_step.must_know(code, person_id=chen.person_id)
        return
    await second_step.must_know(code, person_id=chen.person_id)
    with pytest.raises(Invalid):
        await second_step.must_know(code, person_id=chen.person_id)


async def test_of_many_who_type_one_code_at_once_one_passes(chen: Viewer) -> None:
    secret, codes = await set_up(chen)
    for one in (now_code(secret), codes[0]):
        limits.install(MovingWindowRateLimiter(MemoryStorage()))
        tried = (second_step.must_know(one, person_id=chen.person_id) for _ in range(10))
        said = await asyncio.gather(*tried, return_exceptions=True)
        assert sum(answer is None for answer in said) == 1


async def test_after_ten_tries_not_even_the_right_one(chen: Viewer) -> None:
    secret, _ = await set_up(chen)
    for _ in range(9):
        with pytest.raises(Invalid):
            await second_step.must_know("000000", person_id=chen.person_id)
    with pytest.raises(TooMany):
        await second_step.must_know(now_code(secret), person_id=chen.person_id)


async def test_ten_recovery_codes_work_once_each_and_are_not_in_the_database(chen: Viewer) -> None:
    _, codes = await set_up(chen)
    assert len(set(codes)) == 10
    stored = str(await RecoveryCode.all().values())
    assert not any(one in stored for one in codes)
    await second_step.must_know(codes[3].upper().replace("-", " "), person_id=chen.person_id)
    with pytest.raises(Invalid):
        await second_step.must_know(codes[3], person_id=chen.person_id)
    fresh = await second_step.renew_codes(by=chen)
    with pytest.raises(Invalid):
        await second_step.must_know(codes[4], person_id=chen.person_id)
    await second_step.must_know(fresh[0], person_id=chen.person_id)


async def test_somebody_elses_codes_open_nothing(place: Town, chen: Viewer) -> None:
    secret, codes = await set_up(chen)
    gao = await hired(place.here, "gao", RoleName.SECRETARY)
    await set_up(gao)
    for one in (now_code(secret), codes[0]):
        with pytest.raises(Invalid):
            await second_step.must_know(one, person_id=gao.person_id)


@pytest.mark.parametrize(
    ("rules", "gate"),
    [
        (Rules(), Gate.NONE),
        (Rules(totp_required_for=(RoleName.ADMIN, RoleName.WORKER)), Gate.ENROL),
        (Rules(totp_required=False, totp_required_for=(RoleName.WORKER,)), Gate.NONE),
    ],
)
async def test_where_a_rule_asks_for_it_signing_in_leads_to_setting_it_up(
    chen: Viewer, rules: Rules, gate: Gate
) -> None:
    with in_force(rules):
        assert await gate_after_password() is gate


async def test_the_shipped_rules_ask_it_of_admins_unless_their_place_says_otherwise(place: Town) -> None:
    admin, worker = [await hired(place.here, role.value, role) for role in (RoleName.ADMIN, RoleName.WORKER)]
    assert (login.asks_second_step(admin), login.asks_second_step(worker)) == (True, False)
    await own_rules.change(place.here, by=SYSTEM, typed={"totp_required": "false"})
    assert not login.asks_second_step(admin)


async def test_who_must_have_it_does_not_drop_it(chen: Viewer) -> None:
    await set_up(chen)
    with in_force(Rules(totp_required_for=(RoleName.WORKER,))), pytest.raises(NotAllowed):
        await second_step.drop(by=chen)
    await second_step.drop(by=chen)
    assert await gate_after_password() is Gate.NONE


async def test_a_lead_resets_it_and_its_owner_is_told_and_signed_out(place: Town, chen: Viewer) -> None:
    await set_up(chen)
    token = await login.new_session(person_id=chen.person_id, data={})
    gao = await hired(place.here, "gao", RoleName.SECRETARY)
    await second_step.reset(chen.person_id or 0, by=gao)
    assert (await login.find_session(token), await gate_after_password()) == (None, Gate.NONE)
    assert await StaffNotice.filter(person_id=chen.person_id, kind="user.second_step").count() == 1
    assert await AuditLine.filter(verb="user.second_step", actor_id=gao.person_id).count() == 1


async def test_nobody_resets_who_stands_above_lives_elsewhere_or_themselves(place: Town, chen: Viewer) -> None:
    admin = await hired(place.here, "admin", RoleName.ADMIN)
    gao = await hired(place.here, "gao", RoleName.SECRETARY)
    stranger = await hired(place.there, "stranger", RoleName.ADMIN)
    for target, by in ((admin, gao), (chen, stranger), (gao, chen)):
        with pytest.raises(NotAllowed):
            await second_step.reset(target.person_id or 0, by=by)
    with pytest.raises(Invalid):
        await second_step.reset(gao.person_id or 0, by=gao)


async def test_one_that_is_in_force_is_not_replaced_from_an_open_page(chen: Viewer) -> None:
    await set_up(chen)
    with pytest.raises(WrongState):
        await second_step.enrol(by=chen, name="chen", issuer="睦邻")


@pytest.mark.parametrize("proof", ["password", "code"])
async def test_a_proof_lasts_five_minutes(chen: Viewer, clock: StillClock, proof: str) -> None:
    secret, _ = await set_up(chen)
    session = await login.find_session(await login.new_session(person_id=chen.person_id, data={}))
    assert session is not None
    await freshness.must_be_fresh(session.id)
    clock.forward(minutes=5)
    with pytest.raises(NotAllowed):
        await freshness.must_be_fresh(session.id)
    with pytest.raises(Invalid):
        await freshness.prove("wrong", by=chen, session_id=session.id)
    await freshness.prove(PASSWORD if proof == "password" else now_code(secret), by=chen, session_id=session.id)
    await freshness.must_be_fresh(session.id)
