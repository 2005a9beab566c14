"""A word to the bot in a residents' group: a short answer and the way to the whole, for everybody and about nobody."""

from __future__ import annotations

from bot.groups import answers, reporting
from bot.groups.asked import Asked
from bot.groups.said import NOTHING, Said, private_link
from bot.groups.words import GroupWord
from casework import guide
from courier import limits
from models.rules import rules
from models.wording import say
from nlp.intent import Heard, Intent, understand
from nlp.mask import mask
from nlp.normalise import clean_input
from people import places
from people.groups import Room
from people.viewers import guest

UNBOUND_RATE, ROOM_RATE = "1/hour", "40/minute"
"""More words than a group can be answered within the platform's rate wait for their turn, up to some minutes."""
_SEARCHED = (Intent.ASK, Intent.FOLLOW_UP, Intent.REPORT)


async def heard(word: GroupWord, room: Room | None) -> Asked:
    """Everything that can be known before the transaction; who names the bot under a neighbour's words, and says no
    more, asks what these ask."""
    text, about = clean_input(word.text), clean_input(word.about_text)
    place_id = room.place_id if room else places.home_place_id()
    understood = _understood(text or about)
    found = None
    if room is not None and understood.intent in _SEARCHED:
        found = await guide.find(understood.text, viewer=guest(place_id), place_id=place_id)
    return Asked(
        word=word,
        room=room,
        place_id=place_id,
        text=text or about,
        about=about,
        heard=understood,
        danger=understood.emergency or (_understood(about).emergency if about else None),
        is_personal=bool(mask(text or about).found),
        found=found,
        is_slow_enough=await _is_slow_enough(word),
    )


def _understood(text: str) -> Heard:
    return understand(text[: rules().max_message_chars], words=guide.words())


async def _is_slow_enough(word: GroupWord) -> bool:
    person = await limits.hit("messages", word.lane, rate=rules().limits.messages)
    return await limits.hit("group_words", word.chat, rate=ROOM_RATE) and person


async def take(asked: Asked) -> Said:
    """群里问: danger first, whoever asks and however often; then what leads elsewhere, then the pack."""
    if asked.danger is not None:
        return await reporting.danger(asked, asked.danger)
    if asked.room is None:
        return await _unbound(asked)
    if not asked.is_slow_enough:
        return Said("too_fast")
    return await _in_room(asked, asked.room)


async def _unbound(asked: Asked) -> Said:
    """Nobody knows whose group this is: say once an hour how staff bind it."""
    if not await limits.hit("group_unbound", asked.word.chat, rate=UNBOUND_RATE):
        return NOTHING
    return Said("unbound", say("group.unbound"), (private_link(None),))


async def _in_room(asked: Asked, room: Room) -> Said:
    if reporting.is_wish(asked):
        return await reporting.report(asked, room)
    if asked.is_personal or asked.heard.intent is Intent.REFUSE:
        return Said("private", say("group.go_private"), (private_link(room),))
    if asked.heard.intent is Intent.HAND_OVER:
        return await reporting.hand_over(asked, room)
    if asked.heard.intent is Intent.REPORT and answers.is_unsure(asked):
        return Said("report_how", say("group.report_how"), (private_link(room),))
    return await answers.answer(asked, room)
