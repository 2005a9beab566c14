"""An emergency goes out at once, at any hour, by every way; who knows says so; the all-clear goes the same way."""

from __future__ import annotations

import pytest

from courier import letters
from courier.outbox import UNFINISHED
from forum.notices import emergencies, receipts, sending, showing, writing
from forum.notices.targets import Target
from forum.notices.writing import NewNotice
from models import clock as models_clock
from models.contact import Contact
from models.conversation import Utterance
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.group import Group, GroupKind
from models.message import Outbox
from models.notice import NoticeReceipt, StaffNotice
from models.person import Person, Role, RoleName
from models.push import Push
from models.sealed import unseal
from models.transaction import fetch
from people.quiet import is_quiet
from people.viewers import SYSTEM, Viewer
from tests.conftest import StillClock
from tests.forum.notices.conftest import Street, run
from tests.portal.statements import statements

STORM = NewNotice("今晚八点以后不要出门，收好阳台的东西", title="台风来了")


async def send(street: Street, *, by: Viewer | None = None, target: Target | None = None, key: str = "") -> int:
    """高书记 looks once more, and sends."""
    cast, who = street.cast, by or street.cast.gao
    new = NewNotice(STORM.text, title=STORM.title, target=target or STORM.target, key=key)
    seen = await emergencies.preview(new, by=who, place_id=cast.here.id)
    return (await emergencies.broadcast(new, by=who, place_id=cast.here.id, sure=seen.sure)).id


async def told() -> dict[str, str]:
    """What is on its way, by address: the last of each."""
    rows = await fetch(f"SELECT address, body FROM outbox WHERE state IN {UNFINISHED} ORDER BY id")
    return {row["address"]: letters.Letter.from_json(unseal(row["body"])).text for row in rows}


async def test_it_goes_out_at_night_by_every_way_at_once(street: Street, clock: StillClock) -> None:
    cast = street.cast
    clock.forward(hours=15)
    assert is_quiet(models_clock.now())
    now = models_clock.now()
    await Contact.create(
        created_at=now, channel="web", address="wang-web", place=cast.here, person_id=cast.wang.person_id
    )
    for address, place in (("-100", cast.here), ("-200", cast.elsewhere)):
        await Group.create(
            created_at=now,
            channel="telegram_group",
            address=address,
            title="邻居群",
            kind=GroupKind.RESIDENTS,
            place=place,
            bound_at=now,
            bound_by_id=cast.gao.person_id,
        )
    await send(street)
    await run()
    said = await told()
    assert set(said) == {"here-阿芳", "here-老李", "here-小陈", "here-高书记", "-100"}
    assert all("台风来了" in text and STORM.text in text for text in said.values())
    assert await Outbox.filter(address="wang-web", state="done").count() == 1
    assert {one.person_id for one in await StaffNotice.all()} == {cast.chen.person_id, cast.gao.person_id}
    assert await Push.all().count() == 0


async def test_who_does_not_lead_cannot_and_who_has_not_looked_again_neither(street: Street) -> None:
    cast = street.cast
    for by in (cast.chen, cast.wang, cast.sun, cast.outsider):
        with pytest.raises(NotAllowed):
            await send(street, by=by)
    with pytest.raises(Invalid):
        await emergencies.broadcast(STORM, by=cast.gao, place_id=cast.here.id, sure="")
    seen = await emergencies.preview(STORM, by=cast.gao, place_id=cast.here.id)
    assert (seen.people, seen.with_chat) == (3, 2)
    other = NewNotice("别的话", title=STORM.title)
    with pytest.raises(Invalid):
        await emergencies.broadcast(other, by=cast.gao, place_id=cast.here.id, sure=seen.sure)
    assert await NoticeReceipt.all().count() == 0


async def test_the_same_press_sends_once(street: Street) -> None:
    assert await send(street, key="k") == await send(street, key="k")


async def test_who_said_so_is_off_the_list_and_the_others_are_reminded_at_once(
    street: Street, clock: StillClock
) -> None:
    cast = street.cast
    written = await send(street)
    await run()
    last = await Utterance.filter(text__contains="台风").order_by("-id").first()
    assert last is not None
    assert f'"notice": {written}' in last.facts
    assert await receipts.newest_to_acknowledge(viewer=cast.wang) == written
    await receipts.acknowledge(written, by=cast.wang)
    await receipts.acknowledge(written, by=cast.wang)
    for nobody in (cast.sun, cast.outsider, cast.stranger):
        with pytest.raises(NotFound):
            await receipts.acknowledge(written, by=nobody)
    line = await showing.notice(written, viewer=cast.chen)
    assert (line.counts.read, line.counts.acknowledged) == (1, 1)
    left = await showing.unread(written, viewer=cast.chen)
    assert {who.name for these in left.buildings for who in these.people} == {"真名老李", "独居老人"}
    before = await Outbox.all().count()
    clock.forward(hours=15)
    await writing.remind(written, by=cast.chen)
    await run()
    assert await Outbox.all().count() == before + 1
    assert "再提醒一次" in (await told())["here-老李"]


async def test_a_block_costs_the_same_whatever_its_number_and_every_chat_is_told_once(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, now = street.cast, models_clock.now()
    await Person.bulk_create(
        [Person(created_at=now, place=cast.here, name=f"人{at}", shown_name=f"人{at}") for at in range(300)]
    )
    people = await Person.filter(name__startswith="人").all()
    await Role.bulk_create(
        [Role(created_at=now, person=one, place=cast.here, name=RoleName.RESIDENT) for one in people]
    )
    await Contact.bulk_create(
        [Contact(created_at=now, channel="relay", address=one.name, place=cast.here, person=one) for one in people]
    )
    await send(street)
    monkeypatch.setattr(sending, "MOST_BLOCKS", 1)
    counts = []
    for size in (50, 100, 100):
        monkeypatch.setattr(sending, "BLOCK", size)
        with statements() as seen:
            await sending.send_due(by=SYSTEM)
        counts.append(len(seen.seen))
    assert len(set(counts)) == 1
    await run()
    assert await Outbox.filter(channel="relay").count() == 300
    assert len({one.lane for one in await Outbox.filter(channel="relay")}) == 300


async def test_the_all_clear_goes_to_everybody_it_went_to_once(street: Street) -> None:
    cast = street.cast
    written = await send(street, target=Target(buildings=(street.buildings[0],)))
    await run()
    assert [one.id for one in await receipts.emergencies(viewer=cast.wang, place_id=cast.here.id)] == [written]
    assert await receipts.emergencies(viewer=cast.li, place_id=cast.here.id) == []
    for by, refusal in ((cast.chen, NotAllowed), (cast.outsider, NotFound)):
        with pytest.raises(refusal):
            await emergencies.all_clear(written, by=by, text="风停了")
    with pytest.raises(Invalid):
        await emergencies.all_clear(written, by=cast.gao, text=" ")
    await emergencies.all_clear(written, by=cast.gao, text="风停了")
    await run()
    assert "风停了" in (await told())["here-阿芳"]
    assert "风停了" in (await told())["here-小陈"]
    assert "here-老李" not in await told()
    assert await receipts.emergencies(viewer=cast.wang, place_id=cast.here.id) == []
    with pytest.raises(Taken):
        await emergencies.all_clear(written, by=cast.gao, text="风停了")
    ordinary = await street.write()
    with pytest.raises(WrongState):
        await emergencies.all_clear(ordinary, by=cast.gao, text="没事了")
