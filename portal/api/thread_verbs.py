"""What one does to a post or reply as JSON: changing it, taking it away, liking, following, making a case of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from aiohttp import web
from pydantic import Field

from forum import cases, posted, posts, reactions, replies
from models.operation import Body
from models.post import Thing
from models.thread import ReactionKind
from portal.api.acting import REFUSED, acting_as_somebody, acts, id_of
from portal.api.boards import PublishedAnswer, Reason, Text, Title, published
from portal.api.reading import MOST_ID, DoneAnswer, answer, given, number_in_path
from portal.session import Visitor

Version = Annotated[int, Field(ge=0, le=MOST_ID)]


class EditBody(Body):
    """New words; ``version`` is the state they were written over."""

    text: Text
    title: Title = ""
    version: Version | None = None


class DeleteBody(Body):
    """Why it goes, and which state was seen."""

    reason: Reason = ""
    version: Version | None = None


class ReactBody(Body):
    """Like or thank, or take that back."""

    kind: ReactionKind
    is_on: bool = True


class FollowBody(Body):
    """Whether to hear of what is new."""

    is_on: bool = True


class ToCaseBody(Body):
    """The kind of work, and which state was seen."""

    kind: Annotated[str, Field(max_length=40)]
    version: Version | None = None


class NumberAnswer(Body):
    """The number of the case that began."""

    number: str


Handler = Callable[[web.Request], Awaitable[web.Response]]


def _does(work: Callable[[web.Request, Visitor, int], Awaitable[object]]) -> Handler:
    """A handler for something that is done to one thing and answered with nothing more."""

    async def handle(request: web.Request) -> web.Response:
        who = await acting_as_somebody(request)
        await work(request, who, number_in_path(request, "id"))
        return answer(DoneAnswer())

    return handle


async def edit(request: web.Request) -> web.Response:
    """修改帖子."""
    who, body = await acting_as_somebody(request), await given(request, EditBody)
    post_id = number_in_path(request, "id")
    made = await posts.edit(post_id, by=who.viewer, text=body.text, title=body.title, seen_version=body.version)
    return published(made)


async def edit_reply(request: web.Request) -> web.Response:
    """修改回复."""
    who, body = await acting_as_somebody(request), await given(request, EditBody)
    reply_id = number_in_path(request, "id")
    return published(await replies.edit(reply_id, by=who.viewer, text=body.text, seen_version=body.version))


async def _delete(request: web.Request, who: Visitor, post_id: int) -> None:
    body = await given(request, DeleteBody)
    await posts.delete(post_id, by=who.viewer, reason=body.reason, seen_version=body.version)


async def _delete_reply(request: web.Request, who: Visitor, reply_id: int) -> None:
    body = await given(request, DeleteBody)
    await replies.delete(reply_id, by=who.viewer, reason=body.reason, seen_version=body.version)


async def _react(request: web.Request, who: Visitor, post_id: int) -> None:
    body = await given(request, ReactBody)
    await reactions.react(Thing.POST, post_id, body.kind, by=who.viewer, is_on=body.is_on)


async def _react_to_reply(request: web.Request, who: Visitor, reply_id: int) -> None:
    body = await given(request, ReactBody)
    await reactions.react(Thing.REPLY, reply_id, body.kind, by=who.viewer, is_on=body.is_on)


async def _follow(request: web.Request, who: Visitor, post_id: int) -> None:
    body = await given(request, FollowBody)
    await posted.follow(post_id, by=who.viewer, is_on=body.is_on)


async def to_case(request: web.Request) -> web.Response:
    """转为事件."""
    who, body = await acting_as_somebody(request), await given(request, ToCaseBody)
    post_id = number_in_path(request, "id")
    case = await cases.to_case(post_id, by=who.viewer, kind_key=body.kind, seen_version=body.version)
    return answer(NumberAnswer(number=case.number))


_POST, _REPLY = (id_of("post"),), (id_of("reply"),)
ROUTES = (
    web.post("/api/v1/posts/{id}/edit", edit),
    web.post("/api/v1/posts/{id}/delete", _does(_delete)),
    web.post("/api/v1/posts/{id}/react", _does(_react)),
    web.post("/api/v1/posts/{id}/follow", _does(_follow)),
    web.post("/api/v1/posts/{id}/to_case", to_case),
    web.post("/api/v1/replies/{id}/edit", edit_reply),
    web.post("/api/v1/replies/{id}/delete", _does(_delete_reply)),
    web.post("/api/v1/replies/{id}/react", _does(_react_to_reply)),
)
OPERATIONS = (
    acts(
        "editPost", "posts/{id}/edit", "Change one's own post", gives=PublishedAnswer, takes=EditBody, parameters=_POST
    ),
    acts(
        "deletePost",
        "posts/{id}/delete",
        "Take one's own post away",
        takes=DeleteBody,
        parameters=_POST,
        refusals=REFUSED,
    ),
    acts(
        "reactToPost",
        "posts/{id}/react",
        "Like a post or thank for it",
        takes=ReactBody,
        parameters=_POST,
        refusals=REFUSED,
    ),
    acts(
        "followPost",
        "posts/{id}/follow",
        "Hear of what is new, or not",
        takes=FollowBody,
        parameters=_POST,
        refusals=REFUSED,
    ),
    acts(
        "makeCaseOfPost",
        "posts/{id}/to_case",
        "A post becomes a case",
        gives=NumberAnswer,
        takes=ToCaseBody,
        parameters=_POST,
        refusals=REFUSED,
    ),
    acts(
        "editReply",
        "replies/{id}/edit",
        "Change one's own reply",
        gives=PublishedAnswer,
        takes=EditBody,
        parameters=_REPLY,
    ),
    acts(
        "deleteReply",
        "replies/{id}/delete",
        "Take one's own reply away",
        takes=DeleteBody,
        parameters=_REPLY,
        refusals=REFUSED,
    ),
    acts(
        "reactToReply",
        "replies/{id}/react",
        "Like a reply or thank for it",
        takes=ReactBody,
        parameters=_REPLY,
        refusals=REFUSED,
    ),
)
