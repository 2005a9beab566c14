"""What counts as wrong when answers are measured."""

from __future__ import annotations

import json

import pytest

from nlp.evaluate import Given, measure, read_questions

TAKEN_FOR = {"emergency_lookalike": "emergency", "refuse_lookalike": "refuse", "hand_over_lookalike": "hand_over"}


@pytest.mark.parametrize(("kind", "outcome"), TAKEN_FOR.items())
def test_a_look_alike_taken_for_the_real_thing_is_wrong_also_where_its_line_does_not_say_so(
    kind: str, outcome: str
) -> None:
    line = json.dumps({"id": "x-1", "text": "笑死我了", "kind": kind, "want": {}})
    (question,) = read_questions([line])
    assert [one.question.id for one in measure([(question, Given(outcome, ()))]).failures] == ["x-1"]
    assert measure([(question, Given("choices", ()))]).failures == ()
