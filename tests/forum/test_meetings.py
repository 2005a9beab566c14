"""会议: called, answered, held and put on record; who was a member is frozen, and a published record stays as it is."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable

import pytest

from casework.privacy import leaving
from forum.meetings import attending, calling, clearing, inviting, keepers, minutes, showing, states, telling
from forum.meetings.calling import NewMeeting
from forum.meetings.inviting import Invite
from forum.meetings.minutes import NewConclusion
from forum.notices.targets import Target
from models import clock as models_clock
from models.case import Case
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from models.file import FileKind, StoredFile
from models.meeting import Meeting, MeetingSeat, MeetingState
from models.person import RoleName
from models.push import Push
from models.team import Team, TeamMember
from models.transaction import execute, fetch
from people import files
from people.viewers import SYSTEM, Viewer, viewer_of
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours, person
from tests.forum.test_surveys import building
from tests.people.photos import photo
from tests.walk.town_cases import take_in_catalogue


async def called(cast: Neighbours, *, days: int = 3, kind: str = "hearing", volunteers: bool = False) -> int:
    """小陈 calls a meeting."""
    starts = models_clock.now() + dt.timedelta(days=days)
    new = NewMeeting(kind, "要不要装电梯", "听听一楼怎么说，电话 13812345678", "活动室", starts, volunteers)
    return await calling.call(new, by=cast.chen, place_id=cast.here.id)


async def begun(cast: Neighbours, clock: StillClock) -> int:
    """One that began: 老李 is a member of it, 阿芳 is not."""
    meeting = await called(cast)
    await inviting.invite(meeting, Invite(named=("老李", "阿芳")), by=cast.chen)
    seats = {one.name: one.id for one in await keepers.seats(meeting, viewer=cast.chen)}
    member = next(number for name, number in seats.items() if "老李" in name)
    await inviting.name_members(meeting, by=cast.chen, seat_ids=[member])
    clock.forward(days=3)
    await attending.begin(meeting, by=cast.chen)
    return meeting


async def published(cast: Neighbours, clock: StillClock) -> int:
    """One whose record is there."""
    meeting = await begun(cast, clock)
    seen = await minutes.write(meeting, by=cast.chen, minutes="一楼担心采光", seen=0)
    due = models_clock.today() + dt.timedelta(days=9)
    await minutes.conclude(meeting, NewConclusion("换个位置再看", "agreed", "物业", due), by=cast.chen)
    await minutes.publish(meeting, by=cast.gao, seen=seen)
    return meeting


async def test_those_who_work_here_call_it_and_everybody_here_sees_it(cast: Neighbours) -> None:
    meeting = await called(cast)
    for who in (cast.wang, cast.police, cast.gao):
        card = await showing.meeting(meeting, viewer=who)
        assert "13812345678" not in card.agenda
        assert card.line.title == "要不要装电梯"
    for who in (cast.outsider, cast.stranger, cast.zhao):
        with pytest.raises(NotFound):
            await showing.meeting(meeting, viewer=who)
        with pytest.raises(NotFound):
            await showing.meetings(viewer=who, place_id=cast.here.id)
    new = NewMeeting("hearing", "x", "x", "x", models_clock.now() + dt.timedelta(days=1))
    for who in (cast.wang, cast.police):
        with pytest.raises(NotAllowed):
            await calling.call(new, by=who, place_id=cast.here.id)


@pytest.mark.parametrize(
    "wrong",
    [
        NewMeeting("party", "x", "x", "x", dt.datetime(2026, 3, 9, tzinfo=dt.UTC)),
        NewMeeting("hearing", " ", "x", "x", dt.datetime(2026, 3, 9, tzinfo=dt.UTC)),
        NewMeeting("hearing", "x", "", "x", dt.datetime(2026, 3, 9, tzinfo=dt.UTC)),
        NewMeeting("hearing", "x", "x", "x" * 61, dt.datetime(2026, 3, 9, tzinfo=dt.UTC)),
        NewMeeting("hearing", "x", "x", "x", dt.datetime(2026, 3, 1, tzinfo=dt.UTC)),
    ],
)
async def test_what_is_missing_is_said(cast: Neighbours, wrong: NewMeeting) -> None:
    with pytest.raises(Invalid):
        await calling.call(wrong, by=cast.chen, place_id=cast.here.id)


async def test_the_same_form_calls_one_meeting(cast: Neighbours) -> None:
    new = NewMeeting("hearing", "一次", "x", "x", models_clock.now() + dt.timedelta(days=1), key="a form")
    done = await asyncio.gather(*(calling.call(new, by=cast.chen, place_id=cast.here.id) for _ in range(3)))
    assert len({*done}) == 1


async def test_invited_by_name_unit_building_and_from_outside_each_once(cast: Neighbours) -> None:
    where, meeting = await building(cast, cast.wang), await called(cast)
    team = await Team.create(
        created_at=models_clock.now(), place=cast.here, key="wuye", unit="property", name="物业服务站", phone=""
    )
    await TeamMember.create(created_at=models_clock.now(), team=team, person_id=cast.property.person_id)
    for invited in (Invite(), Invite(named=("外人",)), Invite(named=("别人",)), Invite(teams=(10**9,))):
        with pytest.raises(Refusal):
            await inviting.invite(meeting, invited, by=cast.chen)
    with pytest.raises(NotAllowed):
        await inviting.invite(meeting, Invite(named=("老李",)), by=cast.wang)
    with pytest.raises(NotFound):
        await inviting.invite(meeting, Invite(named=("老李",)), by=cast.outsider)
    one = Invite(("1号楼 阿芳", "老李"), (team.id,), Target((where,)), ("律师事务所 周律师",))
    await inviting.invite(meeting, one, by=cast.chen)
    with pytest.raises(WrongState):
        await inviting.invite(meeting, Invite(target=Target((where,))), by=cast.chen)
    assert await inviting.seat_due(by=SYSTEM) == 1
    await inviting.invite(meeting, Invite(("阿芳",), (team.id,), outside=("律师事务所 周律师",)), by=cast.chen)
    assert await MeetingSeat.filter(meeting_id=meeting).count() == 4
    card = await showing.meeting(meeting, viewer=cast.li)
    assert [name for name, _ in card.members] == ["律师事务所 周律师"]
    await attending.answer(meeting, by=cast.property, is_coming=True)
    assert (await showing.meeting(meeting, viewer=cast.property)).line.answer == "yes"


async def test_a_name_that_several_have_is_asked_for_with_the_building(cast: Neighbours) -> None:
    meeting = await called(cast)
    other = await person("老理", cast.here, RoleName.RESIDENT)
    await execute("UPDATE person SET shown_name='老李' WHERE id=$1", other.person_id)
    with pytest.raises(Invalid, match="several_alike"):
        await inviting.invite(meeting, Invite(named=("老李",)), by=cast.chen)
    await building(cast, other)
    await inviting.invite(meeting, Invite(named=("1号楼101 老李",)), by=cast.chen)
    seat = await MeetingSeat.get(meeting_id=meeting)
    assert seat.person_id == other.person_id


async def test_they_are_told_once_and_reminded_once_the_day_before_unless_they_said_no(
    cast: Neighbours, clock: StillClock
) -> None:
    meeting = await called(cast)
    await inviting.invite(meeting, Invite(named=("老李", "阿芳")), by=cast.chen)
    assert await telling.tell_due(by=SYSTEM) == 2
    assert await telling.tell_due(by=SYSTEM) == 0
    assert await Push.filter(subject=f"meeting:{meeting}").count() == 2
    with pytest.raises(NotFound):
        await attending.answer(meeting, by=cast.sun, is_coming=True)
    await attending.answer(meeting, by=cast.wang, is_coming=True)
    await attending.answer(meeting, by=cast.wang, is_coming=False)
    clock.forward(days=1)
    assert await telling.remind(by=SYSTEM) == 0
    clock.forward(days=1)
    done = await asyncio.gather(telling.remind(by=SYSTEM), telling.remind(by=SYSTEM))
    assert sum(done) == 1
    assert await telling.remind(by=SYSTEM) == 0
    for job in (telling.remind, telling.tell_due, inviting.seat_due):
        with pytest.raises(NotAllowed):
            await job(by=cast.gao)


async def test_jobs_that_were_dead_remind_on_the_day_itself_and_no_later(cast: Neighbours, clock: StillClock) -> None:
    meeting = await called(cast)
    await inviting.invite(meeting, Invite(named=("老李",)), by=cast.chen)
    await telling.tell_due(by=SYSTEM)
    clock.forward(days=2, hours=23)
    assert await telling.remind(by=SYSTEM) == 1
    await MeetingSeat.filter(meeting_id=meeting).update(reminded_at=None)
    clock.forward(hours=2)
    assert await telling.remind(by=SYSTEM) == 0


async def test_another_time_asks_everybody_anew(cast: Neighbours) -> None:
    meeting = await called(cast)
    await inviting.invite(meeting, Invite(named=("老李",)), by=cast.chen)
    await telling.tell_due(by=SYSTEM)
    await attending.answer(meeting, by=cast.li, is_coming=True)
    later = models_clock.now() + dt.timedelta(days=9)
    card = await showing.meeting(meeting, viewer=cast.chen)
    with pytest.raises(Taken):
        await calling.change(
            meeting, by=cast.chen, starts_at=later, venue="x", agenda="x", seen_version=card.version + 1
        )
    await calling.change(meeting, by=cast.chen, starts_at=later, venue="大厅", agenda="x", seen_version=card.version)
    assert (await showing.meeting(meeting, viewer=cast.li)).line.answer == ""
    assert await telling.tell_due(by=SYSTEM) == 1


async def test_volunteers_where_they_are_wanted_once_each(cast: Neighbours) -> None:
    closed, meeting = await called(cast), await called(cast, volunteers=True)
    with pytest.raises(WrongState):
        await inviting.volunteer(closed, by=cast.li)
    tries = (inviting.volunteer(meeting, by=cast.li) for _ in range(3))
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(one is None for one in done) == 1
    assert sum(isinstance(one, Taken) for one in done) == 2
    with pytest.raises(NotAllowed):
        await inviting.volunteer(meeting, by=cast.police)
    assert (await showing.meeting(meeting, viewer=cast.li)).line.answer == "yes"


async def test_members_are_frozen_at_the_beginning_as_they_are_shown_then(cast: Neighbours, clock: StillClock) -> None:
    await building(cast, cast.li)
    early = await called(cast)
    with pytest.raises(WrongState, match="too_early"):
        await attending.begin(early, by=cast.chen)
    meeting = await begun(cast, clock)
    assert [name for name, _ in (await showing.meeting(meeting, viewer=cast.wang)).members] == ["1号楼 老李"]
    seats = await keepers.seats(meeting, viewer=cast.chen)
    for verb in (
        inviting.name_members(meeting, by=cast.chen, seat_ids=[one.id for one in seats]),
        inviting.invite(meeting, Invite(named=("阿芳",)), by=cast.chen),
        attending.answer(meeting, by=cast.wang, is_coming=True),
    ):
        with pytest.raises(WrongState):
            await verb
    with pytest.raises(Exception, match="frozen"):
        await execute("UPDATE meeting_seat SET is_member=$1 WHERE NOT is_member", True)
    await execute("UPDATE person SET shown_name='改了名' WHERE id=$1", cast.li.person_id)
    assert [name for name, _ in (await showing.meeting(meeting, viewer=cast.wang)).members] == ["1号楼 老李"]
    await attending.mark(meeting, by=cast.chen, seat_ids=[one.id for one in seats if one.is_member])
    assert (await showing.meeting(meeting, viewer=cast.wang)).members == (("1号楼 老李", True),)


async def test_of_two_who_write_the_minutes_at_once_one_is_told(cast: Neighbours, clock: StillClock) -> None:
    meeting = await begun(cast, clock)
    done = await asyncio.gather(
        minutes.write(meeting, by=cast.chen, minutes="甲", seen=0),
        minutes.write(meeting, by=cast.gao, minutes="乙", seen=0),
        return_exceptions=True,
    )
    assert {type(one) for one in done} == {int, Taken}
    with pytest.raises(NotAllowed):
        await minutes.write(meeting, by=cast.wang, minutes="丙", seen=1)
    with pytest.raises(NotFound):
        await minutes.write(meeting, by=cast.outsider, minutes="丙", seen=1)
    for finder in (keepers.draft, keepers.seats):
        with pytest.raises(NotFound):
            await finder(meeting, viewer=cast.wang)
    draft = await keepers.draft(meeting, viewer=cast.gao)
    assert (draft.number, draft.text in ("甲", "乙")) == (1, True)
    assert (await showing.meeting(meeting, viewer=cast.wang)).minutes == ""


async def test_conclusions_are_whole_and_crossed_out_before_the_record_is_published(
    cast: Neighbours, clock: StillClock
) -> None:
    meeting = await begun(cast, clock)
    past = dt.date(2026, 1, 1)
    for wrong in (NewConclusion("x", "maybe"), NewConclusion("", "open"), NewConclusion("x", "open", "", past)):
        with pytest.raises(Invalid):
            await minutes.conclude(meeting, wrong, by=cast.chen)
    crossed = await minutes.conclude(meeting, NewConclusion("写错了", "open"), by=cast.chen)
    await minutes.drop(meeting, by=cast.chen, conclusion_id=crossed)
    with pytest.raises(NotFound):
        await minutes.drop(meeting, by=cast.chen, conclusion_id=crossed)
    await minutes.write(meeting, by=cast.chen, minutes="谈好了", seen=0)
    with pytest.raises(WrongState, match="no_conclusion"):
        await minutes.publish(meeting, by=cast.gao, seen=1)


async def test_published_only_with_minutes_and_a_conclusion_and_only_as_it_was_seen(
    cast: Neighbours, clock: StillClock
) -> None:
    meeting = await begun(cast, clock)
    with pytest.raises(WrongState, match="no_minutes"):
        await minutes.publish(meeting, by=cast.gao, seen=0)
    await minutes.write(meeting, by=cast.chen, minutes="谈好了，电话 13812345678", seen=0)
    await minutes.conclude(meeting, NewConclusion("装", "agreed", "物业"), by=cast.chen)
    await minutes.write(meeting, by=cast.chen, minutes="谈好了，电话 13812345678，又补一句", seen=1)
    with pytest.raises(Taken):
        await minutes.publish(meeting, by=cast.gao, seen=1)
    with pytest.raises(NotAllowed):
        await minutes.publish(meeting, by=cast.chen, seen=2)
    assert (await showing.meeting(meeting, viewer=cast.wang)).conclusions == ()
    await minutes.publish(meeting, by=cast.gao, seen=2)
    card = await showing.meeting(meeting, viewer=cast.wang)
    assert [one.text for one in card.conclusions] == ["装"]
    assert "13812345678" not in card.minutes
    assert "又补一句" in card.minutes


async def test_a_published_record_stays_and_is_added_to(cast: Neighbours, clock: StillClock) -> None:
    meeting = await published(cast, clock)
    for verb in (
        minutes.write(meeting, by=cast.chen, minutes="改一改", seen=1),
        minutes.conclude(meeting, NewConclusion("再加", "open"), by=cast.chen),
        minutes.show(meeting, by=cast.chen, photos=()),
        attending.mark(meeting, by=cast.chen, seat_ids=[]),
        calling.call_off(meeting, by=cast.gao, reason="x"),
    ):
        with pytest.raises(WrongState):
            await verb
    for sql in (
        "UPDATE meeting SET minutes='改了' WHERE state='published'",
        "UPDATE meeting SET state='begun' WHERE state='published'",
        "UPDATE meeting_conclusion SET text='改了' WHERE is_final",
    ):
        with pytest.raises(Exception, match="published"):
            await execute(sql)
    with pytest.raises(NotAllowed):
        await minutes.add(meeting, by=cast.chen, words="更正：是二楼")
    await minutes.add(meeting, by=cast.gao, words="更正：是二楼")
    card = await showing.meeting(meeting, viewer=cast.wang)
    assert ([one.text for one in card.addenda], card.minutes) == (["更正：是二楼"], "一楼担心采光")


async def test_a_conclusion_becomes_one_case(cast: Neighbours, clock: StillClock) -> None:
    await take_in_catalogue()
    meeting = await published(cast, clock)
    [line] = (await showing.meeting(meeting, viewer=cast.wang)).conclusions
    with pytest.raises(NotAllowed):
        await minutes.make_case(meeting, by=cast.wang, conclusion_id=line.id, kind_key="stair_light")
    done = await asyncio.gather(
        *(minutes.make_case(meeting, by=cast.chen, conclusion_id=line.id, kind_key="stair_light") for _ in range(3)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Case) for one in done) == 1
    assert sum(isinstance(one, Taken) for one in done) == 2
    assert await Case.all().count() == 1
    assert (await showing.meeting(meeting, viewer=cast.wang)).conclusions[0].case_number


async def test_called_off_for_a_reason_everybody_reads(cast: Neighbours) -> None:
    meeting = await called(cast)
    await inviting.invite(meeting, Invite(named=("老李",)), by=cast.chen)
    with pytest.raises(Invalid):
        await calling.call_off(meeting, by=cast.gao, reason=" ")
    with pytest.raises(NotAllowed):
        await calling.call_off(meeting, by=cast.chen, reason="下雨")
    await calling.call_off(meeting, by=cast.gao, reason="下雨")
    assert (await showing.meeting(meeting, viewer=cast.wang)).reason == "下雨"
    assert await telling.tell_due(by=SYSTEM) == 0
    assert await Push.filter(subject=f"meeting:{meeting}").count() == 1


async def test_no_verb_leads_out_of_a_state_it_has_no_place_in(cast: Neighbours) -> None:
    """Every verb in every state; what is not refused is named."""
    led = list[tuple[str, MeetingState]]()
    for state in MeetingState:
        meeting = await called(cast)
        await Meeting.filter(id=meeting).update(state=state)
        for verb in (one for one in states.LOOP if state not in states.LOOP[one]):
            found = await states.visible(meeting, SYSTEM)
            if not await _refuses(states.held(meeting, verb)) or not await _refuses(states.move(found, verb)):
                led.append((verb, state))
    assert led == []


async def _refuses(work: Awaitable[object]) -> bool:
    try:
        await work
    except WrongState:
        return True
    return False


async def _sees(name: str, viewer: Viewer) -> bool:
    try:
        await files.opened(name, viewer=viewer)
    except NotFound:
        return False
    return True


async def test_photos_are_for_those_who_keep_it_until_the_record_is_published(
    cast: Neighbours, clock: StillClock
) -> None:
    meeting = await begun(cast, clock)
    kept = await files.keep(photo(), by=cast.chen, kind=FileKind.PHOTO, place_id=cast.here.id)
    await minutes.show(meeting, by=cast.chen, photos=(kept.name,))
    assert (await _sees(kept.name, cast.gao), await _sees(kept.name, cast.wang)) == (True, False)
    await minutes.write(meeting, by=cast.chen, minutes="谈好了", seen=0)
    await minutes.conclude(meeting, NewConclusion("装", "agreed"), by=cast.chen)
    await minutes.publish(meeting, by=cast.gao, seen=1)
    assert (await _sees(kept.name, cast.wang), await _sees(kept.name, cast.stranger)) == (True, False)


async def test_photos_of_a_record_stay_of_nobody_when_who_put_them_there_leaves(
    cast: Neighbours, clock: StillClock
) -> None:
    meeting = await begun(cast, clock)
    there, loose = [await files.keep(photo(), by=cast.chen, kind=FileKind.PHOTO, place_id=cast.here.id) for _ in "ab"]
    await minutes.show(meeting, by=cast.chen, photos=(there.name,))
    await execute("UPDATE role SET name='resident' WHERE person_id=$1", cast.chen.person_id)
    gone = await viewer_of(cast.chen.person_id or 0)
    assert gone is not None
    await leaving.delete_account(by=gone)
    assert [(one.name, one.person_id) for one in await StoredFile.all()] == [(there.name, None)]
    assert loose.name not in {one.name for one in await StoredFile.all()}


async def test_who_leaves_is_named_nowhere_and_who_was_only_invited_is_forgotten(
    cast: Neighbours, clock: StillClock
) -> None:
    meeting = await published(cast, clock)
    for who in (cast.li, cast.wang):
        await leaving.delete_account(by=who)
    assert [name for name, _ in (await showing.meeting(meeting, viewer=cast.gao)).members] == ["已注销"]
    assert await MeetingSeat.filter(meeting_id=meeting).count() == 1
    assert not await MeetingSeat.filter(person_id__in=[cast.li.person_id, cast.wang.person_id]).exists()


async def test_how_many_came_stays_with_the_record_when_it_is_forgotten_who(
    cast: Neighbours, clock: StillClock
) -> None:
    meeting = await begun(cast, clock)
    seats = [one.id for one in await keepers.seats(meeting, viewer=cast.chen)]
    await attending.mark(meeting, by=cast.chen, seat_ids=seats)
    await leaving.delete_account(by=cast.wang)  # Who was there, and no member, before the record.
    assert not await MeetingSeat.filter(person_id=cast.wang.person_id).exists()
    await minutes.write(meeting, by=cast.chen, minutes="谈好了", seen=0)
    await minutes.conclude(meeting, NewConclusion("装", "agreed"), by=cast.chen)
    await minutes.publish(meeting, by=cast.gao, seen=1)
    for _ in range(2):
        counts = (await showing.meeting(meeting, viewer=cast.gao)).counts
        assert (counts.invited, counts.came) == (2, 2)
        for kind in clearing.KINDS:
            await kind.clear(models_clock.now() + dt.timedelta(days=1), 100)  # type: ignore[operator]
    assert await MeetingSeat.filter(is_member=False).count() == 0


async def test_what_was_called_and_never_held_is_past_and_forgotten_too(cast: Neighbours, clock: StillClock) -> None:
    stale = await called(cast, days=1)
    await inviting.invite(stale, Invite(named=("老李",)), by=cast.chen)
    clock.forward(days=3)
    ahead = await called(cast, days=9)
    listed = await showing.meetings(viewer=cast.wang, place_id=cast.here.id)
    assert [one.id for one in listed] == [ahead, stale]
    assert not (await showing.meeting(ahead, viewer=cast.chen)).may_begin
    for kind in clearing.KINDS:
        await kind.clear(models_clock.now(), 100)  # type: ignore[operator]
    assert await MeetingSeat.all().count() == 0


async def test_after_a_while_nobody_knows_who_was_invited(cast: Neighbours, clock: StillClock) -> None:
    await published(cast, clock)
    long_after = models_clock.now() + dt.timedelta(days=1)
    assert sum([await kind.clear(long_after, 100) for kind in clearing.KINDS]) == 2  # type: ignore[operator]
    assert [row["is_member"] for row in await fetch("SELECT is_member FROM meeting_seat")] in ([1], [True])
