"""Lists of words that posts are screened for: what is in force here, trying a change on what was posted, saving it."""

from __future__ import annotations

from aiohttp import web

from forum.moderation import word_lists
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken
from nlp.screen import Action
from portal.forms import Sent, done, form, whole
from portal.staff import staff_page, worker

HOME, READ, CHANGE = "/moderation/words", "words.read", "words.change"
_REFUSALS = (Invalid, NotAllowed, Taken)


async def show(request: web.Request) -> web.Response:
    """词表."""
    who = await worker(request, READ)
    lines = await word_lists.lists(viewer=who.viewer, place_id=who.place_id)
    return await staff_page(request, "staff/moderation_words.html", lines=lines)


async def show_new(request: web.Request) -> web.Response:
    """加一张词表."""
    return await _show_one(request, name="", number=0, action=Action.HOLD.value, text="")


async def show_one(request: web.Request) -> web.Response:
    """一张词表."""
    who, name = await worker(request, READ), request.match_info["name"]
    lines = await word_lists.lists(viewer=who.viewer, place_id=who.place_id)
    line = next((one for one in lines if one.name == name), None)
    if line is None:
        raise NotFound("words.not_found")
    return await _show_one(request, name=name, number=line.number, action=line.action, text=line.text)


async def _show_one(
    request: web.Request,
    *,
    name: str,
    number: int,
    action: str,
    text: str,
    refusal: Refusal | None = None,
    tried: word_lists.DryRun | None = None,
) -> web.Response:
    who = await worker(request, READ)
    return await staff_page(
        request,
        "staff/moderation_words_one.html",
        refusal=refusal,
        name=name,
        number=number,
        action=action,
        text=text,
        tried=tried,
        actions=(*(one.value for one in Action), *((word_lists.OFF,) if number or name else ())),
        versions=await word_lists.versions(name, viewer=who.viewer, place_id=who.place_id) if name else [],
        most=word_lists.MOST_WORDS,
        history=word_lists.HISTORY,
    )


@form
async def save(request: web.Request, sent: Sent) -> web.StreamResponse:
    """试一试, or 保存: the first shows what the list would find, and only then the second is offered."""
    name, action, text = sent.text("name").strip(), sent.text("action"), sent.text("text")
    seen, place_id = whole(sent.text("number") or "0"), sent.who.place_id
    again = {"name": name, "number": seen, "action": action, "text": text}
    try:
        if sent.text("sure") != "1":
            tried = None
            if action != word_lists.OFF:
                tried = await word_lists.dry_run(
                    name, viewer=sent.who.viewer, place_id=place_id, action=action, text=text
                )
            return await _show_one(request, **again, tried=tried or word_lists.DryRun(0, 0, ()))
        await word_lists.change(name, by=sent.who.viewer, place_id=place_id, action=action, text=text, seen=seen)
    except _REFUSALS as refusal:
        return await _show_one(request, **again, refusal=refusal)
    return done(HOME, "words_change")
