"""服务名录: who stands in it, seen by neighbours; staff admit somebody with a reason, change it, and take it off."""

from __future__ import annotations

from dataclasses import dataclass

from tortoise.exceptions import IntegrityError

from forum import board_list
from forum.services.opening import hours_of, is_open, weekdays_of
from forum.words import reason_of
from models import clock
from models.board import BoardName
from models.errors import Invalid, NotFound, Taken, WrongState
from models.provider import ProviderKind, ProviderState
from models.transaction import Row, execute, fetch, fetch_one, savepoint, transaction
from nlp.normalise import clean_input
from people.audit import record
from people.permissions import allow, may
from people.viewers import Viewer

LIMITS = {"name": 40, "about": 300, "venue": 60, "phone": 20, "fees": 100}
MOST = 200


@dataclass(frozen=True, slots=True)
class ProviderShape:
    """What stands in the directory of somebody. ``on_holidays``: open on public holidays, too."""

    kind: str
    name: str
    about: str = ""
    venue: str = ""
    phone: str = ""
    fees: str = ""
    hours: str = ""
    weekdays: str = ""
    on_holidays: bool = False


@dataclass(frozen=True, slots=True)
class ProviderLine:
    """Somebody in the directory. ``is_open``: now, None where nobody told when. ``upheld``: how many complaints were,
    since they are counted; of what and by whom nobody reads here. ``reason``: why it was admitted, for staff."""

    id: int
    place_id: int
    kind: ProviderKind
    state: ProviderState
    name: str
    about: str
    venue: str
    phone: str
    fees: str
    hours: str
    weekdays: str
    on_holidays: bool
    is_open: bool | None
    upheld: int
    state_reason: str
    reason: str
    version: int

    @property
    def is_suspended(self) -> bool:
        """Whether it is not introduced for now."""
        return self.state is ProviderState.SUSPENDED


COUNTED = (
    "(SELECT count(*) FROM complaint c WHERE c.provider_id=v.id AND c.state='upheld' AND c.decided_at>v.counts_from)"
)
"""How many upheld complaints of ``v`` count; in SQL."""
_LINES = f"SELECT v.*, {COUNTED} AS upheld FROM provider v WHERE"
_ORDER = " ORDER BY CASE WHEN v.state='admitted' THEN 0 ELSE 1 END, v.kind, v.id"


async def providers(*, viewer: Viewer, place_id: int, kind: str = "") -> list[ProviderLine]:
    """服务名录: who is listed, those that serve now first; all kinds, or one."""
    await board_list.board(BoardName.SERVICES.value, viewer=viewer, place_id=place_id)
    of_kind = f" AND v.kind='{ProviderKind(kind).value}'" if kind in {*ProviderKind} else ""
    where = f" v.place_id=$1 AND v.state<>'removed'{of_kind}"
    return [_line(row, viewer) for row in await fetch(f"{_LINES}{where}{_ORDER} LIMIT {MOST}", place_id)]


async def provider(provider_id: int, *, viewer: Viewer) -> ProviderLine:
    """One of the directory, for whoever reads the board; NotFound for everybody else, and of what was taken off."""
    row = await fetch_one(f"{_LINES} v.id=$1 AND v.state<>'removed'", provider_id)
    if row is None or not may(viewer, "board.read", row["place_id"]):
        raise NotFound("provider.not_found")
    await board_list.board(BoardName.SERVICES.value, viewer=viewer, place_id=row["place_id"])
    return _line(row, viewer)


def _line(row: Row, viewer: Viewer) -> ProviderLine:
    hours, weekdays, on_holidays = row["hours"], row["weekdays"], bool(row["on_rest_days"])
    state = ProviderState(row["state"])
    opens = is_open(hours, weekdays, on_holidays=on_holidays, at=clock.now())
    return ProviderLine(
        id=row["id"],
        place_id=row["place_id"],
        kind=ProviderKind(row["kind"]),
        state=state,
        name=row["name"],
        about=row["about"],
        venue=row["venue"],
        phone=row["phone"],
        fees=row["fees"],
        hours=hours,
        weekdays=weekdays,
        on_holidays=on_holidays,
        is_open=opens if state is ProviderState.ADMITTED else None,
        upheld=row["upheld"],
        state_reason=row["state_reason"],
        reason=row["reason"] if may(viewer, "provider.admit", row["place_id"]) else "",
        version=row["version"],
    )


_ADMIT = (
    "INSERT INTO provider (created_at, place_id, kind, state, name, open_name, about, venue, phone, fees, hours,"
    " weekdays, on_rest_days, reason, state_reason, state_at, counts_from, version)"
    " VALUES ($1,$2,$3,'admitted',$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,'',$1,$1,1)"
    " ON CONFLICT (open_name) DO NOTHING RETURNING id"
)


async def admit(shape: ProviderShape, *, by: Viewer, place_id: int, reason: str) -> int:
    """准入: put somebody on the list, for a reason (papers seen, terms agreed); gives its number."""
    allow(by, "provider.admit", place_id)
    values, why = _checked(shape), reason_of(reason)
    if not why:
        raise Invalid("provider.needs_reason")
    kind, name, *others = values
    async with transaction():
        row = await fetch_one(_ADMIT, clock.now(), place_id, kind, name, f"{place_id}:{name}", *others, why)
        if row is None:
            raise Taken("provider.same_name", name=name)
        await record(by, "provider.admit", subject="provider", subject_id=row["id"], place_id=place_id)
    return int(row["id"])


_CHANGE = (
    "UPDATE provider SET kind=$1, name=$2, open_name=$3, about=$4, venue=$5, phone=$6, fees=$7, hours=$8, weekdays=$9,"
    " on_rest_days=$10, version=version+1 WHERE id=$11 AND version=$12 AND state<>'removed' AND NOT EXISTS"
    " (SELECT 1 FROM provider o WHERE o.open_name=$3 AND o.id<>$11) RETURNING id"
)


async def change(provider_id: int, shape: ProviderShape, *, by: Viewer, seen_version: int) -> None:
    """改名录: as last seen; Taken where somebody changed it meanwhile, or another one has the name."""
    found = await provider(provider_id, viewer=by)
    allow(by, "provider.change", found.place_id)
    kind, name, *others = _checked(shape)
    once = f"{found.place_id}:{name}"
    async with transaction():
        if await _changed((kind, name, once, *others, provider_id, seen_version)) is None:
            raise Taken("provider.changed")
        await record(by, "provider.change", subject="provider", subject_id=provider_id, place_id=found.place_id)


async def _changed(values: tuple[object, ...]) -> Row | None:
    """The row, None where it was not as last seen or the name is another one's, also of two who take it at once."""
    try:
        async with savepoint():
            return await fetch_one(_CHANGE, *values)
    except IntegrityError:
        return None


def _checked(shape: ProviderShape) -> tuple[object, ...]:
    """The columns of a shape in the order in which they are written."""
    if shape.kind not in {*ProviderKind}:
        raise Invalid("provider.kind")
    words = {name: " ".join(clean_input(getattr(shape, name)).split()) for name in LIMITS}
    for name, most in LIMITS.items():
        if len(words[name]) > most:
            raise Invalid("provider.too_long", most=most)
    if not words["name"]:
        raise Invalid("provider.name")
    hours, weekdays = hours_of(shape.hours), weekdays_of(shape.weekdays)
    if bool(hours) != bool(weekdays):
        raise Invalid("provider.hours")
    return (shape.kind, *words.values(), hours, weekdays, shape.on_holidays)


async def remove(provider_id: int, *, by: Viewer, reason: str) -> None:
    """退出名录: it is not listed any more; what was complained of it stays on record."""
    found = await provider(provider_id, viewer=by)
    allow(by, "provider.remove", found.place_id)
    await _move(found, "removed", verb="provider.remove", by=by, reason=reason, more=", open_name=NULL")


async def lift(provider_id: int, *, by: Viewer, reason: str) -> None:
    """恢复服务: who leads lifts a suspension for a reason that neighbours read; complaints count from now on."""
    found = await provider(provider_id, viewer=by)
    allow(by, "provider.lift", found.place_id)
    if not found.is_suspended:
        raise WrongState("provider.not_suspended")
    await _move(found, "admitted", verb="provider.lift", by=by, reason=reason, more=", counts_from=$3")


async def _move(found: ProviderLine, state: str, *, verb: str, by: Viewer, reason: str, more: str) -> None:
    why = reason_of(reason)
    if not why:
        raise Invalid("provider.needs_reason")
    async with transaction():
        changed = await execute(
            f"UPDATE provider SET state=$1, state_reason=$2, state_at=$3, version=version+1{more}"
            " WHERE id=$4 AND state=$5",
            state,
            why,
            clock.now(),
            found.id,
            found.state.value,
        )
        if changed != 1:
            raise Taken("provider.changed")
        await record(by, verb, subject="provider", subject_id=found.id, place_id=found.place_id)
