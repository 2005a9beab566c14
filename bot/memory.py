"""What the dialogue remembers between two messages of one conversation; masked text only."""

from __future__ import annotations

from enum import StrEnum

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

FORGET_TOPIC_MS = 30 * 60_000
FORGET_ALL_MS = 24 * 60 * 60_000


class OfferKind(StrEnum):
    """What choosing an offered line does."""

    ENTRY = "entry"
    PERSON = "person"
    NONE = "none"
    OPTION = "option"
    UNSURE = "unsure"
    USEFUL = "useful"
    UNSOLVED = "unsolved"
    CATEGORY = "category"
    PAGE = "page"
    SOLVED = "solved"
    NOT_SOLVED = "not_solved"
    SATISFIED = "satisfied"
    NOT_SATISFIED = "not_satisfied"
    ERASE = "erase"
    KEEP = "keep"
    JOIN = "join"
    HOUSEHOLD = "household"
    BEHALF = "behalf"
    LEAVE = "leave"
    STAY = "stay"
    ME = "me"
    NOT_ME = "not_me"
    ACCOUNT = "account"
    SIGN_IN = "sign_in"
    CONNECT = "connect"
    LET_GO = "let_go"
    LET_GO_SURE = "let_go_sure"
    LET_GO_NOT = "let_go_not"


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of a numbered list: its words, what it does, and with what (an entry's key, a category, a question)."""

    label: str
    kind: OfferKind
    value: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """A condition the resident has told: what was asked and the option that holds."""

    ask: str
    answer: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry behind the last answer, with its score."""

    key: str
    score: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything kept. ``question`` is what was last asked, on line ``question_line``; ``asking`` is the number of the
    variant question put last about ``entry`` (0: none), ``wants_amount`` whether an amount waits for its reply;
    ``report_line`` waits for the place of a problem; ``join`` is a request to join that is being filled in, sealed
    (``bot/drafts.py``), ``join_asks`` whether the last thing said asked for its next step; ``behalf`` is the person
    asked for (0: oneself); ``picked_from`` is the list that the last pick was made from."""

    question: str = ""
    question_line: int = 0
    entry: str = ""
    asking: int = 0
    wants_amount: bool = False
    candidates: tuple[Ranked, ...] = ()
    offered: tuple[Offer, ...] = ()
    picked_from: tuple[Offer, ...] = ()
    known: tuple[Known, ...] = ()
    misses: int = 0
    report_line: int = 0
    report_text: str = ""
    join: str = ""
    join_asks: bool = False
    behalf: int = 0
    said: str = ""
    repeats: int = 0
    slowed_ms: int = 0
    spoken_ms: int = 0


_json = TypeAdapter(Memory)


def to_json(memory: Memory) -> str:
    """As kept in the conversation's row, without what stands at its default."""
    return _json.dump_json(memory, exclude_defaults=True).decode()


def from_json(text: str) -> Memory:
    """What ``to_json`` wrote; nothing where another version wrote what this one cannot read."""
    try:
        return _json.validate_json(text)
    except ValidationError:
        return Memory()


def recalled(memory: Memory, *, now_ms: int) -> Memory:
    """What is still remembered now: after half an hour's silence the topic is forgotten, after a day everything."""
    silent_ms = now_ms - memory.spoken_ms
    if silent_ms > FORGET_ALL_MS:
        return Memory()
    if silent_ms > FORGET_TOPIC_MS:
        return Memory(
            entry=memory.entry,
            offered=memory.offered,
            asking=memory.asking,
            wants_amount=memory.wants_amount,
            report_line=memory.report_line,
            report_text=memory.report_text,
            join=memory.join,
            join_asks=memory.join_asks,
            spoken_ms=memory.spoken_ms,
        )
    return memory
