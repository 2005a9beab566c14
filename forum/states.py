"""Where a post or reply may stand, what that means, and which verb leads where: one table, no ``if`` on states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models.board import BoardName
from models.errors import Taken, WrongState
from models.post import PostState, Thing
from models.transaction import fetch_one
from people import aside, pushes

PUBLISHED, LOCKED, HELD = PostState.PUBLISHED, PostState.LOCKED, PostState.HELD
HIDDEN, DELETED = PostState.HIDDEN, PostState.DELETED


@dataclass(frozen=True, slots=True)
class StateFacts:
    """``is_shown``: to every neighbour. ``takes_replies``: whether one may still answer. ``author_sees``: whoever wrote
    it sees it though others do not; who reviews the board sees it always."""

    is_shown: bool = False
    takes_replies: bool = False
    author_sees: bool = True


STATES: Mapping[PostState, StateFacts] = MappingProxyType(
    {
        PUBLISHED: StateFacts(is_shown=True, takes_replies=True),
        LOCKED: StateFacts(is_shown=True),
        HELD: StateFacts(),
        HIDDEN: StateFacts(),
        DELETED: StateFacts(author_sees=False),
    }
)
SHOWN = tuple(state for state, facts in STATES.items() if facts.is_shown)
SHOWN_SQL = ", ".join(f"'{state.value}'" for state in SHOWN)
"""The states every neighbour sees, as the list of an SQL ``IN``."""
OWN_SQL = ", ".join(f"'{state.value}'" for state, facts in STATES.items() if facts.author_sees)
"""The states in which the author sees what they wrote."""

LOOP: Mapping[str, Mapping[PostState, PostState]] = MappingProxyType(
    {
        # 修改, 删除, 转为事件
        "post.edit": {PUBLISHED: PUBLISHED, HELD: HELD},
        "post.delete": {PUBLISHED: DELETED, LOCKED: DELETED, HELD: DELETED, HIDDEN: DELETED},
        "post.to_case": {PUBLISHED: PUBLISHED, LOCKED: LOCKED},
        # 审核: 放行, 先不公开, 隐藏, 恢复, 关闭回复, 重开回复, 移到别的板块
        "post.approve": {HELD: PUBLISHED},
        "post.hold": {PUBLISHED: HELD, LOCKED: HELD},
        "post.hide": {PUBLISHED: HIDDEN, LOCKED: HIDDEN, HELD: HIDDEN},
        "post.restore": {HIDDEN: PUBLISHED},
        "post.lock": {PUBLISHED: LOCKED},
        "post.unlock": {LOCKED: PUBLISHED},
        "post.move": {PUBLISHED: PUBLISHED, LOCKED: LOCKED, HELD: HELD},
    }
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A post or reply as it was last read: what a verb is guarded by."""

    thing: Thing
    id: int
    state: PostState
    version: int


def state_after(state: PostState, verb: str) -> PostState:
    """Where a verb leads from a state; WrongState where the table has no such pair."""
    after = LOOP[verb].get(state)
    if after is None:
        raise WrongState(verb, state=state.value)
    return after


async def move(standing: Standing, verb: str, **changes: object) -> PostState:
    """Do a verb: change the row as last read, guarded by its state and version. Taken when somebody was first.

    The names of ``changes`` are columns, written in our own code only.
    """
    after = state_after(standing.state, verb)
    columns = "".join(f", {name}=${at}" for at, name in enumerate(changes, start=5))
    row = await fetch_one(
        f"UPDATE {standing.thing.value} SET state=$1, version=version+1{columns}"
        " WHERE id=$2 AND state=$3 AND version=$4 RETURNING id",
        after.value,
        standing.id,
        standing.state.value,
        standing.version,
        *changes.values(),
    )
    if row is None:
        raise Taken("post.changed")
    if standing.thing is Thing.POST:
        await _settle_told(standing, after)
    return after


async def _settle_told(standing: Standing, after: PostState) -> None:
    """What people were told of a thread goes with a deleted one, and waits while one is out of sight."""
    is_shown, was_shown = STATES[after].is_shown, STATES[standing.state].is_shown
    post = await fetch_one("SELECT board FROM post WHERE id=$1", standing.id) if is_shown and not was_shown else None
    for subject in (subject_of(standing.id), stage_subject_of(standing.id)):
        if post is not None:
            await aside.bring_back(subject, board=BoardName(post["board"]))
        elif not is_shown:
            await (pushes.take_back if after is DELETED else aside.set_aside)(subject)


def subject_of(post_id: int) -> str:
    """Under which name people wait to be told of a thread: nobody is told of one that is not shown any more."""
    return f"post:{post_id}"


def stage_subject_of(post_id: int) -> str:
    """The same of what happens to the proposal that a thread is: a reply does not take the place of a step."""
    return f"post:{post_id}:stage"
