"""Work on the desk of the tests' neighbourhood: a question, an alarm, a miss, a draft; more of each on request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app import demo_town
from casework import alarms, misses, packs, publishing, questions
from casework.pack_files import Pack
from casework.questions import TakenDown
from models import clock
from models.contact import Contact
from models.entry import EntryVersion, VersionState
from models.household import Residence, ResidenceState
from models.person import RoleName
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
from tests.portal.neighbourhood import Chat, chat, piece_of_pack


@dataclass(frozen=True, slots=True)
class Desk:
    """高, who is signed in, and where the first of everything lies."""

    person_id: int
    cookies: Mapping[str, str]
    blanks: Mapping[str, str]
    others: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def cookies_of(self, who: str) -> Mapping[str, str]:
        """The cookies of ``staff``, of a ``resident`` who is signed in, of somebody of the staff who is ``starting``:
        before the second step; or of a ``guest``: none."""
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
    waiting = await login.begin(await _of_staff("小钱"), device="", gate=Gate.CODE)
    return Desk(person_id, cookies, blanks, {"resident": living, "starting": {STAFF_COOKIE: waiting}})


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
    found = await viewer_of(await colleague(name))
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
    for place in range(1, 4):
        await _draft(desk.person_id, place)
    await _import(4)
    await _homes(60)
    for number in range(1, 5):
        await knock(desk.blanks["estate_token"], number=number)
