"""Boards as JSON: which there are, the posts of one, and writing one."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from aiohttp import web
from pydantic import Field

from forum import board_list, feeds, posts
from forum.board_list import BoardLine
from forum.feeds import Feed, PostLine
from forum.posts import NewPost, Published
from forum.words import MOST_REASON, MOST_TEXT, MOST_TITLE
from models.operation import Body, Operation, Parameter
from people.shown import Shown
from portal.api.acting import REFUSED, TOKEN, acting_as_somebody, reading_as_somebody
from portal.api.reading import answer, given

Title = Annotated[str, Field(max_length=MOST_TITLE)]
Text = Annotated[str, Field(max_length=MOST_TEXT)]
Reason = Annotated[str, Field(max_length=MOST_REASON)]
Names = Annotated[tuple[Annotated[str, Field(max_length=40)], ...], Field(max_length=6)]
Key = Annotated[str, Field(max_length=60)]
Seq = Annotated[int, Field(ge=0, le=2**31 - 1)]
Slot = Annotated[str, Field(max_length=40)]


class BoardAnswer(Body):
    """A board; ``reply_hours``: working hours within which an answer is owed, null where none is; ``is_public``: it has
    a feed for everybody."""

    key: str
    name: str
    about: str
    path: str
    posts: int
    is_new: bool
    reply_hours: float | None
    has_private: bool
    may_post: bool
    is_public: bool


class BoardsAnswer(Body):
    """The boards of the caller's neighbourhood that are on."""

    boards: list[BoardAnswer]


class AuthorAnswer(Body):
    """Somebody as the caller sees them: building and chosen name, and the offices they hold."""

    words: str
    roles: list[str]
    is_party: bool


class PostAnswer(Body):
    """A post in a list; ``as_role`` is the office it was written in, '' for a neighbour."""

    id: int
    board: str
    title: str
    excerpt: str
    author: AuthorAnswer | None
    as_role: str
    state: str
    is_private: bool
    at: dt.datetime
    last_at: dt.datetime
    is_edited: bool
    replies: int
    likes: int
    is_unread: bool
    due_at: dt.datetime | None
    answered_at: dt.datetime | None
    has_case: bool
    photos: int


class FeedAnswer(Body):
    """Posts, the liveliest first; ``following`` is the ``after`` of the next page, '' at the end."""

    posts: list[PostAnswer]
    following: str


class PublishBody(Body):
    """A new post. ``photos`` are names of files the caller gave; the same ``key`` posts once."""

    text: Text
    title: Title = ""
    photos: Names = ()
    is_private: bool = False
    key: Key = ""
    draft_seq: Seq | None = None
    draft_slot: Slot = ""


class PublishedAnswer(Body):
    """What came of it: where it stands, which kinds of numbers were masked, and whether the same was posted before."""

    id: int
    state: str
    hidden: list[str]
    is_repeat: bool


def author_of(who: Shown | None) -> AuthorAnswer | None:
    """Somebody as the caller sees them."""
    return (
        AuthorAnswer(words=who.words, roles=[role.value for role in who.roles], is_party=who.is_party) if who else None
    )


def board_answer(line: BoardLine, *, may_post: bool) -> BoardAnswer:
    """A board as the caller sees it."""
    return BoardAnswer(
        key=line.kind.key.value,
        name=line.kind.name,
        about=line.intro or line.kind.about,
        path=line.path,
        posts=line.posts,
        is_new=line.is_new,
        reply_hours=line.reply_hours,
        has_private=line.kind.has_private,
        may_post=may_post,
        is_public=line.is_public,
    )


def post_of(line: PostLine) -> PostAnswer:
    """A post in a list."""
    return PostAnswer(
        id=line.id,
        board=line.kind.key.value,
        title=line.title,
        excerpt=line.excerpt,
        author=author_of(line.author),
        as_role=line.as_role.value if line.as_role else "",
        state=line.state.value,
        is_private=line.is_private,
        at=line.at,
        last_at=line.last_at,
        is_edited=line.is_edited,
        replies=line.replies,
        likes=line.likes,
        is_unread=line.is_unread,
        due_at=line.due_at,
        answered_at=line.answered_at,
        has_case=line.has_case,
        photos=line.photos,
    )


def _feed(feed: Feed) -> web.Response:
    following = str(feed.next) if feed.next else ""
    return answer(FeedAnswer(posts=[post_of(line) for line in feed.lines], following=following))


def published(made: Published) -> web.Response:
    """What came of a post or reply."""
    hidden = [kind.value for kind in made.hidden]
    return answer(PublishedAnswer(id=made.id, state=made.state.value, hidden=hidden, is_repeat=made.is_repeat))


async def show(request: web.Request) -> web.Response:
    """板块."""
    who = await reading_as_somebody(request)
    lines = await board_list.boards(viewer=who.viewer, place_id=who.place_id)
    found = [board_answer(line, may_post=posts.may_post(who.viewer, line.kind, who.place_id)) for line in lines]
    return answer(BoardsAnswer(boards=found))


async def show_newest(request: web.Request) -> web.Response:
    """各板块最新."""
    who = await reading_as_somebody(request)
    after = feeds.after(request.query.get("after", ""))
    return _feed(await feeds.newest(viewer=who.viewer, place_id=who.place_id, after=after))


async def show_posts(request: web.Request) -> web.Response:
    """一个板块的帖子."""
    who = await reading_as_somebody(request)
    after = feeds.after(request.query.get("after", ""))
    name = request.match_info["board"]
    return _feed(await feeds.feed(name, viewer=who.viewer, place_id=who.place_id, after=after))


async def show_own(request: web.Request) -> web.Response:
    """我的帖子."""
    who = await reading_as_somebody(request)
    after = feeds.after(request.query.get("after", ""))
    return _feed(await feeds.own_posts(viewer=who.viewer, place_id=who.place_id, after=after))


async def publish(request: web.Request) -> web.Response:
    """发帖."""
    who = await acting_as_somebody(request)
    body = await given(request, PublishBody)
    new = NewPost(
        request.match_info["board"],
        body.text,
        title=body.title,
        photos=body.photos,
        is_private=body.is_private,
        key=body.key,
        draft_seq=body.draft_seq,
        draft_slot=body.draft_slot,
    )
    return published(await posts.publish(new, by=who.viewer, place_id=who.place_id))


_BOARD = Parameter("board", "path", {"type": "string", "maxLength": 20}, "the board's key")
_AFTER = Parameter("after", "query", {"type": "string", "maxLength": 40}, "where the page begins")
ROUTES = (
    web.get("/api/v1/boards", show),
    web.get("/api/v1/posts", show_newest),
    web.get("/api/v1/posts/own", show_own),
    web.get("/api/v1/boards/{board}/posts", show_posts),
    web.post("/api/v1/boards/{board}/posts", publish),
)
OPERATIONS = (
    Operation(
        "listBoards", "GET", "/api/v1/boards", "The boards of one's neighbourhood", BoardsAnswer, refusals=(403,)
    ),
    Operation(
        "listNewestPosts",
        "GET",
        "/api/v1/posts",
        "What is newest on all boards",
        FeedAnswer,
        parameters=(_AFTER,),
        refusals=(403, 422),
    ),
    Operation(
        "listOwnPosts",
        "GET",
        "/api/v1/posts/own",
        "What the caller began",
        FeedAnswer,
        parameters=(_AFTER,),
        refusals=(403, 422),
    ),
    Operation(
        "listPosts",
        "GET",
        "/api/v1/boards/{board}/posts",
        "The posts of a board",
        FeedAnswer,
        parameters=(_BOARD, _AFTER),
        refusals=(403, 404, 422),
    ),
    Operation(
        "publishPost",
        "POST",
        "/api/v1/boards/{board}/posts",
        "Begin a thread; personal numbers are masked",
        PublishedAnswer,
        body=PublishBody,
        parameters=(_BOARD, TOKEN),
        refusals=(*REFUSED, 429),
    ),
)
