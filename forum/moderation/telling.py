"""Telling an author what was done, by which rule, why, until when, and how to have somebody else look at it again."""

from __future__ import annotations

from courier.letters import Letter, Link
from forum.moderation.house import house
from models import clock
from models.board import BoardName
from models.moderation import AppealState, Measure, MeasureEnd
from models.transaction import execute
from models.wording import say, say_moment
from nlp.discreet import discreet
from people.telling import tell_resident

KIND = "moderation.told"


def _link(measure_id: int) -> tuple[Link, ...]:
    return (Link(say("moderation.tell.link"), f"/my/moderation/{measure_id}"),)


def until_words(measure: Measure) -> str:
    """Until when it stands, in words."""
    if measure.ends_at is None:
        return say("moderation.tell.for_good")
    return say("moderation.tell.until", until=say_moment(measure.ends_at))


async def tell(measure: Measure) -> None:
    """Tell the author of a measure, once, in the transaction that makes it or in that of the job."""
    now = clock.now()
    if await execute("UPDATE measure SET told_at=$1 WHERE id=$2 AND told_at IS NULL", now, measure.id) != 1:
        return
    text = say(
        f"moderation.tell.{measure.kind.value}",
        board=board_name(measure.board),
        title=discreet(measure.title),
        rule=house().name_of(measure.rule),
        reason=measure.reason,
        until=until_words(measure),
    )
    await tell_resident(Letter(text, links=_link(measure.id)), person_id=measure.person_id, kind=KIND)


async def tell_ended(measure: Measure, how: MeasureEnd) -> None:
    """Tell the author that a measure is over; of a warning there is nothing to tell."""
    text = say(
        f"moderation.ended.{how.value}",
        what=say(f"moderation.kind.{measure.kind.value}"),
        board=board_name(measure.board),
        title=discreet(measure.title),
    )
    await tell_resident(Letter(text, links=_link(measure.id)), person_id=measure.person_id, kind=KIND)


async def tell_decided(measure: Measure, state: AppealState, *, answer: str) -> None:
    """Tell the author what came of an appeal."""
    text = say(
        f"moderation.decided.{state.value}",
        what=say(f"moderation.kind.{measure.kind.value}"),
        title=discreet(measure.title),
        answer=answer,
    )
    await tell_resident(Letter(text, links=_link(measure.id)), person_id=measure.person_id, kind=KIND)


def board_name(board: BoardName) -> str:
    """What a board is called."""
    return say(f"board.name.{board.value}")
