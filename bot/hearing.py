"""What is heard in a message before anything is answered: whose it is, what it means here, what the pack has on it."""

from __future__ import annotations

from dataclasses import replace

from bot import applying, drafts, offers, variants, whereabouts
from bot.incoming import Incoming
from bot.memory import Memory, Offer, OfferKind, from_json, recalled, without_report
from bot.scene import Scene
from bot.whereabouts import AtHeart
from bot.words import says
from casework import conversations, guide
from casework.conversations import Talk
from casework.guide import Found
from models import clock
from models.rules import rules
from models.transaction import transaction
from models.wording import say
from nlp.emergency import find_emergency
from nlp.intent import Heard, Intent, understand
from nlp.mask import mask
from nlp.normalise import clean_input
from people import residents
from people.viewers import Viewer

SHORT_ANSWER, SHORT_ADDRESS = 6, 20
_SEARCHED = (Intent.ASK, Intent.FOLLOW_UP, Intent.REPORT, Intent.REFUSE)


async def hear(incoming: Incoming, *, is_too_fast: bool) -> Scene:
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
        perhaps = _is_perhaps_danger(heard, memory, picked=picked)
        heard = replace(heard, intent=_calm(heard, picked), emergency=None, perhaps_danger=perhaps)
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
        network=incoming.network,
    )


async def _talk(incoming: Incoming) -> Talk:
    known = await conversations.load(channel=incoming.channel, address=incoming.address)
    if known is not None:
        return known
    async with transaction():
        where = await residents.at(channel=incoming.channel, address=incoming.address, place_id=incoming.place_id)
        return await conversations.open_at(where)


def _memory(talk: Talk) -> Memory:
    """What is remembered; a letter that came last and asks, a person's or of a sign-in, brings its choices."""
    memory = recalled(from_json(talk.memory), now_ms=clock.now_ms())
    asked = _asked(talk)
    return replace(memory, offered=asked) if asked else memory


def _asked(talk: Talk) -> tuple[Offer, ...]:
    if talk.asks_whether_me:
        return offers.whether_me()
    if talk.asked_notice is not None:
        return (offers.received(talk.asked_notice),)
    if talk.opens:
        return offers.to_open(talk.opens)
    if talk.asked_case is not None:
        return offers.whether_solved(talk.asked_case)
    if talk.asked_mediation is not None:
        return offers.of_mediation(*talk.asked_mediation)
    return _whether_answered(talk.asked_about) if talk.asked_about is not None else ()


def _whether_answered(question_id: int) -> tuple[Offer, ...]:
    """What stands below a person's reply."""
    return (
        Offer(say("desk.asker.solved"), OfferKind.SOLVED, str(question_id)),
        Offer(say("desk.asker.unsolved"), OfferKind.NOT_SOLVED, str(question_id)),
    )


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
    return without_report(memory)


async def _is_reply(heard: Heard, memory: Memory, *, picked: Offer | None, viewer: Viewer, place_id: int) -> bool:
    """A line of ours picked, a condition answered, or that something is mended (灯好了，不用来了): what it sounds like
    by itself does not count, but for danger that a rule knows."""
    if heard.emergency is not None and heard.emergency.by_rule:
        return False
    if picked is not None:
        return picked.kind is not OfferKind.PERSON
    if says("take_back_case", heard.normalised) or _is_address(heard, memory) or _is_place(heard, memory):
        return True
    if heard.emergency is not None and (_is_short_answer(heard, memory) or _is_place_at_heart(heard, memory)):
        return True
    return await variants.is_reply(heard.text, memory, viewer=viewer, place_id=place_id)


def _is_short_answer(heard: Heard, memory: Memory) -> bool:
    """A name, an address or a number that was asked for; a sentence is heard as everywhere."""
    return len(heard.text) <= SHORT_ANSWER and _is_asked_for(memory)


def _is_address(heard: Heard, memory: Memory) -> bool:
    """Where somebody lives and how they are called, as an application for mediation has asked."""
    application = applying.application_of(memory)
    return application is not None and application.step is applying.Step.OTHER and len(heard.text) <= SHORT_ADDRESS


def _is_place(heard: Heard, memory: Memory) -> bool:
    """Nothing but where it is (3号楼201), as a report has asked, or what is of itself neither danger nor prying."""
    sounds_like = heard.emergency is not None or heard.intent is Intent.REFUSE
    is_meant = whereabouts.is_asked_for(memory) or sounds_like
    return is_meant and whereabouts.is_all_place(heard.normalised)


def _is_place_at_heart(heard: Heard, memory: Memory) -> bool:
    """The same in a few words more (就在后面, 就刚才), which sound like danger only by those."""
    return _asks_of_report(memory) and whereabouts.at_heart(heard.normalised) is not AtHeart.DANGER


def _asks_of_report(memory: Memory) -> bool:
    """Whether it was asked where a problem is, or since when and how."""
    return whereabouts.is_asked_for(memory) or bool(memory.telling)


def _is_perhaps_danger(heard: Heard, memory: Memory, *, picked: Offer | None) -> bool:
    """Whether a place still might tell of danger (也晕了): whom to call is said beside what is done with it."""
    if picked is not None or heard.emergency is None or not _asks_of_report(memory):
        return False
    return not _is_place(heard, memory) and whereabouts.at_heart(heard.normalised) is AtHeart.PERHAPS


def _is_asked_for(memory: Memory) -> bool:
    """Whether what comes next fills in a request to join, or an application for mediation."""
    return drafts.is_filling(memory, drafts.draft_of(memory)) or applying.application_of(memory) is not None


def _calm(heard: Heard, picked: Offer | None) -> Intent:
    if picked is not None or heard.choice is not None:
        return Intent.CHOICE
    return Intent.ASK


async def _search(
    heard: Heard, memory: Memory, *, picked: Offer | None, viewer: Viewer, place_id: int
) -> tuple[Found | None, Found | None]:
    """The ranking of the message alone, and together with the question before it."""
    if picked is not None or heard.intent not in _SEARCHED or _is_asked_for(memory):
        return None, None
    alone = await guide.find(heard.text, viewer=viewer, place_id=place_id)
    if not memory.question:
        return alone, None
    before, hangs_on = memory.question, heard.intent is Intent.FOLLOW_UP
    return alone, await guide.find(heard.text, viewer=viewer, place_id=place_id, context=before, hangs_on=hangs_on)
