"""调解 in a chat, by digits and words: asking for it, saying whether one wants it, agreeing to what was drafted.

Words for the mediator alone are not taken here: what stands in a chat can be read at the desk. They go on the page.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot import handing, offers
from bot.applying import Application, Step, application_of, kept
from bot.memory import Memory, Offer, OfferKind, Ranked, without_report
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from casework.mediation import agreements, applying, consents, finding, following_up, own, ways
from casework.mediation.applying import Asked
from casework.mediation.own import OwnLine, OwnMediation
from casework.mediation.sessions import SessionLine
from courier.letters import Letter, Link
from models import clock
from models.conversation import Speaker
from models.errors import Invalid, Refusal, Taken, TooMany, WrongState
from models.mediation import MediationState
from models.transaction import savepoint
from models.wording import say, say_moment, say_refusal
from nlp.mask import mask
from people.permissions import may

MOST = 6
NEW = "new"
ABOUT = "peoples-mediation"
"""The entry that says what mediation is."""


async def take(scene: Scene) -> Reply | None:
    """调解; and the word on one that was offered, or the next step of an application."""
    if scene.chosen is not None and scene.chosen.kind in _DEEDS:
        return await _done(scene, scene.chosen)
    if scene.talk.speaker is Speaker.PERSON:
        return None
    if says("mediation", scene.heard.normalised):
        return await _list(scene)
    application = application_of(scene.memory)
    if application is None or scene.chosen is not None or handing.wants_person(scene):
        return None
    return await _filled(scene, application)


async def _done(scene: Scene, chosen: Offer) -> Reply:
    """What an offered line does; what was settled meanwhile is said. What cannot be taken as it was typed, or not so
    often, is said too, and the application is not lost."""
    try:
        async with savepoint():
            return await _DEEDS[chosen.kind](scene, chosen.value)
    except (Taken, WrongState) as refusal:
        return reply(scene, Outcome.MEDIATION, say_refusal(refusal), memory=kept(scene.memory, None))
    except (Invalid, TooMany) as refusal:
        application = application_of(scene.memory)
        if application is None:
            raise
        return _mended(scene, application, refusal)


def _mended(scene: Scene, application: Application, refusal: Refusal) -> Reply:
    """Why, and once more what was wrong: the words, or who is meant."""
    step = Step.MATTER if refusal.key == "mediation.no_matter" else Step.OTHER
    said = _ask(scene, application if isinstance(refusal, TooMany) else replace(application, step=step))
    letter = said.letter or Letter("")
    return replace(said, letter=replace(letter, text=f"{say_refusal(refusal)}\n{letter.text}"))


async def _list(scene: Scene) -> Reply:
    lines = await own.own_mediations(viewer=scene.viewer) if scene.viewer.person_id is not None else []
    about = await offers.nearest((Ranked(ABOUT, 1.0),), viewer=scene.viewer, place_id=scene.place_id)
    begin = (Offer(say("mediation.chat.start"), OfferKind.MEDIATION, NEW), *about)
    if not lines:
        return reply(scene, Outcome.MEDIATION, say("mediation.chat.none"), offers=begin)
    listed = tuple(Offer(_label(one), OfferKind.MEDIATION, str(one.id)) for one in lines[:MOST])
    return reply(scene, Outcome.MEDIATION, say("mediation.chat.list"), offers=(*listed, *begin))


def _label(line: OwnLine) -> str:
    state = say(f"mediation.state.{line.state.value}")
    return say("mediation.chat.label", number=line.number, other=_other(line), state=state)


async def _opened(scene: Scene, value: str) -> Reply:
    if value == NEW:
        return _begin(scene)
    found = await own.own_mediation(int(value), viewer=scene.viewer)
    return _linked(reply(scene, Outcome.MEDIATION, "\n".join(_told(found)), offers=_next(found)), found.line.id)


def _told(found: OwnMediation) -> list[str]:
    line = found.line
    state, now = (say(f"mediation.{part}.{line.state.value}") for part in ("state", "now"))
    lines = [say("mediation.chat.head", number=line.number, other=_other(line), state=state), now]
    for session in found.sessions:
        if session.at > clock.now() and not session.is_cancelled:
            way = say(f"mediation.way.{session.way.value}", where=session.where)
            lines.append(say("mediation.chat.meeting", at=say_moment(session.at), way=way))
        elif session.next_step:
            lines.append(say("mediation.chat.held", at=say_moment(session.at), **_outcome(session)))
    lines += [say("mediation.out.line", name=way.name, words=way.words) for way in found.ways]
    return [*lines, say("mediation.chat.private")] if not found.ways else lines


def _outcome(session: SessionLine) -> dict[str, str]:
    """What came of a talk; its minutes stand on the page, since the desk reads what a chat shows."""
    result, following = say(f"mediation.result.{session.result}"), say(f"mediation.next.{session.next_step}")
    return {"result": result, "next": following}


def _next(found: OwnMediation) -> tuple[Offer, ...]:
    if found.line.state is MediationState.SIGNED:
        return offers.whether_kept(found.line.id)
    if not found.line.asks:
        return ()
    if found.line.state is MediationState.ASKED:
        return offers.whether_wanted(found.line.id)
    return offers.whether_agreed(found.line.id, found.agreement_number)


async def _consent(scene: Scene, value: str) -> Reply:
    done = await consents.consent(int(value), by=scene.viewer)
    is_both = done.state is MediationState.AGREED
    text = say("mediation.side.agreed" if is_both else "mediation.chat.consented", number=done.number)
    return _linked(reply(scene, Outcome.MEDIATION, text), done.id)


async def _asked_once_more(scene: Scene, value: str) -> Reply:
    """A no ends it for good, and a digit may have been meant for another list: it is asked once more."""
    found = await own.own_mediation(int(value), viewer=scene.viewer)
    text = say("mediation.chat.sure_refuse", number=found.line.number, other=_other(found.line))
    return reply(scene, Outcome.MEDIATION, text, offers=offers.whether_wanted(found.line.id, is_sure=True))


async def _refuse(scene: Scene, value: str) -> Reply:
    done = await consents.refuse(int(value), by=scene.viewer)
    return reply(scene, Outcome.MEDIATION, say("mediation.chat.refused", number=done.number))


async def _shown(scene: Scene, value: str) -> Reply:
    """A digit may have been meant for another list: the draft is shown once more before it counts."""
    mediation_id = int(value.partition(":")[0])
    found = await own.own_mediation(mediation_id, viewer=scene.viewer)
    text = say("mediation.chat.sure_agreement", number=found.line.number, text=found.agreement)
    choices = offers.whether_agreed(mediation_id, found.agreement_number, is_sure=True)
    return reply(scene, Outcome.MEDIATION, text, offers=choices)


async def _confirm(scene: Scene, value: str) -> Reply:
    mediation_id, _, agreement = value.partition(":")
    done = await agreements.confirm(int(mediation_id), by=scene.viewer, agreement=int(agreement))
    if done.state is not MediationState.SIGNED:
        return reply(scene, Outcome.MEDIATION, say("mediation.chat.confirmed", number=done.number))
    text = say("mediation.side.signed", number=done.number, ways=ways.in_words(done))
    return _linked(reply(scene, Outcome.MEDIATION, text), done.id)


async def _object(scene: Scene, value: str) -> Reply:
    done = await agreements.object_to(int(value), by=scene.viewer)
    text = say("mediation.chat.objected", number=done.number)
    return _linked(reply(scene, Outcome.MEDIATION, text), done.id)


async def _say_kept(scene: Scene, value: str) -> Reply:
    done = await following_up.say_kept(int(value), by=scene.viewer)
    return _linked(reply(scene, Outcome.MEDIATION, say("mediation.chat.said_kept", number=done.number)), done.id)


async def _say_broken(scene: Scene, value: str) -> Reply:
    done = await following_up.say_broken(int(value), by=scene.viewer)
    out = ways.in_words(done, is_broken=True)
    text = say("mediation.chat.said_broken", number=done.number, ways=out)
    return _linked(reply(scene, Outcome.MEDIATION, text), done.id)


def _linked(said: Reply, mediation_id: int) -> Reply:
    letter = said.letter or Letter("")
    link = Link(say("mediation.chat.page"), f"/my/mediations/{mediation_id}")
    return replace(said, letter=replace(letter, links=(link,)))


def _begin(scene: Scene) -> Reply:
    """Whoever lives here says who the other side is; others are told who can do it for them."""
    if not may(scene.viewer, "mediation.apply", scene.place_id):
        return reply(scene, Outcome.MEDIATION, say("mediation.chat.guest", phone=scene.talk.committee.phone))
    return _ask(scene, Application())


def _ask(scene: Scene, application: Application) -> Reply:
    sure = (Offer(say("mediation.chat.yes"), OfferKind.MEDIATION_SEND, "yes"),)
    no = (Offer(say("mediation.chat.no"), OfferKind.MEDIATION_SEND, "no"),)
    text = {
        Step.OTHER: say("mediation.chat.ask_other"),
        Step.MATTER: say("mediation.chat.ask_matter"),
        Step.SURE: say("mediation.chat.sure", other=_hidden(application.other), matter=_hidden(application.matter)),
    }[application.step]
    choices = (*sure, *no) if application.step is Step.SURE else ()
    memory = kept(_cleared(scene.memory), application)
    return reply(scene, Outcome.MEDIATION, text, offers=choices, memory=memory)


def _hidden(text: str) -> str:
    """As it may stand in a chat, which the desk reads: without numbers of people."""
    return mask(text).text


def _other(line: OwnLine) -> str:
    return _hidden(line.other)


def _cleared(memory: Memory) -> Memory:
    return replace(without_report(memory), asking=0, question="", question_line=0, entry="")


async def _filled(scene: Scene, application: Application) -> Reply:
    """What was typed to a step; 0 calls it off."""
    typed = scene.original.strip()
    if scene.heard.normalised == "0" or says("cancel", scene.heard.normalised):
        return _dropped(scene)
    if not typed or scene.bare:
        return _ask(scene, application)
    if application.step is Step.OTHER:
        step = Step.SURE if application.matter else Step.MATTER
        return _ask(scene, replace(application, step=step, other=typed[:120]))
    if application.step is Step.MATTER:
        return _ask(scene, replace(application, step=Step.SURE, matter=typed[:1000]))
    return _ask(scene, application)


def _dropped(scene: Scene) -> Reply:
    return reply(scene, Outcome.MEDIATION, say("mediation.chat.dropped"), memory=kept(scene.memory, None))


async def _send(scene: Scene, value: str) -> Reply:
    application = application_of(scene.memory)
    if value != "yes" or application is None:
        return _dropped(scene)
    named = finding.read(application.other)
    asked = Asked(application.matter, named.name, named.where, named.phone)
    made = await applying.apply(asked, by=scene.viewer, place_id=scene.place_id)
    text = f"{say('mediation.chat.applied', number=made.number)}\n{say('mediation.chat.private')}"
    said = reply(scene, Outcome.MEDIATION, text, memory=kept(scene.memory, None))
    return _linked(said, made.id)


_DEEDS: Mapping[OfferKind, Callable[[Scene, str], Awaitable[Reply]]] = {
    OfferKind.MEDIATION: _opened,
    OfferKind.MEDIATION_CONSENT: _consent,
    OfferKind.MEDIATION_REFUSE: _asked_once_more,
    OfferKind.MEDIATION_REFUSE_SURE: _refuse,
    OfferKind.MEDIATION_CONFIRM: _shown,
    OfferKind.MEDIATION_SURE: _confirm,
    OfferKind.MEDIATION_OBJECT: _object,
    OfferKind.MEDIATION_SEND: _send,
    OfferKind.MEDIATION_KEPT: _say_kept,
    OfferKind.MEDIATION_BROKEN: _say_broken,
}
