"""How a ballot is filled in: what a method takes for a choice, how a choice is written down, and what is summed up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from forum.votes.majorities import Weights
from models.ballot import VoteMethod
from models.errors import Invalid

Choice = tuple[tuple[int, int], ...]
"""Positions with their points, by position; of nothing chosen there is nothing (弃权)."""
YES, NO, ABSTAIN = 1, 2, 3
"""Positions of the three options of a vote by yes or no."""
MOST_POINTS = 5
LEAST_OPTIONS, MOST_OPTIONS = 2, 20
_NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Option:
    """An option: its position from 1, and what it costs where money is voted on."""

    position: int
    text: str
    cost_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """What a ballot offers: the method, its options, and what binds a choice."""

    method: VoteMethod
    options: tuple[Option, ...]
    most_choices: int | None = None
    budget_fen: int | None = None


def _most(form: Form) -> int:
    """How many options may be chosen."""
    if form.method is VoteMethod.SEVERAL:
        return form.most_choices or len(form.options)
    return 1 if form.method in {VoteMethod.YES_NO, VoteMethod.ONE} else len(form.options)


def _fits(form: Form, choice: Choice) -> bool:
    costs = {one.position: one.cost_fen or 0 for one in form.options}
    is_paid = form.method is not VoteMethod.BUDGET or sum(costs[at] for at, _ in choice) <= (form.budget_fen or 0)
    return (bool(choice) or form.method is not VoteMethod.YES_NO) and len(choice) <= _most(form) and is_paid


def checked(form: Form, points: Mapping[int, int]) -> Choice:
    """A choice as the form takes it; Invalid says what does not fit, by the method."""
    known = {one.position for one in form.options}
    most = MOST_POINTS if form.method is VoteMethod.SCORE else 1
    choice = tuple(sorted((position, given) for position, given in points.items() if given))
    fits = all(position in known and 0 < given <= most for position, given in choice)
    if not fits or not _fits(form, choice):
        raise Invalid(f"vote.choice.{form.method.value}", most=form.most_choices, points=MOST_POINTS)
    return choice


def written(choice: Choice) -> str:
    """A choice as a ballot holds it: ``2``, ``1 3``, ``1:5 2:3`` where points differ from one, ``-`` for nothing."""
    return " ".join(str(at) if given == 1 else f"{at}:{given}" for at, given in choice) or _NOTHING


def read(form: Form, text: str) -> Choice:
    """The choice a ballot holds; Invalid where it is none that the form takes."""
    parts = [part.partition(":") for part in text.split()] if text != _NOTHING else []
    try:
        choice = checked(form, {int(at): int(given or "1") for at, _, given in parts})
    except ValueError:
        choice = None
    if choice is None or written(choice) != text:
        raise Invalid(f"vote.choice.{form.method.value}", most=form.most_choices, points=MOST_POINTS)
    return choice


Tally = dict[int, Weights]


def add(tally: Tally, choice: Choice, weight: Weights) -> None:
    """Count a choice into the sums, which hold every option from the start (``empty``)."""
    for position, given in choice:
        tally[position] += Weights(weight.heads * given, weight.area * given)


def empty(form: Form) -> Tally:
    """Sums before anything is counted."""
    return {one.position: Weights() for one in form.options}


def ranked(tally: Mapping[int, Weights]) -> list[list[int]]:
    """Positions by their heads, most first; those alike stand together, for nobody wins a tie by order."""
    heads = sorted({one.heads for one in tally.values()}, reverse=True)
    return [[position for position, one in sorted(tally.items()) if one.heads == count] for count in heads]


def affordable(form: Form, ranks: Sequence[Sequence[int]]) -> tuple[list[int], list[int]]:
    """What the sum of money is enough for, most wanted first, and those alike of which it is not enough for all."""
    costs = {one.position: one.cost_fen or 0 for one in form.options}
    left, chosen = form.budget_fen or 0, list[int]()
    for alike in ranks:
        fitting = [position for position in alike if costs[position] <= left]
        if sum(costs[position] for position in fitting) > left:
            return chosen, fitting
        chosen += fitting
        left -= sum(costs[position] for position in fitting)
    return chosen, []


def options_of(texts: Iterable[str], costs: Iterable[int | None]) -> tuple[Option, ...]:
    """Options in their order."""
    return tuple(Option(at, text, cost) for at, (text, cost) in enumerate(zip(texts, costs, strict=True), start=1))
