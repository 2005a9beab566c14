"""The contract of every kind of board found in the folder, and which are on where."""

from __future__ import annotations

import pytest

from forum import board_list, board_settings, posts
from forum.board_settings import Wanted
from forum.boards import kinds
from forum.kinds import OFFICES, BoardKind
from forum.posts import NewPost
from models.board import BoardName
from models.errors import Invalid, NotAllowed, NotFound
from models.person import NEIGHBOURS, RoleName
from models.transaction import execute
from tests.forum.conftest import Neighbours

TEN = "announcements party guide deliberation issues mutual_help idle_items neighbours services activities"


def test_there_is_a_kind_for_every_name_and_no_other() -> None:
    assert [*kinds()] == [*BoardName]


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.key.value)
def test_a_kind_keeps_the_contract(kind: BoardKind) -> None:
    assert kind.name
    assert kind.about
    assert kind.officials <= {*OFFICES}
    assert kind.replies <= kind.reads
    assert kind.posts <= kind.reads
    assert kind.has_threads or kind.path, "a board without threads is somewhere else"
    assert kind.confidants <= kind.officials, "who answers in private answers officially"
    assert not kind.has_clock or NEIGHBOURS & kind.posts, "answers are owed to neighbours"
    assert not kind.has_clock or kind.unit.offices <= kind.officials, "who owes an answer answers officially"
    assert kind.confidants <= kind.unit.offices, "who is asked in private owes the answer"
    assert not {RoleName.SUBDISTRICT_OBSERVER, RoleName.DISTRICT_OBSERVER, RoleName.SUBDISTRICT_DESK} & kind.reads


async def test_every_kind_takes_posts_of_whom_it_says_and_of_nobody_else(cast: Neighbours) -> None:
    for kind in kinds().values():
        await board_settings.set_board(kind.key, Wanted(is_on=True), by=cast.gao, place_id=cast.here.id)
        for who in (cast.wang, cast.chen, cast.property, cast.zhao):
            role = next(iter(who.roles)).role
            if role in kind.posts:
                new = NewPost(kind.key, f"{kind.key} {role}")
                made = await posts.publish(new, by=who, place_id=cast.here.id)
                assert made.id
            else:
                with pytest.raises((NotAllowed, NotFound)):
                    await posts.publish(NewPost(kind.key, "不行"), by=who, place_id=cast.here.id)


async def test_a_fresh_place_has_the_ten_and_a_village_two_more(cast: Neighbours) -> None:
    lines = await board_list.boards(viewer=cast.wang, place_id=cast.here.id)
    assert [line.kind.key.value for line in lines] == TEN.split()
    await execute("UPDATE place SET is_rural=$1 WHERE id=$2", True, cast.here.id)
    lines = await board_list.boards(viewer=cast.wang, place_id=cast.here.id)
    assert [line.kind.key.value for line in lines][10:] == ["village_affairs", "hometown"]


async def test_a_board_is_switched_for_one_place_alone(cast: Neighbours) -> None:
    post = await cast.post(board="neighbours", text="今天天气好")
    await board_settings.set_board("neighbours", Wanted(is_on=False), by=cast.gao, place_id=cast.here.id)
    for look in (
        board_list.board("neighbours", viewer=cast.wang, place_id=cast.here.id),
        posts.visible(post, cast.wang),
        posts.publish(NewPost("neighbours", "还在吗"), by=cast.wang, place_id=cast.here.id),
    ):
        with pytest.raises(NotFound):
            await look
    assert await board_list.board("neighbours", viewer=cast.stranger, place_id=cast.elsewhere.id)


async def test_hours_are_set_only_where_an_answer_is_owed_and_only_by_who_leads(cast: Neighbours) -> None:
    for name, wanted, by in (
        ("neighbours", Wanted(reply_hours=4), cast.gao),
        ("issues", Wanted(named_id=cast.wang.person_id), cast.gao),
        ("issues", Wanted(reply_hours=4), cast.chen),
        ("issues", Wanted(reply_hours=4), cast.outsider),
    ):
        with pytest.raises((Invalid, NotAllowed)):
            await board_settings.set_board(name, wanted, by=by, place_id=cast.here.id)
    wanted = Wanted(reply_hours=4, named_id=cast.chen.person_id)
    await board_settings.set_board("issues", wanted, by=cast.gao, place_id=cast.here.id)
    line = await board_list.board("issues", viewer=cast.wang, place_id=cast.here.id)
    assert (line.reply_hours, line.named_id) == (4, cast.chen.person_id)
