"""Letting somebody in or not: staff see who may be meant and say so; of many who decide at once one wins."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from courier import notices, signals
from courier.letters import Letter
from models import clock
from models.errors import Invalid, NotFound, Taken, WrongState
from models.household import Relation
from models.joining import JoinState
from models.transaction import Row, execute, fetch, fetch_one, transaction
from models.wording import say
from people import acting, rights
from people.audit import record
from people.ending import LeftBehind, end_sessions, leave_behind
from people.joining import telling
from people.joining.arrival import Arrived, arrive, entitle, hold, home_of
from people.joining.matching import Match, matches
from people.joining.states import REASONS, address, close, request_row
from people.viewers import Viewer

NEW = 0
"""Said in place of a person: nobody who is known, somebody new."""
LONGEST_WORDS = 100


async def approve(
    request_id: int, *, by: Viewer, version: int, person_id: int | None = None, adds_home: bool = False
) -> Arrived:
    """通过: they live there from now on and are told so.

    ``person_id`` is who of those already known it is, ``NEW`` for none of them; where somebody may be meant it must be
    said, so that nobody is kept twice without anyone noticing.
    """
    row = await request_row(request_id, viewer=by, verb="join.approve")
    async with transaction():
        await hold(row)
        row = await request_row(request_id, viewer=by, verb="join.approve")
        must_wait(row, version=version)
        _must_be_another(by, row["asker_id"])
        home_id = await home_of(row, adds_home=adds_home)
        row = {**row, "home_id": home_id}
        arrived = await arrive(row, home_id, match=await _match(row, person_id), household_id=None)
        settled = await settle(row, arrived, by=by)
        await _record(row, "join.approve", by=by, detail=_detail(arrived))
        await tell(row, settled, by=by)
    return arrived


def _must_be_another(by: Viewer, *parties: int | None) -> None:
    """Nobody decides about a request that comes from a chat of their own, or that they vouched for."""
    if by.person_id is not None and by.person_id in parties:
        raise WrongState("join.own_request")


async def _record(row: Row, verb: str, *, by: Viewer, detail: str) -> None:
    await record(by, verb, subject="join_request", subject_id=row["id"], place_id=row["place_id"], detail=detail)


def _detail(arrived: Arrived) -> str:
    return f"person {arrived.person_id}, residence {arrived.residence_id}"


def must_wait(row: Row, *, version: int | None = None) -> None:
    """Refuse what was decided meanwhile."""
    if row["state"] != JoinState.WAITING or version not in (None, row["version"]):
        raise Taken("join.decided_already")


async def _match(row: Row, person_id: int | None) -> Match | None:
    found = await matches(row)
    asker = None if row["helper_name"] else row["asker_id"]
    if person_id == NEW:
        return None
    if person_id is None:
        if any(one.person_id != asker for one in found):
            raise Invalid("join.match_needed")
        return next(iter(found), None)
    match = next((one for one in found if one.person_id == person_id), None)
    if match is None:
        raise NotFound("join.match_gone")
    return match


@dataclass(frozen=True, slots=True)
class Settled:
    """A request that was approved: in which home, whether former tenants may be gone, what is left behind."""

    home_id: int
    makes_doubt: bool
    left: tuple[LeftBehind, ...]


async def settle(row: Row, arrived: Arrived, *, by: Viewer) -> Settled:
    """Close the request and give what comes of it; a new tenant makes it likely that the former ones are gone."""
    columns = {
        "person_id": arrived.person_id,
        "residence_id": arrived.residence_id,
        "home_id": arrived.home_id,
        "decided_by_id": by.person_id,
        "decided_at": clock.now(),
    }
    await close(row, JoinState.APPROVED, columns=columns)
    is_tenant = row["relation"] == Relation.TENANT
    makes_doubt = is_tenant and await _propose_former_tenants(arrived)
    settled = Settled(arrived.home_id, makes_doubt, arrived.left)
    await entitle(row, arrived, by=by)
    return settled


async def tell(row: Row, settled: Settled, *, by: Viewer) -> None:
    """Tell everybody, once the audit has its line: the lanes come last."""
    await leave_behind(settled.left)
    await telling.tell_asker(row, "approved")
    letter = Letter(say("join.told.household_joined", name=row["name"], address=address(row)))
    await telling.tell_home(
        letter,
        home_id=settled.home_id,
        kind="join.approved",
        but_contact=row["contact_id"] or 0,
        but_person=by.person_id or 0,
    )
    if settled.makes_doubt:
        await telling.tell_staff(row["place_id"], key="residence_leaving", path=f"/homes/{settled.home_id}")


async def _propose_former_tenants(arrived: Arrived) -> bool:
    proposed = await execute(
        "UPDATE residence SET leaving_at=$1, leaving_by_id=NULL WHERE open_home_id=$2 AND state='living'"
        " AND relation='tenant' AND person_id<>$3 AND leaving_at IS NULL",
        clock.now(),
        arrived.home_id,
        arrived.person_id,
    )
    return bool(proposed)


async def refuse(
    request_id: int, *, by: Viewer, version: int, reason: str, words: str = "", is_in: bool | None = None
) -> None:
    """不通过: with a reason from the list, told with how to try again. Also of somebody whom a neighbour alone
    let in, who is put out again; ``is_in`` says whether that is meant, where who decides saw one or the other."""
    row = await request_row(request_id, viewer=by, verb="join.refuse")
    words = words.strip()
    if reason not in REASONS:
        raise Invalid("join.no_reason")
    if len(words) > LONGEST_WORDS or (reason == "other" and not words):
        raise Invalid("join.words_wrong", most=LONGEST_WORDS)
    why = {"reason": reason, "words": words, "decided_by_id": by.person_id, "decided_at": clock.now()}
    async with transaction():
        undone = Undone((), (), ())
        if is_in or (is_in is None and row["state"] == JoinState.APPROVED):
            undone = await _undo(row, by=by, version=version, columns=why)
        else:
            must_wait(row, version=version)
            await close(row, JoinState.REFUSED, columns=why)
        await _record(row, "join.refuse", by=by, detail=reason)
        await leave_behind(undone.left)
        await acting.tell_parted(list(undone.parted), by=by)
        said = say(f"join.reason.{reason}") if reason != "other" else words
        more = f"（{words}）" if words and reason != "other" else ""
        await telling.tell_asker(row, "refused", reason=f"{said}{more}")
        for contact_id in undone.chats:
            await notices.tell_contact(Letter(say("bind.unbound")), contact_id=contact_id, kind="contact.unbind")


def is_vouched_only(row: Row) -> bool:
    """Whether a neighbour let them in and no staff have looked: it can still be refused."""
    return (
        row["state"] == JoinState.APPROVED
        and row["vouched_by_id"] is not None
        and row["decided_by_id"] == row["vouched_by_id"]
    )


@dataclass(frozen=True, slots=True)
class Undone:
    """The chats that are nobody's any more, but the one that asked, the links between people that ended, and what is
    left behind."""

    chats: tuple[int, ...]
    parted: tuple[Row, ...]
    left: tuple[LeftBehind, ...]


async def _undo(row: Row, *, by: Viewer, version: int, columns: dict[str, object]) -> Undone:
    """Take back what a neighbour's word gave."""
    if row["version"] != version:
        raise Taken("join.decided_already")
    if not is_vouched_only(row):
        raise WrongState("join.decided_already")
    changed = await fetch_one(
        "UPDATE join_request SET state='refused', reason=$1, words=$2, decided_by_id=$3, decided_at=$4,"
        " version=version+1 WHERE id=$5 AND version=$6 AND state='approved' RETURNING id",
        *columns.values(),
        row["id"],
        version,
    )
    if changed is None:
        raise Taken("join.decided_already")
    await execute(
        "UPDATE residence SET state='refused', open_home_id=NULL, version=version+1 WHERE id=$1 AND state='living'",
        row["residence_id"],
    )
    parted = await acting.part(row["person_id"], row["home_id"], by=by)
    chats = await _forget_who(row)
    left = await rights.take_where_gone(row["person_id"], row["place_id"], by=by)
    return Undone(tuple(chats), tuple(parted), tuple(left))


async def _forget_who(row: Row) -> list[int]:
    """Who was let in by mistake, and lives nowhere else, is nobody in any chat that became theirs since, and is signed
    in nowhere. The chat that asked stays open to hear why; one that was theirs before stays theirs."""
    person_id, asker = row["person_id"], row["contact_id"]
    if await fetch_one("SELECT id FROM residence WHERE person_id=$1 AND state='living' LIMIT 1", person_id):
        return []
    since: dt.datetime = row["vouched_at"]
    await execute(
        "UPDATE web_session SET revoked_at=$1 WHERE contact_id=$2 AND created_at>=$3 AND revoked_at IS NULL",
        clock.now(),
        asker,
        since,
    )
    await end_sessions("person_id=$2 AND created_at>=$3 AND contact_id IS NOT NULL", person_id, since)
    signals.publish(signals.session_topic(person_id))
    rows = await fetch(
        "UPDATE contact SET person_id=NULL, bound_at=NULL WHERE person_id=$1 AND bound_at>=$2"
        " RETURNING id, channel, address",
        person_id,
        since,
    )
    return [one[2] for one in sorted((row["channel"], row["address"], row["id"]) for row in rows) if one[2] != asker]


async def confirm(request_id: int, *, by: Viewer, version: int) -> None:
    """确认: staff have looked at what a neighbour vouched for, and it stands."""
    row = await request_row(request_id, viewer=by, verb="join.approve")
    _must_be_another(by, row["asker_id"], row["person_id"], row["vouched_by_id"])
    async with transaction():
        changed = await fetch_one(
            "UPDATE join_request SET decided_by_id=$1, decided_at=$2, version=version+1 WHERE id=$3 AND version=$4"
            " AND state='approved' AND decided_by_id=vouched_by_id RETURNING id",
            by.person_id,
            clock.now(),
            request_id,
            version,
        )
        if changed is None:
            raise Taken("join.decided_already")
        await _record(row, "join.approve", by=by, detail="confirmed")
