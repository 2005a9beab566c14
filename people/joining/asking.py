"""Asking to be let in: what somebody says of themselves is checked, kept once, and told to who decides."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from courier import limits
from models import clock
from models.errors import Invalid, NotFound, Taken, WrongState
from models.household import Relation
from models.joining import JoinState
from models.rules import rules
from models.sealed import seal
from models.transaction import Row, fetch, fetch_one, moment, transaction
from people.audit import record
from people.joining import telling
from people.joining.links import Door, Meant, meant
from people.joining.shown_names import problem_of_name, problem_of_shown_name
from people.joining.states import READ, address, close
from people.loading.cells import clean
from people.names import tidy
from people.permissions import allow
from people.personal import WrongNumber, phone_mark, phone_of
from people.rules import rules_of
from people.viewers import Viewer

ENTRY_LENGTH = dt.timedelta(hours=48)
LONGEST = {"label": 30, "name": 20, "shown_name": 40, "helper_name": 20, "phone": 20}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed. ``helper_name`` is who asks, where they ask for somebody else, who is then ``name``."""

    building_id: int
    label: str
    name: str
    relation: str
    shown_name: str = ""
    phone: str = ""
    helper_name: str = ""

    def problems(self) -> dict[str, str]:
        """What cannot be taken as typed, as keys of sentences by field; of the home only whether it was typed."""
        found = {"label": "" if 0 < len(clean(self.label)) <= LONGEST["label"] else "join.label_wrong"}
        found["name"] = problem_of_name(self.name)
        found["relation"] = "" if self.relation in set(Relation) else "join.relation_wrong"
        found["shown_name"] = problem_of_shown_name(self.shown_name)
        found["helper_name"] = problem_of_name(self.helper_name) if clean(self.helper_name) else ""
        found["phone"] = _phone_problem(self.phone)
        return {name: key for name, key in found.items() if key}

    @property
    def shown(self) -> str:
        """The chosen name, or one that says little: the first character and what stands for the rest."""
        return tidy(self.shown_name) or default_shown_name(self.name)


def default_shown_name(name: str) -> str:
    """The name neighbours see of who chose none: 王 and two stars, so that nobody's real name is shown unasked."""
    return f"{clean(name)[:1]}**"


def _phone_problem(text: str) -> str:
    try:
        return "" if len(text) <= LONGEST["phone"] and (phone_of(text) or True) else "join.phone_wrong"
    except WrongNumber:
        return "join.phone_wrong"


async def ask(door: Door, asked: Asked, *, by: Viewer, contact_id: int, network: str = "") -> int:
    """申请加入: one open request for a home from a chat, or from a browser of a ``network``. Gives its number.

    The answer is the same whoever lives there, and whether anybody does.
    """
    allow(by, "join.ask", None)
    for key in asked.problems().values():
        raise Invalid(key)
    home = await meant(door, viewer=by, building_id=asked.building_id, typed=asked.label)
    await _must_be_new(home, asked, contact_id=contact_id)
    await _spend(door, contact_id=contact_id, network=network)
    async with transaction():
        request_id = await _keep(door, home, asked, contact_id=contact_id)
        await record(by, "join.ask", subject="join_request", subject_id=request_id, place_id=door.place_id)
        await telling.tell_staff_of_request(door.place_id)
        if rules_of(door.place_id).vouching and home.home_id is not None and await _may_ring(home.home_id):
            await telling.tell_household_of_request(home.home_id, contact_id=contact_id)
    return request_id


async def ask_once(door: Door, asked: Asked, *, by: Viewer, contact_id: int, network: str = "") -> int:
    """申请加入, sent again or twice at once: the same form from the same chat is the same request while it waits."""
    try:
        return await ask(door, asked, by=by, contact_id=contact_id, network=network)
    except Taken:
        same = await _same(door, asked, by=by, contact_id=contact_id)
        if same is None:
            raise
        return same


async def _same(door: Door, asked: Asked, *, by: Viewer, contact_id: int) -> int | None:
    """The request that waits and says just this."""
    home = await meant(door, viewer=by, building_id=asked.building_id, typed=asked.label)
    row = await fetch_one(
        "SELECT id FROM join_request WHERE contact_id=$1 AND open_building_id=$2 AND label=$3 AND name=$4"
        " AND helper_name=$5 AND relation=$6 AND shown_name=$7",
        contact_id,
        asked.building_id,
        home.label,
        clean(asked.name),
        clean(asked.helper_name),
        asked.relation,
        asked.shown,
    )
    return int(row["id"]) if row else None


async def _must_be_new(home: Meant, asked: Asked, *, contact_id: int) -> None:
    open_one = await fetch_one(
        "SELECT id FROM join_request WHERE contact_id=$1 AND open_building_id=$2 AND label=$3",
        contact_id,
        asked.building_id,
        home.label,
    )
    if open_one is not None:
        raise Taken("join.open_already")
    if asked.helper_name or home.home_id is None:
        return
    lives = await fetch_one(
        "SELECT d.id FROM contact c JOIN residence d ON d.person_id=c.person_id AND d.open_home_id=$2"
        " WHERE c.id=$1 AND d.state='living'",
        contact_id,
        home.home_id,
    )
    if lives is not None:
        raise WrongState("join.lives_there")


async def _spend(door: Door, *, contact_id: int, network: str) -> None:
    """A limit for each contact, for each network where it is known, and for the whole place. None for a home: whoever
    asked for it often would keep out who lives there."""
    rates = rules().limits
    await limits.spend("join_contact", str(contact_id), rate=rates.joins)
    if network:
        await limits.spend("join_network", network, rate=rates.joins_of_network)
    await limits.spend("join_place", str(door.place_id), rate=rates.joins_of_place)


async def _may_ring(home_id: int) -> bool:
    """Whether a household is told of one more who asks: a home is not rung all day."""
    return await limits.hit("join_home", str(home_id), rate=rules().limits.joins_of_home)


_KEEP = (
    "INSERT INTO join_request (created_at, place_id, building_id, open_building_id, home_id, label, name, shown_name,"
    " relation, phone_sealed, phone_hash, helper_name, contact_id, state, reason, words, expires_at, version)"
    " VALUES ($1,$2,$3,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,'waiting','','',$13,0)"
    " ON CONFLICT (contact_id, open_building_id, label) DO NOTHING RETURNING id"
)


async def _keep(door: Door, home: Meant, asked: Asked, *, contact_id: int) -> int:
    now, phone = clock.now(), phone_of(asked.phone)
    row = await fetch_one(
        _KEEP,
        now,
        door.place_id,
        asked.building_id,
        home.home_id,
        home.label,
        clean(asked.name),
        asked.shown,
        asked.relation,
        seal(phone) if phone else None,
        phone_mark(phone) if phone else None,
        clean(asked.helper_name),
        contact_id,
        now + dt.timedelta(days=rules_of(door.place_id).join_days),
    )
    if row is None:
        raise Taken("join.open_already")
    return int(row["id"])


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """One's own request: where it stands and, refused, why."""

    id: int
    place_id: int
    address: str
    name: str
    is_for_other: bool
    state: JoinState
    reason: str
    words: str
    asked_at: dt.datetime
    expires_at: dt.datetime
    token: str


_OWN = (
    "SELECT j.*, b.name AS building, e.name AS estate, COALESCE(h.label, j.label) AS home_label, l.token"
    " FROM join_request j JOIN building b ON b.id=j.building_id JOIN estate e ON e.id=b.estate_id"
    " LEFT JOIN home h ON h.id=j.home_id LEFT JOIN estate_link l ON l.open_estate_id=e.id"
    " WHERE j.contact_id=$1 ORDER BY j.id DESC LIMIT 20"
)


def _own(row: Row) -> OwnRequest:
    return OwnRequest(
        id=row["id"],
        place_id=row["place_id"],
        address=address(row),
        name=row["name"],
        is_for_other=bool(row["helper_name"]),
        state=JoinState(row["state"]),
        reason=row["reason"],
        words=row["words"],
        asked_at=moment(row["created_at"]),
        expires_at=moment(row["expires_at"]),
        token=row["token"] or "",
    )


async def own_requests(*, viewer: Viewer, contact_id: int) -> list[OwnRequest]:
    """What was asked from a chat, the newest first; who calls knows that the chat is the viewer's."""
    allow(viewer, "join.ask", None)
    return [_own(row) for row in await fetch(_OWN, contact_id)]


async def withdraw(request_id: int, *, by: Viewer, contact_id: int) -> None:
    """撤回: the asker no longer wants it; from the chat that asked only."""
    allow(by, "join.withdraw", None)
    row = await fetch_one(f"{READ} WHERE j.id=$1 AND j.contact_id=$2", request_id, contact_id)
    if row is None:
        raise NotFound("join.not_found")
    async with transaction():
        await close(row, JoinState.WITHDRAWN, columns={"decided_at": clock.now()})
        await record(by, "join.withdraw", subject="join_request", subject_id=request_id, place_id=row["place_id"])


_ENTRY = (
    "SELECT j.id FROM join_request j JOIN contact c ON c.id=j.contact_id AND c.channel='web'"
    " AND c.person_id IS NOT NULL"
    " WHERE j.contact_id=$1 AND j.state='approved' AND j.entered_at IS NULL AND j.decided_at>$2"
    " AND (c.person_id=j.person_id OR j.helper_name<>'') ORDER BY j.id LIMIT 1"
)


async def entry_waits(*, contact_id: int) -> bool:
    """Whether the browser that asked may be signed in now; it is asked first whether it still is the same person."""
    return await fetch_one(_ENTRY, contact_id, clock.now() - ENTRY_LENGTH) is not None


async def claim_entry(*, contact_id: int) -> int | None:
    """Whom the browser that asked may be signed in as: once for each approved request of its own chat, who asked for
    another as themselves, and so many hours after it was approved: who sits at a shared computer months later is
    somebody else."""
    row = await fetch_one(
        f"UPDATE join_request SET entered_at=$3 WHERE id=({_ENTRY}) AND entered_at IS NULL"
        " RETURNING (SELECT c.person_id FROM contact c WHERE c.id=contact_id) AS person_id",
        contact_id,
        clock.now() - ENTRY_LENGTH,
        clock.now(),
    )
    return int(row["person_id"]) if row else None


async def expire(*, by: Viewer, limit: int = 200) -> int:
    """过期: what nobody decided in time ends, and who asked is told how to ask again."""
    allow(by, "join.expire", None)
    rows = await fetch(f"{READ} WHERE j.state='waiting' AND j.expires_at<$1 ORDER BY j.id LIMIT $2", clock.now(), limit)
    return sum([await _expire(row, by=by) for row in rows])


async def _expire(row: Row, *, by: Viewer) -> int:
    try:
        async with transaction():
            await close(row, JoinState.EXPIRED, columns={"decided_at": clock.now()})
            await record(by, "join.expire", subject="join_request", subject_id=row["id"], place_id=row["place_id"])
            await telling.tell_asker(row, "expired")
    except Taken:
        return 0
    return 1
