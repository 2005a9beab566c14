"""Telling what goes on after a decision: followers of a project with the letter of the day, by a job, each
marked in the transaction of the telling, so that nothing is told twice; and those on the roll of an appraisal."""

from __future__ import annotations

import datetime as dt

from courier.letters import Letter, Link
from forum import roll_telling
from forum.promises.milestone_lines import milestones_of
from forum.roll_telling import BLOCK, RollTelling
from forum.states import SHOWN_SQL
from models import clock
from models.board import BoardName
from models.project import MilestoneState
from models.transaction import Row, execute, fetch, moment, transaction
from models.wording import say, say_date
from people import pushes
from people.permissions import allow
from people.pushes import Needs, PushKind
from people.viewers import Viewer

MOST = 50
_NEWS = (
    "SELECT j.id, j.place_id, j.title, j.state, j.news_at, p.post_id FROM project j"
    " JOIN proposal p ON p.id=j.proposal_id JOIN post t ON t.id=p.post_id WHERE j.news_at IS NOT NULL"
    f" AND (j.told_at IS NULL OR j.told_at<j.news_at) AND t.state IN ({SHOWN_SQL}) ORDER BY j.id LIMIT {MOST}"
)


async def tell_news(*, by: Viewer) -> int:
    """告诉关注的人: of each project in which something happened, all of it in one line; gives how many projects."""
    allow(by, "project.tell", None)
    return sum([await _tell_news(row) for row in await fetch(_NEWS)])


async def _tell_news(row: Row) -> bool:
    """The latest of a project takes the place of what still waits to be told of it."""
    mark = "UPDATE project SET told_at=news_at WHERE id=$1 AND news_at=$2"
    letter = Letter(await _news(row), links=(Link(say("promise.tell.project_link"), f"/projects/{row['id']}"),))
    async with transaction():
        if not await execute(mark, row["id"], moment(row["news_at"])):
            return False
        people = await fetch("SELECT person_id FROM post_follow WHERE post_id=$1 AND is_on ORDER BY id", row["post_id"])
        await pushes.push_to_people(
            letter,
            person_ids=[one["person_id"] for one in people],
            kind=PushKind.DELIBERATION,
            subject=f"project:{row['id']}",
            needs=Needs("project.read", row["place_id"]),
            board=BoardName.DELIBERATION,
        )
    return True


async def _news(row: Row) -> str:
    found = await milestones_of([row["id"]])
    done = [one for one in found if one.state is MilestoneState.DONE]
    late = sum(one.is_late for one in found)
    last = max(done, key=lambda one: one.done_at or moment(row["news_at"]), default=None)
    lines = [
        say("promise.tell.project", title=row["title"], done=len(done), milestones=len(found)),
        say("promise.tell.last", milestone=last.title) if last else "",
        say("promise.tell.late", count=late) if late else "",
        say("promise.tell.finished") if row["state"] == "done" else "",
    ]
    return " ".join(one for one in lines if one)


_NEXT = (
    "SELECT a.id, a.place_id, a.closes_at, a.told_to, t.title FROM appraisal a JOIN proposal p ON p.id=a.proposal_id"
    " JOIN post t ON t.id=p.post_id WHERE a.told_at IS NULL AND a.closes_at>$1"
    f" AND t.state IN ({SHOWN_SQL}) ORDER BY a.id LIMIT 1"
)
_PEOPLE = (
    "SELECT person_id FROM appraisal_voice WHERE appraisal_id=$1 AND person_id>$2 AND NOT has_rated"
    f" ORDER BY person_id LIMIT {BLOCK}"
)
_MARK = "UPDATE appraisal SET told_to=$1, told_at=$2 WHERE id=$3 AND told_to=$4 AND told_at IS NULL"


def _letter(row: Row) -> Letter:
    last_day = clock.local(moment(row["closes_at"]) - dt.timedelta(minutes=1)).date()
    text = say("promise.tell.appraisal", title=row["title"], until=say_date(last_day))
    return Letter(text, links=(Link(say("promise.tell.appraisal_link"), f"/appraisals/{row['id']}"),))


_ROLL = RollTelling(
    _NEXT, _PEOPLE, _MARK, _letter, subject="appraisal", needs="appraisal.read", board=BoardName.DELIBERATION
)


async def tell_roll(*, by: Viewer) -> int:
    """请大家评一评: those on the roll, so many at a time; gives how many people."""
    allow(by, "appraisal.tell", None)
    return await roll_telling.tell(_ROLL, open_on=clock.now())
