"""Posts and replies: once, masked, changed with a trail, counted by the database, seen by whom they may."""

from __future__ import annotations

import asyncio

import pytest

from forum import drafts, feeds, posted, posts, reactions, replies, threads
from forum.drafts import Draft
from forum.posts import NewPost
from forum.replies import NewReply
from forum.sight import visible
from forum.states import move
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.person import Person, RoleName
from models.post import Post, PostState, Thing
from models.push import Push
from models.rules import rules
from models.thread import ReactionKind
from models.transaction import execute, fetch_one, transaction
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours, person
from tests.portal.statements import statements


async def board_row(cast: Neighbours, name: str = "issues") -> tuple[int, str]:
    row = await fetch_one("SELECT post_count, last_at FROM board WHERE place_id=$1 AND name=$2", cast.here.id, name)
    assert row is not None
    return row["post_count"], str(row["last_at"])


async def test_a_post_is_masked_and_its_author_told_which_numbers(cast: Neighbours) -> None:
    text = "楼道的灯坏了，请打我电话 13812345678，谢谢大家"
    made = await posts.publish(NewPost("issues", text), by=cast.wang, place_id=cast.here.id)
    post = await visible(made.id, cast.li)
    assert "1381234" not in post.text + post.title, "nor half of it, where the title was cut"
    assert post.title.startswith("楼道的灯坏了")
    assert [kind.value for kind in made.hidden] == ["mobile"]


async def test_the_same_form_posts_once_also_twice_at_once(cast: Neighbours) -> None:
    new = NewPost("issues", "灯坏了", key="k1")
    both = await asyncio.gather(*(posts.publish(new, by=cast.wang, place_id=cast.here.id) for _ in range(4)))
    assert len({made.id for made in both}) == 1
    other = await posts.publish(new, by=cast.li, place_id=cast.here.id)
    assert other.id != both[0].id, "everybody has keys of their own"
    answers = [await replies.reply(other.id, NewReply("好", key="k2"), by=cast.wang) for _ in range(2)]
    assert answers[0].id == answers[1].id


async def test_the_database_counts_what_is_shown(cast: Neighbours, clock: StillClock) -> None:
    post = await cast.post()
    clock.forward(minutes=5)
    first, second = await cast.reply(post), await cast.reply(post, by=cast.chen)
    found = await Post.get(id=post)
    assert (found.reply_count, found.last_at, found.answered_at) == (2, clock.moment, clock.moment)
    await replies.delete(second, by=cast.chen)
    await replies.delete(first, by=cast.li)
    found = await Post.get(id=post)
    assert (found.reply_count, found.last_at, found.answered_at) == (0, found.created_at, None)
    assert (await board_row(cast))[0] == 1
    await execute("UPDATE post SET board='neighbours' WHERE id=$1", post)
    assert [(await board_row(cast, name))[0] for name in ("issues", "neighbours")] == [0, 1]
    await posts.delete(post, by=cast.wang)
    assert (await board_row(cast, "neighbours"))[0] == 0
    assert (await visible(await cast.post(board="mutual_help"), cast.li)).replies == 0


async def test_a_like_counts_once_and_none_of_ones_own(cast: Neighbours) -> None:
    post = await cast.post()
    for _ in range(2):
        await reactions.react(Thing.POST, post, ReactionKind.LIKE, by=cast.li)
    await reactions.react(Thing.POST, post, ReactionKind.THANK, by=cast.chen)
    found = await visible(post, cast.wang)
    assert (found.likes, found.thanks) == (1, 1)
    await reactions.react(Thing.POST, post, ReactionKind.LIKE, by=cast.li, is_on=False)
    assert (await visible(post, cast.wang)).likes == 0
    with pytest.raises(Invalid):
        await reactions.react(Thing.POST, post, ReactionKind.LIKE, by=cast.wang)


async def test_an_edited_post_says_so_and_only_reviewers_read_what_it_was(cast: Neighbours) -> None:
    post = await cast.post("灯坏了", board="neighbours")
    await posts.edit(post, by=cast.wang, text="灯坏了，晚上很黑")
    assert (await visible(post, cast.li)).edited_at is not None
    for reader in (cast.chen, cast.sun):
        assert [one.text for one in await posted.trail(Thing.POST, post, viewer=reader)] == ["灯坏了"]
    other = await cast.post("路不平", board="mutual_help")
    for thing, viewer in ((post, cast.li), (post, cast.wang), (other, cast.sun), (post, cast.outsider)):
        with pytest.raises(NotFound):
            await posted.trail(Thing.POST, thing, viewer=viewer)
    with pytest.raises(NotAllowed):
        await posts.edit(post, by=cast.chen, text="改别人的")


async def test_of_two_who_change_a_post_at_once_one_is_told(cast: Neighbours) -> None:
    post = await cast.post()
    await posts.edit(post, by=cast.wang, text="先改的", seen_version=1)
    with pytest.raises(Taken):
        await posts.edit(post, by=cast.wang, text="后改的", seen_version=1)
    with pytest.raises(Taken):
        await posts.delete(post, by=cast.wang, seen_version=1)


async def test_a_deleted_first_post_takes_its_thread_along(cast: Neighbours) -> None:
    post = await cast.post()
    answer = await cast.reply(post)
    await posts.delete(post, by=cast.wang, reason="写错了")
    for viewer in (cast.li, cast.wang, cast.outsider):
        for look in (visible(post, viewer), replies.visible_reply(answer, viewer), threads.thread(post, viewer=viewer)):
            with pytest.raises(NotFound):
                await look
    assert (await feeds.feed("issues", viewer=cast.li, place_id=cast.here.id)).lines == ()
    assert (await visible(post, cast.chen)).reason == "写错了"
    with pytest.raises(WrongState):
        await cast.reply(post, by=cast.chen)


@pytest.mark.parametrize("state", [PostState.HELD, PostState.HIDDEN, PostState.LOCKED])
async def test_what_is_held_or_hidden_is_its_authors_and_the_reviewers(cast: Neighbours, state: PostState) -> None:
    post = await cast.post()
    await Post.filter(id=post).update(state=state)
    for viewer in (cast.wang, cast.chen):
        assert (await visible(post, viewer)).state is state
    if state is not PostState.LOCKED:
        with pytest.raises(NotFound):
            await visible(post, cast.li)
        return
    with pytest.raises(WrongState):
        await cast.reply(post)


async def test_nobody_elsewhere_and_no_observer_sees_anything(cast: Neighbours) -> None:
    post = await cast.post()
    answer = await cast.reply(post)
    for viewer in (cast.outsider, cast.stranger, cast.zhao):
        for look in (
            visible(post, viewer),
            replies.visible_reply(answer, viewer),
            feeds.feed("issues", viewer=viewer, place_id=cast.here.id),
            feeds.newest(viewer=viewer, place_id=cast.here.id),
        ):
            with pytest.raises(NotFound):
                await look
        with pytest.raises((NotFound, NotAllowed)):
            await replies.reply(post, NewReply("我也来"), by=viewer)
        with pytest.raises((NotFound, NotAllowed)):
            await reactions.react(Thing.POST, post, ReactionKind.LIKE, by=viewer)
    lines = (await feeds.newest(viewer=cast.li, place_id=cast.here.id)).lines
    assert [line.id for line in lines] == [post]


async def test_a_nickname_makes_no_official_reply(cast: Neighbours) -> None:
    forger = await person("居委会小王", cast.here, RoleName.RESIDENT)
    await Person.filter(id=forger.person_id).update(shown_name="居委会")
    post = await cast.post()
    await cast.reply(post, "已处理", by=forger)
    thread = await threads.thread(post, viewer=cast.wang)
    assert thread.replies[0].as_role is None
    assert thread.replies[0].author is not None
    assert thread.replies[0].author.roles == ()
    assert thread.post.answered_at is None
    await cast.reply(post, "已经报修", by=cast.chen)
    thread = await threads.thread(post, viewer=cast.wang)
    assert thread.replies[1].as_role is RoleName.WORKER
    assert thread.post.answered_at is not None


async def test_a_quote_is_of_the_same_thread_and_says_nothing_once_that_is_gone(cast: Neighbours) -> None:
    post, other = await cast.post(), await cast.post("另一件")
    first, elsewhere = await cast.reply(post, "第一句"), await cast.reply(other)
    with pytest.raises(Invalid):
        await cast.reply(post, quotes=elsewhere)
    await cast.reply(post, "同意", by=cast.chen, quotes=first)
    quote = (await threads.thread(post, viewer=cast.wang)).replies[1].quote
    assert quote is not None
    assert quote.text == "第一句"
    await replies.delete(first, by=cast.li)
    thread = await threads.thread(post, viewer=cast.wang)
    assert [line.quote.text for line in thread.replies if line.quote] == [""]


async def test_pages_follow_each_other_without_gap_or_double(cast: Neighbours, clock: StillClock) -> None:
    wanted = []
    for number in range(7):
        clock.forward(minutes=number % 2)
        wanted.append(await cast.post(f"第{number}件", board="neighbours"))
    found, after = [], None
    while True:
        page = await feeds.feed("neighbours", viewer=cast.li, place_id=cast.here.id, after=after, most=2)
        found += [line.id for line in page.lines]
        if page.next is None:
            break
        after = feeds.after(str(page.next))
    assert found == wanted[::-1]


async def test_what_one_has_read_is_read_until_something_new_comes(cast: Neighbours, clock: StillClock) -> None:
    post = await cast.post()

    async def is_unread() -> bool:
        return (await feeds.feed("issues", viewer=cast.li, place_id=cast.here.id)).lines[0].is_unread

    assert await is_unread()
    await threads.see(post, by=cast.li, upto=0)
    assert not await is_unread()
    clock.forward(minutes=1)
    await cast.reply(post, by=cast.chen)
    assert await is_unread()
    thread = await threads.thread(post, viewer=cast.li)
    assert thread.read_to == 0
    await threads.see(post, by=cast.li, upto=thread.replies[-1].id)
    assert not await is_unread()


async def test_a_stale_tab_neither_overwrites_nor_brings_back(cast: Neighbours) -> None:
    slot = drafts.slot_for_new("issues")
    first = await drafts.save(Draft(slot, text="写了一半"), by=cast.wang)
    second = await drafts.save(Draft(slot, text="又写了些", seq=first), by=cast.wang)
    for seq in (0, first):
        with pytest.raises(Taken):
            await drafts.save(Draft(slot, text="旧的", seq=seq), by=cast.wang)
    await cast.post("又写了些，发了", draft_seq=second)
    assert (await drafts.draft(slot, viewer=cast.wang)).is_empty
    with pytest.raises(Taken):
        await drafts.save(Draft(slot, text="回来了", seq=second), by=cast.wang)
    assert (await drafts.draft(slot, viewer=cast.li)).seq == 0


async def test_an_at_names_a_neighbour_a_unit_and_nobody_twice(cast: Neighbours) -> None:
    await person("老李头", cast.here, RoleName.RESIDENT)
    post = await cast.post("@老李你好，@老李 在吗？@没有这个人 @小陈", board="neighbours")
    thread = await threads.thread(post, viewer=cast.li)
    assert thread.mentions == ("老李", "小陈")


async def test_a_feed_and_a_thread_cost_the_same_however_long(cast: Neighbours) -> None:
    costs: dict[str, set[int]] = {"feed": set(), "thread": set()}
    post = await cast.post(board="neighbours")
    for _ in range(2):
        for _ in range(3):
            await cast.post(board="neighbours")
            await cast.reply(post, by=cast.chen)
        with statements() as counted:
            await feeds.feed("neighbours", viewer=cast.li, place_id=cast.here.id)
        costs["feed"].add(len(counted.seen))
        with statements() as counted:
            await threads.thread(post, viewer=cast.li)
        costs["thread"].add(len(counted.seen))
    assert {name: len(seen) for name, seen in costs.items()} == {"feed": 1, "thread": 1}, costs
    assert max(costs["feed"]) <= 6, costs
    assert max(costs["thread"]) <= 11, costs


async def test_nobody_is_told_of_what_was_hidden_meanwhile(cast: Neighbours) -> None:
    post = await cast.post(board="neighbours")
    await cast.reply(post)
    await cast.reply(post, by=cast.sun)
    assert set(await Push.all().values_list("person_id", flat=True)) == {cast.wang.person_id, cast.li.person_id}
    async with transaction():
        await move((await visible(post, cast.chen)).standing, "post.hide")
    assert await Push.all().count() == 0


async def test_limits_hold_and_say_so(cast: Neighbours) -> None:
    most = int(rules().limits.posts.partition("/")[0])
    for number in range(most):
        await cast.post(f"第{number}件", board="neighbours")
    with pytest.raises(Exception, match=r"limits\.posts"):
        await cast.post("再来一件", board="neighbours")
    for text in ("", "   ", "\u200b", "字" * 5_001):
        with pytest.raises(Invalid):
            await cast.post(text, by=cast.li)
