"""What each method takes for a choice, and how choices are written, read and ranked."""

from __future__ import annotations

import pytest

from forum.votes.majorities import Weights
from forum.votes.methods import Form, add, affordable, checked, empty, options_of, ranked, read, written
from models.ballot import VoteMethod
from models.errors import Invalid

COSTS = (30, 50, 40, 20)


def form(method: VoteMethod) -> Form:
    return Form(method, options_of(["甲", "乙", "丙", "丁"], COSTS), most_choices=2, budget_fen=90)


@pytest.mark.parametrize(
    ("method", "points", "expected"),
    [
        (VoteMethod.YES_NO, {2: 1}, "2"),
        (VoteMethod.YES_NO, {}, None),
        (VoteMethod.YES_NO, {1: 1, 2: 1}, None),
        (VoteMethod.ONE, {4: 1}, "4"),
        (VoteMethod.ONE, {}, "-"),
        (VoteMethod.ONE, {1: 1, 4: 1}, None),
        (VoteMethod.ONE, {5: 1}, None),
        (VoteMethod.SEVERAL, {3: 1, 1: 1}, "1 3"),
        (VoteMethod.SEVERAL, {1: 1, 2: 1, 3: 1}, None),
        (VoteMethod.SEVERAL, {1: 2}, None),
        (VoteMethod.SCORE, {1: 5, 2: 1, 3: 0}, "1:5 2"),
        (VoteMethod.SCORE, {1: 6}, None),
        (VoteMethod.SCORE, {1: -1}, None),
        (VoteMethod.BUDGET, {2: 1, 3: 1}, "2 3"),
        (VoteMethod.BUDGET, {1: 1, 2: 1, 4: 1}, None),
    ],
)
def test_a_choice_is_taken_and_comes_back_or_is_refused(
    method: VoteMethod, points: dict[int, int], expected: str | None
) -> None:
    if expected is None:
        with pytest.raises(Invalid):
            checked(form(method), points)
        return
    choice = checked(form(method), points)
    assert written(choice) == expected
    assert read(form(method), expected) == choice


@pytest.mark.parametrize("text", ["", "x", "1:", "9", "1 1 1", "1:1:1", "1;DROP TABLE ballot"])
def test_what_is_no_ballot_is_not_read(text: str) -> None:
    with pytest.raises(Invalid):
        read(form(VoteMethod.ONE), text or "2 3")


def test_those_alike_stand_together_and_money_goes_to_the_most_wanted() -> None:
    here = form(VoteMethod.BUDGET)
    tally = empty(here)
    for choice in (((1, 1),), ((1, 1), (2, 1)), ((2, 1),), ((3, 1),), ((4, 1),), ((4, 1),), ((4, 1),)):
        add(tally, choice, Weights(1, 10))
    assert tally[4] == Weights(3, 30)
    assert ranked(tally) == [[4], [1, 2], [3]]
    assert affordable(here, ranked(tally)) == ([4], [1, 2]), "what is left is enough for one of two alike"
    assert affordable(here, [[4], [1], [3], [2]]) == ([4, 1, 3], [])
