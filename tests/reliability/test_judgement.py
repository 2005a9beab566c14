"""The judge of the kill tests is itself tested: each kind of fault is found, and a good run has none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reliability.judgement import Line, SetAside, Verdict, judge, judge_conversation
from tests.reliability.ledger import Post
from tests.reliability.traffic import Question, Script

SCRIPT = Script("resident-one", (Question("怎么领证", "结婚登记"), Question("婚假几天", "婚假")))
FIRST = Post(7, "resident-one", "结婚登记：……", is_marked=False, arrived=1.0, answered=1.1)
SECOND = Post(8, "resident-one", "婚假：……", is_marked=False, arrived=2.0, answered=2.1)
AGAIN = replace(FIRST, text="可能重复：结婚登记", is_marked=True, arrived=9.0, answered=9.1)


def _verdict(*posts: Post, kills: tuple[float, ...] = ()) -> Verdict:
    return judge([SCRIPT], posts, kills=kills)


def test_a_good_run_has_no_fault() -> None:
    assert _verdict(FIRST, SECOND) == Verdict(asked=2, answered=2, repeated=0, faults=())


def test_a_marked_repeat_after_a_kill_is_no_fault() -> None:
    assert _verdict(FIRST, AGAIN, SECOND, kills=(1.05,)) == Verdict(asked=2, answered=2, repeated=1, faults=())


def test_a_marked_repeat_is_no_fault_where_nothing_was_heard_for_too_long_and_only_there() -> None:
    def faults(at: float) -> tuple[str, ...]:
        return judge([SCRIPT], [FIRST, AGAIN, SECOND], kills=(), timeouts=(at,)).faults

    assert faults(6.2) == ()
    assert faults(0.5) != ()
    assert faults(30.0) != ()


@pytest.mark.parametrize(
    ("posts", "kills", "words"),
    [
        ((FIRST,), (), "asked 2 and got 1"),
        ((SECOND, FIRST), (), "something else for question 0"),
        ((FIRST, AGAIN, SECOND), (), "though nothing was killed"),
        ((FIRST, AGAIN, SECOND), (4.0,), "though the nearest kill was +3.0 s away"),
        ((FIRST, replace(AGAIN, is_marked=False), SECOND), (1.05,), "without a mark"),
        ((FIRST, replace(AGAIN, text="结婚登记"), SECOND), (1.05,), "without a mark"),
        ((FIRST, AGAIN, AGAIN, SECOND), (1.05, 9.05), "came 3 times"),
    ],
)
def test_every_kind_of_fault_is_found(posts: tuple[Post, ...], kills: tuple[float, ...], words: str) -> None:
    assert any(words in fault for fault in _verdict(*posts, kills=kills).faults)


def test_what_never_came_but_is_set_aside_for_a_person_is_no_fault_and_counted_apart() -> None:
    lost = judge([SCRIPT], [FIRST], kills=(), aside=[SetAside("resident-one", "婚假：……")])
    assert lost == Verdict(asked=2, answered=1, repeated=0, faults=(), aside=1)


@pytest.mark.parametrize("aside", [SetAside("resident-two", "婚假：……"), SetAside("resident-one", "结婚登记：……")])
def test_what_is_set_aside_of_others_or_of_other_questions_spares_nothing(aside: SetAside) -> None:
    assert "asked 2 and got 1" in judge([SCRIPT], [FIRST], kills=(), aside=[aside]).faults[0]


GOOD = (Line("resident", "怎么领证"), Line("bot", "结婚登记"), Line("resident", "婚假几天"), Line("bot", "婚假"))


def test_a_conversation_with_each_answer_below_its_question_is_right() -> None:
    assert judge_conversation(SCRIPT, GOOD) == []


@pytest.mark.parametrize("lines", [GOOD[:3], GOOD + GOOD[3:], (GOOD[2], GOOD[3], GOOD[0], GOOD[1])])
def test_a_conversation_with_a_line_missing_doubled_or_moved_is_wrong(lines: tuple[Line, ...]) -> None:
    assert judge_conversation(SCRIPT, lines)
