"""Photos of notices: until they go out staff's alone, from then on seen by whom the notice is for and nobody else."""

from __future__ import annotations

import datetime as dt

import pytest

from forum import threads
from forum.notices import receipts, showing, writing
from forum.notices.targets import Target
from models import clock as models_clock
from models.errors import NotFound
from models.file import FileKind, StoredFile
from models.post import Post
from people import files
from people.viewers import SYSTEM, Viewer
from tests.conftest import StillClock
from tests.forum.notices.conftest import Street, run
from tests.people.photos import photo


async def kept(by: Viewer, place_id: int) -> str:
    return (await files.keep(photo(), by=by, kind=FileKind.PHOTO, place_id=place_id)).name


async def sees(name: str, viewer: Viewer) -> bool:
    try:
        await files.opened(name, viewer=viewer)
    except NotFound:
        return False
    return True


async def test_a_photo_of_a_notice_for_one_building_is_seen_there_and_nowhere_else(street: Street) -> None:
    cast = street.cast
    name = await kept(cast.chen, cast.here.id)
    await street.write(target=Target(buildings=(street.buildings[0],)), photos=(name,))
    await run()
    post = await Post.filter(board="announcements").get()
    assert [one.name for one in (await threads.thread(post.id, viewer=cast.wang)).photos] == [name]
    seen = {one: await sees(name, getattr(cast, one)) for one in ("wang", "chen", "li", "sun", "outsider", "stranger")}
    assert seen == {"wang": True, "chen": True, "li": False, "sun": False, "outsider": False, "stranger": False}


async def test_until_its_time_it_is_staffs_alone_and_then_everybodys(street: Street, clock: StillClock) -> None:
    cast = street.cast
    name = await kept(cast.chen, cast.here.id)
    written = await street.write(send_at=models_clock.now() + dt.timedelta(days=2), photos=(name,))
    assert [one.name for one in (await showing.notice(written, viewer=cast.gao)).photos] == [name]
    assert (await sees(name, cast.gao), await sees(name, cast.wang)) == (True, False)
    clock.forward(days=1, hours=12)
    await files.sweep(by=SYSTEM)
    clock.forward(days=1)
    await run()
    assert (await sees(name, cast.wang), await sees(name, cast.outsider)) == (True, False)
    assert [one.name for one in (await showing.notice(written, viewer=cast.gao)).photos] == [name]


async def test_what_is_taken_back_takes_its_photos_along(street: Street) -> None:
    cast = street.cast
    planned, out = [await kept(cast.chen, cast.here.id) for _ in range(2)]
    waits = await street.write(send_at=models_clock.now() + dt.timedelta(days=1), photos=(planned,))
    await writing.withdraw(waits, by=cast.chen)
    assert not await StoredFile.filter(name=planned).exists()
    went = await street.write(photos=(out,))
    await run()
    await writing.withdraw(went, by=cast.chen)
    assert not await sees(out, cast.wang)
    assert await receipts.own_unread(viewer=cast.wang, place_id=cast.here.id) == []


async def test_a_photo_of_somebody_else_is_not_put_on_a_notice(street: Street) -> None:
    cast = street.cast
    name = await kept(cast.wang, cast.here.id)
    written = await street.write(photos=(name,))
    assert (await showing.notice(written, viewer=cast.gao)).photos == ()
    with pytest.raises(NotFound):
        await files.opened(name, viewer=cast.gao)
