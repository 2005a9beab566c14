"""Threads as JSON: reading one, that one has read it, answering, and what was said before it was changed."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from aiohttp import web
from pydantic import Field

from forum import posted, replies, threads
from forum.replies import NewReply
from forum.threads import ReplyLine, Thread
from models.operation import Body, Parameter
from models.post import Thing
from portal.api.acting import acting_as_somebody, acts, id_of, reading_as_somebody, reads
from portal.api.boards import AuthorAnswer, Key, Names, PublishedAnswer, Seq, Slot, Text, author_of, published
from portal.api.reading import MOST_ID, DoneAnswer, answer, given, number_in_path, number_in_query


class ThreadReplyAnswer(Body):
    """A reply; ``as_role`` marks an official one, ``quotes`` is the reply it quotes."""

    id: int
    author: AuthorAnswer | None
    as_role: str
    state: str
    text: str
    at: dt.datetime
    edited_at: dt.datetime | None
    version: int
    likes: int
    thanks: int
    quotes: int | None
    photos: list[str]
    is_own: bool


class CaseResultAnswer(Body):
    """The case a thread led to; ``words`` is what was answered, '' until then."""

    number: str
    state: str
    unit: str
    words: str
    at: dt.datetime | None


class ThreadAnswer(Body):
    """A post and a page of its replies; ``following`` is the ``after`` of the next page, null at the end."""

    id: int
    board: str
    title: str
    text: str
    author: AuthorAnswer | None
    as_role: str
    state: str
    is_private: bool
    version: int
    at: dt.datetime
    edited_at: dt.datetime | None
    due_at: dt.datetime | None
    answered_at: dt.datetime | None
    likes: int
    thanks: int
    reply_count: int
    photos: list[str]
    follows: bool
    read_to: int | None
    case: CaseResultAnswer | None
    replies: list[ThreadReplyAnswer]
    following: int | None


class ThreadReplyBody(Body):
    """A reply; the same ``key`` answers once."""

    text: Text
    quotes: Annotated[int, Field(ge=0, le=MOST_ID)] | None = None
    photos: Names = ()
    key: Key = ""
    draft_seq: Seq | None = None
    draft_slot: Slot = ""


class FormerAnswer(Body):
    """What something said until a moment."""

    until: dt.datetime
    title: str
    text: str


class TrailAnswer(Body):
    """Former words, the oldest first."""

    former: list[FormerAnswer]


def _reply(line: ReplyLine) -> ThreadReplyAnswer:
    return ThreadReplyAnswer(
        id=line.id,
        author=author_of(line.author),
        as_role=line.as_role.value if line.as_role else "",
        state=line.state.value,
        text=line.text,
        at=line.at,
        edited_at=line.edited_at,
        version=line.version,
        likes=line.likes,
        thanks=line.thanks,
        quotes=line.quote.id if line.quote else None,
        photos=[one.name for one in line.photos],
        is_own=line.is_own,
    )


def _thread(found: Thread) -> ThreadAnswer:
    post, case = found.post, found.case
    result = None
    if case is not None:
        result = CaseResultAnswer(
            number=case.number, state=case.state.value, unit=case.unit, words=case.words, at=case.at
        )
    return ThreadAnswer(
        id=post.id,
        board=post.kind.key.value,
        title=post.title,
        text=post.text,
        author=author_of(found.author),
        as_role=post.as_role.value if post.as_role else "",
        state=post.state.value,
        is_private=post.is_private,
        version=post.version,
        at=post.created_at,
        edited_at=post.edited_at,
        due_at=post.due_at,
        answered_at=post.answered_at,
        likes=post.likes,
        thanks=post.thanks,
        reply_count=post.replies,
        photos=[one.name for one in found.photos],
        follows=found.follows,
        read_to=found.read_to,
        case=result,
        replies=[_reply(line) for line in found.replies],
        following=found.next,
    )


async def show(request: web.Request) -> web.Response:
    """看帖子."""
    who, post_id = await reading_as_somebody(request), number_in_path(request, "id")
    found = await threads.thread(post_id, viewer=who.viewer, after=number_in_query(request, "after"))
    return answer(_thread(found))


async def see(request: web.Request) -> web.Response:
    """看到哪里了: the thread was read up to a reply."""
    who, post_id = await acting_as_somebody(request), number_in_path(request, "id")
    await threads.see(post_id, by=who.viewer, upto=number_in_query(request, "upto"))
    return answer(DoneAnswer())


async def reply(request: web.Request) -> web.Response:
    """回复."""
    who, post_id = await acting_as_somebody(request), number_in_path(request, "id")
    body = await given(request, ThreadReplyBody)
    new = NewReply(
        body.text,
        quotes=body.quotes,
        photos=body.photos,
        key=body.key,
        draft_seq=body.draft_seq,
        draft_slot=body.draft_slot,
    )
    return published(await replies.reply(post_id, new, by=who.viewer))


async def show_trail(request: web.Request) -> web.Response:
    """修改记录."""
    return await _trail(request, Thing.POST)


async def show_reply_trail(request: web.Request) -> web.Response:
    """回复的修改记录."""
    return await _trail(request, Thing.REPLY)


async def _trail(request: web.Request, thing: Thing) -> web.Response:
    who = await reading_as_somebody(request)
    found = await posted.trail(thing, number_in_path(request, "id"), viewer=who.viewer)
    return answer(TrailAnswer(former=[FormerAnswer(until=one.until, title=one.title, text=one.text) for one in found]))


_POST, _REPLY = id_of("post"), id_of("reply")
_AFTER = Parameter("after", "query", {"type": "integer", "minimum": 0, "maximum": MOST_ID}, "the reply it begins after")
_UPTO = Parameter(
    "upto", "query", {"type": "integer", "minimum": 0, "maximum": MOST_ID}, "the last reply that was read"
)
ROUTES = (
    web.get("/api/v1/posts/{id}", show),
    web.post("/api/v1/posts/{id}/seen", see),
    web.post("/api/v1/posts/{id}/replies", reply),
    web.get("/api/v1/posts/{id}/trail", show_trail),
    web.get("/api/v1/replies/{id}/trail", show_reply_trail),
)
OPERATIONS = (
    reads(
        "readThread",
        "posts/{id}",
        "A post and a page of its replies",
        gives=ThreadAnswer,
        parameters=(_POST, _AFTER),
    ),
    acts(
        "markThreadRead",
        "posts/{id}/seen",
        "A thread was read up to a reply, on a page or in chat alike",
        parameters=(_POST, _UPTO),
        refusals=(403, 404, 422),
    ),
    acts(
        "replyToPost",
        "posts/{id}/replies",
        "Answer in a thread",
        gives=PublishedAnswer,
        takes=ThreadReplyBody,
        parameters=(_POST,),
    ),
    reads(
        "readPostTrail",
        "posts/{id}/trail",
        "What a post said before, for who reviews the board",
        gives=TrailAnswer,
        parameters=(_POST,),
    ),
    reads(
        "readReplyTrail",
        "replies/{id}/trail",
        "What a reply said before, for who reviews the board",
        gives=TrailAnswer,
        parameters=(_REPLY,),
    ),
)
