"""Feeds of public boards: only of kinds that may be, only what offices published for all, gone once it is gone."""

from __future__ import annotations

import pytest

from forum import board_settings, posts, public_feeds
from forum.board_settings import Wanted
from forum.boards import kinds
from forum.kinds import OFFICES, BoardKind
from forum.notices.targets import Target
from models.errors import Invalid, NotAllowed, NotFound
from models.person import NEIGHBOURS
from models.post import Post, PostState
from people.viewers import SYSTEM, Viewer, guest
from tests.forum.conftest import Neighbours
from tests.forum.notices.conftest import Street, run, street

__all__ = ["street"]
MAY = [kind for kind in kinds().values() if kind.may_be_public]


async def opened(cast: Neighbours, name: str = "announcements", *, is_public: bool = True) -> None:
    wanted = Wanted(is_on=True, is_public=is_public)
    await board_settings.set_board(name, wanted, by=cast.gao, place_id=cast.here.id)


async def read(cast: Neighbours, viewer: Viewer | None = None, *, name: str = "announcements") -> list[str]:
    viewer = viewer or guest(cast.here.id)
    return [one.text for one in (await public_feeds.public_feed(name, viewer=viewer, place_id=cast.here.id)).entries]


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.key.value)
def test_no_kind_on_which_neighbours_write_may_be_public(kind: BoardKind) -> None:
    if kind.may_be_public:
        assert not kind.posts & NEIGHBOURS
        assert kind.posts <= {*OFFICES}
        assert not kind.has_private


async def test_boards_of_neighbours_are_never_made_public(cast: Neighbours) -> None:
    for kind in kinds().values():
        if kind not in MAY:
            with pytest.raises(Invalid, match="never_public"):
                await opened(cast, kind.key)
            with pytest.raises(NotFound):
                await read(cast, name=kind.key)
    assert {one.key.value for one in MAY} == {"announcements", "party", "open_affairs", "village_affairs"}


async def test_what_is_not_public_or_not_on_is_not_there_for_anybody(cast: Neighbours) -> None:
    await cast.post("停水", by=cast.chen, board="announcements")
    everybody = (guest(cast.here.id), cast.wang, cast.chen, cast.gao, cast.stranger, cast.outsider, SYSTEM)
    for who in everybody:
        with pytest.raises(NotFound):
            await read(cast, who)
    await opened(cast)
    assert [await read(cast, who) for who in everybody] == [["停水"]] * len(everybody)
    await opened(cast, is_public=False)
    with pytest.raises(NotFound):
        await read(cast, cast.gao)
    off = Wanted(is_on=False, is_public=True)
    await board_settings.set_board("announcements", off, by=cast.gao, place_id=cast.here.id)
    with pytest.raises(NotFound):
        await read(cast)
    with pytest.raises(NotFound):
        await public_feeds.public_feed("announcements", viewer=SYSTEM, place_id=cast.elsewhere.id)


async def test_what_is_hidden_held_or_deleted_leaves_at_once(cast: Neighbours) -> None:
    await opened(cast)
    made = [await cast.post(f"通知{at}", by=cast.chen, board="announcements") for at in range(4)]
    await posts.delete(made[0], by=cast.chen)
    assert await read(cast) == ["通知3", "通知2", "通知1"]
    for post, state in zip(made[1:], (PostState.HIDDEN, PostState.HELD, PostState.LOCKED), strict=True):
        await Post.filter(id=post).update(state=state)
    assert await read(cast) == ["通知3"]


async def test_neither_names_nor_homes_nor_who_wrote_it_are_in_it(cast: Neighbours) -> None:
    await opened(cast)
    text = "@王阿姨 家住3号楼2单元501室，电话13800001234，请来领补贴"
    await cast.post(text, by=cast.chen, board="announcements")
    found = await public_feeds.public_feed("announcements", viewer=guest(cast.here.id), place_id=cast.here.id)
    [entry] = found.entries
    assert entry.office.value == "worker"
    for secret in ("王阿姨", "501", "13800001234", "小陈", "陈"):
        assert secret not in f"{entry.title} {entry.text}"


async def test_a_notice_for_some_is_in_no_feed_and_one_for_all_is(street: Street) -> None:
    await opened(street.cast)
    await street.write("只给三号楼", target=Target(buildings=(street.buildings[0],)))
    await street.write("周六停水")
    await run()
    assert await read(street.cast) == ["周六停水"]


async def test_replies_and_posts_without_an_office_are_in_no_feed(cast: Neighbours) -> None:
    await opened(cast)
    post = await cast.post("停水", by=cast.chen, board="announcements")
    await cast.reply(post, "几点来水")
    await Post.create(
        created_at=(await Post.get(id=post)).created_at,
        place_id=cast.here.id,
        board="announcements",
        author_id=cast.wang.person_id,
        state=PostState.PUBLISHED,
        title="移来的",
        text="移来的",
        last_at=(await Post.get(id=post)).created_at,
    )
    assert await read(cast) == ["停水"]


async def test_only_who_sets_boards_makes_one_public(cast: Neighbours) -> None:
    for who in (cast.wang, cast.li, cast.sun, cast.stranger):
        with pytest.raises((NotAllowed, NotFound)):
            await board_settings.set_board("party", Wanted(is_public=True), by=who, place_id=cast.here.id)
