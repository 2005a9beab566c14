"""From a message to its reply: heard outside the transaction; turn, memory, line and outbox row committed together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from bot import drafts, offers, variants
from bot import incoming as messages
from bot.incoming import Incoming
from bot.memory import Memory, Offer, OfferKind, from_json, recalled, to_json
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.turns import (
    account,
    ask,
    ask_back,
    attachment,
    badge,
    behalf,
    bind,
    choice,
    committee,
    connect,
    emergency,
    erase,
    follow_up,
    hand_over,
    household,
    join,
    let_go,
    menu,
    muted,
    not_me,
    person,
    privacy,
    rate,
    refuse,
    repeat,
    report,
    sign_in,
    slow,
    small_talk,
    stop,
)
from bot.words import says
from casework import conversations, guide
from casework.conversations import ConversationMoved, Talk
from casework.guide import Found
from courier import inbox, limits, notices
from courier.inbox import Inbound
from courier.letters import Letter
from models import clock
from models.errors import Refusal, Taken
from models.rules import rules
from models.transaction import transaction
from models.wording import say, say_refusal
from nlp.emergency import find_emergency
from nlp.intent import Heard, Intent, understand
from nlp.mask import mask
from nlp.normalise import clean_input
from people import residents
from people.residents import At
from people.viewers import Viewer

Turn = Callable[[Scene], Awaitable[Reply | None]]
Finish = Callable[[], Awaitable[None]]

TURNS: tuple[Turn, ...] = (
    emergency.take,
    bind.take,
    not_me.take,
    sign_in.take,
    connect.take,
    let_go.take,
    account.take,
    badge.take,
    erase.take,
    privacy.take,
    muted.take,
    person.take,
    join.take,
    stop.take,
    attachment.take,
    hand_over.take,
    slow.take,
    household.take,
    behalf.take,
    bind.gone,
    rate.take,
    menu.take,
    ask_back.take,
    report.take,
    choice.take,
    refuse.take,
    small_talk.take,
    committee.take,
    repeat.take,
    follow_up.take,
    ask.take,
)
"""The order in which turns are offered a message; the first that takes it answers."""

TRIES = 3
_SAID_AGAIN = (Outcome.REPEATED, Outcome.ACCOUNT, Outcome.ONE_TIME)
"""Replies that do not say that the same was said before."""
SHORT_ANSWER = 6
_CHANGES_HANDS = (Outcome.BOUND, Outcome.UNBOUND)
"""Replies after which the chat may be another conversation."""
_SEARCHED = (Intent.ASK, Intent.FOLLOW_UP, Intent.REPORT, Intent.REFUSE)


async def answer(message: Inbound) -> Reply:
    """Answer a leased inbox row; its effects and its 'done' commit together or not at all."""
    heard = messages.parse(message.channel, key=str(message.id), text=message.payload)
    return await respond(heard, finish=partial(inbox.finish, message))


async def respond(incoming: Incoming, *, finish: Finish | None = None) -> Reply:
    """Answer one message; thinks again when the conversation changed meanwhile."""
    is_slow_enough = await _is_slow_enough(incoming)
    for _ in range(TRIES):
        scene = await _hear(incoming, is_too_fast=not is_slow_enough)
        try:
            return await _settle(scene, finish)
        except ConversationMoved:
            continue
    raise ConversationMoved(incoming.lane)


async def _is_slow_enough(incoming: Incoming) -> bool:
    rates = rules().limits
    in_a_minute = await limits.hit("messages", incoming.lane, rate=rates.messages)
    return await limits.hit("messages_hourly", incoming.lane, rate=rates.messages_hourly) and in_a_minute


async def _hear(incoming: Incoming, *, is_too_fast: bool) -> Scene:
    """Everything that can be known before the transaction."""
    talk = await _talk(incoming)
    viewer = await residents.viewer_at(talk.at)
    memory = _memory(talk)
    original = clean_input(incoming.text)
    hidden = mask(original)
    heard = _understood(original, memory)
    memory = _called_off(memory, heard)
    picked = offers.chosen(memory, heard)
    if await _is_reply(heard, memory, picked=picked, viewer=viewer, place_id=talk.place_id):
        heard = replace(heard, intent=_calm(heard, picked), emergency=None, perhaps_danger=False)
    found, in_context = await _search(heard, memory, picked=picked, viewer=viewer, place_id=talk.place_id)
    return Scene(
        talk=talk,
        viewer=viewer,
        original=original,
        masked=hidden.text,
        heard=heard,
        memory=memory,
        chosen=picked,
        found=found,
        in_context=in_context,
        is_too_fast=is_too_fast,
    )


async def _talk(incoming: Incoming) -> Talk:
    known = await conversations.load(channel=incoming.channel, address=incoming.address)
    if known is not None:
        return known
    async with transaction():
        where = await residents.at(channel=incoming.channel, address=incoming.address, place_id=incoming.place_id)
        return await conversations.open_at(where)


def _memory(talk: Talk) -> Memory:
    """What is remembered; a letter that came last and asks, a person's or of a sign-in, brings its two choices."""
    memory = recalled(from_json(talk.memory), now_ms=clock.now_ms())
    if talk.asks_whether_me:
        return replace(memory, offered=offers.whether_me())
    if talk.asked_about is None:
        return memory
    number = str(talk.asked_about)
    asked = (
        Offer(say("desk.asker.solved"), OfferKind.SOLVED, number),
        Offer(say("desk.asker.unsolved"), OfferKind.NOT_SOLVED, number),
    )
    return replace(memory, offered=asked)


def _understood(original: str, memory: Memory) -> Heard:
    """What the message means; of a very long one the beginning counts, but danger counts wherever it stands."""
    most, words = rules().max_message_chars, guide.words()
    heard = understand(original[:most], words=words, context=memory.question or None)
    if heard.emergency or len(original) <= most:
        return heard
    danger = find_emergency(words.canonical(original), words=words)
    return replace(heard, intent=Intent.EMERGENCY, emergency=danger, reason=danger.matched) if danger else heard


def _called_off(memory: Memory, heard: Heard) -> Memory:
    """算了，…: a report that was waiting for its place is dropped, and the rest is heard for itself."""
    if not memory.report_line or not says("cancel_first", heard.normalised):
        return memory
    return replace(memory, report_line=0, report_text="")


async def _is_reply(heard: Heard, memory: Memory, *, picked: Offer | None, viewer: Viewer, place_id: int) -> bool:
    """A line of ours picked, or a condition answered: what it sounds like by itself does not count, but for danger that
    a rule knows."""
    if heard.emergency is not None and heard.emergency.by_rule:
        return False
    if picked is not None:
        return picked.kind is not OfferKind.PERSON
    if heard.emergency is not None and _is_short_answer(heard, memory):
        return True
    return await variants.is_reply(heard.text, memory, viewer=viewer, place_id=place_id)


def _is_short_answer(heard: Heard, memory: Memory) -> bool:
    """A name or a number asked for by a request to join; a sentence is heard as everywhere."""
    return len(heard.text) <= SHORT_ANSWER and drafts.is_filling(memory, drafts.draft_of(memory))


def _calm(heard: Heard, picked: Offer | None) -> Intent:
    if picked is not None or heard.choice is not None:
        return Intent.CHOICE
    return Intent.ASK


async def _search(
    heard: Heard, memory: Memory, *, picked: Offer | None, viewer: Viewer, place_id: int
) -> tuple[Found | None, Found | None]:
    """The ranking of the message alone, and together with the question before it."""
    if picked is not None or heard.intent not in _SEARCHED or drafts.is_filling(memory, drafts.draft_of(memory)):
        return None, None
    alone = await guide.find(heard.text, viewer=viewer, place_id=place_id)
    if not memory.question:
        return alone, None
    return alone, await guide.find(heard.text, viewer=viewer, place_id=place_id, context=memory.question)


async def _settle(scene: Scene, finish: Finish | None) -> Reply:
    try:
        return await _commit(scene, _take_turns, finish=finish)
    except Taken as taken:
        raise ConversationMoved(scene.talk.at.lane) from taken
    except Refusal as refusal:
        return await _commit(scene, partial(_refused, refusal), finish=finish)


async def _commit(scene: Scene, think: Callable[[Scene], Awaitable[Reply]], *, finish: Finish | None) -> Reply:
    talk = scene.talk
    async with transaction():
        line_id = await conversations.hear(talk, masked=scene.masked, original=scene.original)
        said = _adorned(await think(replace(scene, line_id=line_id)), scene)
        await conversations.remember(talk, memory=to_json(_after(said, scene)))
        if said.outcome in _CHANGES_HANDS:
            talk = await conversations.open_at(await _where(talk))
        if said.letter is not None:
            await notices.say(
                said.letter,
                conversation_id=talk.conversation_id,
                channel=talk.channel,
                address=talk.address,
                kind=f"bot.{said.outcome}",
                facts=_facts(said),
                kept=said.kept,
            )
        if finish is not None:
            await finish()
    return said


async def _where(talk: Talk) -> At:
    """Whose the address is now: what follows is no longer said in the conversation of who had the chat before."""
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
    if scene.masked != scene.original and said.outcome is not Outcome.JOIN:
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
    new = {"said": said, "repeats": repeats, "picked_from": picked_from, "join_asks": asks}
    return replace(answered.memory, **new, spoken_ms=clock.now_ms())


def _facts(said: Reply) -> dict[str, object]:
    """What the desk sees of a bot's line: its kind, the entry told, and the candidates with scores."""
    facts: dict[str, object] = {"outcome": said.outcome.value, "ranked": [[one.key, one.score] for one in said.ranked]}
    return facts | ({"entry": said.entry} if said.entry else {})
