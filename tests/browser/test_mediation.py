"""Mediation by real browsers: two neighbours on their phones and a mediator at a desk, from asking to the agreement."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from casework.mediation import agreements, consents, following_up, mediators, rooms, sessions
from models import clock
from models.consultation import ConsultationSeat
from models.mediation import Mediation, MediationSession
from models.person import Role, RoleName
from people import places
from people.viewers import viewer_of
from tests.browser.conftest import DESKTOP, IN_THE_BROWSER, PHONE, Site, open_page
from tests.browser.neighbours import at_a_desk, says, somebody
from tests.browser.test_every_page import FOR_ALL, FOR_ELDERS
from tests.people.joining import fresh_limits
from tests.people.town import home, load
from tests.portal.desk_work import Desk, fill, signed_in

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = IN_THE_BROWSER
SECRET = "其实我愿意少要五百"


async def asked(site: Site) -> Page:
    """王 asks for it, with words for the mediator alone."""
    wang = await somebody(site, "王阿姨", label="501")
    await wang.goto("/my/mediations/new")
    for name, text in (("where", "3号楼402"), ("other", "李叔"), ("matter", "夜里太响"), ("private", SECRET)):
        await wang.fill(f"#{name}", text)
    await wang.locator("button", has_text="申请").last.click()
    assert await says(wang, "要双方自己愿意")
    return wang


async def pointed_out(site: Site, number: str, cookies: dict[str, str]) -> Page:
    """The desk finds who is meant; gives its page."""
    desk = await open_page(await site.visitor(DESKTOP, cookies=cookies), "/mediations")
    await desk.locator("a", has_text=number).click()
    await desk.locator("summary", has_text="找到对方").click()
    await desk.fill("#find-name", "李叔")
    await desk.locator("button", has_text="找").last.click()
    await desk.locator("button", has_text="就是李叔").click()
    return desk


async def drafted(sun: Page, number: str) -> None:
    """The mediator reads what was told in private, and writes the agreement."""
    await sun.goto("/work")
    await sun.locator("a", has_text="请我调解的").click()
    await sun.locator("a", has_text=number).click()
    assert await says(sun, SECRET)
    await sun.locator("summary", has_text="写协议").click()
    await sun.fill("#draft-text", "晚上八点以后不施工")
    await sun.fill("#follow-up", (clock.today() + dt.timedelta(days=30)).isoformat())
    await sun.locator("button", has_text="给双方看").click()


async def test_two_neighbours_and_a_mediator_come_to_an_agreement(site: Site) -> None:
    await load(home(), home(3, label="402"), place_id=places.home_place_id())
    fresh_limits()
    _, cookies = await signed_in()
    wang = await asked(site)
    number = (await Mediation.get()).number
    li = await somebody(site, "李叔", label="402")
    await li.goto("/my/mediations")
    assert await says(li, "还没有调解"), "nobody of this name lived there when it was asked for"
    sun = await at_a_desk(site, "孙老师", role=RoleName.MEDIATOR)
    desk = await pointed_out(site, number, cookies)
    await li.reload()
    await li.locator("a", has_text="王阿姨").click()
    assert not await says(li, SECRET)
    await li.locator("button", has_text="同意调解").click()
    await desk.reload()
    await desk.locator("summary", has_text="定调解员").click()
    await desk.locator("button", has_text="就请他").click()
    await drafted(sun, number)
    for side in (wang, li):
        await side.goto("/my/mediations")
        await side.locator("a", has_text=number).click()
        await side.locator("button", has_text="我看清楚了，确认").click()
    assert await says(li, "协议达成，等回访")


async def followed_up(desk: Desk) -> None:
    """The resident's own mediation, confirmed by both, after a talk of which nothing is written down yet; and a room
    that is closed, in which a seat is empty."""
    one, place_id, now = int(desk.blanks["own_mediation"]), places.home_place_id(), clock.now()
    worker, resident = await viewer_of(desk.person_id), await viewer_of(int(desk.blanks["resident"]))
    assert worker is not None
    assert resident is not None
    await Role.create(created_at=now, person_id=desk.person_id, place_id=place_id, name=RoleName.MEDIATOR)
    sun = await viewer_of(desk.person_id)
    assert sun is not None
    await consents.record_consent(one, by=worker, party="other", way="phone", agrees=True)
    await mediators.choose(one, by=worker, mediator_id=desk.person_id)
    talk = await sessions.meet(one, by=sun, way="meet", at=now + dt.timedelta(hours=1), where="调解室")
    await MediationSession.filter(id=talk.id).update(at=now)
    day = clock.today() + dt.timedelta(days=30)
    await agreements.draft(one, by=sun, text="晚上八点以后不施工", follow_up_on=day)
    await agreements.confirm(one, by=resident, agreement=1)
    await agreements.sign(one, by=sun, party="other", agreement=1, paper="卷宗 12 号")
    await following_up.record_follow_up(one, by=sun, party="other", way="phone", day=None, is_kept=False)
    room_id = int(desk.blanks["room_id"])
    for seat in await ConsultationSeat.filter(consultation_id=room_id):
        await rooms.arrive(room_id, by=worker, seat_id=seat.id)
    await rooms.conclude(room_id, by=worker, text="先量一次分贝")
    await rooms.close(room_id, by=worker, minutes="都说过了")


@pytest.mark.parametrize(
    ("checks", "view"), [(FOR_ALL, {}), (FOR_ELDERS, {"mulin_large": "1"})], ids=["normal", "elder"]
)
async def test_a_side_says_with_a_thumb_that_it_is_not_kept_and_the_desk_reads_so(
    site: Site, checks: tuple[str, ...], view: dict[str, str]
) -> None:
    desk = await fill()
    await followed_up(desk)
    found: dict[str, list[str]] = {}
    own = await open_page(await site.visitor(PHONE, cookies={**view, **desk.cookies_of("resident")}), "/my/mediations")
    await own.goto("/my/mediations/{own_mediation}".format_map(desk.blanks))
    await own.locator("summary", has_text="没有做到").click()
    found["own"] = [fault for check in checks for fault in await own.evaluate(check)]
    await own.fill("#broken-text", "夜里还在施工")
    await own.locator("button", has_text="没有做到，告诉调解员").click()
    assert await says(own, "您：没有做到")
    assert await says(own, "法律援助")
    staff = await open_page(await site.visitor(PHONE, cookies={**view, **desk.cookies_of("staff")}), "/mediations")
    for path in ("/mediations/{own_mediation}", "/consultations/{room_id}", "/consultations/new", "/bookings/day"):
        await staff.goto(path.format_map(desk.blanks))
        await staff.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        found[path] = [fault for check in checks for fault in await staff.evaluate(check)]
    await staff.goto("/mediations/{own_mediation}".format_map(desk.blanks))
    assert await says(staff, "谈得怎样")
    assert await says(staff, "说没有做到")
    assert {at: faults for at, faults in found.items() if faults} == {}
