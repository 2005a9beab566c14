"""Conversations as the dialogue and the pages read them: the hot path of every message, in plain SQL."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casework import conversation_sight
from courier import signals
from courier.letters import Letter, Link
from models import clock
from models.conversation import Author, Speaker, Verdict
from models.sealed import seal, unseal
from models.transaction import Row, execute, execute_by_key, fetch, fetch_one, fetch_one_by_key, moment
from models.wording import say
from people.residents import At
from people.viewers import Viewer

LONGEST_QUESTION = 500
ASKS_ME = "me"
"""The fact of a line that asks whether a sign-in was theirs (``people.entering``)."""
ASKS_NOTICE = "notice"
"""The fact of a line that asks whether an emergency was heard of (``forum.notices.sending``)."""
OPENS = "opens"
"""The fact of a line that leads to the page it names."""
SECRET_LASTS = dt.timedelta(minutes=15)
"""How long a letter with a secret can be read in the chat it was sent to; no code in one is good for longer."""


class ConversationMoved(Exception):
    """The conversation changed while a reply was being thought out; think again."""


@dataclass(frozen=True, slots=True)
class Committee:
    """The neighbourhood's committee as residents find it; what is not known is empty."""

    name: str
    address: str
    hours: str
    phone: str


@dataclass(frozen=True, slots=True)
class Muted:
    """A pause that runs: its id, and until when."""

    id: int
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as it stood when read: who speaks in it and what the dialogue remembers. ``asked_about`` is the
    question whose letter came last and asks whether it is solved, ``asked_case`` the case, ``asked_mediation`` the
    mediation, its draft (0: whether it is wanted) and what is asked of it, ``asked_notice`` the
    emergency whose letter came last and asks for 收到; ``muted`` the pause that staff put on its contact;
    ``opens`` what a letter that came last leads to by its one choice (``reviews``, ``review:17``, ``jury``);
    ``asks_whether_me`` where what came last asks whether a sign-in was theirs."""

    conversation_id: int
    contact_id: int
    channel: str
    address: str
    place_id: int
    person_id: int | None
    committee: Committee
    speaker: Speaker
    memory: str
    version: int
    asked_about: int | None
    muted: Muted | None = None
    asks_whether_me: bool = False
    asked_case: int | None = None
    asked_mediation: tuple[int, int, str] | None = None
    asked_notice: int | None = None
    opens: str = ""

    @property
    def at(self) -> At:
        """The contact it is held with."""
        return At(self.contact_id, self.channel, self.address, self.place_id, self.person_id)


@dataclass(frozen=True, slots=True)
class Line:
    """One line said, as shown: a resident's words are masked. ``undone``: 'corrected' or 'withdrawn' where staff took
    it back; the one it was said to no longer reads its words."""

    id: int
    author: Author
    text: str
    choices: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    said_at: dt.datetime
    staff_name: str
    outcome: str
    entry: str
    ranked: tuple[tuple[str, float], ...]
    undone: str


_LOAD = (
    "SELECT v.id, c.id AS contact_id, c.place_id, c.person_id, p.name, p.address AS place_address, p.hours, p.phone,"
    " v.speaker, v.memory, v.version, m.id AS mute_id, m.until,"
    " (SELECT u.facts FROM utterance u WHERE u.conversation_id=v.id AND u.author<>'resident'"
    " ORDER BY u.id DESC LIMIT 1) AS last_facts"
    " FROM contact c JOIN conversation v ON v.contact_id=c.id JOIN place p ON p.id=c.place_id"
    " LEFT JOIN mute m ON m.open_for_id=c.id AND m.until>$3 WHERE c.channel=$1 AND c.address=$2"
)


_LINES = (
    "SELECT u.id, u.author, u.text, u.facts, u.created_at, p.shown_name,"
    " CASE WHEN u.author='bot' THEN u.sealed END AS secret FROM utterance u"
    " LEFT JOIN person p ON p.id=u.staff_id WHERE u.conversation_id=$1"
)


async def load(*, channel: str, address: str) -> Talk | None:
    """The conversation held at an address, or None before the first word."""
    row = await fetch_one_by_key(_LOAD, channel, address, clock.now())
    return _talk(row, channel, address) if row else None


def _talk(row: Row, channel: str, address: str) -> Talk:
    said = json.loads(row["last_facts"]) if row["last_facts"] else {}
    return Talk(
        conversation_id=row["id"],
        contact_id=row["contact_id"],
        channel=channel,
        address=address,
        place_id=row["place_id"],
        person_id=row["person_id"],
        committee=Committee(row["name"], row["place_address"], row["hours"], row["phone"]),
        speaker=Speaker(row["speaker"]),
        memory=row["memory"],
        version=row["version"],
        asked_about=int(said["question"]) if said.get("asks") == "solved" else None,
        muted=Muted(row["mute_id"], moment(row["until"])) if row["mute_id"] else None,
        asks_whether_me=said.get("asks") == ASKS_ME,
        asked_case=int(said["case"]) if said.get("asks") == "case" else None,
        asked_mediation=(said["mediation"], said["agreement"], said["asks"]) if "mediation" in said else None,
        asked_notice=int(said[ASKS_NOTICE]) if said.get("asks") == ASKS_NOTICE else None,
        opens=str(said.get(OPENS, "")),
    )


async def open_at(where: At) -> Talk:
    """The conversation at a contact, opened when there is none, in the place the contact looks at by then."""
    await execute_by_key(
        "INSERT INTO conversation (created_at, contact_id, place_id, speaker, memory, version)"
        " VALUES ($1, $2, (SELECT place_id FROM contact WHERE id=$2), 'bot', '{}', 1)"
        " ON CONFLICT (contact_id) DO NOTHING",
        clock.now(),
        where.contact_id,
    )
    talk = await load(channel=where.channel, address=where.address)
    assert talk is not None
    return talk


async def hear(talk: Talk, *, masked: str, original: str) -> int:
    """Keep a resident's line, masked, with the original sealed; gives its id."""
    row = await fetch_one_by_key(
        "INSERT INTO utterance (created_at, conversation_id, author, staff_id, text, sealed, facts, outbox_id)"
        " VALUES ($1, $2, 'resident', NULL, $3, $4, '{}', NULL) RETURNING id",
        clock.now(),
        talk.conversation_id,
        masked,
        seal(original),
    )
    assert row is not None
    signals.publish(signals.conversation_topic(talk.conversation_id))
    return row["id"]


async def remember(talk: Talk, *, memory: str) -> None:
    """Keep the dialogue's memory and hold the conversation until the commit; ConversationMoved when it changed since,
    or when a person took it over."""
    changed = await execute_by_key(
        "UPDATE conversation SET memory=$1, version=version+1 WHERE id=$2 AND version=$3 AND speaker IN ('bot',$4)",
        memory,
        talk.conversation_id,
        talk.version,
        talk.speaker.value,
    )
    if changed != 1:
        raise ConversationMoved(str(talk.conversation_id))


async def original(line_id: int) -> str:
    """A resident's line as written, for the desk question made from it; '' when it is no longer kept."""
    row = await fetch_one("SELECT sealed FROM utterance WHERE id=$1 AND sealed IS NOT NULL", line_id)
    return unseal(row["sealed"]) if row else ""


async def judge(talk: Talk, *, verdict: Verdict, question: str) -> str | None:
    """Keep what a resident says of the last answer, to which ``question`` (masked); the last press counts. Gives the
    entry judged, or None."""
    row = await fetch_one(
        "SELECT id, facts FROM utterance WHERE conversation_id=$1 AND author='bot' AND facts LIKE '%\"entry\"%'"
        " ORDER BY id DESC LIMIT 1",
        talk.conversation_id,
    )
    if row is None:
        return None
    key = str(json.loads(row["facts"])["entry"])
    await execute(
        "INSERT INTO feedback (created_at, conversation_id, utterance_id, entry_key, verdict, question)"
        " VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT (utterance_id) DO UPDATE SET verdict=$5",
        clock.now(),
        talk.conversation_id,
        row["id"],
        key,
        verdict.value,
        question[:LONGEST_QUESTION],
    )
    return key


async def lines(conversation_id: int, *, viewer: Viewer, after: int = 0, limit: int = 200) -> list[Line]:
    """The newest ``limit`` lines after line ``after``, in order; NotFound unless it is the viewer's own or staff of the
    place may read it."""
    own = await conversation_sight.is_own(conversation_id, viewer)
    rows = await fetch(f"{_LINES} AND u.id>$2 ORDER BY u.id DESC LIMIT $3", conversation_id, after, limit)
    return [_line(row, is_own=own) for row in reversed(rows)]


async def undone(conversation_id: int, *, viewer: Viewer, until: int) -> list[Line]:
    """The lines up to line ``until`` that staff took back, for a page that shows them already."""
    own = await conversation_sight.is_own(conversation_id, viewer)
    which = "AND u.author='staff' AND u.facts LIKE '%\"undone\"%'"
    rows = await fetch(f"{_LINES} AND u.id<=$2 {which} ORDER BY u.id", conversation_id, until)
    return [_line(row, is_own=own) for row in rows]


def _letter(row: Row, facts: Mapping[str, Sequence], *, is_own: bool) -> Letter:
    """What a line says: one that holds a secret says it to whom it was sent, for as long as that is good."""
    if row["secret"] and is_own and moment(row["created_at"]) + SECRET_LASTS > clock.now():
        return Letter.from_json(unseal(row["secret"]))
    links = tuple(Link(text, path) for text, path in facts.get("links", ()))
    return Letter(row["text"], tuple(facts.get("choices", ())), links)


def _line(row: Row, *, is_own: bool) -> Line:
    facts: Mapping[str, Sequence] = json.loads(row["facts"])
    undone, said = str(facts.get("undone", "")), _letter(row, facts, is_own=is_own)
    return Line(
        id=row["id"],
        author=Author(row["author"]),
        text=say(f"desk.asker.line_{undone}") if undone and is_own else said.text,
        choices=said.choices,
        links=tuple((link.text, link.path) for link in said.links),
        said_at=moment(row["created_at"]),
        staff_name=row["shown_name"] or "",
        outcome=str(facts.get("outcome", "")),
        entry=str(facts.get("entry", "")),
        ranked=tuple((key, score) for key, score in facts.get("ranked", ())),
        undone=undone,
    )


async def conversation_of(*, channel: str, address: str) -> int | None:
    """The conversation held at an address."""
    talk = await load(channel=channel, address=address)
    return talk.conversation_id if talk else None
