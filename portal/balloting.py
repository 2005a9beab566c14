"""What a ballot form says, wherever it is filled in."""

from __future__ import annotations

from forum.votes.showing import VoteCard
from models.ballot import VoteMethod
from portal.forms import Sent, whole


def points_of(card: VoteCard, sent: Sent) -> dict[int, int]:
    """What a ballot form says: one field of a choice, or one of points for each option."""
    if card.form.method is VoteMethod.SCORE:
        given = {one.position: sent.text(f"points-{one.position}") for one in card.form.options}
        return {at: whole(text) for at, text in given.items() if text}
    return {whole(one): 1 for one in sent.texts("choice") if one}
