"""What was done about what one wrote, by digits: reading it, appealing with the next message, taking that back; and
saying what one thinks of a neighbour's appeal for which one was drawn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from bot import handing
from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, just_asked, reply
from bot.words import says
from courier.letters import Link
from forum.moderation import appeals, juries, log
from forum.moderation.appeals import OwnMeasure
from forum.moderation.juries import Judged
from forum.moderation.log import LogLine
from models.errors import Invalid, Taken
from models.moderation import AppealState
from models.transaction import savepoint
from models.wording import say, say_moment, say_refusal

MOST, SHORTEST = 6, 4
"""So many measures are listed; anything shorter than an appeal may be is no appeal."""
_FAIR, _UNFAIR = "fair", "unfair"


async def take(scene: Scene) -> Reply | None:
    """对我的处理、申诉、评议; what was picked of them; or the words one was asked for."""
    chosen = scene.chosen
    if chosen is not None:
        return await _done(scene, chosen.value, _DEEDS[chosen.kind]) if chosen.kind in _DEEDS else None
    if (measure := _asked_why(scene)) is not None:
        return await _done(scene, measure, _written)
    if scene.viewer.person_id is None:
        return None
    return await _named(scene, scene.heard.normalised)


async def _named(scene: Scene, said: str) -> Reply | None:
    """What is named in full is answered; a word that may mean something else only where there is something."""
    if says("measure_log", said):
        return await _log(scene)
    if says("my_measures", said) or says("appeal_word", said):
        lines = await appeals.own_measures(viewer=scene.viewer)
        return await _list(scene, lines) if lines or says("my_measures", said) else None
    if says("jury", said) or says("jury_word", said):
        called = await juries.own_calls(viewer=scene.viewer)
        return await _calls(scene, called) if called or says("jury", said) else None
    return None


async def _log(scene: Scene) -> Reply:
    """处理记录: what was done on the boards last; nobody is named."""
    lines = (await log.log(viewer=scene.viewer, place_id=scene.place_id))[:MOST]
    head = say("moderation.log.head") if lines else say("moderation.log.none")
    return _linked(scene, "\n".join([head, *map(_logged, lines)]), "/moderation/log")


def _logged(line: LogLine) -> str:
    kind, board = say(f"moderation.kind.{line.kind.value}"), say(f"board.name.{line.board.value}")
    ending = say(f"moderation.ending.{line.ending.value}") if line.ending else ""
    words = say("moderation.log.line", at=say_moment(line.at), board=board, kind=kind, rule=line.rule)
    return f"{words}（{ending}）" if ending else words


def _asked_why(scene: Scene) -> str | None:
    """The measure of which was asked just now why not, where this message is words that say so; a wish for a person is
    none."""
    waits = next((one for one in scene.memory.offered if one.kind is OfferKind.APPEALING), None)
    if waits is None or scene.bare or len(scene.original) < SHORTEST:
        return None
    return waits.value if just_asked(scene) and not handing.wants_person(scene) else None


async def _done(scene: Scene, value: str, deed: Callable[[Scene, str], Awaitable[Reply]]) -> Reply:
    """What was decided meanwhile is said."""
    try:
        async with savepoint():
            return await deed(scene, value)
    except Taken as taken:
        return reply(scene, Outcome.MODERATION, say_refusal(taken))


async def _list(scene: Scene, lines: Sequence[OwnMeasure]) -> Reply:
    if not lines:
        return reply(scene, Outcome.MODERATION, say("moderation.mine.none"))
    if len(lines) == 1:
        return await _one(scene, str(lines[0].id))
    offers = tuple(Offer(_label(line), OfferKind.MEASURE, str(line.id)) for line in lines[:MOST])
    return _linked(scene, say("moderation.mine.list"), "/my/moderation", offers=offers)


def _label(line: OwnMeasure) -> str:
    kind = say(f"moderation.kind.{line.kind.value}")
    return say("moderation.mine.label", kind=kind, title=line.title, at=say_moment(line.at))


async def _one(scene: Scene, value: str) -> Reply:
    line = await appeals.own_measure(int(value), viewer=scene.viewer)
    words = [_label(line), say("moderation.mine.why", rule=line.rule, reason=line.reason)]
    if line.ending is not None:
        words.append(say("moderation.mine.ended", ending=say(f"moderation.ending.{line.ending.value}")))
    elif line.ends_at is not None:
        words.append(say("moderation.tell.until", until=say_moment(line.ends_at)))
    if line.appeal is not None:
        words.append(say("moderation.mine.appeal", state=say(f"moderation.appeal.{line.appeal.value}")))
    return _linked(scene, "\n".join([*words, line.answer]).strip(), f"/my/moderation/{line.id}", offers=_next(line))


def _next(line: OwnMeasure) -> tuple[Offer, ...]:
    if line.may_appeal:
        return (Offer(say("moderation.mine.ask"), OfferKind.APPEAL, str(line.id)),)
    if line.appeal is AppealState.OPEN:
        return (Offer(say("moderation.mine.withdraw"), OfferKind.APPEAL_BACK, str(line.id)),)
    return ()


async def _ask_why(scene: Scene, value: str) -> Reply:
    return _waiting(scene, say("moderation.mine.ask_why"), value)


def _waiting(scene: Scene, text: str, value: str) -> Reply:
    """The next message is what was asked for."""
    offers = (Offer(say("moderation.mine.give_up"), OfferKind.APPEALING, value),)
    return reply(scene, Outcome.MODERATION, text, offers=offers)


async def _give_up(scene: Scene, _value: str) -> Reply:
    return reply(scene, Outcome.MODERATION, say("moderation.mine.given_up"))


async def _written(scene: Scene, value: str) -> Reply:
    """What cannot stand as it is may be written anew."""
    try:
        async with savepoint():
            return await _appeal(scene, value)
    except Invalid as refusal:
        return _waiting(scene, say_refusal(refusal), value)


async def _appeal(scene: Scene, value: str) -> Reply:
    made = await appeals.appeal(int(value), by=scene.viewer, text=scene.original)
    key = "with_neighbours" if made.closes_at is not None else "with_staff"
    return _linked(scene, say(f"moderation.mine.{key}"), f"/my/moderation/{value}")


async def _withdraw(scene: Scene, value: str) -> Reply:
    await appeals.withdraw(int(value), by=scene.viewer)
    return reply(scene, Outcome.MODERATION, say("moderation.mine.withdrawn"))


async def _called(scene: Scene, _value: str = "") -> Reply:
    return await _calls(scene, await juries.own_calls(viewer=scene.viewer))


async def _calls(scene: Scene, called: Sequence[int]) -> Reply:
    """The oldest appeal for which one was drawn and has said nothing."""
    if not called:
        return reply(scene, Outcome.MODERATION, say("moderation.jury.none"))
    found = await juries.judged(called[0], viewer=scene.viewer)
    offers = tuple(
        Offer(say(f"moderation.jury.{word}"), OfferKind.JUDGE, f"{word}:{found.appeal_id}") for word in (_FAIR, _UNFAIR)
    )
    return _linked(scene, _asked(found), f"/moderation/jury/{found.appeal_id}", offers=offers)


def _asked(found: Judged) -> str:
    return say(
        "moderation.jury.ask",
        board=say(f"board.name.{found.board.value}"),
        text=found.text,
        kind=say(f"moderation.kind.{found.kind.value}"),
        rule=found.rule,
        reason=found.reason,
        why=found.why,
        until=say_moment(found.closes_at),
    )


async def _judge(scene: Scene, value: str) -> Reply:
    word, _, appeal_id = value.partition(":")
    if not just_asked(scene):
        return await _called(scene)
    await appeals.judge(int(appeal_id), by=scene.viewer, is_for=word == _UNFAIR)
    return reply(scene, Outcome.MODERATION, say("moderation.jury.thanks"))


def _linked(scene: Scene, text: str, path: str, *, offers: tuple[Offer, ...] = ()) -> Reply:
    told = reply(scene, Outcome.MODERATION, text, offers=offers)
    assert told.letter is not None
    return replace(told, letter=replace(told.letter, links=(Link(say("board.tell.link"), path),)))


_DEEDS: Mapping[OfferKind, Callable[[Scene, str], Awaitable[Reply]]] = {
    OfferKind.MEASURE: _one,
    OfferKind.APPEAL: _ask_why,
    OfferKind.APPEALING: _give_up,
    OfferKind.APPEAL_BACK: _withdraw,
    OfferKind.JURY: _called,
    OfferKind.JUDGE: _judge,
}
