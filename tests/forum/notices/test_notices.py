"""Notices reach whom they are for, once, whoever runs the job and however it ends; told is not read."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from casework import retention
from casework.privacy import kept, leaving
from forum import board_list, feeds, posts, threads
from forum.notices import clearing, receipts, sending, showing, targets, writing
from forum.notices.targets import Target
from forum.search import searching
from forum.search.searching import Asked
from forum.sight import visible
from models import clock as models_clock
from models.bell import BellLine
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.message import Outbox
from models.notice import Notice, NoticeReceipt, NoticeRun, NoticeState
from models.person import Person, Role, RoleName
from models.post import Post
from models.push import Push
from people import pushes
from people.viewers import SYSTEM
from tests.conftest import StillClock
from tests.forum.notices.conftest import Street, run
from tests.portal.statements import statements


async def test_a_notice_to_three_buildings_reaches_those_who_live_there_and_is_seen_by_nobody_else(
    street: Street,
) -> None:
    cast = street.cast
    written = await street.write(target=Target(buildings=(street.buildings[0], *street.buildings[2:])))
    await run()
    assert await street.for_whom(written) == {cast.wang.person_id, street.lonely}
    post = (await Post.filter(board="announcements").get()).id
    assert (await threads.thread(post, viewer=cast.wang)).notice is not None
    for viewer in (cast.li, cast.sun, cast.police, cast.outsider, cast.stranger, cast.zhao):
        with pytest.raises(NotFound):
            await visible(post, viewer)
    assert (await feeds.feed("announcements", viewer=cast.li, place_id=cast.here.id)).lines == ()
    assert len((await feeds.feed("announcements", viewer=cast.wang, place_id=cast.here.id)).lines) == 1
    assert (await board_list.board("announcements", viewer=cast.li, place_id=cast.here.id)).posts == 0
    assert {one.subject for one in await Push.all()} == {f"post:{post}"}
    assert {one.person_id for one in await Push.all()} == {cast.wang.person_id}
    for viewer, found in ((cast.wang, 1), (cast.li, 0), (cast.sun, 0)):
        lines = (await searching.search(Asked("停水"), viewer=viewer, place_id=cast.here.id)).lines
        assert len(lines) == found
    assert {one.person_id for one in await BellLine.all()} == {cast.wang.person_id, street.lonely}


async def test_who_reads_it_learns_neither_the_tag_nor_who_else_was_meant(street: Street) -> None:
    cast = street.cast
    await street.write("补贴可以领了", title="补贴", target=Target(tags=("低保",)))
    await run()
    post = (await Post.filter(board="announcements").get()).id
    thread = await threads.thread(post, viewer=cast.wang)
    own = await receipts.own_unread(viewer=cast.wang, place_id=cast.here.id)
    assert "低保" not in f"{thread} {own} {await kept.kept(viewer=cast.wang)}".replace("tags=('低保',)", "")
    assert (thread.may.reply, thread.may.react) == (False, False)
    for finder in (showing.notices(viewer=cast.wang, place_id=cast.here.id), showing.notice(1, viewer=cast.wang)):
        with pytest.raises((NotAllowed, NotFound)):
            await finder
    assert (await showing.notices(viewer=cast.chen, place_id=cast.here.id))[0].target == "有标签 低保"


@pytest.mark.parametrize(
    ("target", "names"),
    [
        (Target(), ["wang", "li"]),
        (Target(roles=("volunteer",)), ["li"]),
        (Target(tags=("低保",), roles=("volunteer",)), []),
        (Target(tags=("低保", "80+")), ["wang"]),
    ],
)
async def test_a_target_means(street: Street, target: Target, names: list[str]) -> None:
    cast = street.cast
    await Role.create(
        created_at=models_clock.now(), person_id=cast.li.person_id, place=cast.here, name=RoleName.VOLUNTEER
    )
    await Person.filter(id=street.lonely).update(is_active=False)
    found = await targets.block(target, place_id=cast.here.id, after=0, most=50)
    assert found == sorted(getattr(cast, name).person_id for name in names)
    assert (await targets.counts(target, place_id=cast.here.id)).people == len(names)


async def test_who_may_not_and_what_is_not_of_the_place_is_refused(street: Street) -> None:
    cast = street.cast
    for by, refusal in ((cast.wang, NotAllowed), (cast.sun, NotAllowed), (cast.property, NotAllowed)):
        with pytest.raises(refusal):
            await street.write(by=by)
    with pytest.raises(NotAllowed):
        await street.write(by=cast.outsider)
    for wrong in (Target(buildings=(street.elsewhere,)), Target(tags=("没有的",)), Target(roles=("admin",))):
        with pytest.raises(Invalid):
            await street.write(target=wrong)
    with pytest.raises(NotAllowed):
        await street.write(board="issues")
    written = await street.write()
    for act in (
        writing.withdraw(written, by=cast.outsider),
        writing.pin(written, by=cast.outsider, until=None),
        writing.remind(written, by=cast.wang),
        showing.unread(written, viewer=cast.outsider),
    ):
        with pytest.raises(NotFound):
            await act
    assert await Notice.all().count() == 1


async def test_its_post_goes_with_the_notice_and_not_without(street: Street) -> None:
    chen, written = street.cast.chen, await street.write()
    await run()
    post = (await Post.get(board="announcements")).id
    assert not (await threads.thread(post, viewer=chen)).may.delete
    with pytest.raises(WrongState):
        await posts.delete(post, by=chen)
    await writing.withdraw(written, by=chen)
    with pytest.raises(NotFound):
        await threads.thread(post, viewer=street.cast.wang)


async def test_it_goes_out_at_its_time_once_with_two_runners(street: Street, clock: StillClock) -> None:
    written = await street.write(send_at=models_clock.now() + dt.timedelta(hours=2), key="form-1")
    assert await street.write(send_at=models_clock.now() + dt.timedelta(hours=2), key="form-1") == written
    await run()
    assert await Post.filter(board="announcements").count() == 0
    clock.forward(hours=3)
    await asyncio.gather(*(sending.send_due(by=SYSTEM) for _ in range(2)))
    await run()
    assert await Post.filter(board="announcements").count() == 1
    assert await NoticeReceipt.all().count() == len(await street.for_whom(written)) == 3
    assert (await Notice.get(id=written)).state is NoticeState.SENT
    with pytest.raises(NotAllowed):
        await sending.send_due(by=street.cast.gao)


async def test_a_runner_killed_between_two_blocks_goes_on_and_doubles_nothing(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "BLOCK", 2)
    written = await street.write()
    monkeypatch.setattr(sending, "MOST_BLOCKS", 1)
    await sending.send_due(by=SYSTEM)
    assert len(await street.for_whom(written)) == 2

    async def killed(*_: object, **__: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(pushes, "push_to_people", killed)
        with pytest.raises(ConnectionError):
            await sending.send_due(by=SYSTEM)
    assert len(await street.for_whom(written)) == 2
    await NoticeRun.filter(notice_id=written).update(done_to=0)
    await run()
    assert await NoticeReceipt.filter(notice_id=written).count() == 3
    assert await Push.all().count() == 2


async def test_thousands_are_one_row_and_as_many_statements_for_each_block(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, now = street.cast, models_clock.now()
    await Person.bulk_create(
        [Person(created_at=now, place=cast.here, name=f"人{at}", shown_name=f"人{at}") for at in range(3_000)]
    )
    people = await Person.filter(name__startswith="人").all()
    await Role.bulk_create(
        [Role(created_at=now, person=one, place=cast.here, name=RoleName.RESIDENT) for one in people]
    )
    written = await street.write()
    counts = []
    monkeypatch.setattr(sending, "MOST_BLOCKS", 1)
    for _ in range(15):
        with statements() as seen:
            await sending.send_due(by=SYSTEM)
        counts.append(len(seen.seen))
    assert (await Notice.all().count(), len(set(counts[:-1]))) == (1, 1)
    await run()
    assert await NoticeReceipt.filter(notice_id=written).count() == 3_003


async def test_told_is_not_read_and_staff_see_who_has_not_by_building(street: Street) -> None:
    cast = street.cast
    written = await street.write()
    await run()
    line = await showing.notice(written, viewer=cast.chen)
    assert (line.counts.people, line.counts.told, line.counts.read) == (3, 2, 0)
    await threads.see(line.notice.post_id or 0, by=cast.wang, upto=0)
    assert (await showing.notice(written, viewer=cast.chen)).counts.read == 1
    found = await showing.unread(written, viewer=cast.chen)
    assert [(one.building, [who.name for who in one.people]) for one in found.buildings] == [
        ("示范小区 2号楼", ["真名老李"]),
        ("示范小区 3号楼", ["独居老人"]),
    ]
    assert [one.has_chat for these in found.buildings for one in these.people] == [True, False]
    assert (found.count, found.more) == (2, 0)
    assert (await showing.unread(written, viewer=cast.chen, most=1)).more == 1


async def test_only_those_who_have_not_read_are_reminded_and_only_once(street: Street, clock: StillClock) -> None:
    cast = street.cast
    written = await street.write()
    with pytest.raises(WrongState):
        await writing.remind(written, by=cast.chen)
    await run()
    await pushes.send(by=SYSTEM)
    post = (await Post.filter(board="announcements").get()).id
    await threads.see(post, by=cast.wang, upto=0)
    await writing.remind(written, by=cast.chen)
    await run()
    assert [one.person_id for one in await Push.all()] == [cast.li.person_id]
    assert await pushes.send(by=SYSTEM) == 0
    clock.forward(days=1)
    assert await pushes.send(by=SYSTEM) == 1
    with pytest.raises(Taken):
        await writing.remind(written, by=cast.chen)


async def test_it_stands_on_top_until_its_end_and_what_is_taken_back_is_told_to_nobody(
    street: Street, clock: StillClock
) -> None:
    cast = street.cast
    written = await street.write(pinned_until=models_clock.now() + dt.timedelta(days=2))
    assert [one.id for one in await receipts.on_top(viewer=cast.li, place_id=cast.here.id)] == [written]
    clock.forward(days=3)
    assert await receipts.on_top(viewer=cast.li, place_id=cast.here.id) == []
    with pytest.raises(Invalid):
        await writing.pin(written, by=cast.chen, until=models_clock.now())
    await writing.pin(written, by=cast.chen, until=models_clock.now() + dt.timedelta(days=1))
    await writing.withdraw(written, by=cast.gao, reason="写错了")
    await run()
    assert (await Push.all().count(), await street.for_whom(written)) == (0, set())
    assert await receipts.on_top(viewer=cast.li, place_id=cast.here.id) == []
    planned = await street.write(send_at=models_clock.now() + dt.timedelta(hours=1))
    await writing.withdraw(planned, by=cast.chen)
    clock.forward(days=1)
    await run()
    assert (await Notice.get(id=planned)).post_id is None


async def test_what_was_for_somebody_is_in_their_copy_and_goes_with_them_and_with_age(
    street: Street, clock: StillClock
) -> None:
    cast = street.cast
    await street.write()
    await run()
    assert [one.title for one in (await kept.kept(viewer=cast.wang)).notices] == ["停水通知"]
    await leaving.delete_account(by=cast.wang)
    assert cast.wang.person_id not in {one.person_id for one in await NoticeReceipt.all()}
    clock.forward(days=900)
    for kind in clearing.KINDS:
        await retention.clear(kind, by=SYSTEM)
    assert await NoticeReceipt.all().count() == 0


async def test_a_notice_of_no_words_or_for_a_board_that_is_off_is_refused(street: Street) -> None:
    with pytest.raises(Invalid):
        await street.write("  ")
    with pytest.raises(Invalid):
        await street.write(send_at=models_clock.now() + dt.timedelta(days=400))
    assert await Outbox.all().count() == 0
