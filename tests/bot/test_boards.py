"""Writing on boards in a chat: only what was asked for just now, as words, is published; nothing typed is lost."""

from __future__ import annotations

import pytest

from bot import dialogue
from bot.incoming import Attached, Incoming
from bot.reply import Outcome, Reply
from forum import board_settings, feeds, posts, replies
from forum.board_settings import Wanted
from forum.posts import NewPost
from forum.replies import NewReply
from models import clock
from models.file import FileKind, StoredFile
from models.person import Person, Role, RoleName
from models.post import Post
from models.question import Question
from tests.bot.stage import Stage
from tests.conftest import StillClock
from tests.people.neighbours import Neighbour, neighbour

TEXT = "三号楼的自行车棚今天晚上停电，请大家当心"


@pytest.fixture
async def wang(stage: Stage) -> Neighbour:
    """王阿姨, who lives here and is known in a chat."""
    return await neighbour(stage.place_id)


async def types(stage: Stage, text: str, *attached: Attached) -> Reply:
    """She writes from her chat."""
    return await dialogue.respond(Incoming("relay", "wang", stage.place_id, text, key="unused", attached=attached))


async def asked(stage: Stage) -> None:
    """She is asked to write."""
    await types(stage, "看板块")
    await types(stage, "邻里交流")
    await types(stage, "我来发一个帖子")


async def test_what_is_written_hours_later_is_not_published(stage: Stage, wang: Neighbour, clock: StillClock) -> None:
    await asked(stage)
    clock.forward(hours=3)
    await types(stage, "我家老人最近总是忘事，怎么办才好")
    assert not await Post.exists()


async def test_a_wish_for_a_person_and_danger_are_no_posts(stage: Stage, wang: Neighbour) -> None:
    await asked(stage)
    assert (await types(stage, "我要找居委会的人工客服")).outcome is Outcome.HAND_OVER
    await Question.all().delete()
    await asked(stage)
    assert (await types(stage, "着火了着火了快来人啊")).outcome is Outcome.EMERGENCY
    assert not await Post.exists()


async def test_what_is_refused_may_be_written_anew_and_photos_sent_before_go_with_it(
    stage: Stage, wang: Neighbour
) -> None:
    await types(stage, "【照片】", Attached(FileKind.PHOTO, source="1:earlier"))
    await asked(stage)
    said = await types(stage, "【照片】", Attached(FileKind.PHOTO, source="1:a"))
    assert said.letter is not None
    assert "照片收到了" in said.letter.text
    await types(stage, "长" * 1990 + "。" * 5000)
    assert not await Post.exists()
    await types(stage, TEXT, Attached(FileKind.PHOTO, source="1:b"))
    post = await Post.get()
    assert post.text == TEXT
    of_post = {"parent_kind": "post", "parent_id": post.id}
    assert (await StoredFile.filter(**of_post).count(), await StoredFile.all().count()) == (2, 3), "not the earlier one"
    await types(stage, "看板块")
    await types(stage, "邻里交流")
    await types(stage, "1")
    await types(stage, "1")
    await types(stage, "补一张照片", Attached(FileKind.PHOTO, source="1:c"))
    assert await StoredFile.filter(parent_kind="reply").count() == 1


async def test_of_a_private_question_nothing_stands_in_a_chat(stage: Stage, wang: Neighbour) -> None:
    await board_settings.set_board("police", Wanted(is_on=True), by=await stage.viewer("高"), place_id=stage.place_id)
    policeman = await Person.create(created_at=clock.now(), place_id=stage.place_id, name="周", shown_name="周警官")
    await Role.create(created_at=clock.now(), person=policeman, place_id=stage.place_id, name=RoleName.POLICE)
    new = NewPost("police", "我家的秘密", is_private=True)
    await posts.publish(new, by=await wang.viewer(), place_id=stage.place_id)
    for typed in ("我的帖子", "1", "看板块", "警民直通车", "1", "看板块", "警民直通车", "我来发一个帖子"):
        said = (await types(stage, typed)).letter
        assert said is not None
        assert "秘密" not in f"{said.text}{said.choices}"
    assert "/boards/police/new" in str(said)


async def test_of_a_long_thread_the_newest_answers_are_told(stage: Stage, wang: Neighbour) -> None:
    await asked(stage)
    await types(stage, TEXT)
    post = await Post.get()
    for number in range(60):
        await replies.reply(post.id, NewReply(f"第{number}条"), by=await wang.viewer())
    await types(stage, "看板块")
    await types(stage, "邻里交流")
    said = (await types(stage, "1")).letter
    assert said is not None
    assert ("第59条" in said.text, "第57条" in said.text, "第56条" in said.text) == (True, True, False)
    assert "60" in said.text
    [line] = (await feeds.own_posts(viewer=await wang.viewer(), place_id=stage.place_id)).lines
    assert not line.is_unread, "read in the chat is read on the pages"
