"""What the dialogue remembers between two messages of one conversation; masked text only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from pydantic import TypeAdapter, ValidationError

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
    JOINS = "joins"
    RECORD = "record"
    TAGS = "tags"
    TAGGING = "tagging"
    ROLES = "roles"
    PERMISSIONS = "permissions"
    LOG = "log"
    EXPORT = "export"
    EXPORT_WHY = "export_why"
    HOUSEHOLD = "household"
    BEHALF = "behalf"
    LEAVE = "leave"
    LOOKS = "looks"
    STAY = "stay"
    ME = "me"
    NOT_ME = "not_me"
    ACCOUNT = "account"
    SIGN_IN = "sign_in"
    CONNECT = "connect"
    PLACE = "place"
    LET_GO = "let_go"
    LET_GO_SURE = "let_go_sure"
    LET_GO_NOT = "let_go_not"
    REPORT_SAME = "report_same"
    REPORT_NEW = "report_new"
    CASE = "case"
    CASE_SOLVED = "case_solved"
    CASE_NOT_SOLVED = "case_not_solved"
    CASE_SATISFIED = "case_satisfied"
    CASE_NOT_SATISFIED = "case_not_satisfied"
    CASE_OBJECT = "case_object"
    CASE_AGAIN = "case_again"
    CASE_WITHDRAW = "case_withdraw"
    CASE_WITHDRAW_SURE = "case_withdraw_sure"
    BOOKING = "booking"
    PUSH = "push"
    DUTY_LIST = "duty_list"
    DUTY = "duty"
    BOARD = "board"
    POST = "post"
    WRITE = "write"
    WRITING = "writing"
    ACTIVITY = "activity"
    SERVICES = "services"
    PROVIDER = "provider"
    COMPLAIN = "complain"
    COMPLAINING = "complaining"
    PROPERTY = "property"
    VOTE = "vote"
    PROPOSAL = "proposal"
    PROPOSAL_WORDS = "proposal_words"
    AMEND = "amend"
    AMEND_WORDS = "amend_words"
    SURVEY = "survey"
    SURVEY_WORDS = "survey_words"
    MEETING = "meeting"
    KEY_MATTER = "key_matter"
    KEY_MATTER_WORDS = "key_matter_words"
    PROMISE = "promise"
    PROMISE_WORDS = "promise_words"
    NOTICE_RECEIVED = "notice_received"
    SEARCH = "search"
    POST_THANK = "post_thank"
    POST_FOLLOW = "post_follow"
    POST_DELETE = "post_delete"
    POST_DELETE_SURE = "post_delete_sure"
    POST_CASE = "post_case"
    POST_CASE_KIND = "post_case_kind"
    BELL = "bell"
    FLAG = "flag"
    FLAG_RULE = "flag_rule"
    REVIEW_LIST = "review_list"
    REVIEW = "review"
    REVIEW_FINE = "review_fine"
    REVIEW_RULES = "review_rules"
    REVIEW_TAKE = "review_take"
    ASKED = "asked"
    ASKED_DECIDE = "asked_decide"
    MEASURE = "measure"
    APPEAL = "appeal"
    APPEALING = "appealing"
    APPEAL_BACK = "appeal_back"
    JURY = "jury"
    JUDGE = "judge"
    GIVE = "give"
    ITEM = "item"
    WISH = "wish"
    MEDIATION = "mediation"
    MEDIATION_CONSENT = "mediation_consent"
    MEDIATION_REFUSE = "mediation_refuse"
    MEDIATION_REFUSE_SURE = "mediation_refuse_sure"
    MEDIATION_CONFIRM = "mediation_confirm"
    MEDIATION_SURE = "mediation_sure"
    MEDIATION_OBJECT = "mediation_object"
    MEDIATION_SEND = "mediation_send"
    MEDIATION_KEPT = "mediation_kept"
    MEDIATION_BROKEN = "mediation_broken"


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
    ``report_line`` waits for the place of a problem, or, once that is ``report_where``, for whether it is one of the
    cases offered; ``case`` is the one that was reported last
    (0: none, or something else came after), ``telling`` the one of which the next words may say since when and how;
    ``join`` is a request to join that is being filled in, sealed (``bot/drafts.py``), ``mediation`` an application for
    one, the same way (``bot/applying.py``), ``offering`` what is being offered or asked for (``bot/offering.py``),
    ``join_asks`` whether the last thing said asked for its next step; ``behalf`` is the person
    asked for (0: oneself); ``picked_from`` is the list that the last pick was made from;
    ``wished`` whether a person was only asked for and what about is not said yet;
    ``photo_lines`` are lines whose photos belong to what is said next, ``place`` a place that was sent before anything
    was said of it, ``album`` the last one, of which pieces may still come."""

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
    report_where: str = ""
    case: int = 0
    telling: int = 0
    join: str = ""
    join_asks: bool = False
    behalf: int = 0
    mediation: str = ""
    offering: str = ""
    photo_lines: tuple[int, ...] = ()
    place: str = ""
    album: str = ""
    wished: bool = False
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


def without_report(memory: Memory) -> Memory:
    """The same with no report that waits for its place, or to hear whether it is known already."""
    return replace(memory, report_line=0, report_text="", report_where="")


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
            report_where=memory.report_where,
            join=memory.join,
            join_asks=memory.join_asks,
            mediation=memory.mediation,
            offering=memory.offering,
            photo_lines=memory.photo_lines if memory.report_line else (),
            spoken_ms=memory.spoken_ms,
        )
    return memory
