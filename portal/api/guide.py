"""The guide as JSON: categories, one entry, and search."""

from __future__ import annotations

from aiohttp import web

from casework import guide
from casework.snapshots import ShownEntry
from models.entry_content import EntryContent
from models.errors import Invalid
from models.operation import Body, Operation, Parameter
from portal.api.reading import answer
from portal.session import visitor

LONGEST = 500


class EntryBrief(Body):
    """An entry in a list."""

    key: str
    title: str
    summary: str


class CategoryAnswer(Body):
    """A category with its entries."""

    slug: str
    name: str
    entries: list[EntryBrief]


class CategoriesAnswer(Body):
    """Every category."""

    categories: list[CategoryAnswer]


class EntryAnswer(Body):
    """One entry as valid today; ``content.note`` is filled for staff only."""

    key: str
    version: int
    is_stale: bool
    remark: str
    content: EntryContent


class HitAnswer(Body):
    """An entry found, its score, and the words of the question that it shares."""

    key: str
    title: str
    score: float
    matched: list[str]


class SearchAnswer(Body):
    """What was found; ``zone`` is answer, offer or unknown."""

    zone: str
    right_first: float
    right_in_three: float
    hits: list[HitAnswer]


def _brief(shown: ShownEntry) -> EntryBrief:
    return EntryBrief(key=shown.key, title=shown.content.title, summary=shown.content.summary)


async def categories(request: web.Request) -> web.Response:
    """Every category with its entries."""
    who = await visitor(request)
    found = await guide.categories(viewer=who.viewer, place_id=who.place_id)
    return answer(
        CategoriesAnswer(
            categories=[
                CategoryAnswer(slug=one.slug, name=one.name, entries=[_brief(shown) for shown in one.entries])
                for one in found
            ]
        )
    )


async def entry(request: web.Request) -> web.Response:
    """One entry."""
    who = await visitor(request)
    shown = await guide.entry(request.match_info["key"], viewer=who.viewer, place_id=who.place_id)
    return answer(
        EntryAnswer(
            key=shown.key, version=shown.number, is_stale=shown.is_stale, remark=shown.remark, content=shown.content
        )
    )


async def search(request: web.Request) -> web.Response:
    """The nearest entries for a question."""
    who, text = await visitor(request), request.query.get("q", "").strip()
    if not text or len(text) > LONGEST:
        raise Invalid("api.bad_field", field="q", why=f"1-{LONGEST}")
    found = await guide.find(text, viewer=who.viewer, place_id=who.place_id)
    hits = [
        HitAnswer(key=hit.key, title=await _title(request, hit.key), score=hit.score, matched=list(hit.matched))
        for hit in found.hits
    ]
    return answer(
        SearchAnswer(
            zone=found.zone.value, right_first=found.right_first, right_in_three=found.right_in_three, hits=hits
        )
    )


async def _title(request: web.Request, key: str) -> str:
    who = await visitor(request)
    return (await guide.entry(key, viewer=who.viewer, place_id=who.place_id)).content.title


ROUTES = (
    web.get("/api/v1/guide", categories),
    web.get("/api/v1/guide/search", search),
    web.get("/api/v1/guide/entries/{key}", entry),
)

OPERATIONS = (
    Operation("listGuide", "GET", "/api/v1/guide", "Every category with its entries", CategoriesAnswer),
    Operation(
        "searchGuide",
        "GET",
        "/api/v1/guide/search",
        "The nearest entries for a question, with how sure the ranking is",
        SearchAnswer,
        parameters=(
            Parameter(
                "q", "query", {"type": "string", "minLength": 1, "maxLength": LONGEST}, "the question", is_required=True
            ),
        ),
        refusals=(422,),
    ),
    Operation(
        "readEntry",
        "GET",
        "/api/v1/guide/entries/{key}",
        "One entry as valid today in this neighbourhood",
        EntryAnswer,
        parameters=(Parameter("key", "path", {"type": "string", "maxLength": 60}, "the entry's key"),),
        refusals=(404,),
    ),
)
