"""Asking as a JSON call: the same message as the form's, and the lines that it brought."""

from __future__ import annotations

from uuid import UUID, uuid4

from aiohttp import web

from bot.channels.webchat.sent import Sent
from casework import conversations
from models.errors import Invalid
from models.operation import Body, Operation, read_body
from people.residents import viewer_at

PATH = "/api/v1/ask"


class ChatAskBody(Body):
    """What the resident says. ``key`` is the same whenever the same message is sent again, so that it counts once."""

    text: str
    key: UUID | None = None


class ChatLineAnswer(Body):
    """A line said: by the resident (masked), the bot or staff; ``links`` are pairs of words and path."""

    id: int
    author: str
    text: str
    choices: list[str]
    links: list[tuple[str, str]]
    outcome: str
    entry: str


class ChatAskAnswer(Body):
    """``answered``: whether the reply is there already; ``lines``: what was said since, nothing where a message came
    again. What comes later is read with ``after``, the number of the last line."""

    answered: bool
    lines: list[ChatLineAnswer]


OPERATIONS = (
    Operation(
        "ask",
        "POST",
        PATH,
        "Say something in this browser's conversation, known by its cookie, and hear the reply",
        ChatAskAnswer,
        body=ChatAskBody,
        refusals=(403, 422, 429),
    ),
)


async def form_of(request: web.Request) -> Sent:
    """The call as the form would have sent it."""
    if request.content_type != "application/json":
        raise Invalid("api.not_json")
    body = read_body(await request.read(), ChatAskBody)
    return Sent({"text": body.text, "key": (body.key or uuid4()).hex})


async def newest_line(*, channel: str, address: str) -> int:
    """The number of the last line said at an address, 0 where nothing was."""
    talk = await conversations.load(channel=channel, address=address)
    if talk is None:
        return 0
    said = await conversations.lines(talk.conversation_id, viewer=await viewer_at(talk.at), limit=1)
    return said[-1].id if said else 0


async def answer(*, channel: str, address: str, after: int, is_answered: bool) -> web.Response:
    """What was said after a line."""
    talk = await conversations.load(channel=channel, address=address)
    said = await conversations.lines(talk.conversation_id, viewer=await viewer_at(talk.at), after=after) if talk else []
    lines = [
        ChatLineAnswer.model_validate({name: getattr(one, name) for name in ChatLineAnswer.model_fields})
        for one in said
    ]
    told = ChatAskAnswer(answered=is_answered, lines=lines)
    return web.Response(
        text=told.model_dump_json(), content_type="application/json", headers={"Cache-Control": "no-store"}
    )
