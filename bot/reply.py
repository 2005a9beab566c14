"""What the dialogue says to one message, and what kind of reply it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.memory import Memory, Ranked
from courier.letters import Letter


class Outcome(StrEnum):
    """What became of one message."""

    ANSWER = "answer"
    CHOICES = "choices"
    ASK_BACK = "ask_back"
    REPORT = "report"
    EMERGENCY = "emergency"
    REFUSE = "refuse"
    HAND_OVER = "hand_over"
    SMALL_TALK = "small_talk"
    UNKNOWN = "unknown"
    MENU = "menu"
    STOP = "stop"
    RATED = "rated"
    REPEATED = "repeated"
    SLOWED = "slowed"
    BOUND = "bound"
    UNBOUND = "unbound"
    MOVED = "moved"
    SILENT = "silent"
    MUTED = "muted"
    ERASED = "erased"
    JOIN = "join"
    JOINS = "joins"
    RECORDS = "records"
    HOUSEHOLD = "household"
    BEHALF = "behalf"
    MY_DATA = "my_data"
    LEFT = "left"
    ACCOUNT = "account"
    ONE_TIME = "one_time"
    MY_CASES = "my_cases"
    DUTIES = "duties"
    POINTS = "points"
    BOARD = "board"
    ACTIVITY = "activity"
    SERVICES = "services"
    PROPERTY = "property"
    VOTE = "vote"
    PROPOSAL = "proposal"
    SURVEY = "survey"
    MEETING = "meeting"
    BOOKING = "booking"
    KEY_MATTER = "key_matter"
    PROMISE = "promise"
    MEDIATION = "mediation"
    ITEM = "item"
    WISH = "wish"
    MODERATION = "moderation"


@dataclass(frozen=True, slots=True)
class Reply:
    """A letter (None: nothing is said), its kind, what to remember, and the ranked entries behind it; ``kept``: what
    stays readable of a letter that holds a secret."""

    letter: Letter | None
    outcome: Outcome
    memory: Memory
    ranked: tuple[Ranked, ...] = ()
    entry: str = ""
    kept: str = ""
