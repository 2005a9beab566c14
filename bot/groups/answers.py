"""The pack's answer for a group: the conclusion, a telephone, and a link to all of it."""

from __future__ import annotations

from bot.groups.asked import Asked
from bot.groups.said import NOTHING, Said, private_link
from bot.words import first_said
from casework import guide
from casework.guide import Found, Zone
from casework.snapshots import ShownEntry
from courier.letters import Link
from models.errors import NotFound
from models.wording import say, say_date
from nlp.intent import Intent
from people.groups import Room
from people.viewers import guest

MOST, NEAREST = 160, 3
_WORDS = ("hello", "bye", "who")


def is_unsure(asked: Asked) -> bool:
    """Whether the pack does not answer outright."""
    return asked.found is None or asked.found.zone is not Zone.ANSWER


async def answer(asked: Asked, room: Room) -> Said:
    """群里答: outright, or the nearest with their links; what is not known leads to a person."""
    note = f"{say('emergency.perhaps')}\n" if asked.heard.perhaps_danger else ""
    said = await _answered(asked, room)
    return Said(said.outcome, note + said.text, said.links) if said.text else said


async def _answered(asked: Asked, room: Room) -> Said:
    if asked.heard.intent is Intent.SMALL_TALK or (asked.heard.tells and is_unsure(asked)):
        return _word_back(asked, room)
    if asked.found is None:
        return Said("menu", say("group.hello", place=room.place), (Link(say("group.guide"), "/guide"),))
    near = await _nearest(asked.found, room)
    if asked.found.zone is Zone.ANSWER and near:
        return _told(near[0])
    if asked.found.zone is Zone.OFFER and near:
        links = tuple(Link(one.content.title, f"/guide/{one.key}") for one in near)
        return Said("offer", say("group.offer"), (*links, private_link(room)))
    return Said("unknown", say("group.unknown", phone=room.phone), (private_link(room),))


def _word_back(asked: Asked, room: Room) -> Said:
    """A greeting to the bot gets a word; thanks below its answer get none, or the group would fill with them."""
    if asked.word.is_to_bot or first_said(_WORDS, asked.heard.normalised) == "":
        return NOTHING
    return Said("hello", say("group.hello", place=room.place), (Link(say("group.guide"), "/guide"),))


async def _nearest(found: Found, room: Room) -> list[ShownEntry]:
    shown: list[ShownEntry] = []
    for hit in found.hits[:NEAREST]:
        try:
            shown.append(await guide.entry(hit.key, viewer=guest(room.place_id), place_id=room.place_id))
        except NotFound:
            continue
    return shown


def _told(entry: ShownEntry) -> Said:
    """No amount that depends on who asks is told here: the page asks for the conditions."""
    content = entry.content
    phone = content.where.phones[0]
    lines = [
        say("answer.title", title=content.title),
        _short(content.summary),
        *([say("group.depends")] if content.variants else []),
        say("answer.phone", number=phone.number, name=phone.name),
        say("answer.checked", date=say_date(content.checked_on)),
        *([say("answer.stale", phone=phone.number)] if entry.is_stale else []),
    ]
    return Said("answer", "\n".join(lines), (Link(say("answer.link"), f"/guide/{entry.key}"),))


def _short(text: str) -> str:
    """The sentences of a summary that fit."""
    if len(text) <= MOST:
        return text
    end = max(text.rfind(mark, 0, MOST) for mark in say("group.sentence_ends"))
    return text[: end + 1] if end > 0 else f"{text[: MOST - 1]}…"
