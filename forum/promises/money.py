"""钱: what a project has and from whom, and what is spent of it; nothing is changed or deleted.

That no more is spent than there is the database sees to (models/triggers.py); here it is only said in words before.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from forum import posted
from forum.promises.money_lines import SPENDING
from forum.promises.projects import held, hold, project
from forum.property.sums import yuan
from forum.words import one_line
from models import clock
from models.errors import Invalid, NotFound, Taken
from models.rules import rules
from models.transaction import fetch_one, transaction
from nlp.mask import mask
from people import files
from people.audit import record
from people.files import Parent
from people.viewers import Viewer

MOST_FEN, MOST_GIVER, MOST_WHAT, MOST_PAYEE = 10_000_000_000, 60, 100, 60
_YUAN = re.compile(r"¥?(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{1,2}))?元?")


def fen_of(typed: str) -> int:
    """An amount in yuan as typed (``1,200.50``), in fen; Invalid where it is none."""
    read = _YUAN.fullmatch(unicodedata.normalize("NFKC", typed).replace(" ", ""))
    if read is None:
        raise Invalid("project.amount")
    return int(read[1].replace(",", "")) * 100 + int((read[2] or "").ljust(2, "0"))


@dataclass(frozen=True, slots=True)
class NewMoney:
    """Money for a project: of which source, from whom, in fen; by its form's ``key`` it is noted once."""

    source: str
    giver: str
    fen: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class NewSpending:
    """What was spent: for what, to whom, on which day, in fen; receipts by the names of their files."""

    what: str
    payee: str
    spent_on: dt.date | None
    fen: int
    photos: Sequence[str] = ()
    key: str = ""


_MONEY = (
    "INSERT INTO project_money (created_at, project_id, place_id, source, giver, fen, corrects_id, by_id, once)"
    " VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) ON CONFLICT DO NOTHING RETURNING id"
)
_SPEND = (
    "INSERT INTO spending (created_at, project_id, place_id, what, payee, spent_on, fen, corrects_id, by_id, once)"
    " VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) ON CONFLICT DO NOTHING RETURNING id"
)


async def fund(project_id: int, new: NewMoney, *, by: Viewer) -> int:
    """资金到位: a line more of money; the only way in which a budget rises."""
    found = await held(project_id, by=by, verb="project.fund")
    place_id = found.decided.place_id
    giver = mask(one_line(new.giver)).text
    if new.source not in rules().promises.sources or not 0 < len(giver) <= MOST_GIVER:
        raise Invalid("project.source", most=MOST_GIVER)
    _check_fen(new.fen)
    async with transaction():
        await hold(project_id)
        values = (project_id, place_id, new.source, giver, new.fen, None, by.person_id, posted.once(new.key, by=by))
        row = await fetch_one(_MONEY, clock.now(), *values)
        if row is None:
            raise Taken("project.funded_already")
        await record(
            by, "project.fund", subject="project", subject_id=project_id, place_id=place_id, detail=str(new.fen)
        )
    return int(row["id"])


def _check_fen(fen: int) -> None:
    if not 0 < fen <= MOST_FEN:
        raise Invalid("project.amount")


async def spend(project_id: int, new: NewSpending, *, by: Viewer) -> int:
    """记支出: a public line; Invalid where it is more than there is left."""
    found = await held(project_id, by=by, verb="project.spend")
    place_id = found.decided.place_id
    what, payee = mask(one_line(new.what)).text, mask(one_line(new.payee)).text
    if not 0 < len(what) <= MOST_WHAT or not 0 < len(payee) <= MOST_PAYEE:
        raise Invalid("project.spending", what=MOST_WHAT, payee=MOST_PAYEE)
    if new.spent_on is None or new.spent_on > clock.today():
        raise Invalid("project.spent_on")
    _check_fen(new.fen)
    once = posted.once(new.key, by=by)
    async with transaction():
        await hold(project_id)
        await _must_be_left(project_id, new.fen, once=once)
        values = (project_id, place_id, what, payee, new.spent_on, new.fen, None, by.person_id, once)
        row = await fetch_one(_SPEND, clock.now(), *values)
        if row is None:
            raise Taken("project.spent_already")
        await files.attach(new.photos, to=Parent(SPENDING, row["id"]), by=by)
        await record(
            by, "project.spend", subject="project", subject_id=project_id, place_id=place_id, detail=str(new.fen)
        )
    return int(row["id"])


async def _must_be_left(project_id: int, fen: int, *, once: str | None) -> None:
    """In words, under the project's row, what the database would refuse anyway."""
    if once and await fetch_one("SELECT 1 AS one FROM spending WHERE once=$1", once):
        raise Taken("project.spent_already")
    row = await fetch_one("SELECT budget_fen, spent_fen FROM project WHERE id=$1", project_id)
    assert row is not None
    left = row["budget_fen"] - row["spent_fen"]
    if fen > left:
        raise Invalid("project.over_budget", left=yuan(left), wanted=yuan(fen))


async def correct_spending(spending_id: int, *, by: Viewer) -> int:
    """冲正支出: a counter-entry of the same sum; the wrong line stays for everybody to read. Gives its number."""
    row = await fetch_one("SELECT * FROM spending WHERE id=$1", spending_id)
    if row is None or row["corrects_id"] is not None:
        raise NotFound("spending.not_found")
    await held(row["project_id"], by=by, verb="project.correct")
    async with transaction():
        await hold(row["project_id"])
        values = (row["project_id"], row["place_id"], row["what"], row["payee"], clock.today(), -row["fen"])
        made = await fetch_one(_SPEND, clock.now(), *values, spending_id, by.person_id, None)
        if made is None:
            raise Taken("project.corrected")
        await record(by, "project.correct", subject="spending", subject_id=spending_id, place_id=row["place_id"])
    return int(made["id"])


async def correct_money(money_id: int, *, by: Viewer) -> int:
    """冲正资金: a counter-entry, where the rest still covers what was spent. Gives its number."""
    row = await fetch_one("SELECT * FROM project_money WHERE id=$1", money_id)
    if row is None or row["corrects_id"] is not None:
        raise NotFound("spending.not_found")
    await held(row["project_id"], by=by, verb="project.correct")
    async with transaction():
        await hold(row["project_id"])
        found = await project(row["project_id"], viewer=by)
        if found.line.left_fen < row["fen"] and not await _is_corrected(money_id):
            raise Invalid("project.money_is_spent", left=yuan(found.line.left_fen))
        values = (row["project_id"], row["place_id"], row["source"], row["giver"], -row["fen"], money_id)
        made = await fetch_one(_MONEY, clock.now(), *values, by.person_id, None)
        if made is None:
            raise Taken("project.corrected")
        await record(by, "project.correct", subject="project_money", subject_id=money_id, place_id=row["place_id"])
    return int(made["id"])


async def project_of(table: str, line_id: int, *, viewer: Viewer) -> int:
    """Which project a line of ``spending`` or ``project_money`` belongs to, for who sees that."""
    row = await fetch_one(f"SELECT project_id FROM {table} WHERE id=$1", line_id)
    if row is None:
        raise NotFound("spending.not_found")
    return (await project(row["project_id"], viewer=viewer)).line.id


async def _is_corrected(money_id: int) -> bool:
    return await fetch_one("SELECT 1 AS one FROM project_money WHERE corrects_id=$1", money_id) is not None
