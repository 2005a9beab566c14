"""The bell: one line of a subject that the next one changes, read in one place, gone with what it is about."""

from __future__ import annotations

import datetime as dt
import json

from casework.privacy import copies, leaving
from courier.letters import Letter, Link
from forum import muting, posts, threads
from forum.moderation import ending, flags, measures, reviews
from forum.moderation.measures import Wanted
from models import clock as models_clock
from models.bell import BellLine
from models.moderation import Measure
from models.person import Role
from models.post import Thing
from models.push import Push
from models.transaction import execute, transaction
from people import bell, pushes
from people.pushes import PushKind
from people.telling import tell_resident
from people.viewers import Viewer, guest
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours, seen_again


async def lines(who: Viewer) -> list[tuple[str, int, bool]]:
    """What stands in somebody's list: kind, how often, whether it is read."""
    return [(one.kind, one.count, one.is_read) for one in (await bell.bell(viewer=who)).lines]


async def test_a_second_answer_changes_the_line_and_reading_the_thread_reads_it(
    cast: Neighbours, clock: StillClock
) -> None:
    post = await cast.post("灯坏了")
    for text in ("我家也是", "今天来修"):
        await cast.reply(post, text)
        clock.forward(minutes=5)
    assert await lines(cast.wang) == [("neighbours", 2, False)]
    (one,) = (await bell.bell(viewer=cast.wang)).lines
    assert (one.post_id, "灯坏了" in one.text) == (post, True)
    await cast.reply(post, "已报修", by=cast.chen)
    assert await lines(cast.wang) == [("post", 1, False), ("neighbours", 2, False)]
    assert await bell.unread(viewer=cast.wang) == 2
    assert await Push.filter(person_id=cast.wang.person_id).count() == 1
    await threads.see(post, by=cast.wang, upto=99)
    assert await bell.unread(viewer=cast.wang) == 0
    assert await Push.filter(person_id=cast.wang.person_id).count() == 0
    clock.forward(minutes=5)
    await cast.reply(post, "谢谢")
    assert (await lines(cast.wang))[0] == ("neighbours", 1, False)
    assert await bell.bell(viewer=guest(cast.here.id)) == bell.Bell((), "", None)


async def _hide(post: int, cast: Neighbours) -> Measure:
    return await measures.hide(Thing.POST, post, Wanted("abuse", "不要骂人"), by=cast.sun)


async def test_who_had_not_read_of_a_thread_hears_of_it_again_once_it_is_back(cast: Neighbours) -> None:
    post = await cast.post("昨天的灯", board="neighbours")
    await cast.reply(post)
    await cast.reply(post, "我来看看", by=cast.police)
    await threads.see(post, by=cast.li, upto=99)
    assert (await lines(cast.wang), await lines(cast.li)) == ([("neighbours", 2, False)], [("neighbours", 1, True)])

    measure = await _hide(post, cast)
    assert [one for who in (cast.wang, cast.li) for one in await lines(who) if one[0] == "neighbours"] == []
    assert (await Push.all().count(), await bell.unread(viewer=cast.li)) == (0, 0)
    await bell.read(by=cast.wang)
    await ending.lift(measure.id, by=cast.sun)

    assert ("neighbours", 2, False) in await lines(cast.wang)
    assert await lines(cast.li) == [("neighbours", 1, True)]
    assert await Push.all().values_list("person_id", flat=True) == [cast.wang.person_id]
    assert await Push.filter(subject=f"post:{post}").count() == 1


async def test_who_wants_no_letters_finds_a_thread_that_is_back_in_the_list_alone(cast: Neighbours) -> None:
    post = await cast.post("昨天的灯", board="neighbours")
    await cast.reply(post)
    measure = await _hide(post, cast)
    await pushes.choose("neighbours", by=cast.wang, is_wanted=False)
    await ending.lift(measure.id, by=cast.sun)
    assert ("neighbours", 1, False) in await lines(cast.wang)
    assert await Push.all().count() == 0


async def test_what_a_letter_has_told_already_is_in_no_second_one(cast: Neighbours) -> None:
    post = await cast.post("昨天的灯", board="neighbours")
    await cast.reply(post)
    await Push.all().delete()
    measure = await _hide(post, cast)
    await ending.lift(measure.id, by=cast.sun)
    assert ("neighbours", 1, False) in await lines(cast.wang)
    assert await Push.all().count() == 0


async def test_who_muted_the_board_meanwhile_gets_no_letter_of_a_thread_that_is_back(cast: Neighbours) -> None:
    post = await cast.post("昨天的灯", board="neighbours")
    await cast.reply(post)
    measure = await _hide(post, cast)
    await muting.choose("neighbours", by=cast.wang, place_id=cast.here.id, is_wanted=False)
    await ending.lift(measure.id, by=cast.sun)
    assert await Push.all().count() == 0


async def test_of_a_hidden_thread_that_is_deleted_nothing_comes_back(cast: Neighbours) -> None:
    post = await cast.post("昨天的灯", board="neighbours")
    await cast.reply(post)
    await _hide(post, cast)
    await posts.delete(post, by=cast.wang)
    assert await BellLine.filter(kind="neighbours").count() == 0


async def test_what_reports_held_and_is_fine_is_told_of_as_before(cast: Neighbours) -> None:
    post = await cast.post("昨天的灯", board="neighbours")
    await cast.reply(post)
    for by in (cast.li, cast.property, cast.police):
        await flags.flag(Thing.POST, post, by=by, rule="abuse")
    assert await bell.unread(viewer=cast.wang) == 0
    (line,) = await reviews.queue(viewer=cast.sun, place_id=cast.here.id)
    await reviews.dismiss(line.id, by=cast.sun, seen_version=line.version)
    assert ("neighbours", 1, False) in await lines(cast.wang)
    assert await Push.filter(person_id=cast.wang.person_id, subject=f"post:{post}").count() == 1


async def test_what_is_hidden_or_no_longer_ones_to_read_is_told_no_more(cast: Neighbours) -> None:
    post, other = await cast.post("灯坏了"), await cast.post("门坏了")
    await cast.reply(post)
    await cast.reply(other)
    await posts.delete(post, by=cast.wang)
    assert [one.post_id for one in (await bell.bell(viewer=cast.wang)).lines] == [other]
    await Role.filter(person_id=cast.wang.person_id).delete()
    moved = await seen_again(cast.wang.person_id)
    assert (await bell.bell(viewer=moved)).lines == ()
    assert await bell.unread(viewer=moved) == 0
    (theirs,) = (await bell.bell(viewer=cast.wang)).lines
    assert await bell.line(theirs.id, viewer=moved) is None
    assert await bell.line(theirs.id, viewer=cast.li) is None


async def test_what_was_read_in_the_list_is_in_no_letter_of_the_day(cast: Neighbours, clock: StillClock) -> None:
    first, second = await cast.post("灯坏了"), await cast.post("门坏了")
    await cast.reply(first)
    page = await bell.bell(viewer=cast.wang)
    clock.forward(minutes=1)
    await cast.reply(second)
    assert await bell.read(by=cast.wang, until=page.seen) == 1
    waiting = Push.filter(person_id=cast.wang.person_id)
    assert await waiting.values_list("subject", flat=True) == [f"post:{second}"], "what came since still comes"
    clock.forward(minutes=1)
    await cast.reply(first, "又坏了")
    assert await waiting.count() == 2, "read once is not read for ever"
    assert await bell.read(by=cast.li) == 0
    assert await bell.read(by=cast.wang, lines=[line.id for line in (await bell.bell(viewer=cast.wang)).lines]) == 2
    assert await waiting.count() == 0


async def test_kinds_keep_out_of_chats_and_boards_out_of_both_but_never_ones_own(
    cast: Neighbours, clock: StillClock
) -> None:
    issue, offer = await cast.post("灯坏了"), await cast.post("送一盏灯", board="idle_items")
    await cast.reply(issue)
    await cast.reply(offer)
    assert await Push.filter(person_id=cast.wang.person_id).count() == 2
    await muting.choose("idle_items", by=cast.wang, place_id=cast.here.id, is_wanted=False)
    assert await Push.filter(person_id=cast.wang.person_id).values_list("subject", flat=True) == [f"post:{issue}"]
    await bell.read(by=cast.wang)
    await cast.reply(offer, "还在吗")
    assert await bell.unread(viewer=cast.wang) == 0
    clock.forward(minutes=1)
    await cast.reply(offer, "居委会可以代为转交", by=cast.chen)
    assert [one.kind for one in (await bell.bell(viewer=cast.wang, is_unread=True)).lines] == ["post"]
    await pushes.choose(PushKind.NEIGHBOURS.value, by=cast.wang, is_wanted=False)
    clock.forward(minutes=1)
    await cast.reply(issue, "修好了吗")
    assert await Push.filter(person_id=cast.wang.person_id).count() == 0
    assert (await lines(cast.wang))[0][0] == "neighbours"
    wishes = await muting.choices(viewer=cast.wang, place_id=cast.here.id)
    assert [one.board.kind.key.value for one in wishes if not one.is_wanted] == ["idle_items"]


async def test_ones_own_matter_is_one_line_by_its_page_and_pages_follow(cast: Neighbours, clock: StillClock) -> None:
    person_id = cast.wang.person_id or 0
    for number in range(5):
        links = (Link("看", f"/my/cases/{number % 3}"),)
        async with transaction():
            await tell_resident(
                Letter(f"第{number}次" + "长" * 400, links=links), person_id=person_id, kind="case.step"
            )
        clock.forward(minutes=1)
    first = await bell.bell(viewer=cast.wang, most=2)
    rest = await bell.bell(viewer=cast.wang, most=2, after=bell.before(str(first.next)))
    assert [one.path for one in (*first.lines, *rest.lines)] == ["/my/cases/1", "/my/cases/0", "/my/cases/2"]
    assert all(len(one.text) <= bell.MOST_TEXT for one in first.lines)
    assert await bell.unread(viewer=cast.wang, here="/my/cases/1") == 2
    assert await bell.read(by=cast.wang, until=first.seen) == 2
    await execute("UPDATE bell_line SET letter_sealed='torn' WHERE subject='/my/cases/0'")
    assert len((await bell.bell(viewer=cast.wang)).lines) == 2
    copy = json.loads(await copies.copy_of(by=cast.wang, in_full=False))
    assert [one["原话"][:3] for one in copy["消息里告诉您的"]] == ["第4次", "第2次"]
    clock.forward(days=40)
    assert await bell.forget(older_than=models_clock.now() - dt.timedelta(days=30), limit=1) == 1
    await leaving.delete_account(by=cast.wang)
    assert (await bell.bell(viewer=cast.wang)).lines == ()


async def test_what_no_key_opens_takes_nobodys_place_in_the_list(cast: Neighbours, clock: StillClock) -> None:
    for text in ("灯坏了", "门坏了", "窗坏了"):
        await cast.reply(await cast.post(text))
        clock.forward(minutes=1)
    await execute("UPDATE bell_line SET letter_sealed='x' WHERE id IN (SELECT max(id) FROM bell_line)")
    found = await bell.bell(viewer=cast.wang, most=1)
    assert ["门坏了" in one.text for one in found.lines] == [True]
    assert found.next is not None
    following = await bell.bell(viewer=cast.wang, after=found.next, most=1)
    assert ["灯坏了" in one.text for one in following.lines] == [True]
