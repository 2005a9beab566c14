"""Somebody asks what is kept about them, who looked, or wants their account to go, and is asked if they are sure."""

from __future__ import annotations

from bot.memory import Memory, Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, just_asked, reply
from bot.words import says
from casework.privacy import kept, leaving
from casework.privacy.kept import Kept
from casework.privacy.looks import LookKept
from models.clock import local
from models.wording import knows, say

MOST_LOOKS = 10
"""As many lines stand in one message; all of them are on the page."""


async def take(scene: Scene) -> Reply | None:
    """我的信息, 谁看过, 注销账号."""
    picked = scene.chosen.kind if scene.chosen else None
    if picked is OfferKind.STAY:
        return reply(scene, Outcome.STOP, say("privacy.stayed"))
    if picked is OfferKind.LEAVE and just_asked(scene):
        return await _leave(scene)
    if picked is OfferKind.LEAVE or says("leave", scene.heard.normalised):
        return await _ask(scene)
    if picked is OfferKind.LOOKS or says("looks", scene.heard.normalised):
        return await _tell_looks(scene)
    return await _tell(scene) if says("my_data", scene.heard.normalised) else None


async def _leave(scene: Scene) -> Reply:
    await leaving.delete_account(by=scene.viewer)
    return reply(scene, Outcome.LEFT, say("privacy.done"), memory=Memory())


async def _ask(scene: Scene) -> Reply:
    if scene.viewer.person_id is None:
        return reply(scene, Outcome.MY_DATA, say("privacy.guest"))
    await leaving.must_be_able_to_leave(viewer=scene.viewer)
    sure = (Offer(say("choice.leave"), OfferKind.LEAVE), Offer(say("choice.stay"), OfferKind.STAY))
    return reply(scene, Outcome.CHOICES, say("privacy.sure"), offers=sure)


async def _tell(scene: Scene) -> Reply:
    if scene.viewer.person_id is None:
        return reply(scene, Outcome.MY_DATA, say("privacy.guest"))
    found = await kept.kept(viewer=scene.viewer)
    offers = (Offer(say("privacy.looks_offer"), OfferKind.LOOKS),) if found.looks else ()
    return reply(scene, Outcome.MY_DATA, _words(found), offers=offers)


async def _tell_looks(scene: Scene) -> Reply:
    """谁看过."""
    if scene.viewer.person_id is None:
        return reply(scene, Outcome.MY_DATA, say("privacy.guest"))
    looks = (await kept.kept(viewer=scene.viewer)).looks
    if not looks:
        return reply(scene, Outcome.MY_DATA, say("privacy.nobody_looked"))
    rest = [say("privacy.more_looks", count=len(looks) - MOST_LOOKS)] if len(looks) > MOST_LOOKS else []
    lines = [say("privacy.head_looks", count=len(looks)), *map(_look, looks[:MOST_LOOKS]), *rest]
    return reply(scene, Outcome.MY_DATA, "\n".join(lines))


def _look(one: LookKept) -> str:
    role = f"staff.role.{one.role}"
    purpose = f"records.purpose.{one.purpose}"
    return say(
        "privacy.look",
        at=local(one.at),
        by=one.by or say("privacy.somebody_gone"),
        role=say("privacy.look_role", role=say(role)) if knows(role) else "",
        what=say(f"privacy.what.{one.what}"),
        purpose=say("privacy.look_purpose", purpose=say(purpose)) if knows(purpose) else "",
    )


def _words(found: Kept) -> str:
    last = found.looks[0] if found.looks else None
    return say(
        "privacy.kept",
        name=found.name,
        shown_name=found.shown_name,
        phone=found.phone or say("privacy.none"),
        id_number=found.id_number or say("privacy.none"),
        homes=len(found.homes),
        tags=len(found.tags),
        chats=len(found.chats),
        questions=len(found.questions),
        services=len(found.services),
        looks=len(found.looks),
        last=say("privacy.last_look", by=last.by, at=local(last.at)) if last else "",
    ).strip()
