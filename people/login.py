"""Staff sign-in: argon2id passwords checked off the event loop, and web sessions that can be revoked."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
import secrets
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from courier import limits
from models import clock
from models.errors import Invalid
from models.transaction import execute, fetch_one, transaction
from people.audit import record
from people.viewers import Viewer, viewer_of

SESSION_LENGTH = dt.timedelta(days=30)
STAFF_SESSION_LENGTH = dt.timedelta(hours=12)
ATTEMPTS = "10/15minute"
_hasher = PasswordHasher()
_one_at_a_time = asyncio.Semaphore(2)
_DUMMY = _hasher.hash("nobody")


@dataclass(frozen=True, slots=True)
class Session:
    """A browser's session as read from its token. ``data`` is what the portal keeps in it."""

    id: int
    person_id: int | None
    data: dict[str, object]


def _hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def hash_password(password: str) -> str:
    """Argon2id hash with the library's current defaults; takes about 0.1 s and 64 MiB, so it runs in a thread."""
    if len(password) < 8:
        raise Invalid("login.password_short", least=8)
    async with _one_at_a_time:
        return await asyncio.to_thread(_hasher.hash, password)


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


async def sign_in(*, username: str, password: str, device: str = "") -> tuple[str, Viewer]:
    """Check a password; gives a new session token and who it is. A wrong name and a wrong password look alike.

    ``device`` is what the list of one's own sessions calls this browser.
    """
    await limits.spend("login", username.lower(), rate=ATTEMPTS)
    row = await fetch_one("SELECT id, password_hash FROM person WHERE username=$1 AND is_active", username.strip())
    stored = row["password_hash"] if row and row["password_hash"] else _DUMMY
    async with _one_at_a_time:
        matches = await asyncio.to_thread(_verify, stored, password)
    if row is None or not matches:
        raise Invalid("login.wrong")
    viewer = await viewer_of(row["id"])
    if viewer is None or not viewer.is_staff:
        raise Invalid("login.wrong")
    token = await _begin(viewer, device)
    return token, viewer


async def _begin(viewer: Viewer, device: str) -> str:
    async with transaction():
        token = await new_session(person_id=viewer.person_id, data={"device": device[:60]}, length=STAFF_SESSION_LENGTH)
        await record(viewer, "login", subject="person", subject_id=viewer.person_id, place_id=viewer.place_id)
    return token


async def new_session(*, person_id: int | None, data: dict[str, object], length: dt.timedelta = SESSION_LENGTH) -> str:
    """Store a new session; gives the token, of which only the hash is kept."""
    token, now = secrets.token_urlsafe(32), clock.now()
    await execute(
        "INSERT INTO web_session (created_at, token_hash, person_id, data, expires_at) VALUES ($1,$2,$3,$4,$5)",
        now,
        _hash_token(token),
        person_id,
        json.dumps(data, ensure_ascii=False),
        now + length,
    )
    return token


async def find_session(token: str) -> Session | None:
    """The live session behind a token, or None."""
    row = await fetch_one(
        "SELECT id, person_id, data FROM web_session WHERE token_hash=$1 AND revoked_at IS NULL AND expires_at>$2",
        _hash_token(token),
        clock.now(),
    )
    return Session(row["id"], row["person_id"], json.loads(row["data"])) if row else None


async def save_session(session_id: int, data: dict[str, object]) -> None:
    """Keep what the portal put into the session."""
    await execute("UPDATE web_session SET data=$1 WHERE id=$2", json.dumps(data, ensure_ascii=False), session_id)


async def sign_out(session_id: int) -> None:
    """Revoke one session at once."""
    await execute("UPDATE web_session SET revoked_at=$1 WHERE id=$2", clock.now(), session_id)


async def revoke_all(person_id: int) -> int:
    """Revoke every session of a person at once; gives how many."""
    return await execute(
        "UPDATE web_session SET revoked_at=$1 WHERE person_id=$2 AND revoked_at IS NULL", clock.now(), person_id
    )


async def forget_sessions(*, older_than: dt.datetime, limit: int) -> int:
    """Delete sessions that ran out or were ended before a moment, so many at a time; gives how many."""
    return await execute(
        "DELETE FROM web_session WHERE id IN (SELECT id FROM web_session WHERE expires_at<$1 OR revoked_at<$1"
        " ORDER BY id LIMIT $2)",
        older_than,
        limit,
    )
