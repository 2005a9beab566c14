"""Lines about things on boards: what one can begin beside a post, and what a post stands for."""

from __future__ import annotations

from bot.memory import Offer, OfferKind
from forum.deliberation.found import of_post
from forum.deliberation.words import stage_name
from forum.help import sight as wishes
from forum.items import views as items
from forum.kinds import BoardKind, Carries
from forum.sight import Found
from models.board import BoardName
from models.wording import say
from people.viewers import Viewer


def ways(kind: BoardKind) -> list[Offer]:
    """What one can begin on a board beside a post, and the list of what is still to be had there."""
    if kind.carries is Carries.ITEM:
        begin = Offer(say("item.chat.begin"), OfferKind.GIVE, "begin")
        return [begin, Offer(say("item.page.open"), OfferKind.ITEM, "market")]
    if kind.carries is Carries.WISH:
        begin = Offer(say("wish.chat.begin"), OfferKind.WISH, "begin")
        return [begin, Offer(say("wish.page.open"), OfferKind.WISH, "list")]
    if kind.key is BoardName.DELIBERATION:
        return [Offer(say("proposal.chat.to_list"), OfferKind.PROPOSAL, "list:")]
    return []


async def of(post: Found, *, viewer: Viewer) -> list[Offer]:
    """What a post stands for beside its words."""
    if post.kind.carries is Carries.ITEM and (item := await items.item_of(post.id, viewer=viewer)):
        return [Offer(say("item.chat.open", mark=item.mark), OfferKind.ITEM, f"show|{post.id}")]
    if post.kind.carries is Carries.WISH and (wish := await wishes.wish_of(post.id, viewer=viewer)):
        return [Offer(say("wish.chat.open", mark=wish.mark), OfferKind.WISH, f"show|{post.id}")]
    if post.kind.key is BoardName.DELIBERATION and (found := await of_post(post.id)):
        label = say("proposal.chat.open", number=found.number, stage=stage_name(found.stage))
        return [Offer(label, OfferKind.PROPOSAL, f"show:{found.id}")]
    return []
