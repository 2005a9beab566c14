"""What is begun in a group and goes on elsewhere: a report, a wish for a person, and an alarm."""

from __future__ import annotations

from dataclasses import dataclass

from bot import sorting
from bot.groups.asked import Asked
from bot.groups.said import Said, private_link
from bot.words import part_said, says
from casework import alarms, conversations, group_reports, questions
from casework.cases import following
from casework.cases.kinds import Kind
from casework.cases.reporting import Facts
from casework.conversations import Talk
from casework.group_reports import Told
from courier import limits
from models.errors import Refusal
from models.question import Question, QuestionKind
from models.rules import rules
from models.transaction import savepoint
from models.wording import say, say_moment
from nlp.emergency import Emergency
from nlp.mask import mask
from nlp.normalise import clean_input
from people import groups, residents
from people.groups import CHANNEL, Room
from people.viewers import Viewer, guest


@dataclass(frozen=True, slots=True)
class _Own:
    """Somebody's own chat, and who they are in it."""

    talk: Talk
    viewer: Viewer


@dataclass(frozen=True, slots=True)
class _Report:
    """What is reported, by whom, out of which group."""

    told: Told
    own: _Own
    room: Room


async def _own(asked: Asked) -> _Own:
    at = await groups.own_chat(asked.word.user, place_id=asked.place_id)
    return _Own(await conversations.open_at(at), await residents.viewer_at(at))


async def danger(asked: Asked, emergency: Emergency) -> Said:
    """呼叫: the number to call first, for everybody; the person on duty of the group's place is paged."""
    lines = [say("emergency.first", call=emergency.call), say(f"emergency.advice.{emergency.kind}")]
    if await _is_paged(asked, emergency.kind.value):
        lines.append(say("emergency.calling"))
    if asked.room is not None and asked.room.phone:
        lines.append(say("emergency.desk_phone", phone=asked.room.phone))
    return Said("emergency", "\n".join(lines))


async def _is_paged(asked: Asked, kind: str) -> bool:
    """Raise the alarm; the advice goes out even where nobody can be alarmed."""
    words = asked.text if asked.text == asked.about else f"{asked.text}\n{asked.about}".strip()
    try:
        async with savepoint():
            conversation_id, viewer = await _alarmed_from(asked)
            await alarms.raise_alarm(
                by=viewer, conversation_id=conversation_id, kind=kind, text=_told_where(asked, words)
            )
    except Refusal:
        return False
    return True


def _told_where(asked: Asked, words: str) -> str:
    """Who is paged must know where: the estate's name stands before the words."""
    where = (asked.room.estate or asked.room.place) if asked.room else ""
    return say("group.alarm", where=where or asked.word.title, text=mask(clean_input(words)).text)[:500]


async def _alarmed_from(asked: Asked) -> tuple[int, Viewer]:
    """Their own chat, in which they hear who knows; for somebody of another neighbourhood the group itself is told."""
    own = await _own(asked)
    if own.talk.place_id == asked.place_id:
        return own.talk.conversation_id, own.viewer
    at = await residents.at(channel=CHANNEL, address=asked.word.chat, place_id=asked.place_id)
    here = guest(asked.place_id, contact_id=at.contact_id)
    return (await conversations.open_at(at)).conversation_id, here


def is_wish(asked: Asked) -> bool:
    """Whether somebody points at a neighbour's message, or writes a line of their own, to have it reported."""
    return says("group_report", asked.heard.normalised) or _own_words(asked) != ""


def _own_words(asked: Asked) -> str:
    """What stands after 报修 in the same message."""
    return part_said("group_report_words", asked.text)


async def report(asked: Asked, room: Room) -> Said:
    """群里报修: the message pointed at goes to the desk under the name of who points at it, who is told in private."""
    told = _told(asked)
    if told is None:
        return Said("report_how", say("group.report_how"), (private_link(room),))
    own = await _own(asked)
    if own.talk.place_id != room.place_id:
        return Said("report_elsewhere", say("group.report_elsewhere", place=room.place, phone=room.phone))
    if not await _may_report(own):
        return Said("report", say("group.person_phone", phone=room.phone), (private_link(room),))
    given = _Report(told, own, room)
    kind = await sorting.kind_meant(told.text, place_id=room.place_id)
    is_danger = kind is not None and kind.sounds_dangerous(told.text)
    above = await _calling(asked, kind) if kind is not None and is_danger else ""
    is_case = kind is not None and await _is_case(given, kind)
    text = await (_as_case(given, kind) if kind is not None and is_case else _to_the_desk(given))
    return Said("report", f"{above}{text}", (private_link(room),))


async def _to_the_desk(given: _Report) -> str:
    """The one place where a group hands something to the desk."""
    own = given.own
    question = await group_reports.report(
        given.told, by=own.viewer, conversation_id=own.talk.conversation_id, room=given.room
    )
    return await _taken(question, "group.reported")


async def _is_case(given: _Report, kind: Kind) -> bool:
    """Whether it becomes a case, as in somebody's own chat: not where no place was said, where it may be known already,
    or where they have many open; a person looks at that first."""
    text, where, by = given.told.text, sorting.place_in(given.told.text), given.own.viewer
    if not where or await following.count_open(given.own.talk.conversation_id, viewer=by) >= sorting.MOST_OPEN:
        return False
    if kind.sounds_dangerous(text):
        return True
    return not await sorting.same(kind, text=text, where=where, viewer=by, place_id=given.room.place_id)


async def _as_case(given: _Report, kind: Kind) -> str:
    told, own = given.told, given.own
    who, where, when = sorting.whom_in(told.text), sorting.place_in(told.text), sorting.time_in(told.text)
    facts = Facts(kind.id, told.text, who=who, where=where, when=when, sealed_from=told.original)
    case = await group_reports.report_case(
        told, facts, by=own.viewer, conversation_id=own.talk.conversation_id, room=given.room
    )
    due, contact = case.due_at or case.created_at, case.contact_due or case.created_at
    return say("group.case", number=case.number, due=say_moment(due), contact=say_moment(contact))


async def _calling(asked: Asked, kind: Kind) -> str:
    """What to do until somebody comes, and that somebody is paged, where it cannot wait."""
    paged = [say("emergency.calling")] if await _is_paged(asked, sorting.ALARM) else []
    return "".join(f"{line}\n" for line in [kind.emergency, *paged] if line)


async def _may_report(own: _Own) -> bool:
    """Not while staff have paused what they write, and not too often in an hour."""
    if own.talk.muted is not None:
        return False
    return await limits.hit("hand_over", own.talk.at.lane, rate=rules().limits.hand_overs)


def _told(asked: Asked) -> Told | None:
    """A message pointed at, or one's own; own words with somebody's number in them belong into one's own chat."""
    most = rules().max_message_chars
    if asked.word.about and asked.about:
        words = asked.about if asked.about == asked.text else f"{asked.about}\n{_own_words(asked)}".strip()
        return Told(mask(words).text[:most], words[:most], asked.word.about)
    if (words := _own_words(asked)) and not asked.is_personal:
        return Told(words[:most], words[:most], asked.word.message)
    return None


async def hand_over(asked: Asked, room: Room) -> Said:
    """转人工: granted at once, in their own chat; the group hears only that somebody has it."""
    own = await _own(asked)
    if own.talk.place_id != room.place_id:
        return Said("hand_over", say("group.person_elsewhere"), (private_link(room),))
    open_one = await questions.open_for_conversation(own.talk.conversation_id)
    if open_one is not None:
        return Said("hand_over", say("group.person_already", number=open_one.number), (private_link(room),))
    if not await limits.hit("hand_over", own.talk.at.lane, rate=rules().limits.hand_overs):
        return Said("hand_over", say("group.person_phone", phone=room.phone), (private_link(room),))
    try:
        async with savepoint():
            question = await questions.open_question(
                by=own.viewer,
                conversation_id=own.talk.conversation_id,
                text=mask(asked.text).text[: rules().max_message_chars],
                sealed_from=asked.text,
                kind=QuestionKind.QUESTION,
            )
    except Refusal:
        return Said("hand_over", say("group.person_phone", phone=room.phone), (private_link(room),))
    return Said("hand_over", await _taken(question, "group.person"), (private_link(room),))


async def _taken(question: Question, key: str) -> str:
    return say(key, number=question.number, due=say_moment(question.first_due))
