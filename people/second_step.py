"""The second step of staff sign-in: codes of an authenticator app (TOTP, RFC 6238), and ten codes for when it is lost.

Thirty seconds a code, six digits, SHA-1, as every app has it. A code counts for the thirty seconds it belongs to and
those before and after; each is used once, because the last one used is kept.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

import pyotp

from courier import limits, notices
from courier.letters import Letter
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, WrongState
from models.sealed import keyed_hash, keyed_hashes, seal, unseal
from models.transaction import execute, execute_many, fetch_one, transaction
from models.wording import say
from people import login
from people.audit import record
from people.permissions import allow
from people.ranks import must_manage
from people.viewers import Viewer

SECONDS = 30
DRIFT = (-1, 0, 1)
TRIES = "10/15minute"
"""How often one person may type a code."""
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_HALF = 5


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A secret that is not yet in force: to be typed, and as the address that a QR code carries."""

    secret: str
    address: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody has a second step, must have one, and how many recovery codes are left."""

    has: bool
    is_required: bool
    codes_left: int


async def standing(*, viewer: Viewer) -> Standing:
    """The viewer's own."""
    allow(viewer, "second_step.enrol", None)
    row = await fetch_one("SELECT count(*) AS n FROM recovery_code WHERE person_id=$1", viewer.person_id)
    return Standing(
        await login.has_second_step(viewer.person_id), login.asks_second_step(viewer), row["n"] if row else 0
    )


async def enrol(*, by: Viewer, name: str, issuer: str) -> Enrolment:
    """设第二步: a new secret, which counts once a code of it was typed; the app shows ``name`` and ``issuer``."""
    allow(by, "second_step.enrol", None)
    if await login.has_second_step(by.person_id):
        raise WrongState("second_step.has_one")
    secret = pyotp.random_base32()
    await execute(
        "INSERT INTO second_step (created_at, person_id, secret_sealed, last_counter) VALUES ($1,$2,$3,0)"
        " ON CONFLICT (person_id) DO UPDATE SET secret_sealed=excluded.secret_sealed, created_at=excluded.created_at,"
        " last_counter=0 WHERE second_step.confirmed_at IS NULL",
        clock.now(),
        by.person_id,
        seal(secret),
    )
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer))


async def confirm(code: str, *, by: Viewer) -> tuple[str, ...]:
    """启用第二步: by the first code of the new secret; gives the recovery codes, which nobody is shown again."""
    allow(by, "second_step.enrol", None)
    await limits.spend("second_step", str(by.person_id), rate=TRIES)
    async with transaction():
        if not await _use_code(code, by.person_id, confirmed=False):
            raise Invalid("second_step.wrong")
        await execute("UPDATE second_step SET confirmed_at=$1 WHERE person_id=$2", clock.now(), by.person_id)
        await record(by, "second_step.enrol", subject="person", subject_id=by.person_id, place_id=by.place_id)
        return await _new_codes(by.person_id)


async def renew_codes(*, by: Viewer) -> tuple[str, ...]:
    """换恢复码: ten new ones; the old ones open nothing any more."""
    allow(by, "second_step.enrol", None)
    if not await login.has_second_step(by.person_id):
        raise WrongState("second_step.has_none")
    async with transaction():
        await record(by, "second_step.renew", subject="person", subject_id=by.person_id, place_id=by.place_id)
        return await _new_codes(by.person_id)


async def drop(*, by: Viewer) -> None:
    """停用第二步: one's own, where no rule asks for it."""
    allow(by, "second_step.enrol", None)
    if login.asks_second_step(by):
        raise NotAllowed("second_step.required")
    async with transaction():
        await _forget(by.person_id)
        await record(by, "second_step.drop", subject="person", subject_id=by.person_id, place_id=by.place_id)


async def reset(person_id: int, *, by: Viewer) -> None:
    """清除第二步: of somebody whose telephone is gone; they are signed out everywhere and told."""
    row = await fetch_one("SELECT place_id FROM person WHERE id=$1", person_id)
    if row is None:
        raise NotFound("user.nobody_here")
    allow(by, "user.second_step", row["place_id"])
    await must_manage(person_id, by=by)
    if person_id == by.person_id:
        raise Invalid("second_step.own")
    async with transaction():
        await _forget(person_id)
        await login.revoke_all(person_id)
        await record(by, "user.second_step", subject="person", subject_id=person_id, place_id=row["place_id"])
        await notices.tell_person(Letter(say("second_step.was_reset")), person_id=person_id, kind="user.second_step")


async def _forget(person_id: int | None) -> None:
    await execute("DELETE FROM second_step WHERE person_id=$1", person_id)
    await execute("DELETE FROM recovery_code WHERE person_id=$1", person_id)


async def must_know(code: str, *, person_id: int | None) -> None:
    """Refuse unless it is a code of the app that was not used yet, or a recovery code, which is then used up."""
    await limits.spend("second_step", str(person_id), rate=TRIES)
    if not await _use_code(code, person_id, confirmed=True) and not await _use_recovery(code, person_id):
        raise Invalid("second_step.wrong")


async def _use_code(code: str, person_id: int | None, *, confirmed: bool) -> bool:
    digits = "".join(code.split())
    row = await fetch_one("SELECT secret_sealed, confirmed_at FROM second_step WHERE person_id=$1", person_id)
    if row is None or (row["confirmed_at"] is not None) != confirmed:
        return False
    counter = _counter_of(digits, unseal(row["secret_sealed"]))
    if counter is None:
        return False
    changed = await execute(
        "UPDATE second_step SET last_counter=$1 WHERE person_id=$2 AND last_counter<$1", counter, person_id
    )
    return changed == 1


def _counter_of(digits: str, secret: str) -> int | None:
    """Which thirty seconds a code belongs to; every candidate is compared, in constant time."""
    now, codes = int(clock.now().timestamp()) // SECONDS, pyotp.HOTP(secret)
    given = digits.encode()
    found = [now + step for step in DRIFT if hmac.compare_digest(codes.at(now + step).encode(), given)]
    return found[-1] if found else None


async def _new_codes(person_id: int | None) -> tuple[str, ...]:
    made = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
    await execute("DELETE FROM recovery_code WHERE person_id=$1", person_id)
    await execute_many(
        "INSERT INTO recovery_code (created_at, person_id, code_hash) VALUES ($1,$2,$3)",
        [(clock.now(), person_id, keyed_hash(_written(code))) for code in made],
    )
    return made


def _recovery_code() -> str:
    """Ten letters and digits in two halves, about 49 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_HALF)) for _ in range(2))


def _written(code: str) -> str:
    """A recovery code however it was typed."""
    return "".join(one for one in code.lower() if one in _ALPHABET)


async def _use_recovery(code: str, person_id: int | None) -> bool:
    written = _written(code)
    for kept in keyed_hashes(written):
        if await execute("DELETE FROM recovery_code WHERE person_id=$1 AND code_hash=$2", person_id, kept):
            return True
    return False
