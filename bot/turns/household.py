"""我家: who lives with me, who asks to be let in, who acts for whom; vouching, agreeing, moving out by digits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Set
from types import MappingProxyType

from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, just_asked, reply
from bot.words import says
from models.joining import ActingState, JoinState
from models.wording import say
from people import acting, households
from people.acting import ActingLine
from people.households import Member, MyHome
from people.joining import asking, vouching
from people.joining.vouching import Knock
from people.permissions import may


async def take(scene: Scene) -> Reply | None:
    """The list, or one of its lines picked."""
    if scene.chosen is not None and scene.chosen.kind is OfferKind.HOUSEHOLD:
        return await _do(scene, scene.chosen)
    return await _show(scene) if says("household", scene.heard.normalised) else None


async def _show(scene: Scene) -> Reply:
    viewer, lives = scene.viewer, _lives(scene)
    homes = await households.my_homes(viewer=viewer) if lives else []
    lines = [line for home in homes for line in _home(home)]
    knocks = await vouching.knocks(viewer=viewer) if lives else []
    acts = await acting.mine(viewer=viewer) if viewer.person_id is not None else []
    lines += [say("join.home.knock", name=one.name, relation=_relation(one), address=one.address) for one in knocks]
    lines += [_acting(one) for one in acts]
    own = await asking.own_requests(viewer=viewer, contact_id=scene.talk.contact_id)
    lines += [say("join.home.waiting", address=one.address) for one in own if one.state is JoinState.WAITING]
    offers = (*(_vouch(one) for one in knocks if not one.is_vouched), *(way for one in acts for way in _ways(one)))
    offers += (Offer(say("join.home.more"), OfferKind.HOUSEHOLD, "more"),) if homes else ()
    return reply(scene, Outcome.HOUSEHOLD, "\n".join(lines) or say("join.home.none"), offers=offers)


def _lives(scene: Scene) -> bool:
    return scene.viewer.person_id is not None and may(scene.viewer, "household.read", None)


def _relation(one: Knock) -> str:
    return say(f"join.relation.{one.relation.value}")


def _home(home: MyHome) -> list[str]:
    members = [
        say(
            "join.home.member_self" if one.is_self else "join.home.member",
            name=one.shown_name,
            relation=say(f"join.relation.{one.relation.value}"),
        )
        for one in home.members
    ]
    return [say("join.home.title", address=home.address, place=home.place), *members]


def _acting(one: ActingLine) -> str:
    if one.is_helper:
        return say("join.home.acts_for", elder=one.elder)
    is_new = one.state is ActingState.PROPOSED
    return say("join.home.wants_to_act" if is_new else "join.home.acted_by", helper=one.helper)


def _vouch(one: Knock) -> Offer:
    return Offer(say("join.home.vouch", name=one.name), OfferKind.HOUSEHOLD, f"vouch:{one.id}")


def _ways(one: ActingLine) -> tuple[Offer, ...]:
    key = "end_helping" if one.is_helper else "end_helped"
    end = Offer(say(f"join.home.{key}", elder=one.elder, helper=one.helper), OfferKind.HOUSEHOLD, f"end:{one.id}")
    if one.is_helper or one.state is not ActingState.PROPOSED:
        return (end,)
    return Offer(say("join.home.agree", helper=one.helper), OfferKind.HOUSEHOLD, f"agree:{one.id}"), end


async def _do(scene: Scene, offer: Offer) -> Reply:
    verb, _, number = offer.value.partition(":")
    if verb == "more":
        return await _more(scene)
    if verb == "vouch":
        return await _vouched(scene, int(number))
    if verb == "leave" or (verb == "leave_sure" and not just_asked(scene)):
        return await _ask_leaving(scene, int(number))
    if verb in _DEEDS:
        await _DEEDS[verb](int(number), by=scene.viewer)
    return reply(scene, Outcome.HOUSEHOLD, say(_SAID.get(verb, "join.home.stayed")))


_DEEDS: Mapping[str, Callable[..., Awaitable[object]]] = MappingProxyType(
    {
        "agree": acting.agree,
        "end": acting.end,
        "propose": acting.propose,
        "report": households.report,
        "leave_sure": households.leave,
    }
)
"""What a picked line does, by the number in it."""
_SAID: Mapping[str, str] = MappingProxyType(
    {
        "agree": "join.home.agreed",
        "end": "join.home.ended",
        "propose": "join.home.proposed",
        "report": "join.home.reported",
        "leave_sure": "join.home.left",
    }
)


async def _more(scene: Scene) -> Reply:
    """Who moved out, and whom one would act for."""
    homes = await households.my_homes(viewer=scene.viewer) if _lives(scene) else []
    acts = await acting.mine(viewer=scene.viewer) if homes else []
    helped = {one.elder_id for one in acts if one.is_helper}
    offers = [way for home in homes for one in home.members for way in _changes(one, home, helped)]
    text = say("join.home.what_changed" if offers else "join.home.none")
    return reply(scene, Outcome.HOUSEHOLD, text, offers=tuple(offers))


def _changes(one: Member, home: MyHome, helped: Set[int]) -> Iterator[Offer]:
    if one.is_self:
        yield Offer(say("join.home.leave", address=home.address), OfferKind.HOUSEHOLD, f"leave:{one.residence_id}")
    elif not one.is_leaving:
        yield Offer(say("join.home.report", name=one.shown_name), OfferKind.HOUSEHOLD, f"report:{one.residence_id}")
        if one.person_id not in helped:
            value = f"propose:{one.residence_id}"
            yield Offer(say("join.home.propose", name=one.shown_name), OfferKind.HOUSEHOLD, value)


async def _ask_leaving(scene: Scene, residence_id: int) -> Reply:
    """我搬走了 ends rights the same day, so it is asked once more."""
    offers = (
        Offer(say("join.home.leave_sure"), OfferKind.HOUSEHOLD, f"leave_sure:{residence_id}"),
        Offer(say("join.home.stay"), OfferKind.HOUSEHOLD, "stay"),
    )
    return reply(scene, Outcome.CHOICES, say("join.home.whether_left"), offers=offers)


async def _vouched(scene: Scene, request_id: int) -> Reply:
    knock = next((one for one in await vouching.knocks(viewer=scene.viewer) if one.id == request_id), None)
    if knock is None:
        return reply(scene, Outcome.HOUSEHOLD, say("join.home.gone"))
    is_in = await vouching.vouch(request_id, by=scene.viewer)
    key = "join.home.vouched" if is_in else "join.home.vouched_waits"
    return reply(scene, Outcome.HOUSEHOLD, say(key, name=knock.name))
