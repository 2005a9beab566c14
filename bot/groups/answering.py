"""From a word of a group to what is said there: thought out first, then verbs, answer and 'done' committed together.

No conversation is kept and no memory; once answered, the words are gone from the inbox too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from bot.groups import asking, words
from bot.groups.asking import Asked, Said
from bot.groups.listening import code_in
from bot.groups.words import GroupWord
from bot.staff import hearing
from courier import inbox, outbox, signals
from courier.inbox import Inbound
from models.errors import Refusal
from models.group import GroupKind
from models.transaction import transaction
from models.wording import say_refusal
from people import groups
from people.groups import CHANNEL, Room

Think = Callable[[], Awaitable[Said]]


async def answer(message: Inbound) -> str:
    """Answer a leased inbox row of a group; gives what became of it."""
    word = words.from_json(message.payload)
    room = await groups.room(word.chat)
    think = await _thinker(word, room)
    try:
        return await _commit(message, word, think)
    except Refusal as refusal:
        return await _commit(message, word, partial(_refused, refusal))


async def _thinker(word: GroupWord, room: Room | None) -> Think:
    if word.press or code_in(word):
        return partial(hearing.take, word, room)
    if room is not None and room.kind is GroupKind.STAFF:
        return partial(hearing.take, word, room)
    asked: Asked = await asking.heard(word, room)
    return partial(asking.take, asked)


async def _refused(refusal: Refusal) -> Said:
    return Said("refused", say_refusal(refusal))


async def _commit(message: Inbound, word: GroupWord, think: Think) -> str:
    async with transaction():
        said = await think()
        if said.text:
            letter = replace(said.letter, reply_to=str(word.message) if word.message else "")
            await outbox.put(letter, channel=CHANNEL, address=word.address, kind=f"group.{said.outcome}")
            signals.publish(signals.OUTBOX)
        await inbox.finish(message)
        await inbox.forget_words(message)
    return said.outcome
