"""Nothing that is kept leads from a ballot to its voter: no column, no order, no time, no transaction, no length."""

from __future__ import annotations

import base64
from collections import defaultdict
from itertools import pairwise

from forum.votes import boxes, casting, showing
from models.sealed import seal
from models.transaction import dialect, fetch
from tests.forum.votes.conftest import Hall
from tests.models import made

VOTERS = 40
OF_A_BALLOT = {"sealed_ballot": {"id", "vote_id", "mark", "token"}, "ballot": {"id", "vote_id", "receipt", "choice"}}


async def _cast(hall: Hall) -> tuple[int, dict[str, int]]:
    """Everybody votes, one after the other: the vote, and by receipt the line of the roll it came from."""
    await hall.street(VOTERS)
    vote_id = await hall.opened()
    came: dict[str, int] = {}
    for at, who in enumerate(hall.all()):
        voter_id = await hall.voter(vote_id, who)
        came[await casting.cast(vote_id, by=who, voter_id=voter_id, points={1 + at % 3: 1})] = voter_id
    return vote_id, came


async def test_a_dump_of_the_database_holds_a_receipt_nowhere_and_a_choice_in_no_clear_words(hall: Hall) -> None:
    _, came = await _cast(hall)
    dump = {table: rows for table, rows in (await made.contents()).items() if rows}
    text = repr(dump)
    assert not [one for one in came if one in text or one.replace("-", "") in text]
    for table, columns in OF_A_BALLOT.items():
        assert not dump.get(table) or set(dump[table][0]) == columns
    tokens = [str(row["token"]) for row in dump["sealed_ballot"]]
    assert len({len(one) for one in tokens}) == 1, "no choice is longer than another"
    times = {base64.urlsafe_b64decode(one)[1:9] for one in tokens}
    assert times == {bytes(8)}, "a token tells no time"
    assert base64.urlsafe_b64decode(seal("x"))[1:9] != bytes(8), "as it would if it were sealed as everything else"
    lines = [row for row in dump["audit_line"] if row["verb"] == "vote.cast"]
    assert len(lines) == VOTERS
    assert {row["detail"] for row in lines} == {""}


async def test_neither_numbers_nor_where_rows_lie_follow_the_order_of_casting(hall: Hall) -> None:
    vote_id, came = await _cast(hall)
    orders = {"by number": "id"} | ({"as they lie": "ctid"} if dialect() == "postgres" else {"as they lie": "rowid"})
    casts = [boxes.mark_of(vote_id, receipt) for receipt in came]
    for name, column in orders.items():
        marks = [row["mark"] for row in await fetch(f"SELECT mark FROM sealed_ballot ORDER BY {column}")]
        places = [casts.index(mark) for mark in marks]
        same = sum(1 for before, after in pairwise(places) if after - before == 1)
        assert same < VOTERS / 4, f"{name}: {same} of {VOTERS} stand after whom they were cast after"


async def test_the_transactions_that_wrote_rows_do_not_tell_whose_a_ballot_is(hall: Hall) -> None:
    """PostgreSQL keeps in ``xmin`` which transaction wrote a row last. Whoever guesses by it among those of the roll it
    wrote as well is right hardly more often than whoever guesses blindly."""
    if dialect() != "postgres":
        return
    vote_id, came = await _cast(hall)
    voter_of = {boxes.mark_of(vote_id, receipt): voter_id for receipt, voter_id in came.items()}
    voters: defaultdict[str, set[int]] = defaultdict(set)
    for row in await fetch("SELECT id, xmin::text AS x FROM voter WHERE has_voted"):
        voters[row["x"]].add(row["id"])
    ballots = await fetch("SELECT mark, xmin::text AS x FROM sealed_ballot")
    right = sum(1 / len(voters[row["x"]]) for row in ballots if voter_of[row["mark"]] in voters[row["x"]])
    assert right < VOTERS / 6, f"{right:.1f} of {VOTERS} would be guessed"


async def test_after_the_count_all_ballots_were_written_at_once_under_new_numbers(hall: Hall) -> None:
    vote_id, came = await _cast(hall)
    before = {row["id"] for row in await fetch("SELECT id FROM sealed_ballot")}
    await hall.counted(vote_id)
    assert await fetch("SELECT id FROM sealed_ballot") == []
    rows = await fetch("SELECT id, receipt FROM ballot ORDER BY id")
    assert not before & {row["id"] for row in rows}
    assert {row["receipt"] for row in rows} == {*came}
    if dialect() == "postgres":
        assert len(await fetch("SELECT DISTINCT xmin::text AS x FROM ballot")) == 1
    assert len(await showing.turnout(vote_id, viewer=hall.cast.gao)) == 1
