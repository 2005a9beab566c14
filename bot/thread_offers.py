"""What one can do with a thread at a press, as it stands below it in a chat."""

from __future__ import annotations

from bot.memory import Offer, OfferKind
from forum.feeds import PostLine
from forum.sight import Found
from forum.threads import Thread
from models.thread import ReactionKind
from models.wording import say

ON, OFF = "on", "off"


def title(line: PostLine) -> str:
    """A post's title as it may stand in a chat, which can be read at the desk: of a private question nothing."""
    return say("board.tell.private") if is_question(line) else line.title


def is_question(post: PostLine | Found) -> bool:
    """Whether it was asked in private; a notice for some alone is none."""
    return post.is_private and post.kind.has_private


def below(found: Thread) -> tuple[Offer, ...]:
    """Thanking, following, reporting; taking one's own away; for staff, making a case of it. Below a notice nothing of
    that stands in the way."""
    if found.notice is not None:
        return ()
    number = str(found.post.id)
    offers = [*_thank(found, number), _follow(found, number)]
    if found.is_own:
        offers += [Offer(say("board.chat.delete"), OfferKind.POST_DELETE, number)] if found.may.delete else []
    elif not found.post.is_private:
        offers.append(Offer(say("board.chat.flag"), OfferKind.FLAG, number))
    if found.may.make_case:
        offers.append(Offer(say("board.chat.to_case"), OfferKind.POST_CASE, number))
    return tuple(offers)


def _thank(found: Thread, number: str) -> list[Offer]:
    if not found.may.react or ReactionKind.THANK in found.reactions:
        return []
    return [Offer(say("board.chat.thank"), OfferKind.POST_THANK, number)]


def _follow(found: Thread, number: str) -> Offer:
    if found.follows:
        return Offer(say("board.chat.unfollow"), OfferKind.POST_FOLLOW, f"{OFF}:{number}")
    return Offer(say("board.chat.follow"), OfferKind.POST_FOLLOW, f"{ON}:{number}")
