"""What is kept about somebody and who looked at it, for their own eyes only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from casework.asker import since_bound
from models.errors import NotFound
from models.household import Relation, ResidenceState
from models.joining import JoinState
from models.person import RoleName
from models.question import QuestionState
from models.transaction import Row, day, fetch, fetch_one, moment
from people.permissions import allow
from people.personal import hidden
from people.viewers import Viewer

MOST = 200
"""Of each kind, the newest so many are shown."""
_Line = TypeVar("_Line")


@dataclass(frozen=True, slots=True)
class HomeKept:
    """A home that is on record for them."""

    address: str
    relation: Relation
    state: ResidenceState
    since: dt.date | None
    until: dt.date | None


@dataclass(frozen=True, slots=True)
class ChatKept:
    """A chat of theirs: its channel, the end of its address, and how many lines of it are kept since when."""

    channel: str
    ending: str
    lines: int
    first_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class QuestionKept:
    """A question of theirs at the desk."""

    number: str
    state: QuestionState
    asked_at: dt.datetime


@dataclass(frozen=True, slots=True)
class ServiceKept:
    """Something that was done for them."""

    kind: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class RequestKept:
    """A home they asked to be known in."""

    address: str
    state: JoinState
    asked_at: dt.datetime


@dataclass(frozen=True, slots=True)
class LookKept:
    """Somebody saw what is hidden otherwise: a number of theirs, or a question in their own words."""

    by: str
    role: RoleName | None
    what: str
    purpose: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything on record about one person."""

    name: str
    shown_name: str
    phone: str
    id_number: str
    since: dt.datetime
    tags: tuple[str, ...]
    homes: tuple[HomeKept, ...]
    chats: tuple[ChatKept, ...]
    questions: tuple[QuestionKept, ...]
    services: tuple[ServiceKept, ...]
    requests: tuple[RequestKept, ...]
    acts_with: tuple[str, ...]
    looks: tuple[LookKept, ...]
    sessions: int


_WHO = (
    "SELECT p.name, p.shown_name, p.created_at, n.phone_sealed, n.id_number_sealed,"
    " (SELECT count(*) FROM web_session s WHERE s.person_id=p.id AND s.revoked_at IS NULL) AS sessions"
    " FROM person p LEFT JOIN personal n ON n.person_id=p.id WHERE p.id=$1 AND p.is_active"
)
_TAGS = "SELECT name FROM person_tag WHERE person_id=$1 ORDER BY name LIMIT $2"
_HOMES = (
    "SELECT e.name AS estate, b.name AS building, h.label, d.relation, d.state, d.since, d.until FROM residence d"
    " JOIN home h ON h.id=d.home_id JOIN building b ON b.id=h.building_id JOIN estate e ON e.id=b.estate_id"
    " WHERE d.person_id=$1 ORDER BY d.id DESC LIMIT $2"
)
_CHATS = (
    "SELECT c.channel, c.address, count(u.id) AS lines, min(u.created_at) AS first_at FROM contact c"
    " LEFT JOIN conversation v ON v.contact_id=c.id LEFT JOIN utterance u ON u.conversation_id=v.id"
    f" AND {since_bound('u')}"
    " WHERE c.person_id=$1 GROUP BY c.id, c.channel, c.address, c.closed_at"
    " HAVING count(u.id)>0 OR c.closed_at IS NULL ORDER BY c.id LIMIT $2"
)
OWN_QUESTIONS = (
    "FROM question q JOIN conversation v ON v.id=q.conversation_id JOIN contact c ON c.id=v.contact_id"
    f" WHERE c.person_id=$1 AND {since_bound('q')}"
)
_QUESTIONS = f"SELECT q.number, q.state, q.created_at {OWN_QUESTIONS} ORDER BY q.id DESC LIMIT $2"
_SERVICES = "SELECT kind, day FROM service WHERE person_id=$1 AND struck_at IS NULL ORDER BY day DESC, id DESC LIMIT $2"
_REQUESTS = (
    "SELECT e.name AS estate, b.name AS building, j.label, j.state, j.created_at FROM join_request j"
    " JOIN building b ON b.id=j.building_id JOIN estate e ON e.id=b.estate_id"
    " WHERE j.person_id=$1 OR j.contact_id IN (SELECT id FROM contact WHERE person_id=$1) ORDER BY j.id DESC LIMIT $2"
)
_ACTINGS = (
    "SELECT p.shown_name FROM acting a JOIN person p ON p.id=CASE WHEN a.helper_id=$1 THEN a.elder_id ELSE a.helper_id"
    " END WHERE (a.helper_id=$1 OR a.elder_id=$1) AND a.state='standing' ORDER BY a.id LIMIT $2"
)
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


def _home(row: Row) -> HomeKept:
    address = f"{row['estate']} {row['building']} {row['label']}"
    state = ResidenceState(row["state"])
    return HomeKept(address, Relation(row["relation"]), state, day(row["since"]), day(row["until"]))


def _chat(row: Row) -> ChatKept:
    first = moment(row["first_at"]) if row["first_at"] else None
    return ChatKept(row["channel"], row["address"][-4:], row["lines"], first)


def _question(row: Row) -> QuestionKept:
    return QuestionKept(row["number"], QuestionState(row["state"]), moment(row["created_at"]))


def _service(row: Row) -> ServiceKept:
    done = day(row["day"])
    assert done is not None
    return ServiceKept(row["kind"], done)


def _request(row: Row) -> RequestKept:
    address = f"{row['estate']} {row['building']} {row['label']}"
    return RequestKept(address, JoinState(row["state"]), moment(row["created_at"]))


def _look(row: Row) -> LookKept:
    at = dt.datetime.fromtimestamp(row["at_ms"] / 1000, dt.UTC) if "at_ms" in row else moment(row["at"])
    role = RoleName(row["role"]) if row["role"] else None
    return LookKept(row["shown_name"] or "", role, row["what"], row["purpose"], at)


async def kept(*, viewer: Viewer) -> Kept:
    """我的信息: what is on record about the viewer; numbers in part, in eleven statements."""
    person_id = _own(viewer)
    who = await fetch_one(_WHO, person_id)
    if who is None:
        raise NotFound("person.not_found")
    looks = [*await _all(_LOOKS, person_id, _look), *await _all(_OPENED, person_id, _look)]
    return Kept(
        name=who["name"],
        shown_name=who["shown_name"],
        phone=hidden(who["phone_sealed"]),
        id_number=hidden(who["id_number_sealed"]),
        since=moment(who["created_at"]),
        tags=tuple(await _all(_TAGS, person_id, lambda row: row["name"])),
        homes=tuple(await _all(_HOMES, person_id, _home)),
        chats=tuple(await _all(_CHATS, person_id, _chat)),
        questions=tuple(await _all(_QUESTIONS, person_id, _question)),
        services=tuple(await _all(_SERVICES, person_id, _service)),
        requests=tuple(await _all(_REQUESTS, person_id, _request)),
        acts_with=tuple(await _all(_ACTINGS, person_id, lambda row: row["shown_name"])),
        looks=tuple(sorted(looks, key=lambda look: look.at, reverse=True)[:MOST]),
        sessions=who["sessions"],
    )


def _own(viewer: Viewer) -> int:
    allow(viewer, "privacy.read", None)
    if viewer.person_id is None:
        raise NotFound("person.not_found")
    return viewer.person_id


async def _all(sql: str, person_id: int, read: Callable[[Row], _Line]) -> list[_Line]:
    return [read(row) for row in await fetch(sql, person_id, MOST)]
