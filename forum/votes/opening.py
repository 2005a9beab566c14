"""A vote from its draft to its opening, which freezes the words, the rule and the roll; and declaring one void."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from forum import posted
from forum.deliberation import after_votes
from forum.sight import visible as visible_post
from forum.votes import methods, paper_photos, rolls
from forum.votes.majorities import Rule, Weights, rule_of
from forum.votes.methods import LEAST_OPTIONS, MOST_OPTIONS
from forum.votes.states import Standing, move, standing
from forum.words import one_line, reason_of, text_of
from models import clock
from models.ballot import VoteMethod, VoteUnit
from models.errors import Invalid, NotFound, Taken
from models.transaction import execute, execute_many, fetch, fetch_one, transaction
from models.wording import say
from people import pushes
from people.audit import record
from people.permissions import allow
from people.scope import must_see
from people.viewers import Viewer

MOST_TITLE, MOST_OPTION, MOST_NOTE, MOST_TEXT = 80, 100, 200, 5000
SHORTEST, LONGEST = dt.timedelta(hours=1), dt.timedelta(days=90)
FEWEST_FOR_SECRET = 5
"""Of fewer votes a result tells too much about each."""
MOST_FEN = 100_000_000_000
_YES_NO = ("yes", "no", "abstain")


@dataclass(frozen=True, slots=True)
class NewVote:
    """What is put to the vote. ``options`` are words with what they cost, of a vote by yes or no none; ``buildings``
    none for the whole neighbourhood; ``key`` names the form it came by: the same one makes one draft."""

    title: str
    text: str
    method: VoteMethod
    unit: VoteUnit
    rule: str
    is_secret: bool
    closes_at: dt.datetime
    options: tuple[tuple[str, int | None], ...] = ()
    buildings: tuple[int, ...] = ()
    most_choices: int | None = None
    budget_fen: int | None = None
    legal_note: str = ""
    post_id: int | None = None
    key: str = ""


async def draft(new: NewVote, *, by: Viewer, place_id: int) -> int:
    """拟表决: write it down, for nobody but staff to see until it is opened. Gives its number."""
    allow(by, "vote.draft", place_id)
    await _check(new, by=by, place_id=place_id)
    async with transaction():
        row = await fetch_one(_INSERT, *_columns(new), place_id, by.person_id, clock.now(), posted.once(new.key, by=by))
        if row is None:
            return await _same(new, by=by)
        await _put_parts(row["id"], new)
        await record(by, "vote.draft", subject="vote", subject_id=row["id"], place_id=place_id)
    return int(row["id"])


async def edit(vote_id: int, new: NewVote, *, by: Viewer, seen_version: int) -> None:
    """修改: a draft; Taken where somebody changed or opened it since ``seen_version``."""
    vote = await _own(vote_id, "vote.draft", by=by, seen_version=seen_version)
    await _check(new, by=by, place_id=vote.place_id)
    async with transaction():
        await move(vote, "vote.edit", **dict(zip(_NAMES, _columns(new), strict=True)))
        for table in ("vote_option", "vote_building"):
            await execute(f"DELETE FROM {table} WHERE vote_id=$1", vote_id)
        await _put_parts(vote_id, new)
        await record(by, "vote.edit", subject="vote", subject_id=vote_id, place_id=vote.place_id)


_NAMES = (
    "post_id",
    "title",
    "text",
    "method",
    "unit",
    "rule",
    "is_secret",
    "is_legal",
    "legal_note",
    "most_choices",
    "budget_fen",
    "closes_at",
)
_INSERT = (
    f"INSERT INTO vote ({', '.join(_NAMES)}, place_id, by_id, created_at, once, state, rule_json, roll_size, roll_area,"
    f" roll_hash, sheet, reason, version) VALUES ({', '.join(f'${at}' for at in range(1, len(_NAMES) + 5))},"
    " 'draft','',0,0,'','','',1) ON CONFLICT (once) DO NOTHING RETURNING id"
)


def _columns(new: NewVote) -> tuple[object, ...]:
    return (
        new.post_id,
        one_line(new.title),
        text_of(new.text, most=MOST_TEXT),
        new.method.value,
        new.unit.value,
        new.rule,
        new.is_secret,
        bool(new.legal_note.strip()),
        reason_of(new.legal_note),
        new.most_choices if new.method is VoteMethod.SEVERAL else None,
        new.budget_fen if new.method is VoteMethod.BUDGET else None,
        new.closes_at,
    )


async def _same(new: NewVote, *, by: Viewer) -> int:
    row = await fetch_one("SELECT id FROM vote WHERE once=$1", posted.once(new.key, by=by))
    if row is None:
        raise Taken("vote.changed")
    return int(row["id"])


async def _put_parts(vote_id: int, new: NewVote) -> None:
    now = clock.now()
    await execute_many(
        "INSERT INTO vote_option (created_at, vote_id, position, text, cost_fen) VALUES ($1,$2,$3,$4,$5)",
        [(now, vote_id, one.position, one.text, one.cost_fen) for one in _options(new)],
    )
    await execute_many(
        "INSERT INTO vote_building (created_at, vote_id, building_id) VALUES ($1,$2,$3)",
        [(now, vote_id, one) for one in sorted(set(new.buildings))],
    )


def _options(new: NewVote) -> tuple[methods.Option, ...]:
    if new.method is VoteMethod.YES_NO:
        return methods.options_of((say(f"vote.option.{one}") for one in _YES_NO), (None,) * len(_YES_NO))
    texts = [one_line(text) for text, _ in new.options]
    return methods.options_of(texts, (cost for _, cost in new.options))


async def _check(new: NewVote, *, by: Viewer, place_id: int) -> None:
    """Everything that can be wrong with a draft, by the sentence that says what to do."""
    rule = rule_of(new.rule)
    if not 0 < len(one_line(new.title)) <= MOST_TITLE:
        raise Invalid("vote.title", most=MOST_TITLE)
    if new.unit not in rule.units:
        raise Invalid("vote.rule_not_for_unit")
    if new.is_secret and rule.by_area:
        raise Invalid("vote.area_is_named")
    if not SHORTEST <= new.closes_at - clock.now() <= LONGEST:
        raise Invalid("vote.closes_at", days=LONGEST.days)
    _check_options(new)
    await _check_buildings(new.buildings, place_id)
    if new.post_id is not None and (await visible_post(new.post_id, by)).place_id != place_id:
        raise NotFound("post.not_found")


def _check_options(new: NewVote) -> None:
    texts = [one_line(text) for text, _ in new.options]
    if new.method is VoteMethod.YES_NO:
        return
    if not LEAST_OPTIONS <= len(texts) <= MOST_OPTIONS or not all(0 < len(one) <= MOST_OPTION for one in texts):
        raise Invalid("vote.options", least=LEAST_OPTIONS, most=MOST_OPTIONS, letters=MOST_OPTION)
    if len({*texts}) < len(texts):
        raise Invalid("vote.options_alike")
    if new.method is VoteMethod.SEVERAL and not 1 <= (new.most_choices or 0) <= len(texts):
        raise Invalid("vote.most_choices", most=len(texts))
    if new.method is VoteMethod.BUDGET and not _is_money(new.budget_fen, (cost for _, cost in new.options)):
        raise Invalid("vote.budget")


def _is_money(budget: int | None, costs: Iterable[int | None]) -> bool:
    return budget is not None and all(cost is not None and 0 < cost <= budget <= MOST_FEN for cost in costs)


async def _check_buildings(buildings: tuple[int, ...], place_id: int) -> None:
    known = {row["id"] for row in await fetch("SELECT id FROM building WHERE place_id=$1", place_id)}
    if not known.issuperset(buildings):
        raise NotFound("building.not_found")


async def _own(vote_id: int, verb: str, *, by: Viewer, seen_version: int | None) -> Standing:
    vote = await standing(vote_id)
    must_see(by, verb, vote.place_id, thing="vote")
    if seen_version is not None and seen_version != vote.version:
        raise Taken("vote.changed")
    return vote


async def open_vote(vote_id: int, *, by: Viewer, seen_version: int | None = None) -> Weights:
    """开始表决: freeze words, rule and roll; from now on ballots are taken. Gives how many votes the roll has."""
    vote = await _own(vote_id, "vote.open", by=by, seen_version=seen_version)
    row = await fetch_one("SELECT unit, rule, closes_at FROM vote WHERE id=$1", vote_id)
    assert row is not None
    if vote.closes_at - clock.now() < SHORTEST:
        raise Invalid("vote.closes_at", days=LONGEST.days)
    rule = rule_of(row["rule"])
    async with transaction():
        await move(vote, "vote.open", opened_at=clock.now(), as_of=clock.today(), rule_json=rule.model_dump_json())
        await rolls.write(vote_id, place_id=vote.place_id, unit=VoteUnit(row["unit"]))
        roll = await _roll_or_refused(vote, rule)
        await execute(
            "UPDATE vote SET roll_size=$1, roll_area=$2, roll_hash=$3 WHERE id=$4",
            *(roll.heads, roll.area, await rolls.digest(vote_id), vote_id),
        )
        await after_votes.opened(vote_id, by=by)
        await record(
            by, "vote.open", subject="vote", subject_id=vote_id, place_id=vote.place_id, detail=str(roll.heads)
        )
    return roll


async def _roll_or_refused(vote: Standing, rule: Rule) -> Weights:
    roll = await rolls.sums(vote.id)
    if roll.heads == 0:
        raise Invalid("vote.roll_empty")
    if vote.is_secret and roll.heads < FEWEST_FOR_SECRET:
        raise Invalid("vote.too_few_for_secret", least=FEWEST_FOR_SECRET)
    if rule.by_area and (missing := await rolls.without_area(vote.id)):
        raise Invalid("vote.area_missing", count=missing)
    return roll


async def void(vote_id: int, *, by: Viewer, reason: str, seen_version: int | None = None) -> None:
    """作废: end it without a count, for a reason everybody reads; nobody ever learns what was chosen."""
    vote = await _own(vote_id, "vote.void", by=by, seen_version=seen_version)
    said = reason_of(reason)
    if not said:
        raise Invalid("vote.reason_missing")
    async with transaction():
        await move(vote, "vote.void", reason=said)
        await execute("DELETE FROM sealed_ballot WHERE vote_id=$1", vote_id)
        await execute("UPDATE voter SET choice_sealed=NULL, told_at=NULL WHERE vote_id=$1", vote_id)
        await execute("UPDATE paper_ballot SET token=NULL WHERE vote_id=$1", vote_id)
        await paper_photos.drop(vote_id)
        await record(by, "vote.void", subject="vote", subject_id=vote_id, place_id=vote.place_id, detail=said)
        await after_votes.ended(vote_id)
        await pushes.take_back(f"vote:{vote_id}")
