"""The ballot form of a vote, as it stands in the database."""

from __future__ import annotations

from forum.votes.methods import Form, Option
from models.ballot import VoteMethod
from models.errors import NotFound
from models.transaction import fetch_by_key

_FORM = (
    "SELECT v.method, v.most_choices, v.budget_fen, o.position, o.text, o.cost_fen FROM vote v"
    " LEFT JOIN vote_option o ON o.vote_id=v.id WHERE v.id=$1 ORDER BY o.position"
)


async def form_of(vote_id: int) -> Form:
    """What its ballots offer."""
    rows = await fetch_by_key(_FORM, vote_id)
    if not rows:
        raise NotFound("vote.not_found")
    options = tuple(Option(one["position"], one["text"], one["cost_fen"]) for one in rows if one["position"])
    return Form(VoteMethod(rows[0]["method"]), options, rows[0]["most_choices"], rows[0]["budget_fen"])
