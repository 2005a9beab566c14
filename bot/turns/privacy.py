"""Somebody asks what is kept about them, or wants their account to go, and is asked once if they are sure."""

from __future__ import annotations

from bot.memory import FORGET_TOPIC_MS, Memory, Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from casework.privacy import kept, leaving
from casework.privacy.kept import Kept
from models import clock
from models.clock import local
from models.wording import say


async def take(scene: Scene) -> Reply | None:
    """我的信息, 注销账号."""
    picked = scene.chosen.kind if scene.chosen else None
    if picked is OfferKind.STAY:
        return reply(scene, Outcome.STOP, say("privacy.stayed"))
    if picked is OfferKind.LEAVE and _was_just_asked(scene):
        return await _leave(scene)
    if picked is OfferKind.LEAVE or says("leave", scene.heard.normalised):
        return await _ask(scene)
    return await _tell(scene) if says("my_data", scene.heard.normalised) else None


def _was_just_asked(scene: Scene) -> bool:
    """A digit typed hours later may mean something else."""
    return clock.now_ms() - scene.memory.spoken_ms <= FORGET_TOPIC_MS


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
    return reply(scene, Outcome.MY_DATA, _words(await kept.kept(viewer=scene.viewer)))


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
