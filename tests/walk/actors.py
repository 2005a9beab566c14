"""Who walks: a guest, the one who asked, every role from here and from elsewhere, a desk that was sent the question."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from courier import notices
from courier.letters import Letter
from models import clock
from models.alarm import AlarmPage
from models.case import Case, CaseWatcher
from models.consultation import ConsultationSeat
from models.contact import Contact
from models.household import Relation, Residence, ResidenceState
from models.person import NEIGHBOURS, Person, RoleName
from models.question import Question
from models.transaction import transaction
from people import login, login_codes, residences, rights
from people.viewers import SYSTEM, Viewer, guest, viewer_of
from people.visitors import COOKIE
from portal.security import form_token
from portal.session import STAFF_COOKIE
from tests import key_matters, meetings, promises, proposals, votes
from tests.walk import town_boards, town_duties, town_mediations, town_moderation, town_notices, town_people
from tests.walk.town import Filled, Land, hired

GROUPS: dict[str, frozenset[str]] = {
    "neighbours": frozenset({"resident", "building_captain", "volunteer"}),
    "lead": frozenset({"secretary", "admin"}),
    "staff": frozenset({"worker", "secretary", "admin"}),
    "partners": frozenset({"police", "doctor", "property", "owners_committee", "mediator", "moderator", "unit_member"}),
    "desk": frozenset({"subdistrict_desk", "desk_sent"}),
    "observers": frozenset({"subdistrict_observer", "district_observer"}),
}
"""Words of the lists kept by hand for several at once. A role of none of these is in no list until somebody says so."""
ACCOUNTS = GROUPS["staff"] | GROUPS["partners"] | GROUPS["desk"] | GROUPS["observers"]
GROUPS["accounts"] = ACCOUNTS
GROUPS["known"] = ACCOUNTS | GROUPS["neighbours"]
GROUPS["everyone"] = ACCOUNTS | GROUPS["neighbours"] | {"guest", "asker"}
OF_A_STREET = {"subdistrict_desk", "desk_sent", "subdistrict_observer"}


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who walks: as whom the lists know them, from ``here`` or not, and what stands in for ``{session}``."""

    who: str
    is_from_here: bool
    viewer: Viewer
    cookies: dict[str, str] = field(default_factory=dict)
    blanks: dict[str, object] = field(default_factory=dict)
    history: str = ""

    def __str__(self) -> str:
        return f"{self.who}{self.history}{'' if self.is_from_here else ' from elsewhere'}"

    @property
    def form_token(self) -> str:
        """What their forms carry."""
        return form_token(self.cookies.get(STAFF_COOKIE, ""))


def everybody() -> frozenset[str]:
    """Every word for somebody, from the roles there are: a new role that no list names fails the tests."""
    return frozenset({"guest", "asker", "desk_sent", *(role.value for role in RoleName)})


async def all_of(land: Land) -> list[Actor]:
    """From here and from elsewhere; guests of a page are always at home."""
    asker = land.here.blanks["asker"]
    assert isinstance(asker, Viewer)
    found = [
        Actor("guest", True, guest(land.here.place_id)),
        Actor("asker", True, asker, {COOKIE: land.here.token}),
    ]
    for role in RoleName:
        for here, home in ((True, land.here), (False, land.beside)):
            at_home = home if role in NEIGHBOURS else None
            found.append(await _person(role.value, role, _place(land, role, here=here), here=here, at_home=at_home))
    found.append(await _sent(land))
    found += [
        await _gone(land.here, to=land.beside, is_from_here=False),
        await _gone(land.beside, to=land.here, is_from_here=True),
    ]
    for home in (land.here, land.beside):
        await _residents(home, [one for one in found if one.is_from_here == (home is land.here)])
    return found


async def _residents(home: Filled, people: list[Actor]) -> None:
    """A link that lets a resident in, a building captain, a worker with an account, and badges on everybody."""
    by_role = {one.who: one.viewer for one in people if not one.history}
    home.blanks["link"] = (await login_codes.make_code(by=by_role["resident"])).link
    home.blanks["resident"] = by_role["resident"].person_id
    await town_people.comes(home.blanks, by_role["resident"])
    await town_boards.comes(home.blanks, by_role["resident"])
    await town_duties.rewarded(home.blanks, by_role["resident"], place_id=home.place_id)
    await town_mediations.comes(home.blanks, by_role["resident"])
    await town_moderation.comes(home.blanks, by_role["resident"])
    await town_notices.comes(home.blanks)
    by, mark = by_role["secretary"], str(home.blanks["mark"])
    voted = await votes.fill(by, by_role["resident"], place_id=home.place_id, mark=mark)
    home.blanks.update(voted, paper_photo=await votes.photograph(voted["vote_counted"]))
    author, writer = by_role["resident"], by_role["building_captain"]
    home.blanks.update(await proposals.fill(author, writer, place_id=home.place_id, mark=mark))
    home.blanks.update(await key_matters.fill(by, by_role["resident"], place_id=home.place_id, mark=mark))
    home.blanks.update(await meetings.fill(by, by_role["resident"], place_id=home.place_id, mark=mark))
    home.blanks.update(await promises.fill(by, author, place_id=home.place_id, mark=mark))
    paper = await promises.on_paper(int(str(home.blanks["publication"])), by, place_id=home.place_id, mark=mark)
    home.blanks["objection_paper"] = paper
    home.blanks["captain"] = by_role["building_captain"].person_id
    home.blanks["clerk"] = by_role["worker"].person_id
    await Person.filter(place_id=home.place_id).update(party_marked_at=clock.now(), party_shown_at=clock.now())


def system() -> Actor:
    """The system, which opens no page."""
    return Actor("system", True, SYSTEM)


def _place(land: Land, role: RoleName, *, here: bool) -> int:
    if role.value in OF_A_STREET:
        return land.street if here else land.far_street
    if role is RoleName.DISTRICT_OBSERVER:
        return land.district if here else land.far_district
    return (land.here if here else land.beside).place_id


async def _person(who: str, role: RoleName, place_id: int, *, here: bool, at_home: Filled | None = None) -> Actor:
    viewer = await hired(f"{who}{place_id}", role, place_id)
    assert viewer.person_id is not None
    now = clock.now()
    token = await login.new_session(person_id=viewer.person_id, data={})
    session = await login.find_session(token)
    assert session is not None
    blanks: dict[str, object] = {"session": session.id, "me": viewer.person_id, "works": place_id}
    if at_home is not None:
        await town_people.lives(viewer.person_id, at_home.blanks, place_id=place_id)
    if role not in NEIGHBOURS:
        await Person.filter(id=viewer.person_id).update(password_hash="of no password", username=f"{who}{place_id}")
        await notices.tell_person(Letter("通知"), person_id=viewer.person_id, kind="question.open")
    contact = await Contact.create(
        created_at=now,
        channel="telegram",
        address=f"{who}{place_id}",
        place_id=place_id,
        person_id=viewer.person_id,
        bound_at=now,
    )
    blanks["contact"] = contact.id
    return Actor(who, here, viewer, {STAFF_COOKIE: token}, blanks)


async def _sent(land: Land) -> Actor:
    """Another at the desk of the street, to whom the question was given."""
    actor = await _person("desk_sent", RoleName.SUBDISTRICT_DESK, land.street, here=True)
    ids = [land.here.blanks["question_id"], land.here.blanks["answered"]]
    await Question.filter(id__in=ids).update(owner_id=actor.viewer.person_id)
    await Question.filter(id=land.here.blanks["offered"]).update(transfer_to_id=actor.viewer.person_id)
    return actor


async def _gone(left: Filled, *, to: Filled, is_from_here: bool) -> Actor:
    """A worker who lost their role where they were given things, paged, seated and told, and works in the other one
    now: in the lists, a worker of where they work and of nowhere else."""
    actor = await _person("gone", RoleName.WORKER, to.place_id, here=is_from_here)
    person_id = actor.viewer.person_id or 0
    await Person.filter(id=person_id).update(place_id=left.place_id)
    now = clock.now()
    await AlarmPage.create(created_at=now, alarm_id=left.blanks["alarm"], person_id=person_id, number=99)
    await ConsultationSeat.create(
        created_at=now, consultation_id=left.blanks["room_id"], key="gone", person_id=person_id, name="走了"
    )
    await CaseWatcher.create(created_at=now, case_id=left.blanks["case"], person_id=person_id)
    letter, needs = Letter(f"{left.mark}通知"), f"question.read@{left.place_id}"
    async with transaction():
        await notices.tell_person(letter, person_id=person_id, kind="question.open", needs=needs)
    if is_from_here:
        for table in (Question, Case):
            await table.filter(place_id=left.place_id).update(owner_id=person_id)
    viewer = await viewer_of(person_id)
    assert viewer is not None
    return replace(actor, who=RoleName.WORKER.value, viewer=viewer, history=" who left")


async def moved(land: Land) -> Actor:
    """A resident who lived beside, wrote and was told things there, and lives here now. Only asks for what is beside:
    the lists know residents by what is theirs."""
    actor = await _person("moved", RoleName.RESIDENT, land.beside.place_id, here=True)
    person_id = actor.viewer.person_id or 0
    former, _ = [await _lives(person_id, home) for home in (land.beside, land.here)]
    async with transaction():
        await rights.give(person_id, land.here.place_id, by=SYSTEM)
    await residences.move_out(former, by=SYSTEM)
    viewer = await viewer_of(person_id)
    assert viewer is not None
    return replace(actor, viewer=viewer, who=RoleName.RESIDENT.value, history=" who moved")


async def _lives(person_id: int, home: Filled) -> int:
    home_id = int(str(home.blanks["home"]))
    made = await Residence.create(
        created_at=clock.now(),
        place_id=home.place_id,
        person_id=person_id,
        home_id=home_id,
        open_home_id=home_id,
        relation=Relation.TENANT,
        state=ResidenceState.LIVING,
    )
    return made.id


def blanks_of(actor: Actor, filled: Filled) -> dict[str, object]:
    """What stands in for the blanks of a path: things of ``filled``, and the actor's own session and chat."""
    return {"session": 0, "contact": 0, "me": 0, "works": 0, "room": "101", **filled.blanks, **actor.blanks}
