"""Pages of boards ask the database as often for a thousand posts as for ten (a million: ``benchmarks.boards``)."""

from __future__ import annotations

import pytest

from models.place import Place
from models.post import Post
from people import places
from tests.portal import many_posts
from tests.portal.colleagues import Colleague, lives_here
from tests.portal.conftest import Client
from tests.portal.statements import statements

TEXTS = [
    ("3号楼路灯不亮", "楼下的路灯坏了三天，晚上走路看不见。"),
    ("电梯又停了", "5号楼的电梯早上停了，等了半个小时。"),
    ("车棚充电", "电瓶车充电一次多少钱？"),
]


async def count(wang: Colleague, post: int) -> dict[str, int]:
    """How many statements each page costs."""
    counted: dict[str, int] = {}
    for path in ("/boards", "/boards/neighbours", "/my/posts", f"/posts/{post}", "/search?q=路灯不亮"):
        with statements() as listened:
            shown = await wang.see(path)
        assert (shown.status, "路灯" in shown.html or path == "/my/posts") == (200, True), path
        counted[path] = len(listened.seen)
    return counted


@pytest.mark.databases("sqlite")
async def test_pages_of_boards_ask_as_often_for_a_thousand_as_for_ten(client: Client) -> None:
    wang, other = await lives_here(client, "王秀英"), await Place.get(slug="other")
    square = await many_posts.settled(TEXTS, place=places.home_place_id(), other=other.id)
    await many_posts.grow(square, already=0, until=10)
    first = await Post.filter(place_id=square.place).order_by("id").first()
    assert first is not None
    await many_posts.answer(square, first.id, already=0, until=10)
    await count(wang, first.id)  # What is looked up once in a process.
    few = await count(wang, first.id)
    await many_posts.grow(square, already=10, until=1_000)
    await many_posts.answer(square, first.id, already=10, until=1_000)
    assert await count(wang, first.id) == few
