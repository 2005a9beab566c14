"""The box: secret ballots before the count. None knows its voter, a time or an order, and what it says is sealed.

PostgreSQL remembers of each row which transaction wrote it last and where it lies, and the roll is marked in the same
transaction. So each one also writes some others anew, here and on the roll (``stir``). SQLite remembers neither: a row
lies where its number says (docs/adr/0046).
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

from forum.votes.methods import Choice, written
from models.errors import Invalid, NotFound, WrongState
from models.receipts import mark_of, marks_of
from models.sealed import seal_at_no_time, unseal
from models.transaction import Row, execute, execute_many, fetch, fetch_one, is_postgres, listed

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Of a receipt: none of those that are taken for one another, O and 0, I and 1, L."""
LETTERS_OF_RECEIPT = 12
STIRRED = 15
BLOCK = 500
_WIDTH = 200
_MOST_ID = 2**63 - 1


def new_receipt() -> str:
    """A receipt such as ``7K2M-PQ9W-3HXC``, drawn by chance out of 31 to the 12th."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(LETTERS_OF_RECEIPT))
    return "-".join(drawn[at : at + 4] for at in range(0, LETTERS_OF_RECEIPT, 4))


def receipt_of(typed: str) -> str:
    """A receipt as typed, in its form; NotFound where it can be none."""
    letters = "".join(one for one in typed.upper() if one in LETTERS)
    if len(letters) != LETTERS_OF_RECEIPT:
        raise NotFound("vote.no_such_receipt")
    return "-".join(letters[at : at + 4] for at in range(0, LETTERS_OF_RECEIPT, 4))


def sealed(receipt: str, choice: Choice) -> str:
    """A receipt and a choice as a token that is as long for every choice and tells no time."""
    return seal_at_no_time(f"{receipt} {written(choice)}".ljust(_WIDTH))


def opened(token: str) -> tuple[str, str]:
    """Receipt and choice of a token, as written; Invalid where it is none of ours."""
    receipt, _, choice = unseal(token).rstrip().partition(" ")
    return receipt, choice


async def put(vote_id: int, receipt: str, choice: Choice) -> None:
    """Put a ballot in, in the transaction that marks the roll."""
    values = (secrets.randbelow(_MOST_ID), vote_id, mark_of(vote_id, receipt), sealed(receipt, choice))
    await execute("INSERT INTO sealed_ballot (id, vote_id, mark, token) VALUES ($1,$2,$3,$4)", *values)
    await stir("sealed_ballot", "mark=mark", values[0], vote_id=vote_id)


async def replace(vote_id: int, receipt: str, choice: Choice) -> None:
    """Put another in for the one with this receipt, which it keeps; NotFound where there is none."""
    marks, number = marks_of(vote_id, receipt), secrets.randbelow(_MOST_ID)
    at = ", ".join(f"${place}" for place in range(5, 5 + len(marks)))
    row = await fetch_one(
        f"UPDATE sealed_ballot SET token=$1, id=$2, mark=$3 WHERE vote_id=$4 AND mark IN ({at}) RETURNING id",
        sealed(receipt, choice),
        number,
        marks[0],
        vote_id,
        *marks,
    )
    if row is None:
        raise NotFound("vote.no_such_receipt")
    await stir("sealed_ballot", "mark=mark", number, vote_id=vote_id)


async def must_not_be_paper(vote_id: int, receipt: str) -> None:
    """WrongState for the receipt of a paper: it was printed in the open, and whoever printed it could change the ballot
    that two others entered."""
    marks = marks_of(vote_id, receipt)
    at = ", ".join(f"${place}" for place in range(2, 2 + len(marks)))
    sql = f"SELECT 1 AS one FROM paper_ballot WHERE vote_id=$1 AND mark IN ({at})"
    if await fetch_one(sql, vote_id, *marks) is not None:
        raise WrongState("vote.paper_stays")


async def stir_roll(vote_id: int, voter_id: int) -> None:
    """The same for the mark on the roll: those next to it that have voted are written anew with it."""
    await stir("voter", "version=version+1", voter_id, vote_id=vote_id, which=" AND has_voted")


async def stir(table: str, change: str, own_id: int, *, vote_id: int, which: str = "") -> None:
    """Write a row anew together with those around it, so many that it may be any of them."""
    if not is_postgres():
        return
    rows, chance = f"FROM {table} WHERE vote_id=$1{which}", secrets.SystemRandom()
    ids = [row["id"] for row in await fetch(_AROUND.format(rows=rows), vote_id, own_id, chance.random())]
    chance.shuffle(ids)
    await execute_many(f"UPDATE {table} SET {change} WHERE id=$1", [(one,) for one in ids])


_AROUND = f"""
WITH later AS (SELECT count(*) AS n FROM (SELECT 1 {{rows}} AND id>$2 ORDER BY id LIMIT {STIRRED - 1}) l),
upto AS (SELECT id {{rows}} AND id<=$2 ORDER BY id DESC
  LIMIT (SELECT {STIRRED} - n + floor($3::float8 * (n + 1))::bigint FROM later))
SELECT id {{rows}} AND id>=(SELECT min(id) FROM upto) ORDER BY id LIMIT {STIRRED} FOR UPDATE SKIP LOCKED
"""
"""From which number on, so that the row is in a place by chance among its neighbours; of few, all are taken."""


async def taken_out(vote_id: int) -> AsyncIterator[list[Row]]:
    """Take everything out of the box, block by block in the order of the numbers drawn: nothing of it stays there."""
    while rows := await fetch(
        f"SELECT id, mark, token FROM sealed_ballot WHERE vote_id=$1 ORDER BY id LIMIT {BLOCK}", vote_id
    ):
        yield rows
        await execute(f"DELETE FROM sealed_ballot WHERE id IN ({listed(row['id'] for row in rows)})")


def read_or_none(vote_id: int, row: Row) -> tuple[str, str] | None:
    """What a ballot says; None of one that somebody has spoilt in the database, or copied under another mark."""
    try:
        receipt, choice = opened(row["token"])
    except Invalid:
        return None
    return (receipt, choice) if row["mark"] in marks_of(vote_id, receipt) else None
