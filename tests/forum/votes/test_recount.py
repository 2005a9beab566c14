"""The published sheet, recounted by a script that knows nothing of us."""

from __future__ import annotations

import inspect
import json
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forum.votes import casting, recount, showing
from models.ballot import VoteMethod
from tests.forum.votes.conftest import Hall

pytestmark = pytest.mark.databases("sqlite")


async def _sheet(hall: Hall, **how: Any) -> dict[str, Any]:
    await hall.street(6)
    vote_id = await hall.opened(**how)
    form = (await showing.vote(vote_id, viewer=hall.cast.gao)).form
    for at, who in enumerate(hall.all()[:5]):
        points = {1 + at % 2: 1} if form.method is not VoteMethod.SCORE else {1: at % 5 + 1, 2: 3}
        await casting.cast(vote_id, by=who, voter_id=await hall.voter(vote_id, who), points=points)
    await hall.counted(vote_id)
    return json.loads(await showing.ballots(vote_id, viewer=hall.all()[0]))


def _add(sheet: dict[str, Any]) -> None:
    sheet["ballots"].append("AAAA-BBBB-CCCC 1")


def _remove(sheet: dict[str, Any]) -> None:
    sheet["ballots"].pop()


def _change(sheet: dict[str, Any]) -> None:
    receipt, _, choice = sheet["ballots"][0].rpartition(" ")
    sheet["ballots"][0] = f"{receipt} {'2' if choice == '1' else '1'}"


def _swap(sheet: dict[str, Any]) -> None:
    """Two ballots the other way round: the sums stay."""
    ones = {line.rpartition(" ")[2]: at for at, line in enumerate(sheet["ballots"])}
    for at, choice in ((ones["1"], "2"), (ones["2"], "1")):
        sheet["ballots"][at] = f"{sheet['ballots'][at].rpartition(' ')[0]} {choice}"


def _say_otherwise(sheet: dict[str, Any]) -> None:
    """Ballots and sums alike, so that only the signature is wrong."""
    _add(sheet)
    found = recount.recount(sheet)
    sheet["counted"] |= {"took_part": 6, "ballots_sha256": recount.lines_digest(sheet["ballots"]), **found}


async def test_everything_agrees_and_each_kind_of_forgery_is_caught(hall: Hall) -> None:
    sheet = await _sheet(hall)
    assert recount.problems(sheet) == []
    for forge in (_add, _remove, _change, _swap, _say_otherwise):
        forged = json.loads(json.dumps(sheet))
        forge(forged)
        assert recount.problems(forged), forge.__name__


@pytest.mark.parametrize(
    "how",
    [
        {"is_secret": False},
        {"method": VoteMethod.SCORE, "options": (("甲", None), ("乙", None)), "rule": "advice"},
        {"method": VoteMethod.BUDGET, "options": (("甲", 50), ("乙", 70)), "budget_fen": 100},
        {"method": VoteMethod.SEVERAL, "options": (("甲", None), ("乙", None)), "most_choices": 1},
    ],
    ids=["named", "score", "budget", "several"],
)
async def test_every_method_is_recounted(hall: Hall, how: dict[str, Any]) -> None:
    sheet = await _sheet(hall, **how)
    assert recount.problems(sheet) == []
    assert sum(heads for heads, _ in sheet["counted"]["tally"].values()) >= 5


async def test_by_itself_on_the_command_line(hall: Hall, tmp_path: Path) -> None:
    """Alone in a folder, with an interpreter that sees no package of ours or anybody's."""
    sheet = await _sheet(hall)
    script, file = tmp_path / "recount.py", tmp_path / "ballots.json"
    script.write_text(inspect.getsource(recount), encoding="utf-8")
    for forge, code in ((lambda _: None, 0), (_change, 1), (_add, 1), (_remove, 1)):
        forged = json.loads(json.dumps(sheet))
        use: Callable[[dict[str, Any]], None] = forge
        use(forged)
        file.write_text(json.dumps(forged, ensure_ascii=False), encoding="utf-8")
        done = await create_subprocess_exec(sys.executable, "-I", "-S", script, file, stdout=PIPE)
        said = (await done.communicate())[0].decode()
        assert done.returncode == code, said
    assert "signature was not checked" in said
