"""What of a group is kept at all: words to the bot, and in a staff group what staff answer there."""

from __future__ import annotations

from bot.groups.words import GroupWord
from bot.words import part_said
from casework import topics
from courier import inbox, signals
from models.group import GroupKind
from people import groups
from people.groups import CHANNEL, Room

CAME, WENT = "@in", "@out"
"""Stand for a press where the bot itself was put into a group or taken out."""


def code_in(word: GroupWord) -> str:
    """The eight digits that bind a group, where a word is nothing else; or ''."""
    return part_said("group_code", word.text.strip())


async def hear(word: GroupWord, *, key: str, is_meant: bool) -> None:
    """Keep a word for the one who answers it, once; anything else leaves no trace."""
    if await _is_for_us(word, is_meant=is_meant):
        await _keep(word, key=key)


async def _is_for_us(word: GroupWord, *, is_meant: bool) -> bool:
    if not is_meant:
        return False
    if code_in(word):
        return True
    room = await groups.room(word.chat)
    if room is not None and room.kind is GroupKind.STAFF:
        return await _is_an_answer(word, room)
    return not word.press


async def _is_an_answer(word: GroupWord, room: Room) -> bool:
    """Staff talk among themselves in a topic; what answers one of the bot's messages there is for the resident."""
    if not word.thread or not (word.press or word.is_to_bot):
        return False
    if await topics.question_in(room, word.thread) is None:
        return False
    return await groups.staff_at(word.user) is not None


async def come_or_gone(address: str, *, title: str, is_in: bool, key: str) -> None:
    """The bot was put into a group, or taken out."""
    press = CAME if is_in else WENT
    await _keep(GroupWord(chat=address, thread=0, message=0, user="0", press=press, title=title), key=key)


async def _keep(word: GroupWord, *, key: str) -> None:
    await inbox.receive(channel=CHANNEL, key=key, lane=word.lane, payload=word.to_json())
    signals.publish(signals.INBOX)
