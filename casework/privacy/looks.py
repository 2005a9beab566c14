"""Who looked at what is hidden otherwise of somebody, for that person's own eyes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.privacy import mediations
from casework.privacy.whose import OWN_CASES, OWN_QUESTIONS
from models.person import RoleName
from models.transaction import Row, fetch, moment


@dataclass(frozen=True, slots=True)
class LookKept:
    """Somebody saw what is hidden otherwise: a number of theirs, a question in their own words, the card that says who
    they are; or printed a slip that lets them in."""

    by: str
    role: RoleName | None
    what: str
    purpose: str
    at: dt.datetime


_ROLE = "(SELECT min(r.name) FROM role r WHERE r.person_id=p.id AND r.place_id=l.place_id) AS role"
_LOOKS = (
    f"SELECT p.shown_name, {_ROLE}, l.field AS what, l.purpose, l.created_at AS at FROM look l"
    " LEFT JOIN person p ON p.id=l.by_id WHERE l.person_id=$1 ORDER BY l.id DESC LIMIT $2"
)
_OPENED = (
    f"SELECT p.shown_name, {_ROLE}, 'words' AS what, '' AS purpose, l.at_ms FROM audit_line l"
    " LEFT JOIN person p ON p.id=l.actor_id WHERE l.verb='question.unseal' AND l.subject='question'"
    f" AND l.subject_id IN (SELECT q.id {OWN_QUESTIONS}) ORDER BY l.number DESC LIMIT $2"
)
_OPENED_CASES = (
    f"SELECT p.shown_name, {_ROLE}, 'words' AS what, '' AS purpose, l.at_ms FROM audit_line l"
    " LEFT JOIN person p ON p.id=l.actor_id WHERE l.verb='case.unseal' AND l.subject='case'"
    f" AND l.subject_id IN (SELECT s.id {OWN_CASES} AND r.is_first) ORDER BY l.number DESC LIMIT $2"
)
_OPENED_MEDIATIONS = (
    f"SELECT p.shown_name, {_ROLE}, CASE WHEN l.verb='mediation.unseal' THEN 'private' ELSE 'phone' END AS what,"
    " '' AS purpose, l.at_ms FROM audit_line l LEFT JOIN person p ON p.id=l.actor_id WHERE (l.verb='mediation.unseal'"
    f" AND l.subject_id IN (SELECT m.id {mediations.OWN_MEDIATIONS})) OR (l.verb='mediation.reveal'"
    f" AND l.subject_id IN (SELECT s.id {mediations.OWN_MEDIATIONS})) ORDER BY l.number DESC LIMIT $2"
)
_CARD = (
    f"SELECT p.shown_name, {_ROLE}, CASE WHEN l.verb='person.look_up' THEN 'card' ELSE 'slip' END AS what,"
    " '' AS purpose, l.at_ms FROM audit_line l LEFT JOIN person p ON p.id=l.actor_id"
    " WHERE l.verb IN ('person.look_up','login.print_code') AND l.subject='person' AND l.subject_id=$1"
    " AND l.actor_id<>$1 ORDER BY l.number DESC LIMIT $2"
)
_SQL = (_LOOKS, _OPENED, _OPENED_CASES, _OPENED_MEDIATIONS, _CARD)


async def looks_at(person_id: int, *, most: int) -> tuple[LookKept, ...]:
    """The latest looks, the newest first; a statement for each way of looking."""
    found = [_look(row) for sql in _SQL for row in await fetch(sql, person_id, most)]
    return tuple(sorted(found, key=lambda look: look.at, reverse=True)[:most])


def _look(row: Row) -> LookKept:
    at = dt.datetime.fromtimestamp(row["at_ms"] / 1000, dt.UTC) if "at_ms" in row else moment(row["at"])
    role = RoleName(row["role"]) if row["role"] else None
    return LookKept(row["shown_name"] or "", role, row["what"], row["purpose"], at)
