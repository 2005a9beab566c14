"""What staff do with votes in a transcript: one is drafted and opened, and counted after its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping

from forum.votes import counting, opening
from forum.votes.opening import NewVote
from models import clock
from models.ballot import VoteMethod, VoteUnit
from people.viewers import SYSTEM
from tests.bot.stage import Stage

_KINDS = {
    "记名": (VoteMethod.YES_NO, VoteUnit.HOUSEHOLD),
    "不记名": (VoteMethod.YES_NO, VoteUnit.PERSON),
    "几样": (VoteMethod.SEVERAL, VoteUnit.PERSON),
    "打分": (VoteMethod.SCORE, VoteUnit.PERSON),
    "花钱": (VoteMethod.BUDGET, VoteUnit.PERSON),
}
_EACH_FEN = 60_000


async def put(stage: Stage, who: str, kind: str, text: str) -> None:
    """表决 几样 先修哪里=路灯,长椅: opened for a week; named but where it says 不记名."""
    method, unit = _KINDS[kind]
    title, _, options = text.partition("=")
    cost = _EACH_FEN if method is VoteMethod.BUDGET else None
    new = NewVote(
        title,
        f"{title}，请大家说。",
        method,
        unit,
        "simple",
        is_secret=kind == "不记名",
        closes_at=clock.now() + dt.timedelta(days=7),
        options=tuple((one, cost) for one in options.split(",") if one),
        most_choices=2 if method is VoteMethod.SEVERAL else None,
        budget_fen=2 * _EACH_FEN if method is VoteMethod.BUDGET else None,
    )
    by = await stage.viewer(who)
    await opening.open_vote(await opening.draft(new, by=by, place_id=stage.place_id), by=by)


async def count(stage: Stage, who: str, number: str, text: str) -> None:
    """计票: what is over."""
    await counting.count_due(by=SYSTEM)


DEEDS: Mapping[str, Callable[[Stage, str, str, str], Awaitable[None]]] = {"表决": put, "计票": count}
