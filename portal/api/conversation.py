"""A browser's own conversation as JSON. Saying something is POST /api/v1/ask of the bot's web channel."""

from __future__ import annotations

import datetime as dt

from aiohttp import web

from casework import conversations
from casework.conversations import Line
from models.operation import Body, Operation, Parameter
from people.residents import viewer_at
from portal.api.reading import MOST_ID, answer, number_in_query
from portal.session import visitor

CHANNEL = "web"


class LineAnswer(Body):
    """One line said: by the resident (masked), the bot or staff; ``links`` are pairs of words and path. ``undone`` is
    corrected or withdrawn where staff took it back; its words are then not told any more."""

    id: int
    author: str
    text: str
    choices: list[str]
    links: list[tuple[str, str]]
    said_at: dt.datetime
    staff_name: str
    outcome: str
    entry: str
    undone: str


class ConversationAnswer(Body):
    """Who speaks in it now, and what was said."""

    speaker: str
    lines: list[LineAnswer]


def line_answer(line: Line) -> LineAnswer:
    """A line as JSON."""
    return LineAnswer(
        id=line.id,
        author=line.author.value,
        text=line.text,
        choices=list(line.choices),
        links=list(line.links),
        said_at=line.said_at,
        staff_name=line.staff_name,
        outcome=line.outcome,
        entry=line.entry,
        undone=line.undone,
    )


async def show(request: web.Request) -> web.Response:
    """What was said in this browser's conversation after a line."""
    address = (await visitor(request)).chat_address
    after = number_in_query(request, "after")
    talk = await conversations.load(channel=CHANNEL, address=address) if address else None
    if talk is None:
        return answer(ConversationAnswer(speaker="bot", lines=[]))
    viewer = await viewer_at(talk.at)
    said = await conversations.lines(talk.conversation_id, viewer=viewer, after=after)
    return answer(ConversationAnswer(speaker=talk.speaker.value, lines=[line_answer(line) for line in said]))


ROUTES = (web.get("/api/v1/conversation", show),)

OPERATIONS = (
    Operation(
        "readConversation",
        "GET",
        "/api/v1/conversation",
        "This browser's conversation, known by its cookie",
        ConversationAnswer,
        parameters=(
            Parameter(
                "after", "query", {"type": "integer", "minimum": 0, "maximum": MOST_ID}, "only lines after this one"
            ),
        ),
        refusals=(422,),
    ),
)
