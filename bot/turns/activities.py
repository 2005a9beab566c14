"""活动: what is to come, signing up and leaving by digits, signing in with the code, and one's hours as a volunteer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import part_said, says
from courier.letters import Link
from forum.activities import attending, hours, lists, signing_up
from forum.activities.lists import ActivityLine
from forum.activities.sight import Called, activity
from models import clock
from models.activity import ActivityState, SignUpState
from models.rules import rules
from models.wording import say, say_date, say_moment
from people.permissions import may

MOST, MOST_SHIFTS, LONGEST = 8, 5, 300


async def take(scene: Scene) -> Reply | None:
    """看活动、报名、签到、志愿时长."""
    if scene.chosen is not None:
        return await _do(scene) if scene.chosen.kind is OfferKind.ACTIVITY else None
    heard = scene.heard.normalised
    if code := part_said("check_in", heard):
        return await _known(scene) or await _check_in(scene, code)
    if says("my_hours", heard):
        return await _known(scene) or await _hours(scene)
    return await _known(scene) or await _list(scene) if says("activities", heard) else None


async def _known(scene: Scene) -> Reply | None:
    """Activities are for those who live or work here."""
    is_known = scene.viewer.person_id is not None and may(scene.viewer, "board.read", scene.place_id)
    return None if is_known else reply(scene, Outcome.ACTIVITY, say("activity.chat.join_first"))


async def _list(scene: Scene, _value: str = "") -> Reply:
    found = await lists.coming(viewer=scene.viewer, place_id=scene.place_id)
    shown = [one for one in found if one.state is ActivityState.ON or one.own][:MOST]
    offers = tuple(Offer(_label(one), OfferKind.ACTIVITY, f"show:{one.post_id}") for one in shown)
    text = say("activity.chat.which" if offers else "activity.chat.none")
    return _linked(reply(scene, Outcome.ACTIVITY, text, offers=offers), "/activities")


def _label(line: ActivityLine) -> str:
    return say("activity.chat.line", title=line.title, at=say_moment(line.starts_at), mark=_mark(line))


def _mark(line: ActivityLine) -> str:
    if line.state is ActivityState.CALLED_OFF:
        return say("activity.chat.mark_called_off")
    if line.own is not None:
        return say(f"activity.chat.mark_{line.own.value}")
    return say("activity.chat.mark_left", left=line.left) if line.left else say("activity.chat.mark_full")


async def _do(scene: Scene) -> Reply:
    """What a picked line does."""
    assert scene.chosen is not None
    verb, _, value = scene.chosen.value.partition(":")
    return await _DEEDS[verb](scene, value)


async def _show(scene: Scene, number: str) -> Reply:
    found = await activity(int(number), viewer=scene.viewer)
    text = "\n".join([_head(found), found.post.text[:LONGEST], *_standing(found)])
    return _linked(reply(scene, Outcome.ACTIVITY, text, offers=_ways(scene, found)), f"/activities/{number}")


def _head(found: Called) -> str:
    full = say("activity.words.full", places=found.places, waiting=found.waiting)
    places = say("activity.words.places", places=found.places, left=found.left) if found.left else full
    return say(
        "activity.chat.head",
        title=found.post.title,
        at=say_moment(found.starts_at),
        until=say_moment(found.ends_at),
        venue=found.venue,
        places=places,
    )


def _standing(found: Called) -> list[str]:
    if found.is_called_off:
        return [f"{say('activity.state.called_off')}：{found.reason}"]
    if found.own is None:
        return []
    if found.own.state is SignUpState.WAITING:
        return [say("activity.words.waits", number=found.own.ahead + 1)]
    return [say("activity.own.present" if found.own.is_present else "activity.own.in")]


def _ways(scene: Scene, found: Called) -> tuple[Offer, ...]:
    back = Offer(say("activity.chat.back"), OfferKind.ACTIVITY, "list:")
    if not found.is_open or (found.own is not None and found.own.is_present):
        return (back,)
    if found.own is not None:
        return Offer(say("activity.chat.cancel"), OfferKind.ACTIVITY, f"cancel:{found.post.id}"), back
    if not may(scene.viewer, "activity.sign_up", scene.place_id):
        return (back,)
    key = "sign_up" if found.left and not found.waiting else "wait"
    return Offer(say(f"activity.chat.{key}"), OfferKind.ACTIVITY, f"sign_up:{found.post.id}"), back


async def _sign_up(scene: Scene, number: str) -> Reply:
    own = await signing_up.sign_up(int(number), by=scene.viewer)
    found = await activity(int(number), viewer=scene.viewer)
    if own.state is SignUpState.WAITING:
        text = say("activity.words.waits", number=own.ahead + 1)
    else:
        text = say("activity.words.signed_up", at=say_moment(found.starts_at), venue=found.venue)
    return reply(scene, Outcome.ACTIVITY, text, offers=_ways(scene, found))


async def _cancel(scene: Scene, number: str) -> Reply:
    await signing_up.cancel(int(number), by=scene.viewer)
    return reply(scene, Outcome.ACTIVITY, say("activity.words.cancelled"))


async def _check_in(scene: Scene, code: str) -> Reply:
    """Sign in where one has a place now; of several one is chosen first, so that no try is lost."""
    found = await lists.checking_in(viewer=scene.viewer, place_id=scene.place_id)
    if len(found) == 1:
        return await _signed_in(scene, f"{found[0].post_id}:{code}")
    if not found:
        early = rules().activities.check_in_minutes
        return reply(scene, Outcome.ACTIVITY, say("activity.chat.check_in_none", minutes=early))
    offers = tuple(Offer(one.title, OfferKind.ACTIVITY, f"check_in:{one.post_id}:{code}") for one in found)
    return reply(scene, Outcome.ACTIVITY, say("activity.chat.check_in_which"), offers=offers)


async def _signed_in(scene: Scene, value: str) -> Reply:
    number, _, code = value.partition(":")
    came = await attending.check_in(int(number), by=scene.viewer, code=code)
    key = "activity.words.checked_in" if came.is_present else "activity.words.wrong_code"
    return reply(scene, Outcome.ACTIVITY, say(key, left=came.tries_left))


async def _hours(scene: Scene) -> Reply:
    own = await hours.mine(viewer=scene.viewer, place_id=scene.place_id)
    if not own.shifts:
        return reply(scene, Outcome.ACTIVITY, say("activity.chat.hours_none"))
    lines = [say("activity.chat.hours", total=_time(own.minutes))]
    lines += [
        say(
            "activity.chat.hours_line",
            at=say_date(clock.local(one.begins).date()),
            title=one.title,
            time=_time(one.minutes),
        )
        for one in own.shifts[:MOST_SHIFTS]
    ]
    said = reply(scene, Outcome.ACTIVITY, "\n".join(lines))
    return _linked(said, "/me/hours", words="activity.chat.hours_link")


def _time(minutes: int) -> str:
    return say("activity.words.hours", hours=minutes // 60, minutes=minutes % 60)


def _linked(told: Reply, path: str, *, words: str = "board.tell.link") -> Reply:
    assert told.letter is not None
    return replace(told, letter=replace(told.letter, links=(Link(say(words), path),)))


_DEEDS: Mapping[str, Callable[[Scene, str], Awaitable[Reply]]] = {
    "list": _list,
    "show": _show,
    "sign_up": _sign_up,
    "cancel": _cancel,
    "check_in": _signed_in,
}
