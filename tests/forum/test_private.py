"""A private question is the asker's and the board's officials' alone, through every door."""

from __future__ import annotations

import pytest

from forum import (
    board_list,
    board_settings,
    cases,
    feeds,
    own_photos,
    photo_sight,
    posts,
    reactions,
    replies,
    responses,
    threads,
)
from forum.board_settings import Wanted
from forum.posts import NewPost
from forum.replies import NewReply
from forum.sight import visible
from models.conversation import Utterance
from models.errors import Invalid, NotAllowed, NotFound
from models.file import FileKind
from models.notice import StaffNotice
from models.person import Person
from models.post import Post as PostRow
from models.post import PostState, Thing
from models.thread import ReactionKind
from people import files
from people.viewers import Viewer
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours
from tests.people.photos import photo


async def asked(cast: Neighbours, *, photos: tuple[str, ...] = ()) -> int:
    """王阿姨 asks the doctor in private."""
    await board_settings.set_board("doctor", Wanted(is_on=True), by=cast.gao, place_id=cast.here.id)
    return await cast.post("我最近睡不好", board="doctor", is_private=True, photos=photos)


def others(cast: Neighbours) -> tuple[Viewer, ...]:
    """Everybody for whom it is not, those who lead and moderate included."""
    return (cast.li, cast.chen, cast.gao, cast.sun, cast.police, cast.property, cast.outsider, cast.stranger, cast.zhao)


async def test_nobody_else_finds_it_by_number_in_a_list_or_by_acting_on_it(cast: Neighbours) -> None:
    post = await asked(cast)
    answer = await cast.reply(post, "多晒太阳", by=cast.doctor)
    for viewer in others(cast):
        for act in (
            visible(post, viewer),
            threads.thread(post, viewer=viewer),
            threads.fresh(post, viewer=viewer, after=0),
            replies.visible_reply(answer, viewer),
            replies.reply(post, NewReply("偷看"), by=viewer),
            reactions.react(Thing.POST, post, ReactionKind.LIKE, by=viewer),
        ):
            with pytest.raises(NotFound):
                await act
        if viewer not in (cast.outsider, cast.stranger, cast.zhao):
            assert (await feeds.feed("doctor", viewer=viewer, place_id=cast.here.id)).lines == ()
            assert (await feeds.newest(viewer=viewer, place_id=cast.here.id)).lines == ()
    for viewer in (cast.wang, cast.doctor):
        assert (await threads.thread(post, viewer=viewer)).replies[0].text == "多晒太阳"
        assert len((await feeds.feed("doctor", viewer=viewer, place_id=cast.here.id)).lines) == 1


async def test_it_is_neither_counted_nor_does_it_make_a_board_look_new(cast: Neighbours) -> None:
    await asked(cast)
    line = await board_list.board("doctor", viewer=cast.li, place_id=cast.here.id)
    assert (line.posts, line.is_new) == (0, False)


async def _told(kind: str) -> list[tuple[int, str]]:
    return [(one.person_id, one.text) for one in await StaffNotice.filter(kind=kind).order_by("id")]


async def test_who_is_asked_hears_so_at_once_and_of_a_private_question_nothing_else(cast: Neighbours) -> None:
    post = await asked(cast)
    [(person_id, text)] = await _told("post.asked")
    assert (person_id, "睡" in text) == (cast.doctor.person_id, False)
    assert (await StaffNotice.get()).path == f"/posts/{post}"
    in_chat = Utterance.filter(conversation__contact__person_id=cast.doctor.person_id)
    assert [one.text for one in await in_chat] == [text]
    await cast.post("流感疫苗几时打", board="doctor")
    await cast.post("今天下午量血压", board="doctor", by=cast.chen)
    await cast.post("我明天不在", board="doctor", by=cast.doctor)
    await cast.post("灯坏了")
    [_, (person_id, text)] = await _told("post.asked")
    assert (person_id, "流感疫苗几时打" in text) == (cast.doctor.person_id, True)


async def test_staff_learn_that_an_answer_is_owed_and_nothing_else(cast: Neighbours, clock: StillClock) -> None:
    await asked(cast)
    line = (await responses.waiting(viewer=cast.gao, place_id=cast.here.id))[0]
    assert (line.id, line.title, line.is_private) == (0, "", True)
    with pytest.raises(NotFound):
        await cases.to_case((await PostRow.get(is_private=True)).id, by=cast.chen, kind_key="other_matter")


async def test_its_photo_and_that_of_a_hidden_post_open_for_nobody_else(cast: Neighbours) -> None:
    assert photo_sight.POST
    kept = await files.keep(photo(), by=cast.wang, kind=FileKind.PHOTO, place_id=cast.here.id)
    post = await asked(cast, photos=(kept.name,))
    for viewer in others(cast):
        with pytest.raises(NotFound):
            await files.opened(kept.name, viewer=viewer)
    assert await files.opened(kept.name, viewer=cast.doctor)
    await PostRow.filter(id=post).update(is_private=False)
    assert await files.opened(kept.name, viewer=cast.li)
    await PostRow.filter(id=post).update(state=PostState.HIDDEN)
    with pytest.raises(NotFound):
        await files.opened(kept.name, viewer=cast.li)
    with pytest.raises(NotFound):
        await own_photos.drop_photo(kept.name, by=cast.li)
    await own_photos.drop_photo(kept.name, by=cast.wang)
    with pytest.raises(NotFound):
        await files.opened(kept.name, viewer=cast.wang)


async def test_one_asks_in_private_only_where_somebody_would_read_it(cast: Neighbours) -> None:
    with pytest.raises(Invalid):
        await cast.post("悄悄话", board="issues", is_private=True)
    await board_settings.set_board("police", Wanted(is_on=True), by=cast.outsider, place_id=cast.elsewhere.id)
    with pytest.raises((Invalid, NotAllowed)):
        await posts.publish(NewPost("police", "问一下", is_private=True), by=cast.stranger, place_id=cast.elsewhere.id)
    await asked(cast)
    await Person.filter(id=cast.doctor.person_id).update(is_active=False)
    with pytest.raises(Invalid):
        await asked(cast)
