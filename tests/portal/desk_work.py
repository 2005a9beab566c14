"""Work on the desk of the tests' neighbourhood: a question, an alarm, a miss, a draft; more of each on request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app import demo_town
from casework import alarms, misses, packs, publishing, questions
from casework.cases import accepting, catalogue, dispatching, kinds, reporting, teams
from casework.cases.reporting import Facts
from casework.cases.teams import TeamShape
from casework.ledgers import keeping
from casework.mediation import applying, rooms
from casework.pack_files import Pack
from casework.patrols import routes
from casework.patrols.routes import RouteShape
from casework.questions import TakenDown
from models import clock
from models.case import CaseSource
from models.contact import Contact
from models.entry import EntryVersion, VersionState
from models.household import Residence, ResidenceState
from models.patrol import PatrolStop
from models.person import Person, RoleName
from models.question import QuestionKind
from people import entering, homes, login, login_codes, places, residents, staff
from people.joining import asking, links
from people.joining.asking import Asked
from people.loading import files
from people.login import Gate
from people.residents import viewer_at
from people.viewers import SYSTEM, Viewer, viewer_of
from portal.session import STAFF_COOKIE
from tests.people.joining import fresh_limits
from tests.people.town import person
from tests.portal import board_work, moderation_work, notice_work
from tests.portal.neighbourhood import Chat, chat, piece_of_pack

COMMUNITY = Path(__file__).parents[2] / "community"


@dataclass(frozen=True, slots=True)
class Desk:
    """高, who is signed in, and where the first of everything lies."""

    person_id: int
    cookies: Mapping[str, str]
    blanks: Mapping[str, str]
    others: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def cookies_of(self, who: str) -> Mapping[str, str]:
        """The cookies of ``staff``, an ``admin``, a ``resident`` who is signed in, somebody of the staff who is
        ``starting``: before the second step; or a ``guest``: none."""
        return {"staff": self.cookies, **self.others}.get(who, {})


async def signed_in(role: RoleName = RoleName.SECRETARY) -> tuple[int, dict[str, str]]:
    """高敏 of the tests' neighbourhood with the cookies of a browser in which she is signed in."""
    home = places.home_place_id()
    person = await staff.add_person(by=SYSTEM, place_id=home, name="高敏", shown_name="高书记")
    await staff.grant(person.id, by=SYSTEM, role=role, place_id=home)
    return person.id, {STAFF_COOKIE: await login.new_session(person_id=person.id, data={})}


async def colleague(name: str = "小陈") -> int:
    """Somebody else who works here, with an account of their own."""
    home = places.home_place_id()
    person = await staff.add_person(by=SYSTEM, place_id=home, name=name, username=f"user{ord(name[-1])}")
    await staff.grant(person.id, by=SYSTEM, role=RoleName.WORKER, place_id=home)
    return person.id


async def ask(talk: Chat, text: str) -> str:
    """A resident's question reaches the desk, and counts as one that could not be answered; gives its number."""
    by = await viewer_at(talk.talk.at)
    await talk.resident(text)
    question = await questions.open_question(
        by=by,
        conversation_id=talk.talk.conversation_id,
        text=text,
        sealed_from=text,
        kind=QuestionKind.QUESTION,
        taken_down=TakenDown(candidates=[("id-card-first", 0.4)]),
    )
    await misses.record_miss(by=by, conversation_id=talk.talk.conversation_id, text=text, question_id=question.id)
    return question.number


async def _draft(person_id: int, place: int) -> int:
    by = await viewer_of(person_id)
    assert by is not None
    content = piece_of_pack(most=place + 1).entries[place]
    changed = content.model_copy(update={"fee": "这一回改成二十五元"})
    version = await publishing.draft(changed, by=by, category_slug="household-id")
    return version.id


async def _import(count: int) -> int:
    """So many entries imported as drafts; gives the first."""
    content = [one.model_copy(update={"fee": "每次30元"}) for one in piece_of_pack(most=4).entries[:count]]
    await packs.import_packs([Pack(content[0].category, "household-id", tuple(content))], by=SYSTEM, publish=False)
    return (
        await EntryVersion.exclude(imported_at=None).filter(state=VersionState.DRAFT).order_by("-imported_at", "id")
    )[0].id


async def fill() -> Desk:
    """One of everything."""
    person_id, cookies = await signed_in()
    talk = await chat()
    number = await ask(talk, "车棚充电一次多少钱")
    alarm = await alarms.raise_alarm(
        by=await viewer_at(talk.talk.at), conversation_id=talk.talk.conversation_id, kind="fire", text="着火了"
    )
    drafted, imported = str(await _draft(person_id, 0)), str(await _import(1))
    blanks = {"question": number, "alarm": str(alarm.id), "draft": drafted, "imported": imported}
    blanks["person"] = str(await colleague())
    blanks |= await _homes(1)
    living, blanks["way"] = await _signed_in_resident()
    blanks |= await _door()
    blanks["case"] = await _case(talk, "3号楼的楼道灯坏了")
    blanks["own_case"] = await _own_case(int(blanks["resident"]))
    blanks |= await board_work.fill(int(blanks["resident"]), person_id)
    blanks |= await _patrol_and_ledger(person_id, "日常")
    blanks |= await _mediation(int(blanks["resident"]), int(blanks["own_case"]))
    blanks |= await moderation_work.fill(int(blanks["resident"]), person_id)
    blanks |= await notice_work.fill(person_id)
    waiting = await login.begin(await _of_staff("小钱"), device="", gate=Gate.CODE)
    _, admin = await signed_in(RoleName.ADMIN)
    others = {"admin": admin, "resident": living, "starting": {STAFF_COOKIE: waiting}}
    return Desk(person_id, cookies, blanks, others)


async def _case(talk: Chat, text: str) -> str:
    """A case of the chat in the first building, sent to a team and back."""
    catalogue.forget()
    await catalogue.load(kinds.read(COMMUNITY / "cases"), by=SYSTEM)
    worker, home = await _of_staff("小范"), places.home_place_id()
    [building, *_] = await homes.buildings(viewer=SYSTEM, place_id=home)
    case = await reporting.report(
        Facts("stair_light", text, where="2楼", building_id=building.id),
        by=await viewer_at(talk.talk.at),
        source=CaseSource.CHAT,
        conversation_id=talk.talk.conversation_id,
    )
    if not await teams.teams(viewer=SYSTEM, place_id=home):
        shape = TeamShape(key="property", place="-", unit="property", name="物业维修组", takes=("equipment",))
        await teams.load([shape.model_copy(update={"place": (await places.place(home)).slug})], by=SYSTEM)
    await dispatching.dispatch(case.id, by=worker)
    await dispatching.send_back(case.id, by=worker, reason="facts_missing", note="不知道几楼")
    return str(case.id)


async def _patrol_and_ledger(person_id: int, name: str) -> dict[str, str]:
    """A route with a stop that was missed, and a matter in the ledger."""
    lead, home = await viewer_of(person_id), places.home_place_id()
    assert lead is not None
    route_id = await routes.lay(
        RouteShape(f"{name}巡查", tuple("1234567"), "大门口｜路灯\n垃圾房"), by=lead, place_id=home
    )
    [stop, *_] = await PatrolStop.filter(route_id=route_id).order_by("id")
    await PatrolStop.filter(route_id=route_id).update(created_at=clock.now() - dt.timedelta(days=3))
    due = clock.today() + dt.timedelta(days=9)
    entry = await keeping.add(
        by=lead, place_id=home, kind="problem", title=f"{name}积水", text="一下雨就积水", owner_id=person_id, due=due
    )
    return {"patrol_stop": str(stop.id), "ledger": str(entry.id)}


async def _mediation(person_id: int, case_id: int) -> dict[str, str]:
    """A mediation that somebody who lives here asked for, and a room over their case."""
    by, worker = await viewer_of(person_id), await _of_staff("小桂")
    assert by is not None
    asked = applying.Asked("楼上漏水", "外面的人", phone="13900002222")
    made = await applying.apply(asked, by=by)
    [team, *_] = await teams.teams(viewer=worker, place_id=worker.place_id or 0)
    room = await rooms.call(
        case_id,
        by=worker,
        at=clock.now() + dt.timedelta(hours=1),
        where="会议室",
        purpose="定谁来修",
        people={},
        names={"police": "民警", "mediator": "调解员", "lawyer": "律师"},
        team_ids=[team.id],
    )
    return {"own_mediation": str(made.id), "room_id": str(room.id)}


async def _own_case(person_id: int) -> str:
    """A case that somebody who lives here reported on a page, and that was taken on."""
    by, facts = await viewer_of(person_id), Facts("estate_light", "小区大门口的路灯不亮", where="大门口")
    assert by is not None
    case = await reporting.report(facts, by=by, source=CaseSource.WEB)
    await accepting.accept(case.id, by=await _of_staff("小汤"))
    return str(case.id)


async def _door() -> dict[str, str]:
    """The code of the estate, and somebody who asks to be let into the first home."""
    [estate, *_] = await links.estates(viewer=SYSTEM, place_id=places.home_place_id())
    made = await links.make_link(estate.id, by=SYSTEM)
    fresh_limits()
    await knock(made.token, number=0)
    return {"estate": str(estate.id), "estate_token": made.token}


async def knock(token: str, *, number: int) -> int:
    """Somebody asks from a chat of their own to be let in; gives the request."""
    where = await residents.at(channel="relay", address=f"asks-{number}", place_id=places.home_place_id())
    viewer = await viewer_at(where)
    door = await links.door(token, viewer=viewer)
    [building, *_] = await links.buildings(door, viewer=viewer)
    [home, *_] = await homes.homes(building.id, viewer=SYSTEM)
    name = "甲乙丙丁戊己庚辛"[number] + "示范"
    asked = Asked(building.id, home.label, name, "family", phone=f"1380000000{number}")
    return await asking.ask(door, asked, by=viewer, contact_id=where.contact_id)


async def _signed_in_resident() -> tuple[dict[str, str], str]:
    """Who lives in the first home, signed in by the desk's slip, with a chat; and a link that was sent there."""
    living = await Residence.filter(state=ResidenceState.LIVING).order_by("id").first()
    assert living is not None
    slip = await login_codes.print_code(living.person_id, by=await _of_staff("小沈"))
    here = entering.Browser("安卓手机上的微信", "127.0.0.1")
    entered = await entering.enter_by_code(slip.digits, browser=here)
    where = await residents.at(channel="relay", address="phone-of-hers", place_id=places.home_place_id())
    await Contact.filter(id=where.contact_id).update(person_id=living.person_id, bound_at=clock.now())
    return {STAFF_COOKIE: entered.token}, (await login_codes.make_code(by=entered.viewer)).link


async def _of_staff(name: str) -> Viewer:
    known = await Person.get_or_none(name=name)
    found = await viewer_of(known.id if known else await colleague(name))
    assert found is not None
    return found


async def _homes(count: int) -> dict[str, str]:
    """Homes with people, and a file that has problems."""
    place_id = places.home_place_id()
    for rows in (demo_town.rows(count, name="示范"), [person(at, phone="1") for at in range(2, count + 2)]):
        file = await files.check_rows(rows, by=SYSTEM, place_id=place_id, name="登记.xlsx")
        if not file.problems:
            await files.load(file.id, by=SYSTEM)
    [building, *_] = await homes.buildings(viewer=SYSTEM, place_id=place_id)
    [home, *_] = await homes.homes(building.id, viewer=SYSTEM)
    resident = (await homes.home(home.id, viewer=SYSTEM)).living[0].person_id
    return {"building": str(building.id), "home": str(home.id), "file": str(file.id), "resident": str(resident)}


async def fill_more(desk: Desk) -> None:
    """Several of everything, from several residents."""
    for number in range(4):
        await ask(await chat(f"{number}" * 43), f"第{number}栋的信报箱钥匙找谁配")
    for name in ("小林", "小吴", "小孙"):
        await colleague(name)
    for number in range(4):
        await _case(await chat(f"{number + 4}" * 43), f"第{number}层的灯坏了")
    for place in range(1, 4):
        await _draft(desk.person_id, place)
    await _import(4)
    await _homes(60)
    for number in range(4):
        await _patrol_and_ledger(desk.person_id, f"第{number}条")
    for number in range(1, 5):
        await knock(desk.blanks["estate_token"], number=number)
    await board_work.fill_more(int(desk.blanks["resident"]), desk.person_id, int(desk.blanks["post"]))
