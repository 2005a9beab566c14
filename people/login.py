"""Staff sign-in by password, and web sessions that can be revoked."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from dataclasses import dataclass
from enum import StrEnum

from courier import limits
from models import clock
from models.errors import Invalid, NotAllowed, Taken
from models.person import RoleName
from models.transaction import Row, execute, fetch_one, fetch_one_by_key, moment, transaction
from people import passwords
from people.audit import record
from people.ending import end_sessions
from people.permissions import allow
from people.rules import rules_of
from people.viewers import Viewer, viewer_of

SESSION_LENGTH = dt.timedelta(days=30)
STAFF_SESSION_LENGTH = dt.timedelta(hours=12)
GATE_LENGTH = dt.timedelta(minutes=15)
"""How long somebody may take between their password and the second step."""
ATTEMPTS = "10/15minute"


class Gate(StrEnum):
    """What stands between a right password and everything else."""

    NONE = ""
    PASSWORD = "password"  # noqa: S105 - the name of a step, not a secret
    CODE = "code"
    ENROL = "enrol"


@dataclass(frozen=True, slots=True)
class Session:
    """A browser's session as read from its token. ``data`` is what the portal keeps in it; ``via`` how they came in,
    ``chat_address`` the address of the web chat that goes with it."""

    id: int
    person_id: int | None
    data: dict[str, object]
    via: str = ""
    seen_at: dt.datetime | None = None
    fresh_at: dt.datetime | None = None
    chat_address: str | None = None

    @property
    def gate(self) -> Gate:
        """What it is still good for alone: changing a password to begin with, the second step, or setting that up."""
        return Gate(str(self.data.get("gate", Gate.NONE)))


def _hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def sign_in(*, username: str, password: str, device: str = "") -> tuple[str, Viewer]:
    """Check a password; gives a new session token and who it is. A wrong name and a wrong password look alike.

    ``device`` is what the list of one's own sessions calls this browser.
    """
    await limits.spend("login", username.lower(), rate=ATTEMPTS)
    row = await fetch_one(
        "SELECT id, password_hash, start_until FROM person WHERE username=$1 AND is_active", username.strip()
    )
    matches = await passwords.matches(password, row["password_hash"] if row else None)
    if row is None or not matches:
        raise Invalid("login.wrong")
    viewer = await viewer_of(row["id"])
    if viewer is None or not viewer.is_staff:
        raise Invalid("login.wrong")
    gate = Gate.PASSWORD if _is_start(row) else gate_of(viewer, has_one=await has_second_step(row["id"]))
    return await begin(viewer, device=device, gate=gate), viewer


def _is_start(row: Row) -> bool:
    """Whether a password is one to begin with; refused when its time has passed."""
    until = moment(row["start_until"]) if row["start_until"] else None
    if until is not None and until <= clock.now():
        raise Invalid("login.start_expired")
    return until is not None


def gate_of(viewer: Viewer, *, has_one: bool) -> Gate:
    """What comes after a right password: a code where there is an app, setting one up where a rule asks for it."""
    if has_one:
        return Gate.CODE
    return Gate.ENROL if asks_second_step(viewer) else Gate.NONE


def asks_second_step(viewer: Viewer) -> bool:
    """Whether a place in which they hold a role asks that role for a second step."""
    return any(role_asks_second_step(held.role, held.place_id) for held in viewer.roles)


def role_asks_second_step(role: RoleName, place_id: int) -> bool:
    """Whether a place asks whoever holds a role there for a second step."""
    rules = rules_of(place_id)
    return rules.totp_required and role.value in rules.totp_required_for


async def has_second_step(person_id: int | None) -> bool:
    """Whether somebody's second step is in force."""
    row = await fetch_one("SELECT id FROM second_step WHERE person_id=$1 AND confirmed_at IS NOT NULL", person_id)
    return row is not None


async def begin(viewer: Viewer, *, device: str, gate: Gate = Gate.NONE) -> str:
    """A new session of somebody who has proved who they are as far as ``gate``; gives its token."""
    data: dict[str, object] = {"device": device[:60], **({"gate": gate.value} if gate else {})}
    length = GATE_LENGTH if gate in (Gate.CODE, Gate.ENROL) else STAFF_SESSION_LENGTH
    async with transaction():
        token = await new_session(person_id=viewer.person_id, data=data, length=length)
        await record(viewer, "login", subject="person", subject_id=viewer.person_id, place_id=viewer.place_id)
    return token


async def begin_after_password(viewer: Viewer, *, device: str) -> str:
    """The same after the password alone was shown to be known: the second step still stands before it."""
    return await begin(viewer, device=device, gate=gate_of(viewer, has_one=await has_second_step(viewer.person_id)))


async def must_know(password: str, *, by: Viewer) -> None:
    """Refuse unless it is the viewer's own password."""
    await limits.spend("password", str(by.person_id), rate=ATTEMPTS)
    row = await fetch_one("SELECT password_hash FROM person WHERE id=$1 AND is_active", by.person_id)
    if not await passwords.matches(password, row["password_hash"] if row else None):
        raise Invalid("login.proof_wrong")


async def change_password(*, by: Viewer, old: str | None, new: str) -> None:
    """改密码: one's own; every browser is signed out. Without the old one only where that was to begin with."""
    allow(by, "password.change", None)
    await limits.spend("password", str(by.person_id), rate=ATTEMPTS)
    row = await fetch_one("SELECT password_hash, start_until FROM person WHERE id=$1 AND is_active", by.person_id)
    if row is None or not row["password_hash"]:
        raise NotAllowed("not_allowed")
    await _check_change(row, old=old, new=new)
    hashed = await passwords.hashed(new)
    async with transaction():
        changed = await execute(
            "UPDATE person SET password_hash=$1, start_until=NULL WHERE id=$2 AND password_hash=$3",
            hashed,
            by.person_id,
            row["password_hash"],
        )
        if changed != 1:
            raise Taken("login.changed_meanwhile")
        await revoke_all(by.person_id or 0)
        await record(by, "password.change", subject="person", subject_id=by.person_id, place_id=by.place_id)


async def username_of(viewer: Viewer) -> str:
    """The name somebody signs in with, for the browser that keeps their password."""
    row = await fetch_one("SELECT username FROM person WHERE id=$1", viewer.person_id)
    return row["username"] or "" if row else ""


async def _check_change(row: Row, *, old: str | None, new: str) -> None:
    """The old password must be right, unless it was to begin with; the new one must be another."""
    stored = row["password_hash"]
    if row["start_until"] is None and not await passwords.matches(old or "", stored):
        raise Invalid("login.old_wrong")
    if await passwords.matches(new, stored):
        raise Invalid("login.same_password")


async def new_session(
    *,
    person_id: int | None,
    data: dict[str, object],
    length: dt.timedelta = SESSION_LENGTH,
    contact_id: int | None = None,
    via: str = "",
) -> str:
    """Store a new session of somebody who has just proved who they are; gives the token, of which only the hash is
    kept. ``via`` is how they came in; '' is a password."""
    token, now = secrets.token_urlsafe(32), clock.now()
    await execute(
        "INSERT INTO web_session (created_at, token_hash, person_id, data, expires_at, contact_id, via, seen_at,"
        " fresh_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$1,$1)",
        now,
        _hash_token(token),
        person_id,
        json.dumps(data, ensure_ascii=False),
        now + length,
        contact_id,
        via,
    )
    return token


async def find_session(token: str) -> Session | None:
    """The live session behind a token, or None."""
    row = await fetch_one_by_key(
        "SELECT s.id, s.person_id, s.data, s.via, s.seen_at, s.fresh_at, c.address FROM web_session s"
        " LEFT JOIN contact c ON c.id=s.contact_id WHERE s.token_hash=$1 AND s.revoked_at IS NULL AND s.expires_at>$2",
        _hash_token(token),
        clock.now(),
    )
    if row is None:
        return None
    seen, fresh = (moment(row[name]) if row[name] else None for name in ("seen_at", "fresh_at"))
    return Session(row["id"], row["person_id"], json.loads(row["data"]), row["via"], seen, fresh, row["address"])


async def save_session(session_id: int, data: dict[str, object]) -> None:
    """Keep what the portal put into the session."""
    await execute("UPDATE web_session SET data=$1 WHERE id=$2", json.dumps(data, ensure_ascii=False), session_id)


async def sign_out(session_id: int) -> None:
    """Revoke one session at once."""
    await end_sessions("id=$2", session_id)


async def revoke_all(person_id: int) -> int:
    """Revoke every session of a person at once; gives how many."""
    return await end_sessions("person_id=$2", person_id)


async def forget_sessions(*, older_than: dt.datetime, limit: int) -> int:
    """Delete sessions that ran out or were ended before a moment, so many at a time; gives how many."""
    return await execute(
        "DELETE FROM web_session WHERE id IN (SELECT id FROM web_session WHERE expires_at<$1 OR revoked_at<$1"
        " ORDER BY id LIMIT $2)",
        older_than,
        limit,
    )
