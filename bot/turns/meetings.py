"""会议: those to come and those on record; an invitation is answered by digits, a published record is read here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from courier.letters import Link
from courier.parts import shortened
from forum.meetings import attending, inviting, showing
from forum.meetings.showing import Conclusion, MeetingCard, MeetingLine
from models.wording import say, say_date, say_moment
from people.permissions import may

MOST, LONGEST, MOST_MEMBERS, MOST_POINTS = 8, 300, 12, 12


async def take(scene: Scene) -> Reply | None:
    """会议, 听证会, 协调会, 评议会; or what was picked of it."""
    if scene.chosen is not None:
        return await _do(scene) if scene.chosen.kind is OfferKind.MEETING else None
    if not says("meetings", scene.heard.normalised):
        return None
    if scene.viewer.person_id is None or not may(scene.viewer, "meeting.read", scene.place_id):
        return reply(scene, Outcome.MEETING, say("meeting.chat.join_first"))
    return await _list(scene)


async def _do(scene: Scene) -> Reply:
    assert scene.chosen is not None
    verb, _, value = scene.chosen.value.partition(":")
    return await _DEEDS[verb](scene, int(value or "0"))


async def _list(scene: Scene, _number: int = 0) -> Reply:
    found = await showing.meetings(viewer=scene.viewer, place_id=scene.place_id)
    offers = tuple(Offer(_label(one), OfferKind.MEETING, f"show:{one.id}") for one in found[:MOST])
    text = say("meeting.chat.which" if offers else "meeting.chat.none")
    return _linked(reply(scene, Outcome.MEETING, text, offers=offers), "/meetings", words="meeting.chat.link")


def _label(line: MeetingLine) -> str:
    return say(
        "meeting.chat.line",
        kind=say(f"meeting.kind.{line.kind.value}"),
        title=line.title,
        state=say(f"meeting.state.{line.state.value}"),
        at=say_moment(line.starts_at),
        mark=say("meeting.chat.waits") if line.waits else "",
    )


async def _show(scene: Scene, number: int) -> Reply:
    card = await showing.meeting(number, viewer=scene.viewer)
    return _one(scene, card, _told(card), offers=_ways(scene, card))


def _told(card: MeetingCard) -> str:
    line = card.line
    lines = [
        say(
            "meeting.chat.head",
            title=line.title,
            kind=say(f"meeting.kind.{line.kind.value}"),
            state=say(f"meeting.state.{line.state.value}"),
            at=say_moment(line.starts_at),
            venue=line.venue,
        ),
        say("meeting.chat.agenda", agenda=shortened(card.agenda, most=LONGEST)),
        _members(card),
        say("meeting.chat.called_off", reason=card.reason) if card.reason else "",
        say(f"meeting.chat.{_OWN[line.answer or '']}") if card.may_answer else "",
    ]
    return "\n".join(one for one in lines if one)


_OWN = {"": "invited", "yes": "coming", "no": "not_coming"}


def _members(card: MeetingCard) -> str:
    names = "、".join(name for name, _ in card.members[:MOST_MEMBERS])
    return say("meeting.chat.members", names=names) if names else ""


def _ways(scene: Scene, card: MeetingCard) -> tuple[Offer, ...]:
    """What somebody can do about a meeting."""
    number = card.line.id
    offers = [Offer(say("meeting.chat.back"), OfferKind.MEETING, "list:")]
    if card.is_published:
        offers.insert(0, Offer(say("meeting.chat.record"), OfferKind.MEETING, f"record:{number}"))
    if card.may_answer:
        offers[:0] = [Offer(say(f"meeting.chat.{one}"), OfferKind.MEETING, f"{one}:{number}") for one in ("yes", "no")]
    elif card.may_volunteer and may(scene.viewer, "meeting.volunteer", card.place_id):
        offers.insert(0, Offer(say("meeting.chat.volunteer"), OfferKind.MEETING, f"volunteer:{number}"))
    return tuple(offers)


async def _yes(scene: Scene, number: int) -> Reply:
    await attending.answer(number, by=scene.viewer, is_coming=True)
    return await _said(scene, number, "said_yes")


async def _no(scene: Scene, number: int) -> Reply:
    await attending.answer(number, by=scene.viewer, is_coming=False)
    return await _said(scene, number, "said_no")


async def _volunteer(scene: Scene, number: int) -> Reply:
    await inviting.volunteer(number, by=scene.viewer)
    return await _said(scene, number, "volunteered")


async def _said(scene: Scene, number: int, key: str) -> Reply:
    card = await showing.meeting(number, viewer=scene.viewer)
    text = say(f"meeting.chat.{key}", at=say_moment(card.line.starts_at), venue=card.line.venue)
    return _one(scene, card, text, offers=(_back_to(number),))


async def _record(scene: Scene, number: int) -> Reply:
    """The conclusions, a line each; the minutes stand on the page."""
    card = await showing.meeting(number, viewer=scene.viewer)
    points = card.conclusions[:MOST_POINTS] if card.is_published else ()
    lines = [_point(at, one) for at, one in enumerate(points, start=1)]
    text = "\n".join([say("meeting.chat.conclusions", title=card.line.title), *lines])
    return _one(scene, card, text, offers=(_back_to(number),))


def _point(number: int, one: Conclusion) -> str:
    due = say("meeting.chat.due", due=say_date(one.due_on)) if one.due_on is not None else ""
    facts = [say(f"meeting.outcome.{one.outcome.value}"), one.who, due]
    return say(
        "meeting.chat.point", number=number, text=one.text, facts=say("meeting.chat.and").join(filter(None, facts))
    )


def _back_to(number: int) -> Offer:
    return Offer(say("meeting.chat.to_meeting"), OfferKind.MEETING, f"show:{number}")


def _one(scene: Scene, card: MeetingCard, text: str, *, offers: tuple[Offer, ...]) -> Reply:
    path = f"/meetings/{card.line.id}"
    return _linked(reply(scene, Outcome.MEETING, text, offers=offers), path, words="meeting.chat.open")


def _linked(told: Reply, path: str, *, words: str) -> Reply:
    assert told.letter is not None
    return replace(told, letter=replace(told.letter, links=(Link(say(words), path),)))


_DEEDS: Mapping[str, Callable[[Scene, int], Awaitable[Reply]]] = {
    "list": _list,
    "show": _show,
    "yes": _yes,
    "no": _no,
    "volunteer": _volunteer,
    "record": _record,
}
