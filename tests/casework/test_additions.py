"""One matter stays one question: more words join what is open, and open again what was closed."""

from __future__ import annotations

import pytest

from casework import additions, questions
from models.errors import NotAllowed, NotFound, Taken, WrongState
from models.question import Question, QuestionKind, QuestionState
from models.sealed import unseal
from tests.casework.conftest import Cast, told, verbs
from tests.conftest import StillClock

REPORT = QuestionKind.REPORT


async def joined(cast: Cast, text: str, where: str = "") -> tuple[str, bool] | None:
    """Which report of hers another one joins."""
    found = await additions.report_to_join(cast.wang_conversation, viewer=cast.wang, text=text, where=where)
    return (found.question.number, found.is_same) if found else None


async def test_what_is_added_stands_in_the_question_sealed_too_and_its_owner_is_told(cast: Cast) -> None:
    question = await cast.ask()
    await additions.add(question.id, by=cast.wang, text="现在更响了", sealed_from="现在更响了 13911112222")
    stored = await Question.get(id=question.id)
    assert (stored.text, stored.state) == ("车棚充电一次多少钱\n现在更响了", QuestionState.WAITING)
    assert unseal(stored.sealed or "").endswith("现在更响了 13911112222")
    assert "给 Q-0001 补充了话" in (await told(cast.gao))[-1]
    assert await verbs(question.id) == ["question.open", "question.add"]


async def test_the_same_words_again_are_noted_but_disturb_nobody(cast: Cast) -> None:
    question = await cast.ask()
    before = await told(cast.gao)
    await additions.add(question.id, by=cast.wang, text="车棚充电一次多少钱", sealed_from="")
    assert (await Question.get(id=question.id)).text == "车棚充电一次多少钱"
    assert await told(cast.gao) == before


async def test_a_closed_question_is_opened_again_under_its_number_with_a_new_clock(
    cast: Cast, clock: StillClock
) -> None:
    question = await cast.ask()
    await questions.close(question.id, by=cast.gao, note="重复")
    clock.forward(minutes=30)
    again = await additions.add(question.id, by=cast.wang, text="还是要找人", sealed_from="")
    assert (again.number, again.state) == ("Q-0001", QuestionState.WAITING)
    assert again.first_due > question.first_due


async def test_what_was_closed_too_long_ago_stays_closed(cast: Cast, clock: StillClock) -> None:
    question = await cast.ask()
    await questions.close(question.id, by=cast.gao, note="重复")
    clock.forward(days=20)
    with pytest.raises(WrongState):
        await additions.add(question.id, by=cast.wang, text="还是要找人", sealed_from="")


async def test_nobody_else_adds_to_a_question(cast: Cast) -> None:
    question = await cast.ask()
    for other in (cast.li, cast.outsider, cast.chen):
        with pytest.raises((NotFound, NotAllowed)):
            await additions.add(question.id, by=other, text="我也要", sealed_from="")
        with pytest.raises(NotFound):
            await additions.report_to_join(cast.wang_conversation, viewer=other, text="灯坏了", where="")


async def test_an_answered_question_is_written_on_instead(cast: Cast) -> None:
    question = await cast.ask()
    await questions.reply(question.id, by=cast.chen, text="1 元", seen_version=1)
    with pytest.raises(WrongState):
        await additions.add(question.id, by=cast.wang, text="那月卡呢", sealed_from="")


async def test_the_same_report_again_joins_the_open_one(cast: Cast) -> None:
    await cast.ask("3号楼电梯坏了没人修", kind=REPORT)
    assert await joined(cast, "3号楼电梯坏了，没人来修") == ("Q-0001", True)
    assert await joined(cast, "电梯坏了没人修啊") == ("Q-0001", True)


@pytest.mark.parametrize("text", ["5号楼电梯坏了没人修", "五号楼电梯坏了没人修", "垃圾桶满了没人倒"])
async def test_another_building_or_another_matter_is_its_own_report(cast: Cast, text: str) -> None:
    await cast.ask("3号楼电梯坏了没人修", kind=REPORT)
    assert await joined(cast, text) is None


async def test_where_it_is_may_be_said_apart(cast: Cast) -> None:
    await cast.ask("楼道灯坏了", kind=REPORT)
    await Question.filter(number="Q-0001", place_id=cast.here.id).update(where_text="3号楼")
    assert await joined(cast, "楼道灯坏了", "5号楼") is None
    assert await joined(cast, "楼道灯坏了", "3号楼2层") == ("Q-0001", True)


async def test_the_fourth_open_report_joins_the_last_one(cast: Cast) -> None:
    for text in ("电梯坏了", "水管爆了", "路灯不亮"):
        assert await joined(cast, text) is None
        await cast.ask(text, kind=REPORT)
    assert await joined(cast, "垃圾桶满了没人倒") == ("Q-0003", False)


async def test_a_question_is_no_report_to_join(cast: Cast) -> None:
    await cast.ask("3号楼电梯坏了没人修")
    assert await joined(cast, "3号楼电梯坏了没人修") is None


async def test_who_adds_from_an_old_view_at_the_same_moment_is_told(cast: Cast) -> None:
    question = await cast.ask()
    stale = await Question.get(id=question.id)
    await additions.add(question.id, by=cast.wang, text="一", sealed_from="")
    with pytest.raises(Taken):
        await additions.move(stale, "question.add")
