"""What staff type and press in a group: the code that binds it, a claim, an answer to a resident, a correction.

Being in the group is no permission: who it is, and what they may do, is asked of the staff table each time.
"""

from __future__ import annotations

from bot.groups.listening import CAME, WENT, code_in
from bot.groups.said import NOTHING, Said
from bot.groups.words import GroupWord
from bot.staff import cards
from casework import corrections, questions, topic_replies, topics
from casework.desk import Shown
from courier import limits
from models.errors import Invalid, NotFound
from models.group import GroupKind
from models.wording import say
from people import group_binding, groups
from people.groups import Room
from people.permissions import may, may_somewhere
from people.viewers import Viewer

CAME_RATE = "3/hour"


async def take(word: GroupWord, room: Room | None) -> Said:
    """Do what was said or pressed; nothing at all for whoever may not."""
    if word.press in (CAME, WENT):
        return await _came_or_went(word)
    if code := code_in(word):
        return await _bind(word, code)
    if room is None or room.kind is not GroupKind.STAFF:
        return NOTHING
    by, question_id = await groups.staff_at(word.user), await topics.question_in(room, word.thread)
    question = await _seen(question_id, by) if by is not None and question_id is not None else None
    if by is None or question is None:
        return NOTHING
    if word.press:
        return await _press(word, question, by=by)
    return await (_correct if word.is_edit else _reply)(word, question, by=by)


async def _seen(question_id: int, by: Viewer) -> Shown | None:
    """The question, where this one of the staff may answer it."""
    try:
        question = await questions.question(question_id, viewer=by)
    except NotFound:
        return None
    line = question.line
    able = may_somewhere(by, "question.reply") if line.is_mine else may(by, "question.reply", line.place_id)
    return question if able else None


async def _came_or_went(word: GroupWord) -> Said:
    if word.press == WENT:
        await groups.leave(word.chat)
        return Said("left")
    room = await groups.enter(word.chat)
    if room is not None or not await limits.hit("group_came", word.chat, rate=CAME_RATE):
        return Said("entered")
    return Said("entered", say("group.came"))


async def _bind(word: GroupWord, digits: str) -> Said:
    """绑群."""
    bound = await group_binding.bind(
        digits,
        by=await groups.staff_at(word.user),
        typed_by=word.user,
        address=word.chat,
        title=word.title,
        has_topics=word.has_topics,
    )
    return Said("bound", say(f"group.bound_{bound.kind}", estate=bound.estate, place=bound.place))


async def _press(word: GroupWord, question: Shown, *, by: Viewer) -> Said:
    """接手, 放回, 结束: the button must be one of this topic's question."""
    press = cards.pressed(word.press)
    if press is None or press.question_id != question.line.id:
        return NOTHING
    verbs = {"claim": questions.claim, "release": questions.release, "close": questions.close}
    await verbs[press.verb](press.question_id, by=by)
    return Said(press.verb)


async def _reply(word: GroupWord, question: Shown, *, by: Viewer) -> Said:
    """答复: what answers the card, or another message of the bot's, in its topic."""
    if not word.text.strip():
        raise Invalid("question.empty")
    await questions.reply(question.line.id, by=by, text=word.text, seen_version=question.version)
    await topic_replies.wrote(question.line.id, message_id=word.message)
    return Said("replied")


async def _correct(word: GroupWord, question: Shown, *, by: Viewer) -> Said:
    """更正: an answer that was edited in the topic is put right for the resident too."""
    reply_id = await topic_replies.reply_as(question.line.id, message_id=word.message)
    if reply_id is None:
        return Said("edited", say("group.desk.nothing_to_edit"))
    await corrections.correct(
        question.line.id, reply_id=reply_id, by=by, text=word.text, reason=say("group.desk.edit_reason")
    )
    await topic_replies.corrected_as(question.line.id, message_id=word.message)
    return Said("corrected", say("group.desk.corrected"))
