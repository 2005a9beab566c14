"""加入申请 for staff in their chats: what waits to be verified, one of it, a digit that lets them in or says why not.
What needs a look at papers, a home that is in no list or words of one's own is on the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, just_asked, reply
from bot.words import says
from courier.letters import Link
from models.errors import Invalid, Taken, WrongState
from models.joining import JoinState
from models.transaction import savepoint
from models.wording import say, say_moment, say_refusal
from people.joining import deciding, queue
from people.joining.matching import Match
from people.joining.queue import JoinLine
from people.joining.states import REASONS
from people.permissions import may

MOST, MOST_MATCHES = 6, 4
_UNSAID = ""
"""Nobody known may be meant: who it is need not be said."""


async def take(scene: Scene) -> Reply | None:
    """加入申请, and what was picked of it."""
    chosen = scene.chosen
    if chosen is not None:
        return await _done(scene, chosen.value) if chosen.kind is OfferKind.JOINS else None
    is_asked = says("join_requests", scene.heard.normalised) and may(scene.viewer, "join.read", scene.place_id)
    return await _list(scene) if is_asked else None


async def _done(scene: Scene, value: str) -> Reply:
    """What an offered line does; why it cannot be done is said above what waits."""
    verb, *given = value.split(":")
    try:
        async with savepoint():
            return await _DEEDS[verb](scene, given)
    except (Taken, Invalid, WrongState) as refusal:
        return await _list(scene, above=say_refusal(refusal))


async def _list(scene: Scene, _given: Sequence[str] = (), *, above: str = "") -> Reply:
    """What waits, the oldest first."""
    viewer, place_id = scene.viewer, scene.place_id
    lines = await queue.waiting(viewer=viewer, place_id=place_id, limit=MOST)
    count = await queue.count(viewer=viewer, place_id=place_id)
    offers = tuple(_offer("label", "one", line.id, name=line.name, address=line.address) for line in lines)
    text = say("join.desk.list" if lines else "join.desk.none", count=count)
    return _linked(scene, "\n".join([above, text] if above else [text]), offers)


def _offer(key: str, verb: str, *given: object, **facts: object) -> Offer:
    return Offer(say(f"join.desk.{key}", **facts), OfferKind.JOINS, ":".join(map(str, (verb, *given))))


async def _one(scene: Scene, given: Sequence[str]) -> Reply:
    line = await _waiting(scene, given[0])
    found = (await queue.matches_for([line], viewer=scene.viewer, place_id=line.place_id))[line.id]
    return _linked(scene, _words(line, found), (*_ways_in(line, found), *_ways_out(line)))


async def _waiting(scene: Scene, number: str) -> JoinLine:
    line = await queue.one(int(number), viewer=scene.viewer)
    if line.state is not JoinState.WAITING:
        raise Taken("join.decided_already")
    return line


def _words(line: JoinLine, found: Sequence[Match]) -> str:
    head = say(
        "join.desk.one",
        name=line.name,
        address=line.address,
        relation=say(f"join.relation.{line.relation.value}"),
        phone=line.phone or say("join.ask.no_phone"),
        at=say_moment(line.asked_at),
    )
    helper = say("join.desk.helper", helper=line.helper_name) if line.helper_name else ""
    return "\n".join(part for part in (head, helper, _doubt(line, found)) if part)


def _doubt(line: JoinLine, found: Sequence[Match]) -> str:
    """What has to be looked at first."""
    if line.home_id is None:
        return say("join.desk.no_home")
    if line.is_other_name:
        return say("join.desk.other_name", asker=line.asker)
    return say("join.desk.who" if found else "join.desk.nobody")


def _ways_in(line: JoinLine, found: Sequence[Match]) -> tuple[Offer, ...]:
    """Letting them in as who they are; none where only the page can."""
    if line.home_id is None or line.is_other_name:
        return ()
    at = line.id, line.version
    if not found:
        return (_offer("yes", "yes", *at, _UNSAID),)
    known = [
        _offer("same", "yes", *at, one.person_id, name=one.name, address=one.address, phone=one.phone)
        for one in found[:MOST_MATCHES]
    ]
    return (*known, _offer("new", "yes", *at, deciding.NEW))


def _ways_out(line: JoinLine) -> tuple[Offer, ...]:
    return _offer("no", "no", line.id, line.version), _offer("back", "list")


async def _approve(scene: Scene, given: Sequence[str]) -> Reply:
    """通过; a digit typed long after may have meant something else."""
    number, version, person = given
    if not just_asked(scene):
        return await _one(scene, given)
    line = await _waiting(scene, number)
    person_id = int(person) if person != _UNSAID else None
    await deciding.approve(line.id, by=scene.viewer, version=int(version), person_id=person_id)
    return await _list(scene, above=say("join.desk.approved", name=line.name, address=line.address))


async def _why(scene: Scene, given: Sequence[str]) -> Reply:
    """Which reason; one of one's own is written on the page."""
    line = await _waiting(scene, given[0])
    reasons = [one for one in REASONS if one != "other"]
    offers = [
        Offer(say(f"join.reason.{one}"), OfferKind.JOINS, f"refuse:{line.id}:{line.version}:{one}") for one in reasons
    ]
    return _linked(scene, say("join.desk.why", name=line.name), (*offers, _offer("back", "list")))


async def _refuse(scene: Scene, given: Sequence[str]) -> Reply:
    """不通过."""
    number, version, reason = given
    if not just_asked(scene):
        return await _one(scene, given)
    line = await _waiting(scene, number)
    await deciding.refuse(line.id, by=scene.viewer, version=int(version), reason=reason, is_in=False)
    return await _list(scene, above=say("join.desk.refused", name=line.name, reason=say(f"join.reason.{reason}")))


def _linked(scene: Scene, text: str, offers: tuple[Offer, ...]) -> Reply:
    told = reply(scene, Outcome.JOINS, text, offers=offers)
    assert told.letter is not None
    return replace(told, letter=replace(told.letter, links=(Link(say("join.desk.link"), "/joins"),)))


_DEEDS: Mapping[str, Callable[[Scene, Sequence[str]], Awaitable[Reply]]] = {
    "list": _list,
    "one": _one,
    "yes": _approve,
    "no": _why,
    "refuse": _refuse,
}
