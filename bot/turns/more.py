"""What follows a report that became a case: since when and how, asked once, and photos; nothing waits for it."""

from __future__ import annotations

from dataclasses import replace

from bot import intake, sorting
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from casework.cases import answering, following
from casework.guide import Zone
from models.errors import Refusal
from models.transaction import savepoint
from models.wording import say
from nlp.intent import Intent

_NOTHING = ("unsure", "cancel", "no")
_ELSEWHERE = (Intent.MENU, Intent.SMALL_TALK)


async def take(scene: Scene) -> Reply | None:
    """补充: words about the case that was just reported are put to it, with their photos; 0 and 不清楚 are an answer
    too."""
    case_id = scene.memory.telling
    if not case_id or scene.chosen is not None:
        return None
    done = replace(scene.memory, telling=0)
    if scene.heard.choice == 0 or any(says(name, scene.heard.normalised) for name in _NOTHING):
        return reply(scene, Outcome.REPORT, say("report.no_more"), memory=done)
    if await _is_something_else(scene, case_id):
        return None
    who, when = sorting.whom_in(scene.masked), sorting.time_in(scene.masked)
    try:
        async with savepoint():
            case = await answering.add(
                case_id, by=scene.viewer, text=scene.masked, who=who, when=when, how=scene.masked
            )
    except Refusal:
        return None
    if scene.attached:
        await intake.late_photo(scene)
    memory = replace(done, case=case_id)  # The rest of an album may still come.
    return reply(scene, Outcome.REPORT, say("report.more_kept", number=case.number), memory=memory)


async def _is_something_else(scene: Scene, case_id: int) -> bool:
    """Another matter: a question, a wish, a number, or another problem, by its place or its kind."""
    heard = scene.heard
    if heard.choice is not None or heard.asks or heard.intent in _ELSEWHERE or _is_of_cases(heard.normalised):
        return True
    if heard.intent is Intent.REPORT:
        return await _is_another(scene, case_id)
    if heard.intent is Intent.REFUSE:  # Somebody's number in what they tell sounds like a wish for one.
        return not sorting.time_in(scene.masked)
    return heard.intent is Intent.ASK and scene.found is not None and scene.found.zone is Zone.ANSWER


def _is_of_cases(normalised: str) -> bool:
    """That they ask after their cases, or want one no more."""
    return says("my_cases", normalised) or says("take_back_case", normalised)


async def _is_another(scene: Scene, case_id: int) -> bool:
    where, kind = sorting.place_in(scene.masked), await sorting.kind_meant(scene.masked, place_id=scene.place_id)
    if not where and kind is None:
        return False
    try:
        line = (await following.own_case(case_id, viewer=scene.viewer)).line
    except Refusal:
        return True
    return where not in line.where or (kind is not None and kind.name != line.kind)
