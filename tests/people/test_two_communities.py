"""Who lives in two neighbourhoods, or moves from one to the other: which keeps them, and what each sees."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from tortoise.context import TortoiseContext

from casework import conversation_sight, conversations, questions, ratings, timelines
from models.contact import Contact
from models.conversation import Conversation
from models.errors import NotFound, WrongState
from models.home import Building
from models.household import Personal
from models.joining import Acting, ActingKind
from models.person import Person, Role, RoleName
from models.question import Question, QuestionKind
from models.service import LookField
from models.transaction import fetch_one, transaction
from people import acting, homes, login_codes, residences, shown
from people.audit import first_broken_line
from people.records import cards, filters, reveals, tags
from people.records.querying import wanted
from people.residents import At
from people.viewers import SYSTEM, Viewer
from tests.conftest import StillClock
from tests.people import joining
from tests.people.joining import Estates, again, chat, let_in, said_in, viewer, worker

SECRET = "我的病历不要给别人看"


@pytest.fixture
async def estates(db: TortoiseContext, clock: StillClock) -> Estates:
    return await joining.found()


async def colleague(estates: Estates) -> Viewer:
    """Somebody who decides there."""
    return await worker(estates.town.there, "小外", RoleName.SECRETARY)


async def joins(estates: Estates, at: At, *, by: Viewer, there: bool = False, **changes: object) -> None:
    """Somebody asks and is let in, here or there."""
    if there:
        building = await Building.get(place_id=estates.town.there, name="3号楼")
        changes = {"door": estates.there, "building_id": building.id, **changes}
    await let_in(await joining.ask(estates, at, **changes), by=by)


async def says(at: At, text: str) -> int:
    """Somebody writes; gives the conversation."""
    talk = await conversations.open_at(at)
    async with transaction():
        await conversations.hear(talk, masked=text, original=text)
    return talk.conversation_id


async def moves_out(person_id: int, place_id: int) -> None:
    """They live there no more."""
    row = await fetch_one(
        "SELECT id FROM residence WHERE person_id=$1 AND place_id=$2 AND state='living'", person_id, place_id
    )
    assert row is not None
    await residences.move_out(row["id"], by=SYSTEM)


@dataclass(frozen=True, slots=True)
class Moved:
    """王示范 lived here, wrote and asked here, joined there and then moved out here."""

    estates: Estates
    there: Viewer
    at: At
    before: Viewer
    now: Viewer
    talk: int
    asked: Question


@pytest.fixture
async def moved(estates: Estates) -> Moved:
    there, at = await colleague(estates), await chat(estates.town.here)
    await joins(estates, at, by=estates.worker, phone="13800000000")
    before = await viewer(at)
    talk = await says(await again(at), SECRET)
    asked = await questions.open_question(
        by=before, conversation_id=talk, text="路灯坏了", sealed_from="路灯坏了", kind=QuestionKind.REPORT
    )
    assert before.person_id is not None
    await tags.tag(before.person_id, by=estates.worker, name="独居")
    await joins(estates, at, by=there, there=True)
    assert (await Person.get(id=before.person_id)).place_id == estates.town.here
    assert not await conversation_sight.may_read(talk, viewer=there)
    await moves_out(before.person_id, estates.town.here)
    return Moved(estates, there, at, before, await viewer(at), talk, asked)


async def test_who_moves_is_kept_by_the_new_community(moved: Moved) -> None:
    person_id, town, there, worker = moved.now.person_id or 0, moved.estates.town, moved.there, moved.estates.worker
    assert (await Person.get(id=person_id)).place_id == town.there
    assert (await Personal.get(person_id=person_id)).place_id == town.there
    assert (moved.now.contact_id, moved.now.place_id) == (moved.before.contact_id, town.there)
    assert {held.place_id for held in moved.now.roles} == {town.there}
    assert (await reveals.reveal(person_id, by=there, field=LookField.PHONE, purpose="contact")) == "13800000000"
    with pytest.raises(NotFound):
        await reveals.reveal(person_id, by=worker, field=LookField.PHONE, purpose="contact")
    card = await cards.person(person_id, viewer=there)
    assert (card.is_kept, card.tags) == (True, ())
    assert await filters.people(wanted(tags=("独居",), without=()), viewer=there, place_id=town.there) == []
    await tags.tag(person_id, by=there, name="独居")
    assert (await cards.person(person_id, viewer=there)).tags == ("独居",)
    past = await cards.person(person_id, viewer=worker)
    assert (past.is_kept, past.phone, past.tags, len(past.past)) == (False, "", (), 1)


async def test_what_was_said_before_stays_behind_and_its_answer_arrives(moved: Moved) -> None:
    there, worker, asked = moved.there, moved.estates.worker, moved.asked
    new_talk = await says(await again(moved.at), "您好")
    assert new_talk != moved.talk
    both = [(talk, one) for talk in (moved.talk, new_talk) for one in (worker, there)]
    seen = [await conversation_sight.may_read(talk, viewer=one) for talk, one in both]
    assert seen == [True, False, False, True]
    await questions.reply(asked.id, by=worker, text="修好了", seen_version=asked.version)
    assert "修好了" in (await said_in(moved.at))[-1]
    assert (await ratings.rate(asked.id, by=moved.now, satisfied=True)).satisfied
    assert await first_broken_line() is None


async def test_what_a_guest_said_before_joining_elsewhere_is_not_read_there(estates: Estates) -> None:
    there, at = await colleague(estates), await chat(estates.town.here)
    talk = await says(at, SECRET)
    asked = await questions.open_question(
        by=await viewer(at), conversation_id=talk, text="几点开门", sealed_from="", kind=QuestionKind.QUESTION
    )
    await joins(estates, at, by=there, there=True)
    now = await again(at)
    assert (now.contact_id, now.place_id) == (at.contact_id, estates.town.there)
    assert not await conversation_sight.may_read(talk, viewer=there)
    assert await conversation_sight.may_read(talk, viewer=estates.worker)
    assert await Conversation.filter(contact_id=at.contact_id).values_list("place_id", flat=True) == [
        estates.town.there
    ]
    await questions.reply(asked.id, by=estates.worker, text="九点", seen_version=asked.version)
    assert "九点" in (await said_in(now))[-1]
    assert (await Question.get(id=asked.id)).conversation_id == talk
    assert await Contact.filter(place_id=estates.town.here, closed_at__isnull=True).count() == 0


async def test_of_who_lives_in_both_each_community_sees_what_is_its_own(estates: Estates) -> None:
    there, at = await colleague(estates), await chat(estates.town.here)
    await joins(estates, at, by=estates.worker, phone="13800000000")
    await joins(estates, at, by=there, there=True)
    person_id = (await viewer(at)).person_id or 0
    await tags.tag(person_id, by=estates.worker, name="低保")

    mine, theirs = [await cards.person(person_id, viewer=one) for one in (estates.worker, there)]
    assert (mine.is_kept, mine.phone, mine.tags, len(mine.living)) == (True, "138****0000", ("低保",), 1)
    assert (theirs.is_kept, theirs.phone, theirs.tags, len(theirs.living)) == (False, "", (), 1)
    assert mine.living[0].home_id != theirs.living[0].home_id
    home = await homes.home(theirs.living[0].home_id, viewer=there)
    assert [(one.name, one.phone, one.tags) for one in home.living] == [("王示范", "", ())]
    assert (await shown.standing(person_id, viewer=there)).building == "3号楼"
    assert await shown.look_up(person_id, by=there) == "王示范"
    assert {one.what for one in (await timelines.of_person(person_id, viewer=there)).lines} == {"move_in"}
    for refused in (
        reveals.reveal(person_id, by=there, field=LookField.PHONE, purpose="contact"),
        tags.tag(person_id, by=there, name="独居"),
        tags.untag(person_id, by=there, name="低保"),
        reveals.looks_at(person_id, viewer=there),
    ):
        with pytest.raises(NotFound):
            await refused
    for one in (estates.worker, there):
        assert (await login_codes.print_code(person_id, by=one)).digits
    helper = await joining.listed("周虚构", estates.town.there, label="502")
    given = await acting.give(person_id, by=there, helper="周虚构", kind=ActingKind.FAMILY)
    assert (await Acting.get(id=given)).helper_id == helper
    assert (await Acting.get(id=given)).place_id == estates.town.there


async def test_a_code_is_printed_only_where_they_live_or_act_for_one_who_does(estates: Estates) -> None:
    there, at = await colleague(estates), await chat(estates.town.here)
    await joins(estates, at, by=estates.worker)
    helper, elder = (await viewer(at)).person_id or 0, await joining.listed("周虚构", estates.town.there)
    with pytest.raises(NotFound):
        await login_codes.print_code(helper, by=there)
    await Role.filter(person_id=helper).delete()
    async with transaction():
        await acting.stand(helper, elder, by=SYSTEM, place_id=estates.town.there, kind=ActingKind.FAMILY)
    assert (await login_codes.print_code(helper, by=there)).digits
    await moves_out(helper, estates.town.here)
    with pytest.raises(WrongState):
        await login_codes.print_code(helper, by=estates.worker)
