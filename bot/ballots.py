"""A named ballot filled in by digits: what was chosen so far stands in the offered lines and is kept nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.memory import Offer, OfferKind
from forum.property.sums import yuan
from forum.votes import methods, showing
from forum.votes.methods import MOST_POINTS, Form, Option
from models.ballot import VoteMethod
from models.wording import say

FILL, SURE, CAST = "fill", "sure", "cast"
_AT_ONCE = (VoteMethod.YES_NO, VoteMethod.ONE)


@dataclass(frozen=True, slots=True)
class Slip:
    """The ballot of one line of the roll; ``given``: of how many options points were said."""

    vote_id: int
    voter_id: int
    points: Mapping[int, int]
    given: int = 0

    def __str__(self) -> str:
        chosen = ",".join(f"{at}={points}" for at, points in self.points.items())
        return f"{self.vote_id}:{self.voter_id}:{self.given}:{chosen}"

    def with_points(self, position: int, points: int) -> Slip:
        """The same with so many for an option."""
        return replace(self, points={**self.points, position: points}, given=self.given + 1)

    def turned(self, position: int) -> Slip:
        """The same with an option chosen that was not, or the other way round."""
        return self.with_points(position, 0 if self.points.get(position) else 1)


def slip_of(value: str) -> Slip:
    """What ``str`` wrote."""
    vote_id, voter_id, given, chosen = value.split(":")
    pairs = (one.partition("=") for one in chosen.split(",") if one)
    return Slip(int(vote_id), int(voter_id), {int(at): int(points) for at, _, points in pairs}, int(given))


def empty(vote_id: int, voter_id: int) -> Slip:
    """Nothing chosen yet."""
    return Slip(vote_id, voter_id, {})


def is_whole(form: Form, slip: Slip) -> bool:
    """Whether points were said of every option, where they are asked for one after the other."""
    return form.method is VoteMethod.SCORE and slip.given >= len(form.options)


def words(form: Form, slip: Slip) -> str:
    """What is chosen, in words; Invalid where the form does not take it."""
    return showing.said(form, methods.written(methods.checked(form, slip.points))) or say("vote.chat.nothing")


def question(form: Form, slip: Slip) -> str:
    """What is asked for next."""
    if form.method is VoteMethod.SCORE:
        return say("vote.chat.ask.score", option=form.options[slip.given].text, most=MOST_POINTS)
    if form.method is VoteMethod.BUDGET:
        spent = sum(one.cost_fen or 0 for one in form.options if slip.points.get(one.position))
        return say("vote.chat.ask.budget", budget=yuan(form.budget_fen or 0), spent=yuan(spent))
    return say(f"vote.chat.ask.{form.method.value}", most=form.most_choices or 1)


def lines(form: Form, slip: Slip) -> tuple[Offer, ...]:
    """What can be picked now."""
    if form.method is VoteMethod.SCORE:
        position = form.options[slip.given].position
        return tuple(
            _offer(say("vote.chat.points", points=points), FILL, slip.with_points(position, points))
            for points in range(MOST_POINTS, -1, -1)
        )
    if form.method in _AT_ONCE:
        chosen = [_offer(one.text, SURE, replace(slip, points={one.position: 1})) for one in form.options]
        none = [_offer(say("vote.chat.none"), SURE, replace(slip, points={}))]
        return tuple(chosen if form.method is VoteMethod.YES_NO else [*chosen, *none])
    turned = [_offer(_option(one, slip), FILL, slip.turned(one.position)) for one in form.options]
    return (*turned, _offer(say("vote.chat.ready"), SURE, slip))


def _option(one: Option, slip: Slip) -> str:
    text = one.text if one.cost_fen is None else say("vote.chat.costs", text=one.text, yuan=yuan(one.cost_fen))
    return say("vote.chat.picked", text=text) if slip.points.get(one.position) else text


def _offer(label: str, verb: str, slip: Slip) -> Offer:
    return Offer(label, OfferKind.VOTE, f"{verb}:{slip}")


def sure(slip: Slip) -> tuple[Offer, ...]:
    """The last step: cast it as it is, or begin anew."""
    anew = empty(slip.vote_id, slip.voter_id)
    return _offer(say("vote.chat.sure"), CAST, slip), _offer(say("vote.chat.anew"), FILL, anew)
