"""The result sheet: what was asked of whom, by which rule, and what came out; signed, and with what recounts it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from forum.votes import methods, rolls
from forum.votes.majorities import Outcome, Rule, Weights, judge
from forum.votes.methods import YES, Choice, Form, Tally
from forum.votes.signing import public_key, signed
from forum.votes.states import Standing
from models.ballot import VoteMethod
from models.transaction import Row, fetch, fetch_one

BLOCK = 500


@dataclass(slots=True)
class Count:
    """Sums on the way: how many ballots, how many of them could not be read, and what was chosen."""

    form: Form
    invalid: int = 0
    tally: Tally = field(default_factory=dict)
    ballots: int = 0

    def take(self, choice: Choice | None, weight: Weights) -> None:
        """Count one ballot; None is one that cannot be read, which took part and chose nothing."""
        self.ballots += 1
        if choice is None:
            self.invalid += 1
        else:
            methods.add(self.tally, choice, weight)


_VOTE = (
    "SELECT v.title, v.text, v.method, v.unit, v.rule, v.rule_json, v.is_secret, v.is_legal, v.legal_note,"
    " v.opened_at, v.closes_at, v.as_of, v.roll_size, v.roll_area, v.roll_hash, p.name AS place FROM vote v"
    " JOIN place p ON p.id=v.place_id WHERE v.id=$1"
)
_PART = (
    "SELECT count(*) AS n, COALESCE(sum(area),0) AS area,"
    " COALESCE(sum(CASE WHEN way='paper' THEN 1 ELSE 0 END),0) AS out,"
    " (SELECT count(*) FROM paper_ballot WHERE vote_id=$1 AND state='confirmed') AS back"
    " FROM voter WHERE vote_id=$1 AND has_voted"
)
"""How many lines of the roll are marked, and of a secret vote how many papers went out and how many came back."""


async def made(vote: Standing, counted: Count) -> str:
    """The result as signed JSON (docs/votes.md): what was asked of whom, by which rule, and what came out."""
    row, part = await fetch_one(_VOTE, vote.id), await fetch_one(_PART, vote.id)
    assert row is not None
    assert part is not None
    not_back = int(part["out"]) - part["back"] if vote.is_secret else 0
    took_part = Weights(part["n"] - not_back, int(part["area"]))
    body = {
        "vote": {**_asked(row), "options": _options(counted.form), **_bounds(counted.form)},
        "roll": {"votes": row["roll_size"], "area": row["roll_area"], "sha256": row["roll_hash"]},
        "counted": {
            "took_part": took_part.heads,
            "papers_not_back": not_back,
            "area": took_part.area,
            "ballots": counted.ballots,
            "invalid": counted.invalid,
            "tally": {str(at): [one.heads, one.area] for at, one in counted.tally.items()},
            "ballots_sha256": await ballots_digest(vote.id, is_secret=vote.is_secret),
        },
        "result": _result(row, counted, took_part),
        "whole": {
            "roll": row["roll_hash"] == await rolls.digest(vote.id),
            "ballots": took_part.heads == counted.ballots,
        },
        "public_key": public_key(),
    }
    return json.dumps({**body, "signature": signed(body)}, ensure_ascii=False, sort_keys=True)


def _asked(row: Row) -> dict[str, object]:
    names = ("title", "text", "method", "unit", "rule", "legal_note", "place")
    times = {name: str(row[name]) for name in ("opened_at", "closes_at", "as_of")}
    rule = json.loads(row["rule_json"])
    flags = {name: bool(row[name]) for name in ("is_secret", "is_legal")}
    return {**{name: row[name] for name in names}, **times, **flags, "rule_terms": rule}


def _options(form: Form) -> list[dict[str, object]]:
    return [{"position": one.position, "text": one.text, "cost_fen": one.cost_fen} for one in form.options]


def _bounds(form: Form) -> dict[str, object]:
    return {"most_choices": form.most_choices, "budget_fen": form.budget_fen}


@dataclass(frozen=True, slots=True)
class _Held:
    """A count held against its rule."""

    counted: Count
    rule: Rule
    roll: Weights
    part: Weights

    def judged(self, agree: Weights) -> Outcome:
        """What the rule makes of so much agreement."""
        return judge(self.rule, roll=self.roll, part=self.part, agree=agree)

    @property
    def passing(self) -> list[int]:
        """Options that by themselves are agreed to as the rule asks."""
        return [at for at, one in self.counted.tally.items() if self.judged(one).passes]


def _result(row: Row, counted: Count, took_part: Weights) -> dict[str, object]:
    """What the rule makes of it: of yes and no whether it passes; of options which are chosen, and what is level."""
    rule = Rule.model_validate_json(row["rule_json"])
    held = _Held(counted, rule, Weights(row["roll_size"], row["roll_area"]), took_part)
    ranks = methods.ranked(counted.tally)
    chosen, tied = _chosen(held, ranks)
    first = YES if counted.form.method is VoteMethod.YES_NO else (chosen or tied or ranks[0])[0]
    outcome = held.judged(counted.tally[first])
    return {
        "has_turnout": outcome.has_turnout,
        "passes": bool(chosen),
        "missing_turnout": dict(outcome.missing_turnout),
        "missing_passes": dict(outcome.missing_passes),
        "chosen": chosen,
        "tied": tied,
        "ranks": ranks,
    }


def _chosen(held: _Held, ranks: list[list[int]]) -> tuple[list[int], list[int]]:
    """Which options are taken, and which are level where not all can be; none where too few took part."""
    form, tally = held.counted.form, held.counted.tally
    if not held.judged(held.part).has_turnout or not held.counted.ballots:
        return [], []
    if form.method is VoteMethod.YES_NO:
        return [at for at in held.passing if at == YES], []
    if form.method is VoteMethod.SEVERAL:
        return held.passing, []
    if form.method is VoteMethod.BUDGET:
        return methods.affordable(form, [rank for rank in ranks if tally[rank[0]].heads])
    best = [at for at in ranks[0] if form.method is VoteMethod.SCORE or at in held.passing]
    return (best, []) if len(best) == 1 else ([], best)


_SECRET = f"SELECT id, receipt, choice FROM ballot WHERE vote_id=$1 AND id>$2 ORDER BY id LIMIT {BLOCK}"
_NAMED = (
    "SELECT id, key || ' ' || CAST(area AS TEXT) AS receipt, choice FROM voter WHERE vote_id=$1 AND id>$2 AND has_voted"
    f" ORDER BY id LIMIT {BLOCK}"
)


async def ballots_digest(vote_id: int, *, is_secret: bool) -> str:
    """SHA-256 over the published list, each ballot a line ``receipt choice``, or of a named vote ``key area choice``,
    in the order of its first word's bytes."""
    found = hashlib.sha256()
    for line in sorted([line async for line in ballot_lines(vote_id, is_secret=is_secret)]):
        found.update(f"{line}\n".encode())
    return found.hexdigest()


async def ballot_lines(vote_id: int, *, is_secret: bool) -> AsyncIterator[str]:
    """The published list, a ballot a line."""
    after, sql = -1, _SECRET if is_secret else _NAMED
    while rows := await fetch(sql, vote_id, after):
        for row in rows:
            yield f"{row['receipt']} {row['choice']}"
        after = rows[-1]["id"]
