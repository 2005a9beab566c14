"""What came in one import: every draft with what it changes, and one press for all of them."""

from __future__ import annotations

from aiohttp import web

from casework import imports, judging
from casework.imports import ImportedDraft
from models.errors import Invalid, NotAllowed, Refusal, Taken
from portal.differences import FieldDifference, plain
from portal.forms import Sent, done, form, whole
from portal.session import Visitor
from portal.staff import staff_page, worker

MOST_IN_FULL = 40
"""Of so many changed entries every line is shown; of more only which fields change."""


async def show(request: web.Request) -> web.Response:
    """一次导入."""
    return await _page(request, who=await worker(request, "guide.draft"))


async def _page(
    request: web.Request, *, who: Visitor, refusal: Refusal | None = None, despite: str = ""
) -> web.Response:
    found = await imports.opened(whole(request.match_info["id"]), viewer=who.viewer)
    changed = [one for one in found.drafts if not one.is_new]
    return await staff_page(
        request,
        "staff/import.html",
        refusal=refusal,
        found=found,
        worse=judging.shown_to(who.viewer, found.worse),
        despite=despite,
        new=[one for one in found.drafts if one.is_new],
        changed=[(one, _lines(one) if place < MOST_IN_FULL else ()) for place, one in enumerate(changed)],
    )


def _lines(one: ImportedDraft) -> tuple[FieldDifference, ...]:
    return tuple(plain(change) for change in one.changes)


@form
async def publish_import(request: web.Request, sent: Sent) -> web.StreamResponse:
    """全部发布."""
    import_id, seen, despite = whole(request.match_info["id"]), sent.text("seen"), sent.text("despite")
    try:
        await imports.publish_import(import_id, by=sent.who.viewer, seen=seen, despite=despite)
    except (Taken, NotAllowed, Invalid) as refusal:
        return await _page(request, who=sent.who, refusal=refusal, despite=despite)
    return done("/pack", "publish_import")
