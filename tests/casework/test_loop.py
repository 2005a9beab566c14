"""The table of states and verbs, and the guarded move."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from casework.loop import LOOP, STATES, WaitsFor, move, state_after
from models.errors import Taken, WrongState
from models.question import Question, QuestionState
from models.wording import knows, say
from tests.casework.conftest import Cast


def test_every_state_has_facts_and_every_open_state_a_way_to_the_end() -> None:
    assert set(STATES) == set(QuestionState)
    assert all(state in LOOP["question.close"] for state, facts in STATES.items() if facts.is_open)


def test_the_clock_runs_exactly_while_somebody_at_the_desk_is_waited_for() -> None:
    running = {state for state, facts in STATES.items() if facts.clock_runs}
    assert running == {
        state for state, facts in STATES.items() if facts.waits_for in {WaitsFor.DESK, WaitsFor.CLAIMANT}
    }


def test_a_pair_that_is_not_in_the_table_is_refused_with_the_state() -> None:
    with pytest.raises(WrongState) as refusal:
        state_after(QuestionState.CLOSED, "question.claim")
    assert (refusal.value.key, refusal.value.facts) == ("question.claim", {"state": "closed"})


async def test_a_move_on_an_old_version_is_taken_and_changes_nothing(cast: Cast) -> None:
    question = await cast.ask()
    old = await Question.get(id=question.id)
    await move(question, "question.transfer", transfer_to_id=cast.chen.person_id)
    with pytest.raises(Taken):
        await move(old, "question.close")
    assert (await Question.get(id=question.id)).state is QuestionState.WAITING


async def test_a_move_gives_the_row_as_it_now_is(cast: Cast) -> None:
    question = await move(await cast.ask(), "question.claim", claimed_by_id=cast.chen.person_id)
    stored = await Question.get(id=question.id)
    assert (question.state, question.version) == (stored.state, stored.version) == (QuestionState.CLAIMED, 2)


def test_every_sentence_the_desk_says_is_there() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in Path("casework").glob("*.py"))
    keys = set(re.findall(r'"(desk\.[a-z_]+\.[a-z_]+)"', source))
    assert len(keys) > 10
    assert [key for key in keys if not knows(key)] == []


def test_every_kind_of_notice_to_staff_has_its_sentence() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in Path("casework").glob("*.py"))
    kinds = re.findall(r'tell_staff\([^)]*?"question\.([a-z_]+)"', source)
    names = {*kinds, "claim_idle", "first_due_soon", "first_overdue", "done_due_soon", "done_overdue"}
    assert len(kinds) > 6
    facts = {"number": "Q-0001", "text": "问", "staff": "小陈", "minutes": 10, "due": "今天 11:10"}
    assert all(say(f"desk.staff.{name}", **facts) for name in names)
