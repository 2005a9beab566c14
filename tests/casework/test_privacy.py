"""One's own data: told in full to nobody else, taken along, and gone at one's wish while what is counted stays."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from dataclasses import dataclass

import pytest

from casework import questions, retention
from casework.privacy import copies, kept, leaving
from models import clock as models_clock
from models.audit import AuditLine
from models.contact import Contact
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.home import Building, Estate, Home
from models.household import Household, Personal, PersonTag, Relation, Residence, ResidenceState
from models.joining import Acting, ActingKind, ActingState, JoinRequest, JoinState
from models.person import Person, Role, RoleName, WebSession
from models.push import PushChoice
from models.question import Question
from models.service import Look, LookField, Service
from models.transaction import execute
from people import personal, pushes, shown, staff
from people.audit import first_broken_line
from people.entering import begin_resident
from people.login import find_session
from people.permissions import PERMISSIONS
from people.sessions import is_settled
from people.viewers import SYSTEM, Viewer, guest, viewer_of
from tests.casework import talks
from tests.casework.conftest import Cast
from tests.casework.talks import WORDS
from tests.conftest import StillClock
from tests.words_left import where

NAME, PHONE, NUMBER = "王桂芳", "13800138000", "11010519491231002X"


@dataclass(slots=True)
class Resident:
    """王阿姨 as a resident with a home, and her telephone."""

    viewer: Viewer
    token: str
    residence: Residence


@pytest.fixture
async def wang(cast: Cast) -> Resident:
    """She lives in 3-402, speaks from her telegram chat, has tags, a visit and a look on record."""
    now, place = models_clock.now(), cast.here
    person = await Person.create(created_at=now, place=place, name=NAME, shown_name="阿芳")
    await Role.create(created_at=now, person=person, place=place, name=RoleName.RESIDENT)
    estate = await Estate.create(created_at=now, place=place, name="桂花苑")
    building = await Building.create(created_at=now, place=place, estate=estate, name="3号楼", sort="3")
    home = await Home.create(created_at=now, place=place, building=building, label="402", sort="402")
    household = await Household.create(created_at=now, place=place, home=home)
    residence = await Residence.create(
        created_at=now,
        place=place,
        person=person,
        home=home,
        household=household,
        relation=Relation.OWNER,
        state=ResidenceState.LIVING,
        since=dt.date(2020, 1, 1),
        open_home_id=home.id,
    )
    numbers = personal.sealed(PHONE, NUMBER)
    await Personal.create(
        created_at=now,
        place=place,
        person=person,
        phone_sealed=numbers.phone_sealed,
        phone_hash=numbers.phone_hash,
        id_number_sealed=numbers.id_number_sealed,
        id_number_hash=numbers.id_number_hash,
    )
    await PersonTag.create(created_at=now, place=place, person=person, name="独居")
    await Service.create(
        created_at=now,
        place=place,
        person=person,
        kind="visit",
        day=dt.date(2026, 1, 3),
        key="k",
        by_id=cast.chen.person_id,
    )
    await Look.create(
        created_at=now, place=place, person=person, by_id=cast.chen.person_id, field=LookField.PHONE, purpose="contact"
    )
    await Contact.filter(address="wang").update(person_id=person.id)
    token = await begin_resident(person.id, device="手机")
    viewer = await viewer_of(person.id, contact_id=cast.wang.contact_id)
    assert viewer is not None
    return Resident(viewer, token, residence)


async def test_everything_on_record_is_told_with_numbers_in_part(cast: Cast, wang: Resident) -> None:
    asked = await talks.speak(cast)
    found = await kept.kept(viewer=wang.viewer)
    assert (found.name, found.shown_name, found.tags, found.sessions) == (NAME, "阿芳", ("独居",), 1)
    assert (found.phone, found.id_number) == ("138****8000", "110" + "*" * 13 + "2X")
    assert [home.address for home in found.homes] == ["桂花苑 3号楼 402"]
    assert [(chat.channel, chat.lines > 0) for chat in found.chats] == [("telegram", True), ("web", False)]
    assert [question.number for question in found.questions] == [asked.number]
    assert [service.kind for service in found.services] == ["visit"]
    assert [(look.by, look.role, look.what, look.purpose) for look in found.looks] == [
        ("小陈", RoleName.WORKER, "phone", "contact")
    ]


async def test_whoever_opened_her_own_words_stands_there_too(cast: Cast, wang: Resident) -> None:
    asked = await talks.speak(cast)
    await questions.unseal(asked.id, by=cast.chen)
    await shown.look_up(wang.viewer.person_id or 0, by=cast.chen)
    looks = (await kept.kept(viewer=wang.viewer)).looks
    assert {(look.what, look.by) for look in looks} == {(what, "小陈") for what in ("phone", "words", "card")}


async def test_a_copy_has_numbers_and_words_in_full_and_is_on_record(cast: Cast, wang: Resident) -> None:
    await talks.speak(cast)
    copy = json.loads(await copies.copy_of(by=wang.viewer, in_full=True))
    assert (copy["手机号"], copy["身份证号"]) == (PHONE, NUMBER)
    assert f"{WORDS} 13800138000" in {line["原话"] for line in copy["说过的每一句"]}
    assert copy["问的时候的原话"][0]["原话"] == f"{WORDS} 13800138000"
    assert (copy["住处"][0]["身份"], copy["住处"][0]["到哪一步"]) == ("业主", "住着")
    line = await AuditLine.get(verb="privacy.export")
    assert (line.subject, line.subject_id, line.detail) == ("person", wang.viewer.person_id, "in full")


async def test_a_copy_of_a_session_that_is_not_settled_is_masked(cast: Cast, wang: Resident) -> None:
    await talks.speak(cast)
    text = (await copies.copy_of(by=wang.viewer, in_full=False)).decode()
    assert not any(number in text for number in (PHONE, NUMBER))
    assert "138****8000" in text


async def test_a_session_settles_after_a_day_and_one_of_paper_never(
    cast: Cast, wang: Resident, clock: StillClock
) -> None:
    session = await find_session(wang.token)
    assert session is not None
    assert not await is_settled(session.id)
    clock.forward(days=1)
    assert await is_settled(session.id)
    await WebSession.filter(id=session.id).update(via="printed")
    assert not await is_settled(session.id)
    assert not await is_settled(None)


async def test_nobody_but_a_known_person_has_data_of_their_own(cast: Cast, wang: Resident) -> None:
    stranger = guest(cast.here.id, contact_id=cast.wang.contact_id)
    for verb in (kept.kept(viewer=stranger), kept.kept(viewer=SYSTEM)):
        with pytest.raises(NotAllowed):
            await verb
    with pytest.raises(NotAllowed):
        await copies.copy_of(by=stranger, in_full=True)
    with pytest.raises(NotAllowed):
        await leaving.delete_account(by=stranger)


async def test_requests_and_helpers_are_told_and_go(cast: Cast, wang: Resident) -> None:
    building = await Building.get(name="3号楼")
    son = await Person.create(created_at=models_clock.now(), place=cast.here, name="小王", shown_name="小王")
    await JoinRequest.create(
        created_at=models_clock.now(),
        place=cast.here,
        building=building,
        label="501",
        name=NAME,
        shown_name="阿芳",
        relation=Relation.FAMILY,
        phone_sealed=personal.sealed(PHONE, "").phone_sealed,
        contact_id=cast.wang.contact_id,
        open_building_id=building.id,
        expires_at=models_clock.now(),
    )
    await Acting.create(
        created_at=models_clock.now(),
        place=cast.here,
        helper=son,
        elder_id=wang.viewer.person_id,
        kind=ActingKind.FAMILY,
        state=ActingState.STANDING,
        open_elder_id=wang.viewer.person_id,
    )
    found = await kept.kept(viewer=wang.viewer)
    assert [(one.address, one.state) for one in found.requests] == [("桂花苑 3号楼 501", JoinState.WAITING)]
    assert found.acts_with == ("小王",)
    await leaving.delete_account(by=wang.viewer)
    assert await where(NAME) | await where(PHONE) | await where("阿芳") == set()
    assert (await JoinRequest.get()).state is JoinState.WITHDRAWN
    assert (await Acting.get()).state is ActingState.ENDED


async def test_an_account_goes_with_everything_that_names_or_reaches_her(cast: Cast, wang: Resident) -> None:
    asked = await talks.speak(cast)
    await talks.end(cast, asked)
    person_id, now = wang.viewer.person_id or 0, models_clock.now()
    for_her = (await Question.get(id=asked.id)).clone()
    by_another = {"conversation_id": None, "number": "Q-0099", "on_behalf_of": NAME, "behalf_person_id": person_id}
    no_words = {"text": "x", "sealed": None, "where_text": "", "when_text": "", "how_text": ""}
    await for_her.update_from_dict({**by_another, **no_words}).save()
    await Person.filter(id=person_id).update(party_marked_at=now, party_shown_at=now, start_until=now)
    await pushes.choose("activity", by=wang.viewer, is_wanted=False)
    await pushes.choose("activity", by=guest(cast.here.id, contact_id=wang.viewer.contact_id), is_wanted=False)
    await leaving.delete_account(by=wang.viewer)
    assert await PushChoice.all().count() == 0
    gone = await Person.get(id=person_id)
    columns = [name for name in Person._meta.fields_db_projection if Person._meta.fields_map[name].null]
    kept = {name for name in columns if getattr(gone, name) is not None}
    assert kept == set(), "every column of a person that may be empty is empty"
    left = await where(NAME) | await where("阿芳") | await where(PHONE) | await where(NUMBER)
    assert left == set()
    assert await where(WORDS) == {"mute.reason"}
    assert await find_session(wang.token) is None
    assert await viewer_of(wang.viewer.person_id or 0) is None
    assert (await Contact.get(address="wang")).person_id is None
    assert await first_broken_line() is None


async def test_what_is_counted_stays(cast: Cast, wang: Resident) -> None:
    asked = await talks.speak(cast)
    await talks.end(cast, asked)
    await leaving.delete_account(by=wang.viewer)
    assert (await Question.get(id=asked.id)).number == asked.number
    residence = await Residence.get(id=wang.residence.id)
    assert (residence.state, residence.since, residence.until) == (
        ResidenceState.MOVED_OUT,
        wang.residence.since,
        models_clock.today(),
    )
    assert await Service.filter(person_id=wang.viewer.person_id).count() == 1
    assert (await Person.get(id=wang.viewer.person_id)).shown_name == "已注销"


async def test_nothing_goes_while_something_is_open(cast: Cast, wang: Resident) -> None:
    await talks.speak(cast)
    before = await where(WORDS)
    with pytest.raises(WrongState):
        await leaving.delete_account(by=wang.viewer)
    assert await where(WORDS) == before
    assert await where(NAME) == {"person.name"}


async def test_whoever_works_here_gives_the_role_back_first(cast: Cast) -> None:
    with pytest.raises(NotAllowed) as refusal:
        await leaving.delete_account(by=cast.chen)
    assert refusal.value.key == "privacy.works_here"


async def test_who_is_given_a_role_at_the_same_moment_has_either_the_role_or_no_account(
    cast: Cast, wang: Resident
) -> None:
    person_id = wang.viewer.person_id or 0
    gave = staff.grant(person_id, by=SYSTEM, role=RoleName.WORKER, place_id=cast.here.id)
    went = leaving.delete_account(by=wang.viewer)
    said = await asyncio.gather(gave, went, return_exceptions=True)
    person = await Person.get(id=person_id)
    works = await Role.exists(person_id=person_id, name=RoleName.WORKER)
    assert (person.is_active, works, sum(isinstance(one, Exception) for one in said)) in (
        (True, True, 1),
        (False, False, 1),
    )


async def test_a_hundred_at_once_delete_it_once(cast: Cast, wang: Resident) -> None:
    tries = await asyncio.gather(*(leaving.delete_account(by=wang.viewer) for _ in range(100)), return_exceptions=True)
    assert [one for one in tries if one is not None and not isinstance(one, Taken)] == []
    assert tries.count(None) == 1
    assert await AuditLine.filter(verb="privacy.delete").count() == 1


async def test_whoever_leads_deletes_it_for_somebody_who_signed(cast: Cast, wang: Resident) -> None:
    person_id = wang.viewer.person_id or 0
    for paper in (" ", "王桂芳的申请", "138 0013 8000", "x" * 21, "<b>"):
        with pytest.raises(Invalid):
            await leaving.delete_account_of(person_id, by=cast.gao, paper=paper)
    for by, error in ((cast.chen, NotFound), (cast.outsider, NotFound)):
        with pytest.raises(error):
            await leaving.delete_account_of(person_id, by=by, paper="2026-7")
    await leaving.delete_account_of(person_id, by=cast.gao, paper="2026-7")
    assert (await AuditLine.get(verb="privacy.delete")).detail == "paper 2026-7"
    assert await Contact.filter(address="wang").count() == 0


async def test_numbers_of_people_who_moved_away_go_after_a_year(cast: Cast, wang: Resident, clock: StillClock) -> None:
    kind = next(one for one in retention.KINDS if one.name == "moved_out")
    await Residence.filter(id=wang.residence.id).update(
        state=ResidenceState.MOVED_OUT, open_home_id=None, until=models_clock.today()
    )
    clock.forward(days=400)
    assert (await retention.clear(kind, by=SYSTEM)).rows == 0, "she still has a role"
    await execute("DELETE FROM role WHERE person_id=$1", wang.viewer.person_id)
    assert (await retention.clear(kind, by=SYSTEM)).rows == 2
    assert (await where(PHONE), await where(NAME)) == (set(), {"person.name"})


def test_the_three_verbs_are_for_everybody_who_is_known() -> None:
    assert "guest" not in PERMISSIONS["privacy.delete"]


async def test_sessions_are_counted_while_they_live(cast: Cast, wang: Resident) -> None:
    await WebSession.filter(person_id=wang.viewer.person_id).update(revoked_at=models_clock.now())
    assert (await kept.kept(viewer=wang.viewer)).sessions == 0
