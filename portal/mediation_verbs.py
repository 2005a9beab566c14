"""Every verb on a mediation and on a room as a form sends it, by the name in its address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from casework.mediation import (
    agreements,
    conclusions,
    consents,
    ending,
    following_up,
    mediators,
    private,
    rooms,
    sessions,
    trips,
)
from casework.mediation.sessions import SessionRecord
from portal.forms import Sent, whole

Verb = Callable[[int, Sent], Awaitable[object]]


def _seen(sent: Sent) -> int | None:
    text = sent.text("seen_version")
    return whole(text) if text else None


async def _consent(mediation_id: int, sent: Sent) -> None:
    wish = sent.text("wish")
    await consents.consent(mediation_id, by=sent.who.viewer, wish_id=whole(wish) if wish else None)


async def _confirm(mediation_id: int, sent: Sent) -> None:
    await agreements.confirm(mediation_id, by=sent.who.viewer, agreement=sent.number("agreement"))


OWN: Mapping[str, Verb] = MappingProxyType(
    {
        "consent": _consent,
        "refuse": lambda one, sent: consents.refuse(one, by=sent.who.viewer),
        "withdraw": lambda one, sent: consents.withdraw(one, by=sent.who.viewer),
        "tell": lambda one, sent: private.tell(one, by=sent.who.viewer, text=sent.text("text")),
        "confirm": _confirm,
        "object": lambda one, sent: agreements.object_to(one, by=sent.who.viewer, text=sent.text("text")),
        "stop": lambda one, sent: ending.stop(one, by=sent.who.viewer),
        "say_kept": lambda one, sent: following_up.say_kept(one, by=sent.who.viewer),
        "say_broken": lambda one, sent: following_up.say_broken(one, by=sent.who.viewer, text=sent.text("text")),
    }
)
"""What a side does to its own mediation."""


async def _record_consent(mediation_id: int, sent: Sent) -> None:
    await consents.record_consent(
        mediation_id,
        by=sent.who.viewer,
        party=sent.text("party"),
        way=sent.text("way"),
        agrees=sent.text("agrees") == "yes",
    )


async def _point_out(mediation_id: int, sent: Sent) -> None:
    person = sent.text("person")
    await consents.point_out(
        mediation_id,
        by=sent.who.viewer,
        person_id=whole(person) if person else None,
        phone=sent.text("phone"),
    )


async def _choose(mediation_id: int, sent: Sent) -> None:
    await mediators.choose(
        mediation_id, by=sent.who.viewer, mediator_id=sent.number("mediator"), seen_version=_seen(sent)
    )


async def _meet(mediation_id: int, sent: Sent) -> None:
    await sessions.meet(
        mediation_id,
        by=sent.who.viewer,
        way=sent.text("way"),
        at=sent.moment("at"),
        where=sent.text("where"),
        seen_version=_seen(sent),
    )


async def _arrive(_mediation_id: int, sent: Sent) -> None:
    await sessions.arrive(sent.number("session"), by=sent.who.viewer, party=sent.text("party"))


async def _record_session(_mediation_id: int, sent: Sent) -> None:
    found = SessionRecord(*(sent.text(name) for name in ("result", "next", "minutes", "applicant", "other")))
    await sessions.record_session(sent.number("session"), found, by=sent.who.viewer)


async def _cancel_meeting(_mediation_id: int, sent: Sent) -> None:
    await sessions.cancel_meeting(sent.number("session"), by=sent.who.viewer)


async def _note(mediation_id: int, sent: Sent) -> None:
    await private.note(mediation_id, by=sent.who.viewer, party=sent.text("party"), text=sent.text("text"))


async def _speak(mediation_id: int, sent: Sent) -> None:
    await private.speak(mediation_id, by=sent.who.viewer, party=sent.text("party"), text=sent.text("text"))


async def _draft(mediation_id: int, sent: Sent) -> None:
    await agreements.draft(
        mediation_id,
        by=sent.who.viewer,
        text=sent.text("text"),
        follow_up_on=sent.date("follow_up"),
        seen_version=_seen(sent),
    )


async def _sign(mediation_id: int, sent: Sent) -> None:
    await agreements.sign(
        mediation_id,
        by=sent.who.viewer,
        party=sent.text("party"),
        agreement=sent.number("agreement"),
        paper=sent.text("paper"),
    )


async def _fail(mediation_id: int, sent: Sent) -> None:
    await ending.fail(mediation_id, by=sent.who.viewer, reason=sent.text("reason"), seen_version=_seen(sent))


async def _put_off(mediation_id: int, sent: Sent) -> None:
    await ending.put_off(
        mediation_id, by=sent.who.viewer, follow_up_on=sent.date("follow_up"), seen_version=_seen(sent)
    )


async def _record_follow_up(mediation_id: int, sent: Sent) -> None:
    await following_up.record_follow_up(
        mediation_id,
        by=sent.who.viewer,
        party=sent.text("party"),
        way=sent.text("way"),
        day=sent.date("day"),
        is_kept=sent.text("word") == "kept",
    )


STAFF: Mapping[str, Verb] = MappingProxyType(
    {
        "record_consent": _record_consent,
        "point_out": _point_out,
        "choose": _choose,
        "meet": _meet,
        "arrive": _arrive,
        "record_session": _record_session,
        "cancel_meeting": _cancel_meeting,
        "note": _note,
        "speak": _speak,
        "draft": _draft,
        "sign": _sign,
        "fail": _fail,
        "keep": lambda one, sent: ending.keep(one, by=sent.who.viewer, seen_version=_seen(sent)),
        "put_off": _put_off,
        "record_follow_up": _record_follow_up,
        "trip": lambda one, sent: trips.trip(one, by=sent.who.viewer, party=sent.text("party")),
        "breach": lambda one, sent: ending.breach(one, by=sent.who.viewer, seen_version=_seen(sent)),
    }
)
"""What the desk and the mediator do."""


async def _conclude(room_id: int, sent: Sent) -> None:
    await rooms.conclude(
        room_id,
        by=sent.who.viewer,
        text=sent.text("text"),
        seat_key=sent.text("seat"),
        due_on=sent.date("due"),
    )


async def _close(room_id: int, sent: Sent) -> None:
    await rooms.close(room_id, by=sent.who.viewer, minutes=sent.text("minutes"), seen_version=_seen(sent))


async def _make_case(room_id: int, sent: Sent) -> None:
    await conclusions.make_case(
        room_id, by=sent.who.viewer, conclusion_id=sent.number("conclusion"), kind_key=sent.text("kind_key")
    )


async def _fill(room_id: int, sent: Sent) -> None:
    person = sent.text("person")
    await rooms.fill(
        room_id,
        by=sent.who.viewer,
        key=sent.text("key"),
        person_id=whole(person) if person else None,
        name=sent.text("name"),
    )


ROOM: Mapping[str, Verb] = MappingProxyType(
    {
        "fill": _fill,
        "confirm": lambda one, sent: rooms.confirm(
            one, by=sent.who.viewer, seat_id=sent.number("seat"), way=sent.text("way")
        ),
        "arrive": lambda one, sent: rooms.arrive(one, by=sent.who.viewer, seat_id=sent.number("seat")),
        "conclude": _conclude,
        "drop": lambda one, sent: rooms.drop(one, by=sent.who.viewer, conclusion_id=sent.number("conclusion")),
        "close": _close,
        "cancel": lambda one, sent: rooms.cancel(one, by=sent.who.viewer, seen_version=_seen(sent)),
        "dispatch": lambda one, sent: conclusions.dispatch(
            one, by=sent.who.viewer, conclusion_id=sent.number("conclusion")
        ),
        "make_case": _make_case,
    }
)
"""What is done in a room."""
