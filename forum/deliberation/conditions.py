"""What must hold before a proposal goes from one stage to another, and what is written with that: functions by the
names that stand in ``stages``.

A module that has a condition of its own writes its name into the row of ``stages.MOVES``, puts ``@condition(name)`` on
the function that refuses, and stands in ``MODULES``. All of them are asked under the proposal's row, in the transaction
of the move.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from functools import lru_cache
from importlib import import_module

from forum.deliberation.found import Standing
from models import clock
from models.errors import Refusal, WrongState
from models.transaction import Row, fetch_one

MODULES: tuple[str, ...] = ("forum.meetings.on_record", "forum.promises.conditions")
"""Other modules that have conditions: ``forum.deliberation.objections`` and the like."""

Condition = Callable[[Standing], Awaitable[None]]
_CONDITIONS: dict[str, Condition] = {}
_EFFECTS: dict[str, Condition] = {}


def condition(name: str) -> Callable[[Condition], Condition]:
    """Let a function stand under a name of the table: it raises a refusal where the proposal may not go on."""

    def put(check: Condition) -> Condition:
        _CONDITIONS[name] = check
        return check

    return put


def effect(name: str) -> Callable[[Condition], Condition]:
    """Let a function stand under a name of the table: it writes what goes with a move, in the move's transaction."""

    def put(write: Condition) -> Condition:
        _EFFECTS[name] = write
        return write

    return put


@lru_cache(maxsize=1)
def registered() -> dict[str, Condition]:
    """Every condition by its name, with those of ``MODULES``."""
    for module in MODULES:
        import_module(module)
    return _CONDITIONS


async def take_effect(names: tuple[str, ...], proposal: Standing) -> None:
    """Write what goes with a move of a proposal; a name that nobody knows is an error."""
    registered()
    for name in names:
        await _EFFECTS[name](proposal)


async def must_hold(names: tuple[str, ...], proposal: Standing) -> None:
    """Ask each; the first that does not hold refuses. A name that nobody knows is an error and no leave to go on."""
    for name in names:
        await registered()[name](proposal)


async def unmet(names: tuple[str, ...], proposal: Standing) -> Refusal | None:
    """What stands in the way now, for who wants to know before they try; None where everything holds."""
    try:
        await must_hold(names, proposal)
    except Refusal as refusal:
        return refusal
    return None


@condition("support_reached")
async def support_reached(proposal: Standing) -> None:
    """As many households support it as must."""
    if proposal.support_count < proposal.support_needed:
        missing = proposal.support_needed - proposal.support_count
        raise WrongState("proposal.support_missing", number=proposal.number, missing=missing)


@condition("support_overdue")
async def support_overdue(proposal: Standing) -> None:
    """The time is over, and too few support it."""
    is_over = proposal.due_at is not None and proposal.due_at <= clock.now()
    if not is_over or proposal.support_count >= proposal.support_needed:
        raise WrongState("proposal.support_runs", number=proposal.number)


_VOTE = (
    "SELECT id, state, sheet FROM vote WHERE post_id=$1 AND opened_at IS NOT NULL ORDER BY opened_at DESC, id DESC"
    " LIMIT 1"
)


async def vote_of(post_id: int) -> Row | None:
    """The vote on a proposal that was opened last: its ``id``, ``state`` and ``sheet``."""
    return await fetch_one(_VOTE, post_id)


def passes(sheet: str) -> bool:
    """Whether a counted vote came out for what was proposed."""
    return bool(json.loads(sheet)["result"]["passes"])


@condition("vote_open")
async def vote_open(proposal: Standing) -> None:
    """A vote on it is open."""
    vote = await vote_of(proposal.post_id)
    if vote is None or vote["state"] != "open":
        raise WrongState("proposal.no_vote", number=proposal.number)


@condition("vote_passed")
async def vote_passed(proposal: Standing) -> None:
    """The vote was counted and passed."""
    vote = await vote_of(proposal.post_id)
    if vote is None or vote["state"] != "counted" or not passes(vote["sheet"]):
        raise WrongState("proposal.vote_not_passed", number=proposal.number)


@condition("vote_failed")
async def vote_failed(proposal: Standing) -> None:
    """The vote was counted and did not pass."""
    vote = await vote_of(proposal.post_id)
    if vote is None or vote["state"] != "counted" or passes(vote["sheet"]):
        raise WrongState("proposal.vote_not_failed", number=proposal.number)


@condition("vote_void")
async def vote_void(proposal: Standing) -> None:
    """The vote was declared void."""
    vote = await vote_of(proposal.post_id)
    if vote is None or vote["state"] != "void":
        raise WrongState("proposal.vote_not_void", number=proposal.number)
