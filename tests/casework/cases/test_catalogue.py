"""The catalogue: whole, without doubles, every row finds its team; a neighbourhood's own version with its history."""

from __future__ import annotations

import pytest

from casework.cases import catalogue, dispatching, from_questions, kinds, recognising, reporting, teams
from casework.cases.reporting import Facts
from casework.cases.teams import TeamShape
from models.case import CaseSource, CaseState
from models.errors import Invalid, NotFound, Taken
from models.question import Question, QuestionKind, QuestionState
from models.team import Team
from people.viewers import SYSTEM
from tests.casework.cases.conftest import COMMUNITY, Town
from tests.casework.conftest import heard


def test_the_shipped_catalogue_has_12_fields_99_kinds_and_no_faults() -> None:
    shipped, trades = kinds.read(COMMUNITY / "cases"), teams.units(COMMUNITY)
    assert (len({kind.field for kind in shipped}), len(shipped)) == (kinds.FIELDS, kinds.KINDS)
    assert kinds.faults(shipped, units=frozenset(trades)) == []
    assert len({(kind.limit.hours, kind.limit.days) for kind in shipped}) >= kinds.LIMIT_CLASSES
    assert {kind.unit for kind in shipped} <= set(trades)


def test_every_kind_is_recognised_by_each_of_its_own_names() -> None:
    shipped = kinds.read(COMMUNITY / "cases")
    wrong = [
        (kind.id, word) for kind in shipped for word in kind.spoken if recognising.ranked(word, shipped)[0].kind != kind
    ]
    assert wrong == []


def test_a_fault_is_named_with_its_row() -> None:
    [first, second, *_] = kinds.read(COMMUNITY / "cases")
    double = second.model_copy(update={"standard": first.standard, "spoken": first.spoken})
    found = kinds.faults([first, double], units=frozenset({first.unit}))
    assert {one.what.partition(":")[0] for one in found} >= {"standard", "spoken"}


@pytest.mark.databases("sqlite")
async def test_every_row_is_dispatched_to_a_team_of_its_trade(town: Town) -> None:
    for place, shapes in (("subdistrict", teams.read(COMMUNITY)),):
        await teams.load([one.model_copy(update={"place": place, "members": ()}) for one in shapes], by=SYSTEM)
    for kind in kinds.read(COMMUNITY / "cases"):
        facts = Facts(kind.id, f"{kind.name}，{kind.spoken[0]}", name="王阿姨", phone="13812345678")
        case = await reporting.report(facts, by=town.cast.chen, source=CaseSource.PHONE)
        sent = await dispatching.dispatch(case.id, by=town.cast.chen)
        assert sent.team_id is not None
        assert (await Team.get(id=sent.team_id)).unit == kind.unit, kind.id
        assert (sent.state, sent.is_private) == (CaseState.DISPATCHED, kind.is_private), kind.id
        assert sent.due_at is not None


async def test_a_neighbourhoods_own_version_counts_there_and_every_version_stays(town: Town) -> None:
    gao, here = town.cast.gao, town.cast.here.id
    with pytest.raises(NotFound):
        await catalogue.change("camera", by=town.cast.chen, place_id=here, values={}, number=1, note="x")
    with pytest.raises(Invalid):
        await catalogue.change("camera", by=gao, place_id=here, values={"limit": {"days": 0}}, number=1, note="快")
    with pytest.raises(Invalid):
        await catalogue.change("camera", by=gao, place_id=here, values={}, number=1, note=" ")
    await catalogue.change("camera", by=gao, place_id=here, values={"limit": {"hours": 8}}, number=1, note="更快")
    with pytest.raises(Taken):
        await catalogue.change("camera", by=gao, place_id=here, values={}, number=7, note="旧的")
    assert (await catalogue.kind_of("camera", here)).limit.hours == 8
    assert (await catalogue.kind_of("camera", town.cast.elsewhere.id)).limit.days == 5
    await catalogue.restore("camera", by=gao, place_id=here)
    assert (await catalogue.kind_of("camera", here)).limit.days == 5
    steps = await catalogue.versions("camera", viewer=gao, place_id=here)
    assert [(one.is_own, one.note) for one in steps] == [(True, "更快"), (False, "")]
    assert await catalogue.load(kinds.read(COMMUNITY / "cases"), by=SYSTEM) == 0


async def test_of_several_teams_the_one_for_the_kind_and_the_estate_comes_first(town: Town) -> None:
    here, kind = town.cast.here.id, await catalogue.kind_of("camera", town.cast.here.id)
    assert (await _found(kind, here)) == "property"
    own = TeamShape(key="cameras", place="-", unit="telecom", name="监控公司", takes=("camera",))
    await teams.add(by=town.cast.gao, place_id=here, shape=own)
    assert (await _found(kind, here)) == "cameras"
    with pytest.raises(Taken):
        await teams.add(by=town.cast.gao, place_id=here, shape=own)
    await teams.retire((await Team.get(key="cameras")).id, by=town.cast.gao)
    assert (await _found(kind, here)) == "property"
    assert await teams.team_for(await catalogue.kind_of("gas_leak", here), here) is None


async def _found(kind: kinds.Kind, place_id: int) -> str:
    team = await teams.team_for(kind, place_id)
    return team.key if team else ""


async def test_a_question_becomes_a_case_once_and_its_asker_hears_the_number(town: Town) -> None:
    asked = await town.cast.ask("3号楼的灯坏了", kind=QuestionKind.REPORT)
    case = await from_questions.to_case(asked.id, by=town.cast.chen, kind_key="stair_light")
    assert (case.number, case.question_id, case.source) == ("C-0001", asked.id, CaseSource.QUESTION)
    assert (await Question.get(id=asked.id)).state is QuestionState.CLOSED
    assert "编号 C-0001" in (await heard(town.cast.wang_conversation))[-1]
    with pytest.raises(Exception, match="question"):
        await from_questions.to_case(asked.id, by=town.cast.chen, kind_key="stair_light")
