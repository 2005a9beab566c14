"""公告: saying 收到 to an emergency, by its digit or in words, and 已读 to the newest notice one was told of."""

from __future__ import annotations

from bot.memory import OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from forum.notices import receipts
from models.wording import say


async def take(scene: Scene) -> Reply | None:
    """收到, 已读; nothing where there is no notice that waits for it."""
    chosen = scene.chosen
    if chosen is not None:
        return await _received(scene, int(chosen.value)) if chosen.kind is OfferKind.NOTICE_RECEIVED else None
    if scene.viewer.person_id is None:
        return None
    if says("received", scene.heard.normalised):
        waits = await receipts.newest_to_acknowledge(viewer=scene.viewer)
        return await _received(scene, waits) if waits is not None else None
    return await _read(scene) if says("have_read", scene.heard.normalised) else None


async def _received(scene: Scene, notice_id: int) -> Reply:
    known = await receipts.acknowledge(notice_id, by=scene.viewer)
    if known.cleared_at is not None:
        return reply(scene, Outcome.BOARD, say("notice.chat.over", title=known.title, words=known.all_clear))
    return reply(scene, Outcome.BOARD, say("notice.chat.thanks", title=known.title))


async def _read(scene: Scene) -> Reply:
    """The newest that was told; one that is urgent is answered as with 收到."""
    newest = await receipts.newest_told(viewer=scene.viewer)
    if newest is None:
        return reply(scene, Outcome.BOARD, say("notice.chat.nothing"))
    if newest.asks:
        return await _received(scene, newest.id)
    await receipts.mark_read(newest.post_id, by=scene.viewer)
    return reply(scene, Outcome.BOARD, say("notice.chat.read", title=newest.title))
