"""Looking after boards as JSON: reporting, the queue, and what is done about things, one by one or many at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

from aiohttp import web
from pydantic import Field

from forum.moderation import batches, ending, flags, measures, reviews
from forum.moderation.measures import Wanted
from forum.moderation.reviews import ReviewLine
from models.errors import Invalid
from models.moderation import Measure, MeasureKind
from models.operation import Body
from models.post import Thing
from people.viewers import Viewer
from portal.api.acting import acting, acting_as_somebody, acts, id_of, reading, reads
from portal.api.reading import MOST_ID, DoneAnswer, answer, given, number_in_path, told

Words = Annotated[str, Field(max_length=500)]
Key = Annotated[str, Field(max_length=30)]
Version = Annotated[int, Field(ge=0, le=MOST_ID)]
Hours = Annotated[int, Field(ge=1, le=10_000)]


class FlagBody(Body):
    """Which rule something breaks, and a word about it."""

    rule: Key
    note: Words = ""


class DismissBody(Body):
    """The version of the review that was seen."""

    version: Version


class MeasureBody(Body):
    """What is to be done: ``hours`` until it ends by itself, ``board`` where a post is moved to."""

    kind: MeasureKind
    rule: Key
    reason: Words
    note: Words = ""
    hours: Hours | None = None
    board: Key = ""
    version: Version | None = None


class ReviewAnswer(Body):
    """Something that waits to be looked at; ``found`` is what the lists found in it."""

    id: int
    board: str
    thing: str
    thing_id: int
    post_id: int
    title: str
    text: str
    state: str
    found: str
    flags: int
    rules: list[str]
    since: dt.datetime
    claimed_by: str
    version: int


class ReviewsAnswer(Body):
    """What waits, the oldest first."""

    reviews: list[ReviewAnswer]


class BulkBody(Body):
    """Which reviews, and why; ``hours`` until they are seen again, null for good. ``versions``: of each as it was
    looked at, in the same order; one that changed since is not hidden."""

    reviews: Annotated[tuple[Version, ...], Field(min_length=1, max_length=batches.MOST)]
    versions: Annotated[tuple[Version, ...], Field(max_length=batches.MOST)] = ()
    rule: Key
    reason: Words
    note: Words = ""
    hours: Hours | None = None


class BatchAnswer(Body):
    """How many were hidden, which reviews could not be, and until when ``token`` undoes it."""

    token: str
    done: int
    refused: list[int]
    until: dt.datetime


class UndoBody(Body):
    """The token of what was done at once."""

    token: Key


class UndoneAnswer(Body):
    """How many are as they were."""

    undone: int


class MadeAnswer(Body):
    """The number of what was made."""

    id: int


def flag(thing: Thing) -> Callable[[web.Request], Awaitable[web.Response]]:
    """举报 a post, or a reply."""

    async def take(request: web.Request) -> web.Response:
        who, body = await acting_as_somebody(request), await given(request, FlagBody)
        await flags.flag(thing, number_in_path(request, "id"), by=who.viewer, rule=body.rule, note=body.note)
        return answer(DoneAnswer())

    return take


async def show_queue(request: web.Request) -> web.Response:
    """待审."""
    who = await reading(request, "post.review")
    lines = await reviews.queue(viewer=who.viewer, place_id=who.place_id)
    return answer(ReviewsAnswer(reviews=[review_answer(line) for line in lines]))


def review_answer(line: ReviewLine) -> ReviewAnswer:
    """Something in the queue as the caller sees it."""
    return ReviewAnswer(
        id=line.id,
        board=line.board.value,
        thing=line.thing.value,
        thing_id=line.thing_id,
        post_id=line.post_id,
        title=line.title,
        text=line.text,
        state=line.thing_state.value,
        found=line.found,
        flags=line.flags,
        rules=list(line.rules),
        since=line.since,
        claimed_by=line.claimed_by,
        version=line.version,
    )


async def claim(request: web.Request) -> web.Response:
    """接手."""
    who = await acting(request)
    return answer(review_answer(await reviews.claim(number_in_path(request, "id"), by=who.viewer)))


async def release(request: web.Request) -> web.Response:
    """放回."""
    who = await acting(request)
    await reviews.release(number_in_path(request, "id"), by=who.viewer)
    return answer(DoneAnswer())


async def dismiss(request: web.Request) -> web.Response:
    """没有问题."""
    who, body = await acting(request), await given(request, DismissBody)
    await reviews.dismiss(number_in_path(request, "id"), by=who.viewer, seen_version=body.version)
    return answer(DoneAnswer())


Take = Callable[[ReviewLine, Wanted, Viewer], Awaitable[Measure]]
TAKES: Mapping[MeasureKind, Take] = {
    MeasureKind.WARN: lambda line, wanted, by: measures.warn(line.thing, line.thing_id, wanted, by=by),
    MeasureKind.HIDE: lambda line, wanted, by: measures.hide(line.thing, line.thing_id, wanted, by=by),
    MeasureKind.LOCK: lambda line, wanted, by: measures.lock(line.post_id, wanted, by=by),
    MeasureKind.MOVE: lambda line, wanted, by: measures.move_to(line.post_id, wanted, by=by),
    MeasureKind.MUTE: lambda line, wanted, by: measures.mute(line.thing, line.thing_id, wanted, by=by),
    MeasureKind.BAN: lambda line, wanted, by: measures.ban(line.thing, line.thing_id, wanted, by=by),
}
_OF_POSTS = frozenset({MeasureKind.LOCK, MeasureKind.MOVE})


async def take_measure(request: web.Request) -> web.Response:
    """处理: do something about what is in the queue, or about whoever wrote it."""
    who, body = await acting(request), await given(request, MeasureBody)
    line = await reviews.review(number_in_path(request, "id"), viewer=who.viewer)
    if body.kind in _OF_POSTS and line.thing is not Thing.POST:
        raise Invalid("moderation.only_posts")
    wanted = Wanted(body.rule, body.reason, body.note, body.hours, body.board, review_version=body.version)
    made = await TAKES[body.kind](line, wanted, who.viewer)
    return answer(MadeAnswer(id=made.id))


async def lift(request: web.Request) -> web.Response:
    """提前解除."""
    who = await acting(request)
    await ending.lift(number_in_path(request, "id"), by=who.viewer)
    return answer(DoneAnswer())


async def bulk(request: web.Request) -> web.Response:
    """批量隐藏."""
    who, body = await acting(request), await given(request, BulkBody)
    wanted = Wanted(body.rule, body.reason, body.note, body.hours)
    if body.versions and len(body.versions) != len(body.reviews):
        raise Invalid("api.bad_field", field="versions", why=str(len(body.versions)))
    seen = dict(zip(body.reviews, body.versions, strict=False))
    done = await batches.hide_many(body.reviews, wanted, by=who.viewer, seen=seen)
    return answer(told(BatchAnswer, done, refused=list(done.refused)))


async def undo(request: web.Request) -> web.Response:
    """撤销批量."""
    who, body = await acting(request), await given(request, UndoBody)
    return answer(UndoneAnswer(undone=await batches.undo(body.token, by=who.viewer)))


ROUTES = (
    web.post("/api/v1/posts/{id}/flag", flag(Thing.POST)),
    web.post("/api/v1/replies/{id}/flag", flag(Thing.REPLY)),
    web.get("/api/v1/reviews", show_queue),
    web.post("/api/v1/reviews/bulk", bulk),
    web.post("/api/v1/reviews/undo", undo),
    web.post("/api/v1/reviews/{id}/claim", claim),
    web.post("/api/v1/reviews/{id}/release", release),
    web.post("/api/v1/reviews/{id}/dismiss", dismiss),
    web.post("/api/v1/reviews/{id}/measures", take_measure),
    web.post("/api/v1/measures/{id}/lift", lift),
)
_REVIEW = (id_of("review"),)
OPERATIONS = (
    acts("flagPost", "posts/{id}/flag", "Report a post", takes=FlagBody, parameters=(id_of("post"),)),
    acts("flagReply", "replies/{id}/flag", "Report a reply", takes=FlagBody, parameters=(id_of("reply"),)),
    reads("listReviews", "reviews", "What waits to be looked at on the boards one looks after", gives=ReviewsAnswer),
    acts(
        "hideMany",
        "reviews/bulk",
        "Hide many at once, for one reason; their authors hear of it when it can no longer be undone",
        gives=BatchAnswer,
        takes=BulkBody,
        needs_staff=True,
    ),
    acts(
        "undoMany",
        "reviews/undo",
        "Put back what was hidden at once, some minutes long",
        gives=UndoneAnswer,
        takes=UndoBody,
        needs_staff=True,
    ),
    acts(
        "claimReview",
        "reviews/{id}/claim",
        "Say that one is looking at it",
        gives=ReviewAnswer,
        parameters=_REVIEW,
        needs_staff=True,
    ),
    acts("releaseReview", "reviews/{id}/release", "Leave it to others again", parameters=_REVIEW, needs_staff=True),
    acts(
        "dismissReview",
        "reviews/{id}/dismiss",
        "Let it be; what was held is published",
        takes=DismissBody,
        parameters=_REVIEW,
        needs_staff=True,
    ),
    acts(
        "takeMeasure",
        "reviews/{id}/measures",
        "Do something about it, or about its author",
        gives=MadeAnswer,
        takes=MeasureBody,
        parameters=_REVIEW,
        needs_staff=True,
    ),
    acts(
        "liftMeasure",
        "measures/{id}/lift",
        "End a measure before its time",
        parameters=(id_of("measure"),),
        needs_staff=True,
    ),
)
