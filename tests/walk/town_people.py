"""The people of a filled neighbourhood: tags, services, lists, looks, a code at the door, who asks in, who acts."""

from __future__ import annotations

import datetime as dt

from casework import bookings, conversations, spots, visits
from models import clock
from models.booking import Booking
from models.group import GroupKind
from models.home import Building
from models.household import Personal, Relation, Residence
from models.joining import ActingKind
from models.person import Person
from models.service import LookField, Service
from models.transaction import transaction
from models.visit import VisitPlan
from people import acting, group_binding, residences, residents
from people.joining import asking, deciding, links, queue
from people.joining.asking import Asked
from people.joining.links import Door
from people.joining.roll import Sieve
from people.records import exports, reveals, services, tags
from people.records.querying import Wanted
from people.viewers import SYSTEM, Viewer, guest
from tests.people.joining import fresh_limits


async def fill(blanks: dict[str, object], worker: Viewer, *, place_id: int, mark: str) -> None:
    """One of each; ``blanks`` knows the homes and the person called ``{mark}阿姨``."""
    aunt = await Person.get(place_id=place_id, name=f"{mark}阿姨")
    blanks["person"] = blanks["marked"] = aunt.id
    await _records(blanks, worker, person_id=aunt.id, place_id=place_id, mark=mark)
    await _door(blanks, worker, place_id=place_id, mark=mark)
    await _group(blanks, worker, place_id=place_id, mark=mark)
    await _acting(blanks, place_id=place_id, elder_id=aunt.id)


async def _records(blanks: dict[str, object], worker: Viewer, *, person_id: int, place_id: int, mark: str) -> None:
    holder = await Personal.filter(place_id=place_id).exclude(id_number_sealed=None).first()
    blanks["id_holder"] = holder.person_id if holder else 0
    if holder is not None:
        await tags.tag(holder.person_id, by=worker, name="独居")
    blanks["tag_word"] = await tags.add(f"{mark}标签", by=worker, place_id=place_id)
    blanks["tag_name"] = f"{mark}标签"
    await tags.tag(person_id, by=worker, name=f"{mark}标签")
    await services.note(
        by=worker, kind="visit", day=clock.today(), words=f"{mark}上门看过", key=f"{mark}1", person_id=person_id
    )
    blanks["service"] = (await Service.get(place_id=place_id)).id
    await visits.plan(
        by=worker, visit_day=clock.today(), goes_id=worker.person_id or 0, key=f"{mark}2", person_id=person_id
    )
    blanks["plan"] = (await VisitPlan.get(place_id=place_id)).id
    await _booking(blanks, worker, person_id=person_id, place_id=place_id, mark=mark)
    await reveals.reveal(person_id, by=worker, field=LookField.PHONE, purpose="contact", note=f"{mark}打电话")
    blanks["wanted"] = Wanted()
    blanks["export"] = await exports.ask(
        Wanted(), by=worker, place_id=place_id, purpose="check", reason=f"{mark}核对", with_phones=False
    )


async def _booking(blanks: dict[str, object], lead: Viewer, *, person_id: int, place_id: int, mark: str) -> None:
    """A counter that is open every day, where somebody comes tomorrow."""
    name, hours = f"{mark}窗口", "09:00-17:00"
    spot_id = await spots.add(
        by=lead, place_id=place_id, kind="counter", name=name, hours=hours, slot_minutes=60, on_rest_days="yes"
    )
    tomorrow = clock.today() + dt.timedelta(days=1)
    await bookings.book_for(spot_id, by=lead, person_id=person_id, starts_at=spots.at(tomorrow, dt.time(9)))
    blanks.update(spot=spot_id, booking_day=tomorrow, slot=f"{tomorrow}T10:00")
    blanks["booking"] = (await Booking.get(spot_id=spot_id)).id


async def comes(blanks: dict[str, object], resident: Viewer) -> None:
    """A resident booked for themselves."""
    day, spot_id = blanks["booking_day"], int(str(blanks["spot"]))
    assert isinstance(day, dt.date)
    await bookings.book(spot_id, by=resident, starts_at=spots.at(day, dt.time(14)))
    blanks["own_booking"] = (await Booking.get(person_id=resident.person_id)).id


async def _door(blanks: dict[str, object], worker: Viewer, *, place_id: int, mark: str) -> None:
    """A code at the door; one who asks in waits, another was refused."""
    fresh_limits()
    estate_id = (await Building.get(id=blanks["building"])).estate_id
    made = await links.make_link(estate_id, by=worker)
    blanks["door"] = await links.door(made.token, viewer=worker)
    refused = await _knock(blanks, mark=f"{mark}甲", place_id=place_id)
    await deciding.refuse(refused, by=worker, version=0, reason="other", words=f"{mark}不住这里")
    waits = await _knock(blanks, mark=f"{mark}乙", place_id=place_id)
    blanks.update(estate=estate_id, estate_token=made.token, estate_digits=made.digits, join=waits)
    blanks["joins"] = [await queue.one(waits, viewer=worker)]
    blanks["sieve"] = Sieve()


async def _group(blanks: dict[str, object], lead: Viewer, *, place_id: int, mark: str) -> None:
    """A group of the estate, bound by who leads the neighbourhood."""
    fresh_limits()
    code = await group_binding.make_code(
        by=lead, place_id=place_id, kind=GroupKind.RESIDENTS, estate_id=int(str(blanks["estate"]))
    )
    room = await group_binding.bind(
        code.digits, by=lead, typed_by=mark, address=f"-{place_id}", title=f"{mark}业主群", has_topics=False
    )
    blanks["group"] = room.id


async def _knock(blanks: dict[str, object], *, mark: str, place_id: int) -> int:
    at = await residents.at(channel="telegram", address=f"{mark}新来的", place_id=place_id)
    await conversations.open_at(at)
    door, building_id = blanks["door"], blanks["building"]
    assert isinstance(door, Door)
    assert isinstance(building_id, int)
    asked = Asked(building_id, "101", f"{mark}新来", "tenant")
    return await asking.ask(door, asked, by=guest(place_id, contact_id=at.contact_id), contact_id=at.contact_id)


async def _acting(blanks: dict[str, object], *, place_id: int, elder_id: int) -> None:
    helper = await Residence.filter(place_id=place_id).exclude(person_id=elder_id).first()
    assert helper is not None
    async with transaction():
        blanks["acting"] = await acting.stand(
            helper.person_id, elder_id, by=SYSTEM, place_id=place_id, kind=ActingKind.FAMILY
        )
    blanks["people"] = [elder_id]
    await Residence.filter(person_id=elder_id).update(leaving_at=clock.now())


async def lives(person_id: int, blanks: dict[str, object], *, place_id: int) -> None:
    """Somebody lives in the walked home, and acts for the person called 阿姨."""
    await residences.move_in(person_id, int(str(blanks["home"])), by=SYSTEM, relation=Relation.FAMILY)
    async with transaction():
        await acting.stand(person_id, int(str(blanks["person"])), by=SYSTEM, place_id=place_id, kind=ActingKind.FAMILY)
