"""What is kept about somebody and who looked at it, for their own eyes only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from casework.asker import since_bound
from casework.privacy import council, mediations, on_boards, taking_part
from casework.privacy.council import CouncilKept
from casework.privacy.looks import LookKept, looks_at
from casework.privacy.mediations import MediationKept
from casework.privacy.on_boards import MeasureKept, NoticeKept, PostKept, ThingKept
from casework.privacy.promises import PromiseKept, promises
from casework.privacy.proposals import ProposalKept, proposals
from casework.privacy.taking_part import ActivityKept, ComplaintKept, RatingKept, SurveyKept
from casework.privacy.votes import VoteKept, votes
from casework.privacy.whose import OWN_CASES, OWN_FILES, OWN_QUESTIONS
from models.case import CaseState
from models.errors import NotFound
from models.file import FileKind
from models.household import Relation, ResidenceState
from models.joining import JoinState
from models.question import QuestionState
from models.transaction import Row, day, fetch, fetch_one, moment
from people.permissions import allow
from people.personal import hidden
from people.points import PointLine, lines_of
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
class CaseKept:
    """A case they reported or joined, or that was reported for them; ``text`` is what was written (masked), empty where
    they only joined it."""

    number: str
    state: CaseState
    text: str
    reported_at: dt.datetime


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
class FileKept:
    """A photo or voice message they gave; ``name`` is that in its address."""

    kind: FileKind
    at: dt.datetime
    name: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything on record about one person; ``visits``: the days on which somebody is to come by."""

    name: str
    shown_name: str
    phone: str
    id_number: str
    since: dt.datetime
    tags: tuple[str, ...]
    homes: tuple[HomeKept, ...]
    chats: tuple[ChatKept, ...]
    questions: tuple[QuestionKept, ...]
    cases: tuple[CaseKept, ...]
    posts: tuple[PostKept, ...]
    notices: tuple[NoticeKept, ...]
    things: tuple[ThingKept, ...]
    mediations: tuple[MediationKept, ...]
    measures: tuple[MeasureKept, ...]
    services: tuple[ServiceKept, ...]
    visits: tuple[dt.date, ...]
    bookings: tuple[dt.datetime, ...]
    activities: tuple[ActivityKept, ...]
    complaints: tuple[ComplaintKept, ...]
    ratings: tuple[RatingKept, ...]
    votes: tuple[VoteKept, ...]
    surveys: tuple[SurveyKept, ...]
    councils: tuple[CouncilKept, ...]
    proposals: tuple[ProposalKept, ...]
    promises: tuple[PromiseKept, ...]
    points: tuple[PointLine, ...]
    requests: tuple[RequestKept, ...]
    acts_with: tuple[str, ...]
    looks: tuple[LookKept, ...]
    files: tuple[FileKept, ...]
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
_QUESTIONS = f"SELECT q.number, q.state, q.created_at {OWN_QUESTIONS} ORDER BY q.id DESC LIMIT $2"
_CASES = (
    "SELECT s.id, s.number, s.state, max(CASE WHEN r.is_first THEN s.text ELSE '' END) AS text, s.created_at"
    f" {OWN_CASES} GROUP BY s.id, s.number, s.state, s.created_at ORDER BY s.id DESC LIMIT $2"
)
_SERVICES = "SELECT kind, day FROM service WHERE person_id=$1 AND struck_at IS NULL ORDER BY day DESC, id DESC LIMIT $2"
_VISITS = "SELECT day FROM visit_plan WHERE person_id=$1 AND state='planned' ORDER BY day, id LIMIT $2"
_BOOKINGS = (
    "SELECT starts_at FROM booking WHERE person_id=$1 AND cancelled_at IS NULL"
    " ORDER BY starts_at DESC, id DESC LIMIT $2"
)
_REQUESTS = (
    "SELECT e.name AS estate, b.name AS building, j.label, j.state, j.created_at FROM join_request j"
    " JOIN building b ON b.id=j.building_id JOIN estate e ON e.id=b.estate_id"
    " WHERE j.person_id=$1 OR j.contact_id IN (SELECT id FROM contact WHERE person_id=$1) ORDER BY j.id DESC LIMIT $2"
)
_ACTINGS = (
    "SELECT p.shown_name FROM acting a JOIN person p ON p.id=CASE WHEN a.helper_id=$1 THEN a.elder_id ELSE a.helper_id"
    " END WHERE (a.helper_id=$1 OR a.elder_id=$1) AND a.state='standing' ORDER BY a.id LIMIT $2"
)
_FILES = f"SELECT f.kind, f.created_at, f.name, f.bytes {OWN_FILES} ORDER BY f.id DESC LIMIT $2"


def _home(row: Row) -> HomeKept:
    address = f"{row['estate']} {row['building']} {row['label']}"
    state = ResidenceState(row["state"])
    return HomeKept(address, Relation(row["relation"]), state, day(row["since"]), day(row["until"]))


def _chat(row: Row) -> ChatKept:
    first = moment(row["first_at"]) if row["first_at"] else None
    return ChatKept(row["channel"], row["address"][-4:], row["lines"], first)


def _question(row: Row) -> QuestionKept:
    return QuestionKept(row["number"], QuestionState(row["state"]), moment(row["created_at"]))


def _case(row: Row) -> CaseKept:
    return CaseKept(row["number"], CaseState(row["state"]), row["text"], moment(row["created_at"]))


def _service(row: Row) -> ServiceKept:
    done = day(row["day"])
    assert done is not None
    return ServiceKept(row["kind"], done)


def _planned(row: Row) -> dt.date:
    planned = day(row["day"])
    assert planned is not None
    return planned


def _request(row: Row) -> RequestKept:
    address = f"{row['estate']} {row['building']} {row['label']}"
    return RequestKept(address, JoinState(row["state"]), moment(row["created_at"]))


def _file(row: Row) -> FileKept:
    return FileKept(FileKind(row["kind"]), moment(row["created_at"]), row["name"], row["bytes"])


async def kept(*, viewer: Viewer) -> Kept:
    """我的信息: what is on record about the viewer; numbers in part, in some twenty statements."""
    person_id = _own(viewer)
    who = await fetch_one(_WHO, person_id)
    if who is None:
        raise NotFound("person.not_found")
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
        cases=tuple(await _all(_CASES, person_id, _case)),
        posts=await on_boards.posts(person_id, most=MOST),
        notices=await on_boards.notices(person_id, most=MOST),
        things=await on_boards.things(person_id, most=MOST),
        mediations=await mediations.own(person_id, most=MOST),
        measures=await on_boards.measures(person_id, most=MOST),
        services=tuple(await _all(_SERVICES, person_id, _service)),
        visits=tuple(await _all(_VISITS, person_id, _planned)),
        bookings=tuple(await _all(_BOOKINGS, person_id, lambda row: moment(row["starts_at"]))),
        activities=await taking_part.activities(person_id, most=MOST),
        complaints=await taking_part.complaints(person_id, most=MOST),
        ratings=await taking_part.ratings(person_id, most=MOST),
        votes=await votes(person_id, most=MOST),
        surveys=await taking_part.surveys(person_id, most=MOST),
        councils=await council.council(person_id, most=MOST),
        proposals=await proposals(person_id, most=MOST),
        promises=await promises(person_id, most=MOST),
        points=await lines_of(person_id),
        requests=tuple(await _all(_REQUESTS, person_id, _request)),
        acts_with=tuple(await _all(_ACTINGS, person_id, lambda row: row["shown_name"])),
        looks=await looks_at(person_id, most=MOST),
        files=tuple(await _all(_FILES, person_id, _file)),
        sessions=who["sessions"],
    )


def _own(viewer: Viewer) -> int:
    allow(viewer, "privacy.read", None)
    if viewer.person_id is None:
        raise NotFound("person.not_found")
    return viewer.person_id


async def _all(sql: str, person_id: int, read: Callable[[Row], _Line]) -> list[_Line]:
    return [read(row) for row in await fetch(sql, person_id, MOST)]
