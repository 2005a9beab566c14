"""Search as JSON: entries of the guide and posts that say what is looked for, with what was found marked."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from forum.search import searching
from forum.search.searching import Asked, HitLine, Order
from models.errors import Invalid
from models.operation import Body, Operation, Parameter
from nlp.finding import Piece
from portal.api.acting import reading_as_somebody
from portal.api.boards import PostAnswer, post_of
from portal.api.guide import EntryBrief
from portal.api.reading import answer

LONGEST, MOST_FILTER = 200, 40


class PieceAnswer(Body):
    """A part of a text, and whether it is what was looked for."""

    text: str
    is_hit: bool


class FoundPostAnswer(Body):
    """A post that was found; ``title`` and ``excerpt`` in pieces, whose texts put together are the whole."""

    post: PostAnswer
    title: list[PieceAnswer]
    excerpt: list[PieceAnswer]


class FoundAnswer(Body):
    """Entries of the guide, on the first page without filters alone, and posts; ``following`` is the ``after`` of the
    next page, '' at the end."""

    entries: list[EntryBrief]
    posts: list[FoundPostAnswer]
    following: str


def _pieces(parts: Sequence[Piece]) -> list[PieceAnswer]:
    return [PieceAnswer(text=part.text, is_hit=part.is_hit) for part in parts]


def _hit(line: HitLine) -> FoundPostAnswer:
    return FoundPostAnswer(post=post_of(line.post), title=_pieces(line.title), excerpt=_pieces(line.excerpt))


def _asked(request: web.Request) -> Asked:
    given = {name: request.query.get(name, "") for name in ("q", "order", "board", "building", "who")}
    for name, text in given.items():
        if len(text) > (LONGEST if name == "q" else MOST_FILTER):
            raise Invalid("api.bad_field", field=name, why=f"0-{LONGEST}")
    if given["order"] not in ("", *Order):
        raise Invalid("search.no_order")
    order = Order(given["order"] or Order.RELEVANT)
    return Asked(given["q"], order, given["board"], given["building"], given["who"])


async def show(request: web.Request) -> web.Response:
    """搜索."""
    who = await reading_as_somebody(request)
    after = searching.behind(request.query.get("after", ""))
    found = await searching.search(_asked(request), viewer=who.viewer, place_id=who.place_id, after=after)
    entries = [EntryBrief(key=one.key, title=one.content.title, summary=one.content.summary) for one in found.entries]
    following = str(found.next) if found.next else ""
    return answer(FoundAnswer(entries=entries, posts=[_hit(line) for line in found.lines], following=following))


def _filter(name: str, what: str, *, most: int = MOST_FILTER) -> Parameter:
    return Parameter(name, "query", {"type": "string", "maxLength": most}, what)


ROUTES = (web.get("/api/v1/search", show),)
OPERATIONS = (
    Operation(
        "searchNeighbourhood",
        "GET",
        "/api/v1/search",
        "What neighbours wrote and the guide says of something, in one's own neighbourhood",
        FoundAnswer,
        parameters=(
            _filter("q", "what is looked for, in everyday words", most=LONGEST),
            Parameter("order", "query", {"type": "string", "enum": [*Order]}, "which stands first"),
            _filter("board", "the key of a board"),
            _filter("building", "the building of the author, as it is shown"),
            _filter("who", "the name of the author, as it is shown; for staff also the real one"),
            _filter("after", "where the page begins"),
        ),
        refusals=(403, 404, 422),
    ),
)
