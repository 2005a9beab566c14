"""A problem to be handled: asks once where it is, then gives it to the desk."""

from __future__ import annotations

from dataclasses import replace

from bot import handing
from bot.handing import Handed
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from casework.guide import Zone
from models.question import QuestionKind
from models.wording import say
from nlp.intent import Intent


async def take(scene: Scene) -> Reply | None:
    """报修: with its place at once, without it after asking."""
    if scene.memory.report_line and not _asks_something_else(scene):
        return await _placed(scene)
    if scene.heard.intent is not Intent.REPORT:
        return None
    if says("somewhere", scene.heard.normalised):
        return await _give(scene, text=scene.masked, line_id=scene.line_id, where=scene.masked)
    waiting = replace(scene.memory, report_line=scene.line_id, report_text=scene.masked)
    memory = replace(waiting, question=scene.masked, question_line=scene.line_id, candidates=scene.ranked, entry="")
    return reply(scene, Outcome.REPORT, say("report.where"), memory=memory, ranked=scene.ranked)


def _asks_something_else(scene: Scene) -> bool:
    """The menu, or a question that the pack answers outright: answered first, and the place is still waited for."""
    if scene.heard.intent is Intent.MENU:
        return True
    is_sure = scene.found is not None and scene.found.zone is Zone.ANSWER
    return is_sure and scene.heard.intent is Intent.ASK and not says("somewhere", scene.heard.normalised)


async def _placed(scene: Scene) -> Reply:
    """What follows the question 'where?' is the place, unless it calls the report off."""
    memory = scene.memory
    if says("cancel", scene.heard.normalised):
        dropped = replace(memory, report_line=0, report_text="")
        return reply(scene, Outcome.REPORT, say("report.cancelled"), memory=dropped)
    where = "" if scene.heard.intent is Intent.SMALL_TALK or says("unsure", scene.heard.normalised) else scene.masked
    return await _give(scene, text=memory.report_text, line_id=memory.report_line, where=where)


async def _give(scene: Scene, *, text: str, line_id: int, where: str) -> Reply:
    ranked = scene.ranked_in_context or scene.memory.candidates
    return await handing.report(scene, Handed(text, line_id, kind=QuestionKind.REPORT, where=where, ranked=ranked))
