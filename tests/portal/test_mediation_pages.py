"""Mediation and rooms on pages: both sides press for themselves, and nobody's private words show on another's page."""

from __future__ import annotations

import re

import pytest

from casework.cases import reporting
from casework.cases.reporting import Facts
from models.case import CaseSource
from models.clock import now as clock_now
from models.home import Building, Estate, Home
from models.household import Relation
from models.mediation import Mediation
from models.person import Role, RoleName
from models.place import Place
from models.team import Team as CaseTeam
from models.team import TeamMember
from people import residences
from people.viewers import SYSTEM
from tests.conftest import StillClock
from tests.portal.colleagues import Colleague, Team, hire, person
from tests.portal.conftest import Client
from tests.walk.town_cases import take_in_catalogue

pytestmark = pytest.mark.databases("sqlite")
SECRET, OTHERS = "甲方私话：愿意少要五百", "乙方私话：下月才有钱"


@pytest.fixture
async def team(clock: StillClock, client: Client) -> Team:
    """Monday morning, 2 March 2026."""
    await take_in_catalogue()
    return await hire(client)


async def lives(team: Team, name: str, label: str) -> Colleague:
    """A resident of 3号楼, signed in."""
    place_id, now = team.chen.viewer.place_id or 0, clock_now()
    estate = await Estate.get_or_none(place_id=place_id, name="示范小区")
    estate = estate or await Estate.create(created_at=now, place_id=place_id, name="示范小区")
    building = await Building.get_or_none(estate=estate) or await Building.create(
        created_at=now, place_id=place_id, estate=estate, name="3号楼", sort="3"
    )
    home = await Home.create(created_at=now, place_id=place_id, building=building, label=label, sort=label)
    found = await person(team.chen.client, name, role=RoleName.RESIDENT, place_id=place_id)
    await residences.move_in(found.viewer.person_id or 0, home.id, by=SYSTEM, relation=Relation.OWNER)
    return found


def number(path: str) -> str:
    return path.rpartition("/")[2]


async def drafted(team: Team, wang: Colleague, li: Colleague, sun: Colleague) -> str:
    """From the form to a draft that both have to confirm; gives its number."""
    typed = {"where": "3号楼402", "other": "李叔", "matter": "夜里太响🌙", "private": SECRET}
    one = number((await wang.send("/my/mediations/new", **typed)).path)
    assert "您愿意调解吗" in (await li.see(f"/my/mediations/{one}")).html
    assert (await li.send(f"/my/mediations/{one}/consent")).status == 200
    assert (await sun.see(f"/mediations/{one}")).status == 404
    assert (await team.chen.send(f"/mediations/{one}/choose", mediator=sun.viewer.person_id)).status == 200
    await li.send(f"/my/mediations/{one}/tell", text=OTHERS)
    when = {"way": "meet", "at": "2026-03-02T14:00", "where": "调解室"}
    assert "调解室" in (await sun.send(f"/mediations/{one}/meet", **when)).html
    written = await sun.send(f"/mediations/{one}/draft", text="八点后不施工", follow_up="2026-03-20")
    assert "第 1 稿" in written.html
    return one


async def shown(who: Colleague, path: str) -> set[str]:
    """Which of the private words stand on a page."""
    html = (await who.see(path)).html
    return {word for word in (SECRET, OTHERS) if word in html}


async def test_from_the_form_to_the_agreement_and_no_page_shows_the_other_sides_words(team: Team) -> None:
    wang, li = await lives(team, "王阿姨", "501"), await lives(team, "李叔", "402")
    sun = await person(team.chen.client, "孙老师", role=RoleName.MEDIATOR, place_id=team.chen.viewer.place_id or 0)
    assert (await wang.send("/my/mediations/new", matter=" ", other="李叔")).status == 422
    one = await drafted(team, wang, li, sun)
    for own in (f"/my/mediations/{one}", f"/api/v1/my/mediations/{one}"):
        assert (await shown(wang, own), await shown(li, own)) == ({SECRET}, {OTHERS})
        assert (await team.chen.see(own)).status == 404
    desk = f"/mediations/{one}"
    assert [await shown(who, desk) for who in (team.chen, team.gao, sun)] == [set(), set(), {SECRET, OTHERS}]
    assert (await team.chen.send(f"{desk}/unseal")).status == 403
    assert SECRET in (await team.gao.send(f"{desk}/unseal")).html
    await wang.send(f"/my/mediations/{one}/confirm", agreement=1)
    assert (await li.send(f"/my/mediations/{one}/confirm", agreement=7)).status == 409
    signed = await li.send(f"/my/mediations/{one}/confirm", agreement=1)
    assert "协议达成，等回访" in signed.html
    assert "司法确认" in signed.html


async def test_a_stranger_and_another_neighbourhood_find_nothing(team: Team) -> None:
    wang, li = await lives(team, "王阿姨", "501"), await lives(team, "李叔", "402")
    one = number((await wang.send("/my/mediations/new", other="装修队", phone="13900001111", matter="划坏电梯")).path)
    for who, path in (
        (li, f"/my/mediations/{one}"),
        (team.outsider, f"/mediations/{one}"),
        (team.outsider, f"/my/mediations/{one}"),
        (team.he, f"/mediations/{one}"),
    ):
        assert (await who.see(path)).status in {403, 404}, path
    assert "13900001111" not in (await team.chen.see(f"/mediations/{one}")).html
    assert "13900001111" in (await team.chen.send(f"/mediations/{one}/reveal", party="other")).html
    assert (await team.chen.send(f"/mediations/{one}/nonsense")).status == 404


async def test_a_room_is_called_on_a_case_held_and_closed(team: Team) -> None:
    chen, place_id = team.chen, team.chen.viewer.place_id or 0
    case = await reporting.report(
        Facts("stair_light", "灯坏了"), by=chen.viewer, source=CaseSource.PATROL, place_id=place_id
    )
    made = await team.gao.send("/cases/teams", name="维修组", key="repairs", unit="property", takes="building")
    assert made.status == 200
    page = await chen.see(f"/consultations/new?case={case.id}")
    unit = re.findall(r'<option value="(\d+)">维修组', page.html)[0]
    typed = {"case": case.id, "at": "2026-03-03T10:00", "where": "会议室", "purpose": "谁来修", "team": unit}
    assert (await chen.send("/consultations/new", **typed)).status == 422
    seats = {"name-police": "张警官", "name-mediator": "顾老师", "name-lawyer": "周律师"}
    room = (await chen.send("/consultations/new", **typed, **seats)).path
    above = team.he.viewer.place_id or 0
    qian = await person(chen.client, "钱师傅", role=RoleName.UNIT_MEMBER, place_id=above)
    await CaseTeam.filter(id=int(unit)).update(place_id=above)
    await TeamMember.create(created_at=clock_now(), team_id=int(unit), person_id=qian.viewer.person_id)
    assert "维修组到了" in (await qian.see(room)).html, "a seat speaks for itself wherever its role lies"
    html = (await chen.see(room)).html
    for seat in re.findall(r'name="seat" value="(\d+)"', html):
        await chen.send(f"{room}/arrive", seat=seat)
    assert (await chen.send(f"{room}/close", minutes="说过了")).status == 409
    assert "物业换灯" in (await chen.send(f"{room}/conclude", text="物业换灯", seat=f"team-{unit}")).html
    closed = await chen.send(f"{room}/close", minutes="说过了")
    conclusion = re.findall(r'name="conclusion" value="(\d+)"', closed.html)[0]
    assert (await chen.send(f"{room}/make_case", conclusion=conclusion, kind_key="stair_light")).status == 200
    assert (await chen.send(f"{room}/make_case", conclusion=conclusion, kind_key="stair_light")).status == 409
    assert "H-0001" in (await chen.see(f"/cases/{case.id}")).html


async def also_there(who: Colleague, role: RoleName) -> int:
    """A role in 柳岸 besides; gives that place."""
    other = await Place.get(slug="other")
    await Role.create(created_at=clock_now(), person_id=who.viewer.person_id, place_id=other.id, name=role)
    return other.id


async def test_who_lives_in_two_asks_for_mediation_in_the_one_they_chose(team: Team) -> None:
    wang = await lives(team, "王阿姨", "501")
    there = await also_there(wang, RoleName.RESIDENT)
    gu = await person(team.chen.client, "顾老师", role=RoleName.MEDIATOR, place_id=there)
    assert "青禾里居委会会去问对方" in (await wang.see("/my/mediations/new")).html
    form = await wang.choosing(there).see("/my/mediations/new")
    assert ("柳岸居委会会去问对方" in form.html, "顾老师" in form.html) == (True, True)
    typed = {"other": "装修队", "phone": "13900001111", "matter": "划坏电梯", "wish": gu.viewer.person_id}
    one = number((await wang.choosing(there).send("/my/mediations/new", **typed)).path)
    assert (await Mediation.get(id=int(one))).place_id == there
    assert (await team.outsider.see(f"/mediations/{one}")).status == 200
    assert (await team.chen.see(f"/mediations/{one}")).status == 404


async def test_who_works_elsewhere_asks_where_they_live(team: Team) -> None:
    wang = await lives(team, "王阿姨", "501")
    there = await also_there(wang, RoleName.WORKER)
    assert "青禾里居委会会去问对方" in (await wang.choosing(there).see("/my/mediations/new")).html
    typed = {"other": "装修队", "phone": "13900001111", "matter": "划坏电梯"}
    one = number((await wang.choosing(there).send("/my/mediations/new", **typed)).path)
    assert (await Mediation.get(id=int(one))).place_id == team.chen.viewer.place_id


async def test_whom_one_may_wish_for_is_of_the_place_of_the_mediation(team: Team) -> None:
    wang, li = await lives(team, "王阿姨", "501"), await lives(team, "李叔", "402")
    await person(team.chen.client, "孙老师", role=RoleName.MEDIATOR, place_id=team.chen.viewer.place_id or 0)
    there = await also_there(li, RoleName.RESIDENT)
    await person(team.chen.client, "顾老师", role=RoleName.MEDIATOR, place_id=there)
    one = number((await wang.send("/my/mediations/new", where="3号楼402", other="李叔", matter="太响")).path)
    page = (await li.choosing(there).see(f"/my/mediations/{one}")).html
    assert ("孙老师" in page, "顾老师" in page) == (True, False)


async def signed(team: Team) -> tuple[str, Colleague, Colleague, Colleague]:
    """Both confirmed; gives its number, both sides and the mediator."""
    wang, li = await lives(team, "王阿姨", "501"), await lives(team, "李叔", "402")
    sun = await person(team.chen.client, "孙老师", role=RoleName.MEDIATOR, place_id=team.chen.viewer.place_id or 0)
    one = await drafted(team, wang, li, sun)
    for side in (wang, li):
        await side.send(f"/my/mediations/{one}/confirm", agreement=1)
    return one, wang, li, sun


async def test_each_side_says_on_its_page_whether_it_is_kept_and_nobody_is_offered_what_is_refused(team: Team) -> None:
    one, wang, li, sun = await signed(team)
    own, desk = f"/my/mediations/{one}", f"/mediations/{one}"
    assert "说好的做到了吗" in (await wang.see(own)).html
    said = await wang.send(f"{own}/say_broken", text="还在夜里施工🌙")
    assert "对方反悔可以去法院" in said.html
    assert "/say_broken" not in said.html
    assert "还在夜里施工" not in (await li.see(own)).html + (await team.chen.see(desk)).html
    assert "还在夜里施工🌙" in (page := (await sun.see(desk)).html)
    assert ">履行了</button>" not in page
    assert (await sun.send(f"{desk}/keep")).status == 409
    heard = {"party": "applicant", "way": "phone", "word": "kept"}
    assert (await team.chen.send(f"{desk}/record_follow_up", day="2026-03-02", **heard)).status == 409
    heard["way"] = "paper"
    told = await team.chen.send(f"{desk}/record_follow_up", day="2026-03-02", **heard)
    assert "说做到了（写了字条）" in told.html
    assert (await team.chen.send(f"{desk}/record_follow_up", day="2027-01-01", **heard)).status == 422
    assert ">履行了</button>" in (await sun.see(desk)).html
    assert (await sun.send(f"{desk}/keep")).status == 200


async def test_what_came_of_a_talk_stands_on_both_pages_and_words_of_a_refused_form_stay(
    clock: StillClock, team: Team
) -> None:
    one, wang, li, sun = await signed(team)
    desk = f"/mediations/{one}"
    assert "谈得怎样" not in (await sun.see(desk)).html
    clock.forward(hours=5)
    [talk] = set(re.findall(r'name="session" value="(\d+)"', (await sun.see(desk)).html))
    wrong = {"session": talk, "result": "closer", "next": "nonsense", "minutes": "量一次分贝🌙", "other": OTHERS}
    refused = await sun.send(f"{desk}/record_session", **wrong)
    assert (refused.status, "量一次分贝🌙" in refused.html, OTHERS in refused.html) == (422, True, True)
    assert (await sun.send(f"{desk}/record_session", **wrong | {"next": "meet"})).status == 200
    for side in (wang, li):
        html = (await side.see(f"/my/mediations/{one}")).html
        assert ("量一次分贝🌙" in html, "再约时间谈" in html) == (True, True)
    assert (await shown(wang, f"/my/mediations/{one}")) == {SECRET}
    assert "谈得怎样" not in (await sun.see(desk)).html
    assert "来跑了一趟" in (await team.chen.send(f"{desk}/trip", party="other")).html
    assert (await team.chen.send(f"{desk}/trip", party="other")).status == 409


async def test_a_room_over_no_case_shows_who_is_missing_and_who_stands_by_the_minutes(team: Team) -> None:
    chen = team.chen
    await team.gao.send("/cases/teams", name="维修组", key="repairs", unit="property", takes="building")
    unit = re.findall(r'<option value="(\d+)">维修组', (await chen.see("/consultations/new")).html)[0]
    typed = {"at": "2026-03-03T10:00", "where": "会议室", "purpose": "几户都说夜里有声音", "team": unit}
    seats = {"name-police": "张警官", "name-mediator": "顾老师", "name-committee": "高书记"}
    room = (await chen.send("/consultations/new", **typed, **seats)).path
    assert (await chen.send("/consultations/new", **typed, **seats)).status == 409
    html = (await chen.see(room)).html
    assert ("没有立成事件" in html, "还没有人" in html) == (True, True)
    assert "还缺法律顾问" in (await chen.see("/consultations")).html
    assert (await chen.send(f"{room}/fill", key="lawyer")).status == 422
    assert "周律师" in (await chen.send(f"{room}/fill", key="lawyer", name="周律师")).html
    for seat in re.findall(r'name="seat" value="(\d+)"', (await chen.see(room)).html):
        await chen.send(f"{room}/arrive", seat=seat)
    await chen.send(f"{room}/conclude", text="上门量一次")
    closed = await chen.send(f"{room}/close", minutes="说过了")
    assert "还没有认纪要" in closed.html
    seat = re.findall(r'name="seat" value="(\d+)"', closed.html)[0]
    assert (await chen.send(f"{room}/confirm", seat=seat)).status == 403
    assert "纸上签字" in (await chen.send(f"{room}/confirm", seat=seat, way="paper")).html
