"""What somebody has in points and what for; nobody is told of anybody else's."""

from __future__ import annotations

from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from casework.cases import catalogue
from courier.letters import Letter, Link
from models import clock
from models.rules import rules
from models.wording import say, say_date
from people import points
from people.permissions import may
from people.points import PointLine

MOST = 3


async def take(scene: Scene) -> Reply | None:
    """我的积分: the sum, what came last, and how points come about."""
    if not says("my_points", scene.heard.normalised):
        return None
    if not may(scene.viewer, "points.read", None):
        return reply(scene, Outcome.POINTS, say("points.guest"))
    own = await points.mine(viewer=scene.viewer)
    names = {key: kind.name for key, kind in (await catalogue.kinds_of(scene.place_id)).items()}
    lines = [say("points.balance", balance=own.balance, this_month=own.this_month)]
    lines += [_told(one, names.get(one.work_kind, "")) for one in own.lines[:MOST]]
    settings = rules().points
    lines.append(say("points.how", report=settings.report, days=settings.span_days, most=settings.month_most))
    said = reply(scene, Outcome.POINTS, "")
    return Reply(Letter("\n".join(lines), links=(Link(say("points.link"), "/me/points"),)), said.outcome, said.memory)


def _told(line: PointLine, work: str) -> str:
    why = say(f"points.reason.{line.reason}") if line.reason else say("points.for.report")
    return say(
        "points.line",
        at=say_date(clock.local(line.at).date()),
        amount=f"{line.amount:+d}",
        work=work,
        number=line.case_number,
        why=why,
    )
