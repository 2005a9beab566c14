"""Cases as JSON for those who work on them: what a line, a case, a verb and a bulk action look like."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from casework.cases.bulk import MOST
from models.operation import Body
from portal.api.boards import Names
from portal.api.reading import MOST_ID

Id = Annotated[int, Field(ge=0, le=MOST_ID)]
Words = Annotated[str, Field(max_length=2000)]


class CaseBrief(Body):
    """A case in a list; ``due`` is empty while its clock stands still, ``waits_for`` who has to do something,
    ``version`` what a verb proves that one has seen."""

    id: int
    number: str
    kind: str
    state: str
    waits_for: str
    source: str
    level: str
    text: str
    where: str
    building_id: int | None
    building: str
    reported_at: dt.datetime
    due: dt.datetime | None
    is_overdue: bool
    contact_due: dt.datetime | None
    owner: str
    team: str
    handler: str
    transfer_to: str
    reporters: int
    is_mine: bool
    is_emergency: bool
    is_private: bool
    version: int


class CaseBriefsAnswer(Body):
    """A page of a list, what is due first above; ``total`` is how long the list is, ``next`` the ``after`` of the page
    that follows, null on the last."""

    cases: list[CaseBrief]
    total: int
    next: int | None


class CaseBuilding(Body):
    """A building, how many cases are open in it, and how many of them overdue."""

    building_id: int
    estate: str
    name: str
    open: int
    overdue: int


class CaseBuildingsAnswer(Body):
    """Those in which a case is open."""

    buildings: list[CaseBuilding]


class CaseReporterAnswer(Body):
    """Who reported it and what they said of the outcome; ``reach``: how far the answer came, '' while none is waited
    on; ``is_unheard``: somebody has to tell them in another way."""

    id: int
    name: str
    is_first: bool
    at: dt.datetime
    solved: bool | None
    satisfied: bool | None
    reach: str
    is_unheard: bool


class CaseStepAnswer(Body):
    """A step, also what is internal; ``team`` '' for the committee."""

    verb: str
    by: str
    team: str
    at: dt.datetime
    state: str
    note: str
    is_public: bool


class CaseWorkAnswer(Body):
    """One case; ``can`` names the verbs that would not be refused to the caller now (``doToCase``, for ``call``
    ``callUnits``)."""

    case: CaseBrief
    can: list[str]
    standard: str
    counts_as_done: str
    emergency: str
    who_text: str
    when_text: str
    how_text: str
    on_behalf_of: str
    rounds: int
    returns: int
    is_contacted: bool
    is_checked: bool
    wanted_days: int | None
    reporters: list[CaseReporterAnswer]
    steps: list[CaseStepAnswer]


class CaseVerbBody(Body):
    """What a verb takes, under the names of the page's form; ``version`` is that of the case as it was seen, and what
    answers an older one is refused. ``before`` and ``after`` are photos sent before."""

    version: Id
    text: Words = ""
    note: Words = ""
    reason: Annotated[str, Field(max_length=40)] = ""
    way: Annotated[str, Field(max_length=40)] = ""
    where_to: Annotated[str, Field(max_length=200)] = ""
    where: Annotated[str, Field(max_length=200)] = ""
    kind_key: Annotated[str, Field(max_length=40)] = ""
    into: Annotated[str, Field(max_length=20)] = ""
    team: Id | None = None
    to: Id | None = None
    days: Id | None = None
    reporter: Id | None = None
    solved: bool | None = None
    satisfied: bool | None = None
    mentions: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    off: bool = False
    before: Names = ()
    after: Names = ()


class CaseDoneAnswer(Body):
    """It was done; the case to look at next: another one after it was merged or split."""

    id: int


class BulkCasesBody(Body):
    """One verb (accept, dispatch, close) on many cases; ``team`` for dispatch, null: by the catalogue."""

    verb: Annotated[str, Field(max_length=20)]
    cases: Annotated[list[Id], Field(min_length=1, max_length=MOST)]
    team: Id | None = None


class BulkAnswer(Body):
    """How many it did, the numbers of those it could not, and until when it may be undone; notices go out then."""

    id: int
    verb: str
    done: int
    refused: list[str]
    until: dt.datetime


class BulksAnswer(Body):
    """What the caller may still take back, the newest first."""

    bulks: list[BulkAnswer]


class BulkUndoneAnswer(Body):
    """How many cases are as they were; what somebody did more to meanwhile stays."""

    undone: int
