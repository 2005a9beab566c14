"""A problem to be handled: asks once where it is, once whether it is known already; then it is taken in."""

from __future__ import annotations

from dataclasses import replace

from bot import context, handing, intake, offers, sorting, whereabouts
from bot.handing import Handed
from bot.memory import OfferKind, without_report
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from casework import guide
from casework.guide import Zone
from models.question import QuestionKind
from models.wording import say
from nlp.intent import Intent, understand
from nlp.similar import SAME, similar


async def take(scene: Scene) -> Reply | None:
    """报修: with its place at once, without it after asking."""
    if (said := await _same_or_new(scene)) is not None:
        return said
    if scene.memory.report_line and not intake.is_waiting(scene) and not _asks_something_else(scene):
        return await (_both(scene) if await _is_another(scene) else _placed(scene))
    if (said := await _place_alone(scene)) is not None:
        return said
    return await _told(scene) if scene.heard.intent is Intent.REPORT else None


async def _told(scene: Scene) -> Reply:
    """Given in with the place it names, or the point sent before; else it waits for one."""
    if says("somewhere", scene.heard.normalised):
        return await _give(scene, text=scene.masked, line_id=scene.line_id, where=scene.masked)
    if scene.memory.place:
        return await _give(scene, text=scene.masked, line_id=scene.line_id, where=scene.memory.place)
    waiting = replace(scene.memory, report_line=scene.line_id, report_text=scene.masked, report_where="")
    memory = replace(waiting, question=scene.masked, question_line=scene.line_id, candidates=scene.ranked, entry="")
    kind = await sorting.kind_meant(scene.masked, place_id=scene.place_id)
    text = f"{await intake.calling(scene, scene.masked, kind=kind)}{say('report.where')}"
    return reply(scene, Outcome.REPORT, text, memory=memory, ranked=scene.ranked)


async def _same_or_new(scene: Scene) -> Reply | None:
    """Which of the open cases offered it is, or that it is none of them."""
    chosen = scene.chosen
    if chosen is not None and chosen.kind is OfferKind.REPORT_SAME:
        return await intake.join(scene, int(chosen.value)) if chosen.value else await intake.ask_again(scene)
    if not intake.is_waiting(scene):
        return None
    if chosen is not None:
        return await intake.report_new(scene) if chosen.kind is OfferKind.REPORT_NEW else None
    return await _in_words(scene)


async def _in_words(scene: Scene) -> Reply:
    """Words instead of a digit: it is called off, or the report is made, and they belong to it."""
    if _is_called_off(scene):
        return _cancelled(scene)
    if scene.heard.choice is not None or scene.heard.intent is Intent.SMALL_TALK:
        return await intake.ask_again(scene)
    is_question = scene.heard.intent is Intent.ASK and scene.heard.asks
    return await (intake.report_first(scene) if is_question else intake.report_new(scene, more=scene.masked))


def _is_called_off(scene: Scene) -> bool:
    """算了, or that it is mended by now (灯好了，不用来了)."""
    return any(says(name, scene.heard.normalised) for name in ("cancel", "take_back_case"))


def _cancelled(scene: Scene) -> Reply:
    return reply(scene, Outcome.REPORT, say("report.cancelled"), memory=without_report(scene.memory))


def _asks_something_else(scene: Scene) -> bool:
    """The menu, a question that the pack answers outright, or one that goes on about what is told of: answered first,
    and the place is still waited for."""
    if scene.heard.intent is Intent.MENU:
        return True
    if says("somewhere", scene.heard.normalised):
        return False
    is_sure = scene.found is not None and scene.found.zone is Zone.ANSWER
    if is_sure and scene.heard.intent is Intent.ASK:
        return True
    return scene.heard.asks and context.continued(scene) is not None


async def _is_another(scene: Scene) -> bool:
    """Another problem instead of the place: of another kind where both are sure, else one that a rule knows and that
    names no place. It is heard by itself, since in mid-conversation a few words (下水道堵了) are no report."""
    before, heard = scene.memory.report_text, understand(scene.masked, words=guide.words())
    if heard.intent is not Intent.REPORT:
        return False
    kind, other = [await sorting.kind_meant(text, place_id=scene.place_id) for text in (before, scene.masked)]
    if kind is not None and other is not None:
        return kind.id != other.id
    if not heard.by_rule or says("somewhere", heard.normalised):
        return False
    return not whereabouts.tells_again(scene.masked, before)


async def _both(scene: Scene) -> Reply:
    """What waited for its place is given in without, so that it is not lost; then what is told now."""
    waiting = scene.memory
    first = await _give(scene, text=waiting.report_text, line_id=waiting.report_line, where="")
    then = await _told(replace(scene, memory=first.memory))
    if first.letter is None or then.letter is None:
        return then
    text = say("report.both", first=first.letter.text, then=then.letter.text)
    return replace(then, letter=replace(then.letter, text=text))


async def _placed(scene: Scene) -> Reply:
    """What follows the question 'where?' is the place, unless it calls the report off or can be none: then the report
    is taken in without, with what was said, and the place may follow."""
    memory = scene.memory
    if _is_called_off(scene):
        return _cancelled(scene)
    if whereabouts.may_be_place(scene.masked, scene.heard, report=memory.report_text):
        since = scene.original
        return await _give(scene, text=memory.report_text, line_id=memory.report_line, where=scene.masked, since=since)
    more = _more(scene)
    text, since = "\n".join([memory.report_text, *more]), scene.original if more else ""
    said = await _give(scene, text=text, line_id=memory.report_line, where="", since=since)
    return _may_follow(said)


def _more(scene: Scene) -> list[str]:
    """What was said where the place was asked for, but thanks and the same words once more."""
    if scene.heard.intent is Intent.SMALL_TALK or says("unsure", scene.heard.normalised):
        return []
    return [scene.masked] if similar(scene.memory.report_text, scene.masked) < SAME else []


def _may_follow(said: Reply) -> Reply:
    if said.letter is None:
        return said
    return replace(said, letter=replace(said.letter, text=f"{said.letter.text}\n{say('report.place_later')}"))


async def _place_alone(scene: Scene) -> Reply | None:
    """Nothing but a place: after a report that went to the desk without one it is put to it; one with a number
    (3号楼501) is kept for what is told next."""
    where = whereabouts.bare_place(scene.masked, scene.heard)
    if not where or scene.chosen is not None or scene.memory.report_line:
        return None
    if (said := await handing.place_late(scene, where)) is not None:
        return said
    if not guide.words().place_number.search(scene.heard.normalised):
        return None
    memory, text = replace(scene.memory, place=where), say("report.what_there", where=where)
    return reply(scene, Outcome.UNKNOWN, text, memory=memory, offers=(offers.person(),))


async def _give(scene: Scene, *, text: str, line_id: int, where: str, since: str = "") -> Reply:
    ranked = scene.ranked_in_context or scene.memory.candidates
    handed = Handed(text, line_id, kind=QuestionKind.REPORT, where=where, ranked=ranked, since=since)
    kind = await sorting.kind_meant(text, place_id=scene.place_id)
    above = await intake.calling(scene, text, kind=kind) if line_id == scene.line_id else ""
    said = await intake.take_in(scene, handed, kind=kind)
    return replace(said, letter=replace(said.letter, text=f"{above}{said.letter.text}")) if said.letter else said
