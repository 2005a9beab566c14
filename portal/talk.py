"""The conversation of a question as the desk shows it: each line with what the bot ranked and how far a reply came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework import canned, conversations, mutes, replies, windows
from casework.canned import Canned
from casework.conversations import Line
from casework.desk import Shown
from casework.mutes import MuteLine
from casework.replies import Reach, ReplyLine
from courier import reach
from models.conversation import Author
from models.errors import NotFound
from models.question import ReplyState
from people import files
from people.files import FileLine
from people.permissions import may
from people.viewers import Viewer
from portal.finds import Find, candidates
from portal.session import Visitor


@dataclass(frozen=True, slots=True)
class Talked:
    """One line with the entries that the bot ranked for it, and the reply of staff that it is."""

    line: Line
    ranked: tuple[Find, ...]
    reply: ReplyLine | None
    files: Sequence[FileLine] = ()


async def talked(shown: Shown, said: Sequence[ReplyLine], *, who: Visitor) -> list[Talked]:
    """Every line of a question's conversation that the viewer may read."""
    if shown.conversation_id is None:
        return []
    try:
        lines = await conversations.lines(shown.conversation_id, viewer=who.viewer)
    except NotFound:  # A subdistrict desk whose question was handed on sees the question, not the talk.
        return []
    of_line = {reply.line_id: reply for reply in said if reply.line_id is not None}
    came = await files.of_lines([line.id for line in lines])
    return [
        Talked(line, tuple(await candidates(line.ranked[:3], who=who)), of_line.get(line.id), came.get(line.id, ()))
        for line in lines
    ]


def asked_at(lines: Sequence[Talked], shown: Shown) -> int:
    """The resident's line with which the question came to the desk; 0 where it is not among them."""
    return next((one.line.id for one in reversed(lines) if _is_before(one.line, shown)), 0)


def _is_before(line: Line, shown: Shown) -> bool:
    return line.author is Author.RESIDENT and line.said_at <= shown.line.asked_at


def unsaid(said: Sequence[ReplyLine]) -> list[ReplyLine]:
    """Replies that stand in no conversation: to be told by telephone, or to somebody whose chat is closed."""
    return [one for one in said if one.is_unsaid]


def undoable(said: Sequence[ReplyLine], shown: Shown, viewer: Viewer) -> list[ReplyLine]:
    """The replies that this viewer may correct or withdraw, the newest first."""
    standing = [one for one in reversed(said) if one.state is ReplyState.STANDING]
    return [one for one in standing if shown.may_lead or one.by_id == viewer.person_id]


async def canned_for(shown: Shown, viewer: Viewer) -> list[Canned]:
    """The canned answers of a question's place, where the viewer may write them into a reply."""
    line = shown.line
    if not may(viewer, canned.VERB, line.place_id):
        return []
    values = canned.values_of(number=line.number, staff=viewer.name, where=shown.where_text, due=line.due)
    return await canned.canned_answers(viewer=viewer, place_id=line.place_id, values=values)


async def window_of(shown: Shown, viewer: Viewer) -> reach.Reach | None:
    """How far a reply would come now; None where it stands in no conversation."""
    return await windows.window_of(shown.conversation_id, viewer=viewer) if shown.conversation_id else None


async def pause_of(shown: Shown, viewer: Viewer) -> MuteLine | None:
    """Whether what its conversation says is paused; None where it is not, or there is none."""
    return await mutes.is_muted(shown.conversation_id, viewer=viewer) if shown.conversation_id else None


async def how_far(question_id: int, who: Visitor) -> str:
    """How far the last reply came, as the sentence about it needs to know."""
    said = await replies.of_question(question_id, viewer=who.viewer)
    reach = said[-1].reach if said else Reach.DELIVERED
    if said and said[-1].copy_waits and reach is Reach.DELIVERED:
        return "_copy_waits"
    return f"_{reach.value}" if reach in (Reach.WAITING, Reach.UNDELIVERED, Reach.BY_PHONE) else ""
