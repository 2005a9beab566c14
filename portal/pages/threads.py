"""One thread: reading, answering, liking, changing, and what it was before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlencode

from aiohttp import web

from forum import cases, drafts, posted, posts, reactions, replies, threads
from forum.activities import sight as activities
from forum.deliberation import found as proposals
from forum.help import sight as wish_sight
from forum.items import views as item_views
from forum.kinds import Carries
from forum.notices import receipts
from forum.replies import NewReply
from forum.sight import Found, visible, visible_reply
from forum.surveys import sight as surveys
from models.board import BoardName
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, TooMany, WrongState
from models.post import Thing
from models.thread import ReactionKind
from models.wording import say_refusal
from portal.composing import Typed, previews, typed, word_of
from portal.forms import Sent, done, lead_to, own_form, whole
from portal.kinds import choice_for
from portal.render import new_key, page
from portal.session import Visitor, somebody
from portal.staff import done_words
from portal.uploads import MOST_PHOTOS, own_photo_form

CANNOT = (Invalid, NotAllowed, Taken, TooMany, WrongState)


def _id(request: web.Request) -> int:
    return whole(request.match_info["id"])


async def show(request: web.Request) -> web.Response:
    """看帖子."""
    return await _show(request, await _unsent(request))


async def _unsent(request: web.Request) -> Typed:
    """The reply that was left unsent here."""
    who = await somebody(request)
    slot = drafts.slot_beside(drafts.slot_for_reply(_id(request)), request.query.get("draft", ""))
    draft = await drafts.draft(slot, viewer=who.viewer)
    return Typed.of_draft(draft, key=new_key())


async def _show(
    request: web.Request, stands: Typed, *, refusal: Refusal | None = None, quotes: str = ""
) -> web.Response:
    who, after = await somebody(request), request.query.get("after", "")
    thread = await threads.thread(_id(request), viewer=who.viewer, after=whole(after) if after else 0)
    last = thread.replies[-1].id if thread.replies else whole(after or "0")
    if refusal is None:
        await threads.see(thread.post.id, by=who.viewer, upto=last)
    quotes = quotes or request.query.get("quote", "")
    return await page(
        request,
        "thread.html",
        status=refusal.status if refusal else 200,
        thread=thread,
        **await _thing(thread.post, who),
        after=after,
        last=last,
        typed=stands,
        quote=next((one for one in thread.replies if str(one.id) == quotes), None),
        photos=await previews(stands.photos, by=who.viewer),
        slot=drafts.slot_beside(drafts.slot_for_reply(thread.post.id), stands.slot),
        most_photos=MOST_PHOTOS,
        kinds=await choice_for(thread.post.text, place_id=who.place_id) if thread.may.make_case else None,
        problem=say_refusal(refusal) if refusal else "",
        done=done_words(request),
    )


async def _thing(post: Found, who: Visitor) -> dict[str, object]:
    """What the post stands for beside its words."""
    carries = post.kind.carries
    item = await item_views.item_of(post.id, viewer=who.viewer) if carries is Carries.ITEM else None
    wish = await wish_sight.wish_of(post.id, viewer=who.viewer) if carries is Carries.WISH else None
    called = await activities.activity_on(post, viewer=who.viewer) if post.kind.beside else None
    is_survey = await surveys.stands_on(post) if post.kind.key is BoardName.PROPOSALS else False
    proposal = await proposals.of_post(post.id) if post.kind.key is BoardName.DELIBERATION else None
    return {"item": item, "wish": wish, "called": called, "is_survey": is_survey, "proposal": proposal}


@own_photo_form
async def reply(request: web.Request, sent: Sent, photos: tuple[bytes, ...]) -> web.StreamResponse:
    """回复: what is typed stays in the form until it has been taken."""
    who, post_id = sent.who, _id(request)
    stands, quotes = Typed.of_form(sent), sent.text("quotes")
    try:
        stands = await typed(sent, photos, by=who.viewer, place_id=who.place_id)
        new = NewReply(
            stands.text,
            quotes=whole(quotes) if quotes else None,
            photos=stands.photos,
            key=stands.key,
            draft_seq=stands.seq,
            draft_slot=stands.slot,
        )
        made = await replies.reply(post_id, new, by=who.viewer)
    except CANNOT as refusal:
        return await _show(request, stands, refusal=refusal, quotes=quotes)
    return await _to_reply(made.id, who, word_of(made, "post_reply"))


async def _to_reply(reply_id: int, who: Visitor, word: str) -> web.Response:
    """Lead to a reply in its thread."""
    found = await visible_reply(reply_id, who.viewer)
    after = await threads.page_of(reply_id, viewer=who.viewer)
    query = urlencode({"done": word, **({"after": after} if after else {})})
    return lead_to(f"/posts/{found.post.id}?{query}#r{reply_id}")


Work = Callable[[Sent, int], Awaitable[object]]


def _react(thing: Thing, kind: ReactionKind, *, is_on: bool) -> Work:
    async def work(sent: Sent, thing_id: int) -> None:
        await reactions.react(thing, thing_id, kind, by=sent.who.viewer, is_on=is_on)

    return work


def _reactions(thing: Thing) -> dict[str, Work]:
    return {
        f"{'' if is_on else 'un'}{kind.value}": _react(thing, kind, is_on=is_on)
        for kind in ReactionKind
        for is_on in (True, False)
    }


def _version(sent: Sent) -> int | None:
    text = sent.text("seen_version")
    return whole(text) if text else None


async def _edit(sent: Sent, post_id: int) -> None:
    given = {"text": sent.text("text"), "title": sent.text("title")}
    await posts.edit(post_id, by=sent.who.viewer, seen_version=_version(sent), **given)


async def _delete(sent: Sent, post_id: int) -> None:
    await posts.delete(post_id, by=sent.who.viewer, reason=sent.text("reason"), seen_version=_version(sent))


async def _follow(sent: Sent, post_id: int) -> None:
    await posted.follow(post_id, by=sent.who.viewer)


async def _unfollow(sent: Sent, post_id: int) -> None:
    await posted.follow(post_id, by=sent.who.viewer, is_on=False)


async def _to_case(sent: Sent, post_id: int) -> None:
    await cases.to_case(post_id, by=sent.who.viewer, kind_key=sent.text("kind_key"), seen_version=_version(sent))


async def _received(sent: Sent, post_id: int) -> None:
    """收到: of an emergency."""
    await receipts.acknowledge_post(post_id, by=sent.who.viewer)


async def _edit_reply(sent: Sent, reply_id: int) -> None:
    await replies.edit(reply_id, by=sent.who.viewer, text=sent.text("text"), seen_version=_version(sent))


async def _delete_reply(sent: Sent, reply_id: int) -> None:
    viewer = sent.who.viewer
    await replies.delete(reply_id, by=viewer, reason=sent.text("reason"), seen_version=_version(sent))


VERBS: Mapping[str, Work] = {
    **_reactions(Thing.POST),
    "edit": _edit,
    "delete": _delete,
    "follow": _follow,
    "unfollow": _unfollow,
    "to_case": _to_case,
    "received": _received,
}
REPLY_VERBS: Mapping[str, Work] = {**_reactions(Thing.REPLY), "edit": _edit_reply, "delete": _delete_reply}


@own_form
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """One thing done to a post."""
    verb, post_id = request.match_info["verb"], _id(request)
    board = (await visible(post_id, sent.who.viewer)).kind.key
    try:
        await _work(VERBS, verb)(sent, post_id)
    except CANNOT as refusal:
        if verb == "edit":
            return await _edit_form(request, Thing.POST, refusal=refusal, sent=sent)
        return await _show(request, await _unsent(request), refusal=refusal)
    return done(f"/boards/{board}" if verb == "delete" else f"/posts/{post_id}", f"post_{verb}")


@own_form
async def do_to_reply(request: web.Request, sent: Sent) -> web.StreamResponse:
    """One thing done to a reply."""
    verb, reply_id = request.match_info["verb"], _id(request)
    post_id = (await visible_reply(reply_id, sent.who.viewer)).post.id
    try:
        await _work(REPLY_VERBS, verb)(sent, reply_id)
    except CANNOT as refusal:
        if verb == "edit":
            return await _edit_form(request, Thing.REPLY, refusal=refusal, sent=sent)
        raise
    if verb == "delete":
        return done(f"/posts/{post_id}", "post_delete")
    return await _to_reply(reply_id, sent.who, f"post_{verb}")


def _work(verbs: Mapping[str, Work], verb: str) -> Work:
    if verb not in verbs:
        raise NotFound("page.not_found")
    return verbs[verb]


async def show_edit(request: web.Request) -> web.Response:
    """修改帖子."""
    return await _edit_form(request, Thing.POST)


async def show_edit_reply(request: web.Request) -> web.Response:
    """修改回复."""
    return await _edit_form(request, Thing.REPLY)


async def _edit_form(
    request: web.Request, thing: Thing, *, refusal: Refusal | None = None, sent: Sent | None = None
) -> web.Response:
    who = await somebody(request)
    mine = await _own(thing, _id(request), who)
    post = mine if isinstance(mine, Found) else mine.post
    return await page(
        request,
        "post_edit.html",
        status=refusal.status if refusal else 200,
        thing=thing.value,
        mine=mine,
        post=post,
        title=sent.text("title") if sent else post.title,
        text=sent.text("text") if sent else mine.text,
        problem=say_refusal(refusal) if refusal else "",
    )


async def _own(thing: Thing, thing_id: int, who: Visitor) -> Found | replies.FoundReply:
    if thing is Thing.POST:
        return await posts.own(thing_id, by=who.viewer, verb="post.edit")
    return await replies.own(thing_id, by=who.viewer, verb="post.edit")


async def show_trail(request: web.Request) -> web.Response:
    """修改记录."""
    return await _trail(request, Thing.POST)


async def show_reply_trail(request: web.Request) -> web.Response:
    """回复的修改记录."""
    return await _trail(request, Thing.REPLY)


async def _trail(request: web.Request, thing: Thing) -> web.Response:
    viewer = (await somebody(request)).viewer
    former = await posted.trail(thing, _id(request), viewer=viewer)
    now = await visible(_id(request), viewer) if thing is Thing.POST else await visible_reply(_id(request), viewer)
    post = now if isinstance(now, Found) else now.post
    return await page(request, "post_trail.html", former=former, now=now, post=post)
