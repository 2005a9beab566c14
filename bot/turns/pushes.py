"""提醒设置: which kinds somebody wants to be told of unasked, and of which boards at all, switched by digits."""

from __future__ import annotations

from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from forum import muting
from forum.boards import kind_of
from models.wording import say
from people import pushes

BOARDS, BOARD = "boards", "board:"


async def take(scene: Scene) -> Reply | None:
    """List the kinds or the boards, or switch the one that was picked."""
    picked = scene.chosen
    if picked is None or picked.kind is not OfferKind.PUSH:
        return await _listed(scene, "") if says("pushes", scene.heard.normalised) else None
    if picked.value == BOARDS:
        return await _boards(scene, "")
    is_wanted = picked.page == 1
    if picked.value.startswith(BOARD):
        name = picked.value.removeprefix(BOARD)
        await muting.choose(name, by=scene.viewer, place_id=scene.place_id, is_wanted=is_wanted)
        return await _boards(scene, _done(kind_of(name).name, is_wanted=is_wanted))
    await pushes.choose(picked.value, by=scene.viewer, is_wanted=is_wanted)
    return await _listed(scene, _done(say(f"push.kind.{picked.value}"), is_wanted=is_wanted))


def _done(what: str, *, is_wanted: bool) -> str:
    return say("push.on" if is_wanted else "push.off", kind=what)


async def _listed(scene: Scene, before: str) -> Reply:
    found = await pushes.choices(viewer=scene.viewer)
    offered = [_offer(say(f"push.kind.{one.kind.value}"), one.kind.value, is_wanted=one.is_wanted) for one in found]
    if muting.has_boards(scene.viewer, scene.place_id):
        offered.append(Offer(say("push.by_board"), OfferKind.PUSH, BOARDS))
    return _told(scene, offered, head=say("push.choices"), before=before)


async def _boards(scene: Scene, before: str) -> Reply:
    found = await muting.choices(viewer=scene.viewer, place_id=scene.place_id)
    offered = [
        _offer(one.board.kind.name, f"{BOARD}{one.board.kind.key.value}", is_wanted=one.is_wanted) for one in found
    ]
    return _told(scene, offered, head=say("push.boards"), before=before)


def _offer(what: str, value: str, *, is_wanted: bool) -> Offer:
    label = say("push.switch_off" if is_wanted else "push.switch_on", kind=what)
    return Offer(label, OfferKind.PUSH, value, page=0 if is_wanted else 1)


def _told(scene: Scene, offered: list[Offer], *, head: str, before: str) -> Reply:
    text = "\n".join(part for part in (before, head) if part)
    return reply(scene, Outcome.ACCOUNT, text, offers=tuple(offered))
