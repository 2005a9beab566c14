"""What one wrote as JSON: drafts that were not sent, one's own replies, and the photos one put on boards."""

from __future__ import annotations

import datetime as dt

from aiohttp import web

from forum import drafts, own_photos, own_replies
from forum.drafts import Draft
from models.operation import Body, Parameter
from portal.api.acting import REFUSED, acting_as_somebody, acts, reading_as_somebody, reads
from portal.api.boards import Names, Seq, Text, Title
from portal.api.reading import MOST_ID, DoneAnswer, answer, given, number_in_query, told


class DraftBody(Body):
    """What stands in a draft; ``seq`` is the number of the last state the caller has seen, 0 for none."""

    text: Text
    title: Title = ""
    photos: Names = ()
    is_private: bool = False
    seq: Seq = 0


class OwnDraftAnswer(Body):
    """A draft as kept."""

    slot: str
    title: str
    text: str
    photos: list[str]
    is_private: bool
    seq: int


class ApartAnswer(Body):
    """Where it is kept now, and the number of that."""

    slot: str
    seq: int


class SeqAnswer(Body):
    """The number of what is kept now."""

    seq: int


class DraftsAnswer(Body):
    """Everything unsent, the latest first."""

    drafts: list[OwnDraftAnswer]


class OwnReplyAnswer(Body):
    """A reply of one's own and the thread it stands in."""

    id: int
    post_id: int
    board: str
    title: str
    excerpt: str
    state: str
    at: dt.datetime


class OwnRepliesAnswer(Body):
    """The newest first; ``following`` is the ``before`` of the next page, null at the end."""

    replies: list[OwnReplyAnswer]
    following: int | None


class OwnPhotoAnswer(Body):
    """A photo of one's own, below ``/files/``, and the thread it stands in."""

    name: str
    at: dt.datetime
    post_id: int
    title: str


class OwnPhotosAnswer(Body):
    """The newest first."""

    photos: list[OwnPhotoAnswer]


def _draft(found: Draft) -> OwnDraftAnswer:
    return told(OwnDraftAnswer, found, photos=list(found.photos))


async def show_drafts(request: web.Request) -> web.Response:
    """草稿箱."""
    who = await reading_as_somebody(request)
    return answer(DraftsAnswer(drafts=[_draft(one) for one in await drafts.drafts(viewer=who.viewer)]))


async def show_draft(request: web.Request) -> web.Response:
    """草稿."""
    who = await reading_as_somebody(request)
    return answer(_draft(await drafts.draft(request.match_info["slot"], viewer=who.viewer)))


async def save_draft(request: web.Request) -> web.Response:
    """存草稿."""
    who = await acting_as_somebody(request)
    body = await given(request, DraftBody)
    wanted = Draft(request.match_info["slot"], body.title, body.text, body.photos, body.is_private, body.seq)
    return answer(SeqAnswer(seq=await drafts.save(wanted, by=who.viewer)))


async def keep_apart(request: web.Request) -> web.Response:
    """另存一份草稿."""
    who = await acting_as_somebody(request)
    body = await given(request, DraftBody)
    wanted = Draft(request.match_info["slot"], body.title, body.text, body.photos, body.is_private)
    kept = await drafts.apart(wanted, by=who.viewer)
    return answer(ApartAnswer(slot=kept.slot, seq=kept.seq))


async def drop_draft(request: web.Request) -> web.Response:
    """丢掉草稿."""
    who = await acting_as_somebody(request)
    await drafts.drop(request.match_info["slot"], by=who.viewer)
    return answer(DoneAnswer())


async def show_replies(request: web.Request) -> web.Response:
    """我的回复."""
    who, before = await reading_as_somebody(request), number_in_query(request, "before")
    found = await own_replies.own_replies(viewer=who.viewer, place_id=who.place_id, before=before)
    lines = [told(OwnReplyAnswer, one, board=one.kind.key.value, state=one.state.value) for one in found.lines]
    return answer(OwnRepliesAnswer(replies=lines, following=found.next))


async def show_photos(request: web.Request) -> web.Response:
    """我的照片."""
    who = await reading_as_somebody(request)
    found = await own_photos.own_photos(viewer=who.viewer)
    return answer(OwnPhotosAnswer(photos=[told(OwnPhotoAnswer, one) for one in found]))


async def drop_photo(request: web.Request) -> web.Response:
    """删除照片."""
    who = await acting_as_somebody(request)
    await own_photos.drop_photo(request.match_info["name"], by=who.viewer)
    return answer(DoneAnswer())


_SLOT = Parameter(
    "slot",
    "path",
    {"type": "string", "maxLength": 40},
    "what it is for: `new:issues`, `reply:12`, `edit:post:12`; a further one for the same: `new:issues:2`",
)
_NAME = Parameter("name", "path", {"type": "string", "maxLength": 80}, "the file's name")
_BEFORE = Parameter(
    "before", "query", {"type": "integer", "minimum": 0, "maximum": MOST_ID}, "the reply the page ends before"
)
ROUTES = (
    web.get("/api/v1/drafts", show_drafts),
    web.get("/api/v1/drafts/{slot}", show_draft),
    web.post("/api/v1/drafts/{slot}", save_draft),
    web.post("/api/v1/drafts/{slot}/apart", keep_apart),
    web.post("/api/v1/drafts/{slot}/drop", drop_draft),
    web.get("/api/v1/replies/own", show_replies),
    web.get("/api/v1/photos/own", show_photos),
    web.post("/api/v1/photos/{name}/drop", drop_photo),
)
OPERATIONS = (
    reads("listDrafts", "drafts", "Everything the caller wrote and did not send", gives=DraftsAnswer, refusals=(403,)),
    reads(
        "readDraft",
        "drafts/{slot}",
        "What the caller wrote and did not send",
        gives=OwnDraftAnswer,
        parameters=(_SLOT,),
        refusals=(403,),
    ),
    acts(
        "saveDraft",
        "drafts/{slot}",
        "Keep what is written; refused where a newer state is kept, or it was sent",
        gives=SeqAnswer,
        takes=DraftBody,
        parameters=(_SLOT,),
    ),
    acts(
        "keepDraftApart",
        "drafts/{slot}/apart",
        "Keep what another form was quicker than beside it, in a slot of its own",
        gives=ApartAnswer,
        takes=DraftBody,
        parameters=(_SLOT,),
    ),
    acts("dropDraft", "drafts/{slot}/drop", "Throw a draft away", parameters=(_SLOT,), refusals=REFUSED),
    reads(
        "listOwnReplies",
        "replies/own",
        "What the caller answered in threads",
        gives=OwnRepliesAnswer,
        parameters=(_BEFORE,),
    ),
    reads("listOwnPhotos", "photos/own", "The photos the caller put on boards", gives=OwnPhotosAnswer),
    acts(
        "dropOwnPhoto",
        "photos/{name}/drop",
        "Delete a photo of one's own for everybody",
        parameters=(_NAME,),
        refusals=REFUSED,
    ),
)
