"""Whoever lost their role here, and holds one elsewhere, sees and hears nothing of here any more."""

from __future__ import annotations

import pytest

from casework import alarms, conversation_sight, desk, escalation, questions, replies
from casework.cases import accepting, cases, dispatching, owners, showing
from casework.cases import escalation as case_escalation
from casework.mediation import room_showing
from courier import outbox
from courier.letters import Letter
from courier.outbox import Reader
from models import clock as models_clock
from models.case import Case
from models.contact import Contact
from models.errors import NotAllowed, NotFound
from models.message import Outbox
from models.notice import StaffNotice
from models.person import Role
from models.place import Place
from models.question import Question
from people import audience, notices, pushes, scope
from people.pushes import Needs, PushKind
from people.viewers import SYSTEM, Viewer, viewer_of
from tests.casework.conftest import Cast
from tests.casework.mediation.conftest import Quarrel, quarrel, town
from tests.casework.mediation.test_rooms import called

__all__ = ["quarrel", "town"]


async def sent_away(viewer: Viewer, *, to: Place) -> Viewer:
    """Every role of theirs is held in another place from now on."""
    await Role.filter(person_id=viewer.person_id).update(place_id=to.id)
    found = await viewer_of(viewer.person_id or 0)
    assert found is not None
    return found


async def other_street(cast: Cast) -> Place:
    """A subdistrict with nothing below it."""
    return await Place.create(
        created_at=models_clock.now(), slug="other-street", name="别的街道", level=cast.above.level
    )


async def outbound(person_id: int | None, kind: str) -> list[outbox.Outbound]:
    """What waits to be sent to somebody of a kind."""
    chats = {row.address: row.channel for row in await Contact.filter(person_id=person_id)}
    rows = await Outbox.filter(kind=kind, for_person_id=person_id).order_by("id")
    return [
        outbox.Outbound(
            id=row.id,
            lane=row.lane,
            channel=chats[row.address],
            address=row.address,
            kind=row.kind,
            letter=Letter(""),
            tries=0,
            unknown=0,
            owner="",
            made_ms=row.made_ms,
            reader=Reader(row.for_person_id, row.needs),
        )
        for row in rows
    ]


async def test_a_desk_moved_to_another_street_sees_nothing_of_what_it_was_given(cast: Cast) -> None:
    question = await cast.ask()
    await questions.offer_transfer(question.id, by=cast.gao, to=cast.zhou.person_id or 0)
    await questions.accept_transfer(question.id, by=cast.zhou)
    assert await conversation_sight.may_read(cast.wang_conversation, viewer=cast.zhou)
    assert [line.id for line in await desk.queue(viewer=cast.zhou)] == [question.id]
    assert cast.here.id in await scope.given_places(cast.zhou, "question.read")

    gone = await sent_away(cast.zhou, to=await other_street(cast))
    assert await desk.queue(viewer=gone) == []
    assert await desk.waiting(viewer=gone) == desk.Waiting(0, 0)
    assert await replies.reaches([question.id], viewer=gone) == {}
    assert not await conversation_sight.may_read(cast.wang_conversation, viewer=gone)
    with pytest.raises(NotFound):
        await desk.question(question.id, viewer=gone)
    with pytest.raises(NotFound):
        await questions.claim(question.id, by=gone)


async def test_who_works_elsewhere_now_hears_no_question_of_here(cast: Cast) -> None:
    await cast.on_duty(cast.lin)
    await cast.ask()
    [letter] = await outbound(cast.lin.person_id, "question.opened")
    assert letter.reader.needs == f"question.read@{cast.here.id}"
    assert await audience.may_still(letter)
    assert (await notices.unread(viewer=cast.lin)).count == 1

    gone = await sent_away(cast.lin, to=cast.elsewhere)
    assert not await audience.may_still(letter)
    assert await notices.notices(viewer=gone) == []
    assert (await notices.unread(viewer=gone)).count == 0
    assert await StaffNotice.exists(person_id=gone.person_id)


async def test_who_was_paged_and_left_hears_and_ends_no_alarm(cast: Cast) -> None:
    await cast.on_duty(cast.lin)
    alarm = await alarms.raise_alarm(
        by=cast.wang, conversation_id=cast.wang_conversation, kind="gas", text="家里煤气味很重"
    )
    [letter] = await outbound(cast.lin.person_id, "alarm")
    gone = await sent_away(cast.lin, to=cast.elsewhere)
    assert not await audience.may_still(letter)
    assert await alarms.open_alarms(viewer=gone) == []
    for refused in (alarms.alarm_seen(alarm.id, viewer=gone), alarms.acknowledge(alarm.id, by=gone)):
        with pytest.raises((NotFound, NotAllowed)):
            await refused


async def test_an_admin_of_the_street_is_paged_for_below_and_hears_it(cast: Cast) -> None:
    for viewer in (cast.chen, cast.lin, cast.gao, cast.zhou):
        await Role.filter(person_id=viewer.person_id).delete()
    alarm = await alarms.raise_alarm(
        by=cast.wang, conversation_id=cast.wang_conversation, kind="gas", text="家里煤气味很重"
    )
    [letter] = await outbound(cast.admin.person_id, "alarm")
    assert await audience.may_still(letter)
    assert [line.id for line in await alarms.open_alarms(viewer=cast.admin)] == [alarm.id]
    assert (await alarms.acknowledge(alarm.id, by=cast.admin)).acknowledged_by_id == cast.admin.person_id


async def test_cases_and_rooms_of_here_are_closed_to_who_left(quarrel: Quarrel) -> None:
    cast = quarrel.cast
    room = await called(quarrel)
    case = await Case.get(id=room.case_id)
    [letter] = await outbound(quarrel.sun.person_id, "consultation.called")
    await owners.transfer(case.id, by=cast.gao, to=cast.zhou.person_id or 0)
    await owners.receive(case.id, by=cast.zhou)
    assert [one.id for one in await cases.cases(viewer=cast.zhou)] == [case.id]
    assert await room_showing.room(room.id, viewer=quarrel.sun)
    assert await audience.may_still(letter)

    desk_gone = await sent_away(cast.zhou, to=await other_street(cast))
    mediator_gone = await sent_away(quarrel.sun, to=cast.elsewhere)
    assert await cases.cases(viewer=desk_gone) == []
    for refused in (
        showing.case(case.id, viewer=desk_gone),
        accepting.classify(case.id, by=desk_gone, kind_key="camera"),
        dispatching.dispatch(case.id, by=desk_gone),
        room_showing.room(room.id, viewer=mediator_gone),
    ):
        with pytest.raises(NotFound):
            await refused
    assert not await audience.may_still(letter)


async def test_what_somebody_who_left_owned_goes_to_who_is_on_duty(quarrel: Quarrel) -> None:
    cast, now = quarrel.cast, models_clock.now()
    await cast.on_duty(cast.lin)
    question, case = await cast.ask(), await quarrel.town.report()
    assert {question.owner_id, case.owner_id} == {cast.lin.person_id}
    await cast.on_duty(cast.chen)
    await sent_away(cast.lin, to=cast.elsewhere)
    unowned = [one.id for one in await cases.cases(viewer=cast.gao, which=cases.CaseList.UNOWNED)]
    assert unowned == [case.id]
    assert await escalation.replace_owners_who_left(now) == 1
    assert await case_escalation.replace_owners_who_left(now) == 1
    assert (await Question.get(id=question.id)).owner_id == cast.chen.person_id
    assert (await Case.get(id=case.id)).owner_id == cast.chen.person_id
    assert await escalation.replace_owners_who_left(now) == 0


async def test_a_days_letter_leaves_out_what_is_of_a_place_left(cast: Cast) -> None:
    person_id = cast.lin.person_id or 0
    for place in (cast.here, cast.elsewhere):
        await pushes.push_to_people(
            Letter(f"{place.slug}的事"),
            person_ids=[person_id],
            kind=PushKind.NOTICE,
            subject=place.slug,
            needs=Needs("question.read", place.id),
        )
    await sent_away(cast.lin, to=cast.elsewhere)
    assert await pushes.send(by=SYSTEM) == 1
    [row] = await Outbox.filter(kind="push.digest")
    assert row.needs == f"question.read@{cast.elsewhere.id}"


async def test_a_letter_to_all_that_waits_is_of_who_has_the_chat_now(cast: Cast) -> None:
    asked = {"kind": PushKind.NOTICE, "subject": "one"}
    await pushes.push_to_people(Letter("一"), person_ids=[cast.lin.person_id or 0], **asked)  # type: ignore[arg-type]
    await Contact.filter(person_id=cast.lin.person_id).update(person_id=cast.chen.person_id)
    chats = await Contact.filter(person_id=cast.chen.person_id).count()
    await pushes.push_to_people(Letter("二"), person_ids=[cast.chen.person_id or 0], **asked)  # type: ignore[arg-type]
    assert await pushes.send(by=SYSTEM) == chats
