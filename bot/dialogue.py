"""From a message to its reply: heard outside the transaction; turn, memory, line and outbox row committed together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from bot import attaching, offers
from bot import incoming as messages
from bot.hearing import hear
from bot.incoming import Incoming
from bot.memory import Memory, to_json
from bot.order import TURNS
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from casework import conversations
from casework.conversations import ConversationMoved, Talk
from courier import inbox, limits, notices
from courier.inbox import Inbound
from courier.letters import Letter
from models import clock
from models.errors import Refusal, Taken
from models.rules import rules
from models.transaction import transaction
from models.wording import say, say_refusal
from people import residents
from people.residents import At

Finish = Callable[[], Awaitable[None]]

TRIES = 3
_SAID_AGAIN = (
    *(Outcome.REPEATED, Outcome.ACCOUNT, Outcome.ONE_TIME, Outcome.MY_CASES, Outcome.POINTS, Outcome.BOARD),
    *(
        Outcome.REPORT,
        Outcome.MEDIATION,
        Outcome.MODERATION,
        Outcome.JOINS,
        Outcome.RECORDS,
        Outcome.ITEM,
        Outcome.WISH,
        Outcome.ACTIVITY,
        Outcome.SERVICES,
        Outcome.PROPERTY,
        Outcome.VOTE,
        Outcome.PROPOSAL,
        Outcome.SURVEY,
        Outcome.MEETING,
        Outcome.KEY_MATTER,
        Outcome.BOOKING,
    ),
)
"""Replies that do not say that the same was said before."""
_CHATTER = (Outcome.SMALL_TALK, Outcome.UNKNOWN, Outcome.SLOWED)
"""Replies to nothing that was asked: what waits for a word of its reader goes before them."""
_TAKES_NUMBERS = (Outcome.JOIN, Outcome.MEDIATION)
"""Replies to what may hold a telephone number because it was asked for."""
_CHANGES_HANDS = (Outcome.BOUND, Outcome.UNBOUND, Outcome.MOVED)
"""Replies after which the chat may be another conversation."""


async def answer(message: Inbound) -> Reply:
    """Answer a leased inbox row; its effects and its 'done' commit together or not at all."""
    heard = messages.parse(message.channel, key=str(message.id), text=message.payload)
    if not heard.album:
        return await respond(heard, finish=partial(inbox.finish, message))
    others = [(one, messages.parse(one.channel, key="", text=one.payload)) for one in await inbox.behind(message)]
    pieces = [(one, part) for one, part in others if part.album == heard.album]
    whole = messages.joined([heard, *(part for _, part in pieces)])
    return await respond(whole, finish=partial(inbox.finish_along, message, [one for one, _ in pieces]))


async def respond(incoming: Incoming, *, finish: Finish | None = None) -> Reply:
    """Answer one message; thinks again when the conversation changed meanwhile, or somebody else was first. Who is
    never first hears that."""
    is_slow_enough = await _is_slow_enough(incoming)
    may_attach = await attaching.may_attach(incoming.lane, len(incoming.attached))
    for tries_left in reversed(range(TRIES)):
        heard = await hear(incoming, is_too_fast=not is_slow_enough)
        memory = _before(heard.memory, incoming)
        scene = replace(heard, may_attach=may_attach, attached=incoming.attached, album=incoming.album, memory=memory)
        try:
            return await _settle(scene, finish)
        except Taken as taken:
            if not tries_left:
                return await _commit(scene, partial(_refused, taken), finish=finish)
        except ConversationMoved:
            continue
    raise ConversationMoved(incoming.lane)


def _before(memory: Memory, incoming: Incoming) -> Memory:
    """The memory a message is answered with: what comes late of a new album is not for the case of an earlier one."""
    is_new = bool(incoming.album) and incoming.album != memory.album
    return replace(memory, case=0) if is_new else memory


async def _is_slow_enough(incoming: Incoming) -> bool:
    rates = rules().limits
    in_a_minute = await limits.hit("messages", incoming.lane, rate=rates.messages)
    return await limits.hit("messages_hourly", incoming.lane, rate=rates.messages_hourly) and in_a_minute


async def _settle(scene: Scene, finish: Finish | None) -> Reply:
    try:
        return await _commit(scene, _take_turns, finish=finish)
    except Taken:
        raise
    except Refusal as refusal:
        return await _commit(scene, partial(_refused, refusal), finish=finish)


async def _commit(scene: Scene, think: Callable[[Scene], Awaitable[Reply]], *, finish: Finish | None) -> Reply:
    talk = scene.talk
    async with transaction():
        line_id = await conversations.hear(talk, masked=scene.masked, original=scene.original)
        scene = replace(scene, line_id=line_id)
        await attaching.write_down(scene)
        said = _adorned(await think(scene), scene)
        now = await conversations.open_at(await _where(talk)) if said.outcome in _CHANGES_HANDS else talk
        if now.conversation_id == talk.conversation_id:
            await conversations.remember(talk, memory=to_json(_after(said, scene)))
        talk = now
        if said.letter is not None:
            await notices.say(
                said.letter,
                conversation_id=talk.conversation_id,
                channel=talk.channel,
                address=talk.address,
                kind=f"bot.{said.outcome}",
                facts=_facts(said),
                kept=said.kept,
                passes=said.outcome not in _CHATTER,
            )
        await attaching.tell_not_taken(scene)
        if finish is not None:
            await finish()
    return said


async def _where(talk: Talk) -> At:
    """Whose the address is now: what follows is no longer said in the conversation of who had the chat before, nor in
    that of another neighbourhood; that one is left as it was."""
    return await residents.at(channel=talk.channel, address=talk.address, place_id=talk.place_id)


async def _take_turns(scene: Scene) -> Reply:
    for take in TURNS:
        if said := await take(scene):
            return said
    return reply(scene, Outcome.SMALL_TALK, say("small_talk.hello"))


async def _refused(refusal: Refusal, scene: Scene) -> Reply:
    """What was asked for cannot be done: say why."""
    return reply(scene, Outcome.REFUSE, say_refusal(refusal))


def _adorned(said: Reply, scene: Scene) -> Reply:
    """The reply with what else must be said of this message above it."""
    if said.outcome is Outcome.EMERGENCY:
        return said
    if said.letter is None:
        return replace(said, letter=Letter(say("emergency.perhaps"))) if scene.heard.perhaps_danger else said
    notes = [say("emergency.perhaps")] if scene.heard.perhaps_danger else []
    if _repeats(scene) and said.outcome not in _SAID_AGAIN:
        notes.append(say("ask.repeat.second"))
    if len(scene.original) > rules().max_message_chars:
        notes.append(say("limits.too_long", most=rules().max_message_chars))
    if scene.masked != scene.original and said.outcome not in _TAKES_NUMBERS:
        notes.append(say("limits.masked"))
    text = "\n".join([*notes, said.letter.text])
    return replace(said, letter=replace(said.letter, text=text)) if notes else said


def _repeats(scene: Scene) -> bool:
    return scene.found is not None and scene.memory.said == scene.said


def _after(answered: Reply, scene: Scene) -> Memory:
    """The memory with what every message leaves: when, what was picked from, what was asked for, and whether the same
    was said before."""
    said = scene.said if scene.found is not None else ""
    repeats = scene.memory.repeats + 1 if _repeats(scene) else 0
    picked_from = offers.list_meant(scene.memory, scene.heard) if scene.chosen else scene.memory.picked_from
    asks = bool(answered.memory.join) and answered.outcome is Outcome.JOIN
    album = scene.album or scene.memory.album
    mediation = answered.memory.mediation if answered.outcome is Outcome.MEDIATION else ""
    new = {"said": said, "repeats": repeats, "picked_from": picked_from, "join_asks": asks, "album": album}
    is_told = answered.outcome in (Outcome.ITEM, Outcome.WISH)
    new |= {"mediation": mediation, "offering": answered.memory.offering if is_told else ""}
    return replace(answered.memory, **new, telling=_telling(answered, scene), spoken_ms=clock.now_ms())


def _telling(answered: Reply, scene: Scene) -> int:
    """The case of which the next words may say more: a greeting or a photo may come between, anything else ends it."""
    is_kept = answered.outcome is Outcome.SMALL_TALK or bool(scene.bare)
    return answered.memory.telling if is_kept or answered.memory.telling != scene.memory.telling else 0


def _facts(said: Reply) -> dict[str, object]:
    """What the desk sees of a bot's line: its kind, the entry told, and the candidates with scores."""
    facts: dict[str, object] = {"outcome": said.outcome.value, "ranked": [[one.key, one.score] for one in said.ranked]}
    return facts | ({"entry": said.entry} if said.entry else {})
