"""Something came without words: a photo, a voice message, a place, a card. It is kept with what it is about."""

from __future__ import annotations

from dataclasses import replace

from bot import attaching, handing, intake, offers
from bot.handing import Handed
from bot.memory import without_report
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from casework import additions, questions
from casework.loop import WAITING
from models.question import Question
from models.wording import say


async def take(scene: Scene) -> Reply | None:
    """A photo belongs to the report that is being made, to the question that waits, or to what is said next; voice goes
    to a person, who can hear it. What came with words is what its words say."""
    if not scene.bare:
        return None
    if _is_late_piece(scene):
        return await _late_piece(scene)
    if scene.bare in ("location", "contact"):
        return await _place_or_card(scene)
    if not scene.attached:
        return reply(scene, Outcome.UNKNOWN, say("attachment.reply", what=scene.original.strip("【】")))
    return await _voice(scene) if scene.bare == "voice" else await _photo(scene)


def _is_late_piece(scene: Scene) -> bool:
    return bool(scene.album) and scene.album == scene.memory.album


async def _late_piece(scene: Scene) -> Reply:
    """The rest of an album that was answered already: put to the same, without another word."""
    if not scene.memory.photo_lines and await intake.late_photo(scene):
        return Reply(None, Outcome.SILENT, scene.memory)
    question = await questions.open_for_conversation(scene.talk.conversation_id)
    if question is not None and not scene.memory.photo_lines:
        await attaching.take_along(scene, question.id)
        return Reply(None, Outcome.SILENT, scene.memory)
    return Reply(None, Outcome.SILENT, attaching.remembered(scene))


async def _place_or_card(scene: Scene) -> Reply | None:
    """A place is where the report is, if one waits for that or has just become a case; else it is asked what is
    there."""
    if scene.bare == "contact":
        return reply(scene, Outcome.UNKNOWN, say("attachment.about_contact"), offers=(offers.person(),))
    if scene.memory.report_line:
        return None
    if scene.memory.telling and (case := await intake.late_place(scene)) is not None:
        return reply(scene, Outcome.REPORT, say("report.place_kept", number=case.number))
    if (said := await handing.place_late(scene, scene.masked)) is not None:
        return said
    memory = replace(scene.memory, place=scene.masked)
    return reply(scene, Outcome.UNKNOWN, say("attachment.about_place"), offers=(offers.person(),), memory=memory)


async def _voice(scene: Scene) -> Reply:
    """It goes to the person on duty at once: nobody else can hear it."""
    handed = Handed(scene.masked, scene.line_id)
    if scene.memory.report_line:
        handed = handing.report_waiting(scene)
    memory = without_report(scene.memory)
    said = await handing.hand_over(scene, handed, memory=memory)
    if said.letter is None:
        return said
    return replace(said, letter=replace(said.letter, text=f"{say('attachment.about_voice')}\n{said.letter.text}"))


async def _photo(scene: Scene) -> Reply:
    if scene.memory.telling and (case := await intake.late_photo(scene)) is not None:
        return reply(scene, Outcome.REPORT, say("report.photo_kept", number=case.number))
    memory = attaching.remembered(scene)
    if scene.memory.report_line:
        asks, offered = ("report.same_as", scene.memory.offered) if intake.is_waiting(scene) else ("report.where", ())
        text = f"{say('attachment.kept')}\n{say(asks)}"
        return reply(scene, Outcome.REPORT, text, memory=memory, offers=offered)
    question = await questions.open_for_conversation(scene.talk.conversation_id)
    if question is not None and question.state is WAITING:
        return await _added(scene, question)
    return reply(scene, Outcome.UNKNOWN, say("attachment.about"), offers=(offers.person(),), memory=memory)


async def _added(scene: Scene, question: Question) -> Reply:
    await attaching.take_along(scene, question.id)
    await additions.add(question.id, by=scene.viewer, text=scene.masked, sealed_from=scene.original)
    memory = replace(scene.memory, photo_lines=())
    return reply(scene, Outcome.UNKNOWN, say("attachment.added", number=question.number), memory=memory)
