"""Booking and visiting on pages: what staff set up and a resident books, and a visit that becomes a case."""

from __future__ import annotations

import re

import pytest

from models.booking import Booking
from models.case import Case
from models.clock import now
from models.person import Person, RoleName
from models.visit import VisitPlan
from tests.conftest import StillClock
from tests.portal.colleagues import Team, hire, person
from tests.portal.conftest import Client
from tests.walk.town_cases import take_in_catalogue


@pytest.fixture
async def team(clock: StillClock, client: Client) -> Team:
    """Monday morning, 2 March 2026."""
    return await hire(client)


@pytest.mark.databases("sqlite")
async def test_a_resident_books_a_counter_by_pressing_and_staff_see_and_cancel(team: Team, client: Client) -> None:
    spot = {"kind": "counter", "name": "一号\0窗口🌸", "hours": "08:30-11:30", "minutes": "30"}
    assert (await team.gao.send("/bookings/spots", **{**spot, "hours": "8点到11点"})).status == 422
    assert "居民可以约了" in (await team.gao.send("/bookings/spots", **spot)).html
    wang = await person(client, "王", role=RoleName.RESIDENT, place_id=team.gao.viewer.place_id or 0)
    shown = await wang.see("/bookings")
    times = re.findall(r'name="starts_at" value="([^"]+)"', shown.html)
    assert len(times) == 4, "half past nine, ten, half past ten, eleven"
    spot_id = re.findall(r'name="spot" value="(\d+)"', shown.html)[0]
    booked = await wang.send("/bookings", spot=spot_id, starts_at=times[0])
    assert "已经约好" in booked.html
    assert "我约好的" in booked.html
    li = await person(client, "李", role=RoleName.RESIDENT, place_id=team.gao.viewer.place_id or 0)
    pages = ((wang, "/bookings"), (team.chen, "/bookings/day"))
    late = await li.send("/bookings", spot=spot_id, starts_at=times[0])
    assert (late.status, "刚刚被别人约走了" in late.html) == (409, True)
    own = await Booking.get()
    assert (await li.send(f"/bookings/{own.id}/cancel")).status == 404
    assert "一号窗口🌸" in (await team.chen.see("/bookings/day")).html
    assert (await team.chen.send(f"/bookings/day/{own.id}/cancel")).status == 200
    again = await team.chen.send("/bookings/day", spot=spot_id, person=li.viewer.person_id, starts_at=times[0])
    assert again.status == 200
    assert "取消" in (await li.see("/bookings")).html
    assert (await wang.see("/bookings/day")).path == "/me", "led away from what is for staff"
    for text in ("x", "0001-01-01", "9999-12-31"):
        assert [(await one.see(f"{path}?day={text}")).status for one, path in pages] == [422, 422]
    for text in ("0001-01-01T00:00", "9999-12-31T23:59+00:00"):
        assert (await wang.send("/bookings", spot=spot_id, starts_at=text)).status == 422


@pytest.mark.databases("sqlite")
async def test_a_planned_visit_is_recorded_and_becomes_a_case(team: Team) -> None:
    await take_in_catalogue()
    chen = team.chen.viewer
    wang = await Person.create(
        created_at=now(), place_id=chen.place_id, name="王示范", shown_name="王示范", username=None
    )
    fields = {"person": wang.id, "day": "2026-03-02", "key": "k"}
    planned = await team.chen.send("/visits/new", goes=chen.person_id, **fields)
    assert "王示范" in planned.html
    plan = await VisitPlan.get()
    page = await team.chen.send(f"/visits/{plan.id}/record", day="2026-03-02", words="楼道灯不亮", next="2026-03-16")
    assert (page.status, "楼道灯不亮" in page.html, "2026年3月16日" in page.html) == (200, True, True)
    service_id = re.findall(r"/services/(\d+)/report", page.html)[0]
    assert (await team.chen.send(f"/services/{service_id}/report")).path == f"/cases/{(await Case.get()).id}"
    assert (await team.chen.send(f"/services/{service_id}/report")).status == 409
    assert (await team.outsider.send(f"/visits/{plan.id}/drop")).status == 404
    second = await team.lin.send(f"/visits/{plan.id}/record", day="2026-03-02", words="她说灯坏了三天")
    assert (second.status, "她说灯坏了三天" in second.html) == (409, True), "somebody else was faster"


@pytest.mark.databases("sqlite")
async def test_what_was_written_of_a_visit_or_a_counter_stays_where_it_was_refused(team: Team) -> None:
    chen = team.chen.viewer
    wang = await Person.create(
        created_at=now(), place_id=chen.place_id, name="王示范", shown_name="王示范", username=None
    )
    await team.chen.send("/visits/new", goes=chen.person_id, person=wang.id, day="2026-03-02", key="k")
    path = f"/visits/{(await VisitPlan.get()).id}/record"
    page = await team.chen.send(path, day="2026-03-09", words="下周的事", next="2026-03-16")
    assert page.status == 422
    assert all(words in page.html for words in ("下周的事</textarea>", 'value="2026-03-09"', 'value="2026-03-16"'))
    typed = {"kind": "room", "name": "棋牌室", "hours": "09:00-11:00", "minutes": "半小时"}
    added = await team.gao.send("/bookings/spots", **typed)
    assert added.status == 422
    assert all(f'value="{typed[name]}"' in added.html for name in ("name", "hours", "minutes"))
    assert '<option value="room" selected' in added.html
