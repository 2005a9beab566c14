"""The neighbourhood's boards: all of them, one of them, writing on one, and setting them."""

from __future__ import annotations

from aiohttp import web

from forum import board_list, board_settings, drafts, feeds, own_photos, own_replies, posts, things
from forum.board_list import BoardLine
from forum.board_settings import Wanted
from forum.notices import receipts
from forum.posts import NewPost
from models.errors import Invalid, NotAllowed, Refusal, Taken, TooMany
from models.wording import say, say_refusal
from people import places, shown
from people.shown import Shown
from portal.composing import Typed, kept, previews, typed, word_of
from portal.forms import Sent, done, form, own_form, whole
from portal.render import new_key, page
from portal.session import Visitor, somebody
from portal.staff import done_words, staff_page, worker
from portal.uploads import MOST_PHOTOS, own_photo_form

SETTINGS = "/boards/settings"


async def show(request: web.Request) -> web.Response:
    """邻里."""
    who = await somebody(request)
    boards = await board_list.boards(viewer=who.viewer, place_id=who.place_id)
    after = feeds.after(request.query.get("after", ""))
    feed = await feeds.newest(viewer=who.viewer, place_id=who.place_id, after=after)
    above = await receipts.on_top(viewer=who.viewer, place_id=who.place_id)
    return await page(request, "boards.html", boards=boards, feed=feed, on_top_here=above, done=done_words(request))


async def show_board(request: web.Request) -> web.Response:
    """一个板块."""
    who, line = await _board(request)
    if line.kind.path:
        raise web.HTTPSeeOther(line.kind.path)
    after = feeds.after(request.query.get("after", ""))
    feed = await feeds.feed(line.kind.key, viewer=who.viewer, place_id=who.place_id, after=after)
    if after is None:
        await board_list.mark_seen(line.kind.key, by=who.viewer, place_id=who.place_id)
    above = line.kind.takes_notices and await receipts.on_top(
        viewer=who.viewer, place_id=who.place_id, board=line.kind.key
    )
    return await page(
        request,
        "board.html",
        feed_path=f"/feeds/{(await places.place(line.place_id)).slug}/{line.kind.key}.atom" if line.is_public else "",
        on_top_of_it=above or [],
        board=line,
        named=await _named(line, who),
        feed=feed,
        marks=await things.marks(line.kind, [one.id for one in feed.lines], viewer=who.viewer, place_id=who.place_id),
        may_post=posts.may_post(who.viewer, line.kind, who.place_id),
        done=done_words(request),
    )


async def _named(line: BoardLine, who: Visitor) -> Shown | None:
    """Whom a board is about, such as the family doctor."""
    if line.named_id is None:
        return None
    return (await shown.shown([line.named_id], viewer=who.viewer, place_id=who.place_id)).get(line.named_id)


async def _board(request: web.Request) -> tuple[Visitor, BoardLine]:
    who = await somebody(request)
    return who, await board_list.board(request.match_info["board"], viewer=who.viewer, place_id=who.place_id)


async def show_new(request: web.Request) -> web.Response:
    """发帖."""
    who, line = await _board(request)
    if not posts.may_post(who.viewer, line.kind, who.place_id):
        raise NotAllowed("post.not_here", board=line.kind.name)
    slot = drafts.slot_beside(drafts.slot_for_new(line.kind.key), request.query.get("draft", ""))
    draft = await drafts.draft(slot, viewer=who.viewer)
    return await _form(request, line, Typed.of_draft(draft, key=new_key()), case=request.query.get("case", ""))


async def _form(
    request: web.Request,
    line: BoardLine,
    stands: Typed,
    *,
    refusal: Refusal | None = None,
    saved: str = "",
    case: str = "",
) -> web.Response:
    who = await somebody(request)
    return await page(
        request,
        "post_new.html",
        status=refusal.status if refusal else 200,
        board=line,
        typed=stands,
        case=case if case.isdecimal() else "",
        photos=await previews(stands.photos, by=who.viewer),
        slot=drafts.slot_beside(drafts.slot_for_new(line.kind.key), stands.slot),
        most_photos=MOST_PHOTOS,
        problem=say_refusal(refusal) if refusal else "",
        done=say(f"staff.done.{saved}") if saved else "",
    )


@own_photo_form
async def publish(request: web.Request, sent: Sent, photos: tuple[bytes, ...]) -> web.StreamResponse:
    """发出去, or keep it as a draft: what is typed stays in the form until it has been taken."""
    who, line = await _board(request)
    stands = Typed.of_form(sent)
    try:
        stands = await typed(sent, photos, by=who.viewer, place_id=who.place_id)
        if sent.text("keep"):
            return await _keep(request, line, stands)
        made = await posts.publish(_new(line, stands, sent), by=who.viewer, place_id=who.place_id)
    except (Invalid, Taken, TooMany, NotAllowed) as refusal:
        return await _form(request, line, stands, refusal=refusal, case=sent.text("case"))
    return done(f"/posts/{made.id}", word_of(made, "post_publish"))


async def _keep(request: web.Request, line: BoardLine, stands: Typed) -> web.Response:
    who = await somebody(request)
    stands, word = await kept(stands, drafts.slot_for_new(line.kind.key), by=who.viewer)
    return await _form(request, line, stands, saved=word)


def _new(line: BoardLine, stands: Typed, sent: Sent) -> NewPost:
    case_id = sent.text("case")
    return NewPost(
        board=line.kind.key,
        text=stands.text,
        title=stands.title,
        photos=stands.photos,
        is_private=stands.is_private,
        key=stands.key,
        draft_seq=stands.seq,
        draft_slot=stands.slot,
        case_id=whole(case_id) if case_id else None,
    )


async def show_own(request: web.Request) -> web.Response:
    """我的帖子、回复和草稿."""
    who = await somebody(request)
    after, before = feeds.after(request.query.get("after", "")), whole(request.query.get("before", "0"))
    feed = await feeds.own_posts(viewer=who.viewer, place_id=who.place_id, after=after)
    unsent = await drafts.drafts(viewer=who.viewer)
    answered = await own_replies.own_replies(viewer=who.viewer, place_id=who.place_id, before=before)
    return await page(request, "my_posts.html", feed=feed, drafts=unsent, answered=answered, done=done_words(request))


@own_form
async def drop_draft(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """丢掉草稿."""
    await drafts.drop(sent.text("slot"), by=sent.who.viewer)
    return done("/my/posts", "draft_dropped")


async def show_photos(request: web.Request) -> web.Response:
    """我的照片."""
    who = await somebody(request)
    found = await own_photos.own_photos(viewer=who.viewer)
    return await page(request, "my_photos.html", photos=found, done=done_words(request))


@own_form
async def drop_photo(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """删除照片."""
    await own_photos.drop_photo(sent.text("name"), by=sent.who.viewer)
    return done("/my/photos", "photo_dropped")


async def show_settings(request: web.Request) -> web.Response:
    """板块设置."""
    return await _settings(request)


async def _settings(request: web.Request, *, refusal: Refusal | None = None, sent: Sent | None = None) -> web.Response:
    who = await worker(request, "board.set")
    return await staff_page(
        request,
        "staff/boards.html",
        refusal=refusal,
        boards=await board_settings.settings(viewer=who.viewer, place_id=who.place_id),
        officials=await board_settings.officials(viewer=who.viewer, place_id=who.place_id),
        typed=dict(sent.fields) if sent else {},
        typed_of=request.match_info.get("board", ""),
    )


@form
async def set_board(request: web.Request, sent: Sent) -> web.StreamResponse:
    """改板块设置."""
    hours, named, is_on = sent.text("hours").strip(), sent.text("named"), {"on": True, "off": False}
    try:
        wanted = Wanted(
            is_on=is_on.get(sent.text("is_on")),
            reply_hours=_hours(hours),
            intro=sent.text("intro"),
            named_id=whole(named) if named else None,
            is_public=bool(sent.text("is_public")),
        )
        await board_settings.set_board(
            request.match_info["board"], wanted, by=sent.who.viewer, place_id=sent.who.place_id
        )
    except Invalid as refusal:
        return await _settings(request, refusal=refusal, sent=sent)
    return done(SETTINGS, "board_set")


def _hours(typed_hours: str) -> float | None:
    if not typed_hours:
        return None
    try:
        return float(typed_hours)
    except ValueError as error:
        raise Invalid("board.hours_wrong", most=board_settings.MOST_HOURS) from error
