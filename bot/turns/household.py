"""我家: who lives with me, who asks to be let in, who acts for whom; vouching, agreeing and ending by digits."""

from __future__ import annotations

from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from models.joining import ActingState, JoinState
from models.wording import say
from people import acting, households
from people.acting import ActingLine
from people.joining import asking, vouching
from people.joining.vouching import Knock
from people.permissions import may


async def take(scene: Scene) -> Reply | None:
    """The list, or one of its lines picked."""
    if scene.chosen is not None and scene.chosen.kind is OfferKind.HOUSEHOLD:
        return await _do(scene, scene.chosen)
    return await _show(scene) if says("household", scene.heard.normalised) else None


async def _show(scene: Scene) -> Reply:
    viewer = scene.viewer
    lives = viewer.person_id is not None and may(viewer, "household.read", None)
    lines = [line for home in (await households.my_homes(viewer=viewer) if lives else []) for line in _home(home)]
    knocks = await vouching.knocks(viewer=viewer) if lives else []
    acts = await acting.mine(viewer=viewer) if viewer.person_id is not None else []
    lines += [say("join.home.knock", name=one.name, relation=_relation(one), address=one.address) for one in knocks]
    lines += [_acting(one) for one in acts]
    own = await asking.own_requests(viewer=viewer, contact_id=scene.talk.contact_id)
    lines += [say("join.home.waiting", address=one.address) for one in own if one.state is JoinState.WAITING]
    offers = (*(_vouch(one) for one in knocks if not one.is_vouched), *(way for one in acts for way in _ways(one)))
    return reply(scene, Outcome.HOUSEHOLD, "\n".join(lines) or say("join.home.none"), offers=offers)


def _relation(one: Knock) -> str:
    return say(f"join.relation.{one.relation.value}")


def _home(home: households.MyHome) -> list[str]:
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
    if verb == "vouch":
        return await _vouched(scene, int(number))
    if verb == "agree":
        await acting.agree(int(number), by=scene.viewer)
        return reply(scene, Outcome.HOUSEHOLD, say("join.home.agreed"))
    await acting.end(int(number), by=scene.viewer)
    return reply(scene, Outcome.HOUSEHOLD, say("join.home.ended"))


async def _vouched(scene: Scene, request_id: int) -> Reply:
    knock = next((one for one in await vouching.knocks(viewer=scene.viewer) if one.id == request_id), None)
    if knock is None:
        return reply(scene, Outcome.HOUSEHOLD, say("join.home.gone"))
    is_in = await vouching.vouch(request_id, by=scene.viewer)
    key = "join.home.vouched" if is_in else "join.home.vouched_waits"
    return reply(scene, Outcome.HOUSEHOLD, say(key, name=knock.name))
