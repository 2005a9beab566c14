"""党员亮身份: a badge of one's own, shown only by who wants to, and gone everywhere the moment it is withdrawn."""

from __future__ import annotations

from dataclasses import dataclass

from models import clock
from models.errors import NotFound, WrongState
from models.transaction import execute, fetch_one, transaction
from people.audit import record
from people.permissions import allow
from people.scope import must_see
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Badge:
    """Whether staff have marked somebody as a party member, and whether they show it."""

    is_marked: bool
    is_shown: bool


_READ = "SELECT place_id, party_marked_at, party_shown_at FROM person WHERE id=$1 AND is_active"


async def own_badge(*, viewer: Viewer) -> Badge:
    """The viewer's own."""
    row = await fetch_one(_READ, viewer.person_id)
    if row is None:
        raise NotFound("person.not_found")
    return _badge(row["party_marked_at"], row["party_shown_at"])


async def badge_of(person_id: int, *, viewer: Viewer) -> Badge:
    """Somebody's, for who may mark it."""
    row = await fetch_one(_READ, person_id)
    if row is None:
        raise NotFound("person.not_found")
    must_see(viewer, "badge.mark", row["place_id"], thing="person")
    return _badge(row["party_marked_at"], row["party_shown_at"])


def _badge(marked_at: object, shown_at: object) -> Badge:
    return Badge(marked_at is not None, marked_at is not None and shown_at is not None)


async def show(*, by: Viewer) -> None:
    """亮身份: only by who is marked; twice is once."""
    allow(by, "badge.show", None)
    async with transaction():
        changed = await execute(
            "UPDATE person SET party_shown_at=COALESCE(party_shown_at, $1)"
            " WHERE id=$2 AND is_active AND party_marked_at IS NOT NULL",
            clock.now(),
            by.person_id,
        )
        if changed != 1:
            raise WrongState("badge.not_marked")
        await record(by, "badge.show", subject="person", subject_id=by.person_id, place_id=by.place_id)


async def withdraw(*, by: Viewer) -> None:
    """收起身份: also by who shows none."""
    allow(by, "badge.withdraw", None)
    async with transaction():
        await execute("UPDATE person SET party_shown_at=NULL WHERE id=$1", by.person_id)
        await record(by, "badge.withdraw", subject="person", subject_id=by.person_id, place_id=by.place_id)


async def mark(person_id: int, *, by: Viewer) -> None:
    """标为党员: they may show it now, and do not yet."""
    await _set(person_id, by=by, verb="badge.mark", value="COALESCE(party_marked_at, $1)")


async def unmark(person_id: int, *, by: Viewer) -> None:
    """取消标记: what was shown is gone with it."""
    await _set(person_id, by=by, verb="badge.unmark", value="NULL, party_shown_at=NULL")


async def _set(person_id: int, *, by: Viewer, verb: str, value: str) -> None:
    row = await fetch_one(_READ, person_id)
    if row is None:
        raise NotFound("person.not_found")
    must_see(by, verb, row["place_id"], thing="person")
    async with transaction():
        moment = (clock.now(),) if "$1" in value else ()
        await execute(f"UPDATE person SET party_marked_at={value} WHERE id=${len(moment) + 1}", *moment, person_id)
        await record(by, verb, subject="person", subject_id=person_id, place_id=row["place_id"])
