"""服务: the directory by digits, whether somebody is open now, and complaining with the next message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot import handing
from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, just_asked, reply
from bot.words import says
from courier.letters import Link
from forum.services import complaints, directory
from forum.services.directory import ProviderLine
from models.errors import Invalid, TooMany
from models.provider import ProviderKind
from models.transaction import savepoint
from models.wording import say, say_refusal
from people.permissions import may

MOST = 9


async def take(scene: Scene) -> Reply | None:
    """找服务; what was picked of it; or the words one was asked for."""
    chosen = scene.chosen
    if chosen is not None:
        deed = _DEEDS.get(chosen.kind)
        return await deed(scene, chosen.value) if deed is not None else None
    if (number := _asked_to_complain(scene)) is not None:
        return await _complain(scene, number)
    return await _known(scene) or await _kinds(scene) if says("services", scene.heard.normalised) else None


def _asked_to_complain(scene: Scene) -> str | None:
    """Of whom was asked just now, where this message is words long enough; a wish for a person is none."""
    waits = next((one for one in scene.memory.offered if one.kind is OfferKind.COMPLAINING), None)
    if waits is None or scene.bare or len(scene.original) < complaints.SHORTEST:
        return None
    return waits.value if just_asked(scene) and not handing.wants_person(scene) else None


async def _known(scene: Scene) -> Reply | None:
    """The directory is for those who live or work here."""
    is_known = scene.viewer.person_id is not None and may(scene.viewer, "board.read", scene.place_id)
    return None if is_known else reply(scene, Outcome.SERVICES, say("provider.chat.join_first"))


async def _kinds(scene: Scene) -> Reply:
    found = await directory.providers(viewer=scene.viewer, place_id=scene.place_id)
    there = [kind for kind in ProviderKind if any(one.kind is kind for one in found)]
    offers = tuple(Offer(say(f"provider.kind.{kind.value}"), OfferKind.SERVICES, kind.value) for kind in there)
    return _linked(
        reply(scene, Outcome.SERVICES, say("provider.chat.which" if offers else "provider.chat.none"), offers=offers),
        "/providers",
    )


async def _list(scene: Scene, kind: str) -> Reply:
    found = await directory.providers(viewer=scene.viewer, place_id=scene.place_id, kind=kind)
    offers = tuple(Offer(_label(one), OfferKind.PROVIDER, str(one.id)) for one in found[:MOST])
    text = say("provider.chat.list", kind=say(f"provider.kind.{kind}"))
    return _linked(reply(scene, Outcome.SERVICES, text, offers=offers), f"/providers?kind={kind}")


def _label(line: ProviderLine) -> str:
    mark = _mark(line)
    return say("provider.chat.line", name=line.name, mark=mark) if mark else line.name


def _mark(line: ProviderLine) -> str:
    if line.is_suspended:
        return say("provider.state.suspended")
    if line.is_open is None:
        return ""
    return say("provider.open_now" if line.is_open else "provider.closed_now")


async def _show(scene: Scene, number: str) -> Reply:
    found = await directory.provider(int(number), viewer=scene.viewer)
    back = Offer(say("provider.chat.back"), OfferKind.SERVICES, found.kind.value)
    offers = (back,)
    if may(scene.viewer, "complaint.make", scene.place_id):
        offers = (Offer(say("provider.chat.complain"), OfferKind.COMPLAIN, number), back)
    return _linked(reply(scene, Outcome.SERVICES, "\n".join(_told(found)), offers=offers), f"/providers/{number}")


def _told(found: ProviderLine) -> list[str]:
    lines = [_label(found), found.about]
    if found.is_suspended:
        lines.append(found.state_reason)
    if found.hours:
        days = "、".join(say(f"provider.weekday.{day}") for day in found.weekdays)
        lines.append(say("provider.chat.hours", days=say("provider.weekdays", days=days), hours=found.hours))
    lines += [
        say(f"provider.chat.{name}", words=words)
        for name, words in (("venue", found.venue), ("phone", found.phone), ("fees", found.fees))
        if words
    ]
    return [line for line in lines if line]


async def _ask(scene: Scene, number: str) -> Reply:
    return _asking(scene, number, say("provider.chat.ask"))


def _asking(scene: Scene, number: str, text: str) -> Reply:
    offers = (Offer(say("provider.chat.give_up"), OfferKind.COMPLAINING, number),)
    return reply(scene, Outcome.SERVICES, text, offers=offers)


async def _give_up(scene: Scene, _number: str) -> Reply:
    return reply(scene, Outcome.SERVICES, say("provider.chat.given_up"))


async def _complain(scene: Scene, number: str) -> Reply:
    try:
        async with savepoint():
            await complaints.complain(int(number), by=scene.viewer, text=scene.original)
    except (Invalid, TooMany) as refusal:
        return _asking(scene, number, say_refusal(refusal))
    return _linked(reply(scene, Outcome.SERVICES, say("provider.chat.complained")), "/providers/complaints/own")


def _linked(told: Reply, path: str) -> Reply:
    assert told.letter is not None
    return replace(told, letter=replace(told.letter, links=(Link(say("board.tell.link"), path),)))


_DEEDS: Mapping[OfferKind, Callable[[Scene, str], Awaitable[Reply]]] = {
    OfferKind.SERVICES: _list,
    OfferKind.PROVIDER: _show,
    OfferKind.COMPLAIN: _ask,
    OfferKind.COMPLAINING: _give_up,
}
