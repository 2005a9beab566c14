"""The table of stages: every pair and every verb by everybody; what is not in it is refused and nothing is written."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from forum.deliberation import conditions, deciding
from forum.deliberation.found import standing
from forum.deliberation.moving import move
from forum.deliberation.stages import MOVES, OPEN, STAGES, VERBS, Move, Mover, between, moves_from
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.person import RoleName
from models.proposal import ProposalStage
from models.transaction import execute, fetch
from people.permissions import may
from people.viewers import SYSTEM, Held, Viewer, ViewerKind
from tests.forum.deliberation.conftest import Council, at, trace

S = ProposalStage
PAIRS = {
    *((S.TOPIC, S.SUPPORT), (S.SUPPORT, S.SCREENING), (S.SCREENING, S.DISCUSSION)),
    *((S.DISCUSSION, S.HEARING), (S.DISCUSSION, S.COORDINATION), (S.HEARING, S.COORDINATION)),
    *((S.COORDINATION, S.HEARING), (S.HEARING, S.DISCUSSION), (S.COORDINATION, S.DISCUSSION)),
    *((S.DISCUSSION, S.VOTE), (S.HEARING, S.VOTE), (S.COORDINATION, S.VOTE), (S.VOTE, S.PUBLICATION)),
    *((S.VOTE, S.NOT_TAKEN), (S.VOTE, S.DISCUSSION), (S.PUBLICATION, S.COVENANT), (S.PUBLICATION, S.PROJECT)),
    *((S.PUBLICATION, S.DISCUSSION), (S.COVENANT, S.CARRYING_OUT), (S.PROJECT, S.CARRYING_OUT)),
    *((S.CARRYING_OUT, S.APPRAISAL), (S.APPRAISAL, S.DONE), (S.SCREENING, S.NOT_TAKEN)),
    *((S.DISCUSSION, S.NOT_TAKEN), (S.HEARING, S.NOT_TAKEN), (S.COORDINATION, S.NOT_TAKEN)),
    *((S.TOPIC, S.WITHDRAWN), (S.SUPPORT, S.WITHDRAWN), (S.SCREENING, S.WITHDRAWN), (S.SUPPORT, S.LAPSED)),
}
"""What may follow on what, written by hand: 议题→附议→筛选→讨论→(听证会/协调会)→表决→公示→公约或立项→实施→评议."""


OF_PROPOSALS = {
    *("support_reached", "support_overdue"),
    *("vote_open", "vote_passed", "vote_failed", "vote_void"),
}
"""Conditions that a proposal without anything never meets; those of other modules are tested with them."""


def test_the_table_says_what_was_written_down_by_hand() -> None:
    assert {(one.leaves, one.enters) for one in MOVES} == PAIRS
    assert len(MOVES) == len(PAIRS)
    assert set(STAGES) == set(ProposalStage)
    assert all(one.leaves in OPEN for one in MOVES)
    assert len({(one.leaves, one.verb) for one in MOVES}) == len(MOVES)


def test_every_condition_of_the_table_is_known_and_every_refusal_to_take_up_needs_a_reason() -> None:
    named = {name for one in MOVES for name in one.conditions}
    assert named <= conditions.registered().keys()
    assert all(one.needs_reason for one in MOVES if one.enters is S.NOT_TAKEN)
    assert all(one.verb.startswith("proposal.") for one in MOVES)


async def test_illegal_jumps_are_refused_for_every_pair_of_stages_and_write_nothing(council: Council) -> None:
    """E1: every pair of stages that the table does not name."""
    found = await council.put()
    for leaves, enters in itertools.product(ProposalStage, repeat=2):
        if (leaves, enters) in PAIRS:
            continue
        there = await at(found, leaves)
        before = await trace(there)
        for by in (council.cast.gao, council.hall.homes["501"][0], SYSTEM):
            with pytest.raises(WrongState):
                await move(found.id, enters, by=by, reason="硬要这样")
        assert await trace(there) == before, (leaves, enters)


def _somebody(role: RoleName | None, council: Council) -> Viewer:
    held = frozenset({Held(role, council.cast.here.id)}) if role else frozenset[Held]()
    return Viewer(ViewerKind.PERSON, council.cast.police.person_id, council.cast.here.id, roles=held)


async def test_every_verb_at_every_stage_is_refused_to_every_role_the_table_does_not_name(council: Council) -> None:
    """Who may stands in tests/permissions.csv, by hand; that a stage has the verb stands above."""
    found = await council.put()
    legal = {(one.leaves, one.verb): one for one in MOVES}
    people = [_somebody(role, council) for role in (None, *RoleName)]
    for stage in ProposalStage:
        there = await at(found, stage)
        before = await trace(there)
        for verb, by in itertools.product(VERBS, people):
            one = legal.get((stage, verb))
            if one is not None and one.mover is Mover.ROLE and may(by, verb, council.cast.here.id):
                continue
            with pytest.raises((NotAllowed, WrongState, NotFound)):
                await deciding.do(found.id, verb, by=by, reason="硬要这样")
        assert await trace(there) == before, stage


async def test_a_move_that_needs_a_reason_has_none_without_and_one_that_is_not_met_is_refused(council: Council) -> None:
    found = await council.put()
    for one in MOVES:
        by = SYSTEM if one.mover is Mover.SYSTEM else council.cast.gao
        if one.mover is Mover.AUTHOR:
            continue
        there = await at(found, one.leaves, due_in_days=9)
        before = await trace(there)
        if one.needs_reason:
            for blank in ("", "  ", "\u200b"):
                with pytest.raises(Invalid):
                    await move(found.id, one.enters, by=by, reason=blank)
        if OF_PROPOSALS & {*one.conditions}:
            with pytest.raises(WrongState):
                await move(found.id, one.enters, by=by, reason="理由")
        assert await trace(there) == before, one


async def test_each_legal_move_is_written_once_with_who_and_why(council: Council) -> None:
    found, wrong = await council.put(), list[Move]()
    for one in (one for one in MOVES if not one.conditions):
        there = await at(found, one.leaves)
        by = council.hall.homes["501"][0] if one.mover is Mover.AUTHOR else council.cast.gao
        after = await move(found.id, one.enters, by=by, reason="因为这样好。")
        step = (await fetch("SELECT * FROM proposal_step WHERE proposal_id=$1 ORDER BY id DESC", found.id))[0]
        told = (after.stage.value, step["from_stage"], step["stage"], step["by_id"], step["reason"])
        wanted = (one.enters.value, one.leaves.value, one.enters.value, by.person_id, "因为这样好。")
        with pytest.raises((WrongState, Taken)):
            await move(found.id, one.enters, by=by, reason="再一次", seen_version=there.version)
        if told != wanted or between(one.leaves, one.enters) is not one:
            wrong.append(one)
    assert wrong == []


async def test_not_taking_up_without_a_public_reason_is_impossible_in_the_database_too(council: Council) -> None:
    """E2: through the rule, and by hand in the database."""
    found = await council.supported()
    with pytest.raises(Invalid):
        await deciding.refuse(found.id, by=council.cast.gao, reason=" ")
    step = (
        "INSERT INTO proposal_step (created_at, proposal_id, place_id, stage, verb, reason, is_public)"
        " SELECT created_at, id, place_id, 'not_taken', 'x', {said} FROM proposal WHERE id=$1"
    )
    for sql in (
        "UPDATE proposal SET stage='not_taken' WHERE id=$1",
        "UPDATE proposal SET stage='not_taken', reason='   ' WHERE id=$1",
        step.format(said="'', true"),
        step.format(said="'why', false"),
    ):
        with pytest.raises(Exception, match="only for a public reason"):
            await execute(sql, found.id)
    for sql in ("UPDATE proposal_step SET reason='x'", "DELETE FROM proposal_step"):
        with pytest.raises(Exception, match="append only"):
            await execute(sql)
    after = await deciding.refuse(found.id, by=council.cast.gao, reason="消防通道过不了，装不了。")
    assert after.stage is S.NOT_TAKEN
    row = (await fetch("SELECT reason, answer FROM proposal WHERE id=$1", found.id))[0]
    assert row == {"reason": "消防通道过不了，装不了。", "answer": "消防通道过不了，装不了。"}


async def test_nobody_of_another_neighbourhood_moves_or_even_learns_of_it(council: Council) -> None:
    found = await council.supported()
    for by in (council.cast.outsider, council.cast.stranger, council.cast.zhao):
        for stage in ProposalStage:
            with pytest.raises(NotFound):
                await move(found.id, stage, by=by, reason="理由")
    assert (await standing(found.id)).version == found.version


def test_the_docs_show_every_stage() -> None:
    text = (Path(__file__).parents[3] / "docs" / "flows.md").read_text(encoding="utf-8")
    assert re.search(r"forum/deliberation/stages\.py", text)
    assert moves_from(S.DONE) == ()


async def test_a_name_of_a_condition_that_nobody_knows_is_no_leave_to_go_on(council: Council) -> None:
    found = await council.put()
    with pytest.raises(KeyError):
        await conditions.must_hold(("no_such_condition",), found)
