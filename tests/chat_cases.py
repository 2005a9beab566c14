"""What staff do with cases in a transcript: a question becomes one, it is worked on, checked and answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from casework import spots
from casework.cases import accepting, catalogue, checking, dispatching, from_questions, kinds, teams, working
from casework.cases.teams import TeamShape
from models.case import Case, CaseState
from models.question import Question
from people.viewers import SYSTEM
from tests.bot.stage import Stage

COMMUNITY = Path(__file__).parents[1] / "community"


async def load_kinds(stage: Stage, who: str, number: str, text: str) -> None:
    """目录: the shipped catalogue is in force, as after every start."""
    catalogue.forget()
    await catalogue.load(kinds.read(COMMUNITY / "cases"), by=SYSTEM)


async def to_case(stage: Stage, who: str, number: str, name: str) -> None:
    """转事件 Q-0001 电梯停运: a question becomes a case of the kind with this name."""
    await load_kinds(stage, who, number, name)
    kind = next(kind for kind in (await catalogue.kinds_of(None)).values() if kind.name == name)
    question = await Question.get(number=number)
    await from_questions.to_case(question.id, by=await stage.viewer(who), kind_key=kind.id)


async def send(stage: Stage, who: str, number: str, name: str) -> None:
    """派单 C-0001 物业组: accepted, and sent to a team of that name, which is there from now on."""
    case, by = await Case.get(number=number), await stage.viewer(who)
    shape = TeamShape(key="repairs", place="-", unit="property", name=name, takes=("parking",))
    team = await teams.add(by=await stage.viewer("高"), place_id=stage.place_id, shape=shape)
    await dispatching.dispatch(case.id, by=by, team_id=team.id)


async def work(stage: Stage, who: str, number: str, text: str) -> None:
    """处置 C-0001 换了零件: taken on, talked over by telephone, and done."""
    case, by = await Case.get(number=number), await stage.viewer(who)
    if case.state is CaseState.REPORTED:
        await accepting.accept(case.id, by=by)
    await working.contact(case.id, by=by, way="phone", note=text)
    await working.handle(case.id, by=by, note=text)


async def answer(stage: Stage, who: str, number: str, text: str) -> None:
    """答复 C-0001 修好了: checked by somebody else, who answers."""
    case, by = await Case.get(number=number), await stage.viewer(who)
    await checking.check(case.id, by=by, way="on_the_spot")
    await checking.reply(case.id, by=by, text=text)


async def add_spot(stage: Stage, who: str, number: str, text: str) -> None:
    """窗口 一号窗口 08:30-11:30: can be booked from now on, by the hour."""
    by = await stage.viewer(who)
    await spots.add(
        by=by, place_id=stage.place_id, kind="counter", name=number, hours=text, slot_minutes=60, on_rest_days=""
    )


DEEDS: Mapping[str, Callable[[Stage, str, str, str], Awaitable[None]]] = {
    "目录": load_kinds,
    "窗口": add_spot,
    "转事件": to_case,
    "派单": send,
    "处置": work,
    "答复": answer,
}
