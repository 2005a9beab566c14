"""Rules in force in a place: those of ``community/rules.toml``, and over them what a neighbourhood set itself.

Each process keeps what places have set and looks every few seconds whether it changed (``refresh``), so that asking for
a rule costs no query.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from models import clock
from models.counters import next_value
from models.errors import Invalid
from models.rules import Rules, rules
from models.transaction import after_commit, execute, fetch, fetch_one, transaction
from people.audit import record
from people.permissions import allow
from people.scope import must_see
from people.viewers import Viewer

OWN = (
    "first_answer_hours",
    "done_days",
    "reopen_days",
    "stale_after_days",
    "alarm_next_page_minutes",
    "two_people_to_publish",
    "totp_required",
    "join_days",
    "vouching",
    "appeal_jury",
)
"""What a neighbourhood may set: rules about its own work. Limits and retention are one for the whole installation."""
HISTORY = 30
_REVISION = "place_rules"

Value = float | bool
_own: Mapping[int, Mapping[str, Value]] = {}
_seen: int | None = None


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule as a neighbourhood sees it: the community's, and its own where it has one."""

    name: str
    common: Value
    own: Value | None


@dataclass(frozen=True, slots=True)
class RuleStep:
    """Who changed what of the neighbourhood's own, and when."""

    by: str
    at: dt.datetime
    verb: str
    detail: str


def rules_of(place_id: int | None) -> Rules:
    """The rules in force in a place; None: those of the community."""
    own = _own.get(place_id) if place_id is not None else None
    return rules().model_copy(update=dict(own)) if own else rules()


def forget() -> None:
    """Nothing is known of what places have set, as in a new process."""
    global _own, _seen
    _own, _seen = {}, None


async def refresh() -> bool:
    """Read what places have set where it changed since the last look; gives whether it did."""
    global _own, _seen
    row = await fetch_one("SELECT value FROM counter WHERE name=$1", _REVISION)
    revision = int(row["value"]) if row else 0
    if revision == _seen:
        return False
    own: dict[int, dict[str, Value]] = {}
    for kept in await fetch("SELECT place_id, name, value FROM place_rule"):
        own.setdefault(kept["place_id"], {})[kept["name"]] = json.loads(kept["value"])
    _own, _seen = own, revision
    return True


async def _kept(place_id: int) -> dict[str, Value]:
    rows = await fetch("SELECT name, value FROM place_rule WHERE place_id=$1", place_id)
    return {row["name"]: json.loads(row["value"]) for row in rows}


async def lines(*, viewer: Viewer, place_id: int) -> list[RuleLine]:
    """Every rule that the neighbourhood may set."""
    must_see(viewer, "rules.change", place_id, thing="place")
    own = await _kept(place_id)
    return [RuleLine(name, getattr(rules(), name), own.get(name)) for name in OWN]


async def change(place_id: int, *, by: Viewer, typed: Mapping[str, str]) -> int:
    """改规则: set the neighbourhood's own; an empty one falls back to the community's. Gives how many changed."""
    allow(by, "rules.change", place_id)
    wanted = {name: value for name in OWN if (value := _value(name, typed.get(name, ""))) is not None}
    wanted = _held(wanted)
    async with transaction():
        await next_value(_REVISION)  # Its lock keeps two who change at once apart, and tells other processes.
        before = await _kept(place_id)
        changed = [name for name in OWN if name in typed and before.get(name) != wanted.get(name)]
        for name in changed:
            await _set(place_id, name, wanted.get(name))
            detail = f"{name}: {_said(before.get(name))} -> {_said(wanted.get(name))}"
            await record(by, "rules.change", subject="place", subject_id=place_id, place_id=place_id, detail=detail)
        kept = {name: value for name, value in {**before, **wanted}.items() if name in wanted or name not in typed}
        after_commit(lambda: _put(place_id, kept))
    return len(changed)


async def _set(place_id: int, name: str, value: Value | None) -> None:
    await execute("DELETE FROM place_rule WHERE place_id=$1 AND name=$2", place_id, name)
    if value is not None:
        await execute(
            "INSERT INTO place_rule (created_at, place_id, name, value) VALUES ($1,$2,$3,$4)",
            clock.now(),
            place_id,
            name,
            json.dumps(value),
        )


def _put(place_id: int, kept: Mapping[str, Value]) -> None:
    global _own
    _own = {**_own, place_id: dict(kept)}


def _said(value: Value | None) -> str:
    return "-" if value is None else json.dumps(value)


def _value(name: str, text: str) -> Value | None:
    """What was typed as a value; None where nothing was."""
    if not text.strip():
        return None
    try:
        value = json.loads(text.strip())
    except ValueError as error:
        raise Invalid("rules.own_wrong", name=name) from error
    if isinstance(value, bool) != isinstance(getattr(rules(), name), bool) or not isinstance(value, int | float):
        raise Invalid("rules.own_wrong", name=name)
    return value


def _held(wanted: Mapping[str, Value]) -> dict[str, Value]:
    """The values as the rules hold them; what the file could not say either is refused."""
    try:
        held = Rules.model_validate({**rules().model_dump(), **wanted})
    except ValidationError as error:
        raise Invalid("rules.own_wrong", name=str((error.errors()[0]["loc"] or ("",))[0])) from error
    return {name: getattr(held, name) for name in wanted}


async def history(*, viewer: Viewer, place_id: int) -> list[RuleStep]:
    """The last changes of the neighbourhood's own rules and looks, from the audit log, the newest first."""
    must_see(viewer, "rules.change", place_id, thing="place")
    rows = await fetch(
        "SELECT a.at_ms, a.verb, a.detail, p.shown_name FROM audit_line a LEFT JOIN person p ON p.id=a.actor_id"
        " WHERE a.place_id=$1 AND a.verb IN ('rules.change','place.decorate') ORDER BY a.number DESC LIMIT $2",
        place_id,
        HISTORY,
    )
    return [RuleStep(row["shown_name"] or "", _moment(row["at_ms"]), row["verb"], row["detail"]) for row in rows]


def _moment(at_ms: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC)
