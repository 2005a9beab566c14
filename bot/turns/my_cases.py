"""What one reported: the list of one's own cases, how one stands, and what its reporter says of it, by digits only."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from bot import offers
from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from casework import waiting
from casework.cases import answering, following
from casework.cases.following import OwnCase, OwnLine, Progress
from casework.loop import CASE_STATES
from models.rules import rules
from models.wording import knows, say, say_moment

MOST = 6
_NUMBER = re.compile(r"(?<![a-z0-9])[qc]-?[0-9]{4,}")
LATEST, MOST_WORDS = 3, 60
"""Of so many steps the words are said in full, of those before them so many characters."""


async def take(scene: Scene) -> Reply | None:
    """我的事项、办理进度、不用修了; and the word on one of them that was offered."""
    chosen = scene.chosen
    if chosen is not None:
        deed = _DEEDS.get(chosen.kind)
        return await deed(scene, int(chosen.value)) if deed is not None else None
    if says("take_back_case", scene.heard.normalised):
        return await _which_to_withdraw(scene)
    if says("my_cases", scene.heard.normalised):
        return await _list(scene)
    return await _numbered(scene)


async def _numbered(scene: Scene) -> Reply | None:
    """Q-0001怎么样了: the one of one's own that has the number, and nobody else's."""
    said = {_bare(one) for one in _NUMBER.findall(scene.heard.normalised)}
    if not said:
        return None
    cases = [one.id for one in await following.own_cases(viewer=scene.viewer) if _bare(one.number) in said]
    if cases:
        return await _one(scene, cases[0])
    asked = [one for one in await waiting.own_open(viewer=scene.viewer) if _bare(one.number) in said]
    return reply(scene, Outcome.MY_CASES, "\n".join(map(waiting.own_in_words, asked))) if asked else None


def _bare(number: str) -> str:
    return number.lower().replace("-", "")


async def _which_to_withdraw(scene: Scene) -> Reply | None:
    """不用修了: of the one that is open it is asked at once, of several which; where none is, or a report is just being
    made, somebody else may know what is meant."""
    if scene.memory.report_line:
        return None
    found = [one for one in await following.own_cases(viewer=scene.viewer) if CASE_STATES[one.state].is_open][:MOST]
    if not found:
        return None
    if len(found) == 1:
        case = await following.own_case(found[0].id, viewer=scene.viewer)
        return await (_withdraw if "withdraw" in case.can else _one)(scene, found[0].id)
    listed = tuple(Offer(_label(line), OfferKind.CASE, str(line.id)) for line in found)
    return reply(scene, Outcome.MY_CASES, say("my_cases.list"), offers=listed)


async def _list(scene: Scene) -> Reply:
    """The cases, and above them what is with the desk."""
    at_the_desk = [waiting.own_in_words(one) for one in await waiting.own_open(viewer=scene.viewer)]
    lines = (await following.own_cases(viewer=scene.viewer))[:MOST]
    if at_the_desk and not lines:
        return reply(scene, Outcome.MY_CASES, "\n".join(at_the_desk))
    said = await _cases(scene, lines)
    if said.letter is None or not at_the_desk:
        return said
    return replace(said, letter=replace(said.letter, text="\n".join([*at_the_desk, said.letter.text])))


async def _cases(scene: Scene, lines: Sequence[OwnLine]) -> Reply:
    if not lines:
        return reply(scene, Outcome.MY_CASES, say("my_cases.none"))
    if len(lines) == 1:
        return await _one(scene, lines[0].id)
    listed = tuple(Offer(_label(line), OfferKind.CASE, str(line.id)) for line in lines)
    return reply(scene, Outcome.MY_CASES, say("my_cases.list"), offers=listed)


def _label(line: OwnLine) -> str:
    return say("my_cases.label", kind=line.kind, where=line.where, state=say(f"my_cases.state.{line.state.value}"))


async def _one(scene: Scene, case_id: int) -> Reply:
    """办理进度: where it stands, by when, and every step of it with its unit and time."""
    case = await following.own_case(case_id, viewer=scene.viewer)
    return reply(scene, Outcome.MY_CASES, "\n".join(_told(case)), offers=_next(case))


def _told(case: OwnCase) -> list[str]:
    line = case.line
    state, now = (say(f"my_cases.{part}.{line.state.value}") for part in ("state", "now"))
    lines = [say("my_cases.head", kind=line.kind, number=line.number, state=state), now]
    if line.due is not None and CASE_STATES[line.state].is_open:
        lines.append(say("my_cases.due", due=say_moment(line.due), unit=case.unit or say("my_cases.committee")))
    return [*lines, *(_step(one, is_late=place >= len(case.steps) - LATEST) for place, one in enumerate(case.steps))]


def _step(step: Progress, *, is_late: bool) -> str:
    """What was done, by which unit and when; what was said with it long before is cut short."""
    verb = step.verb.rpartition(".")[2]
    name = say(f"my_cases.step.{verb}") if knows(f"my_cases.step.{verb}") else say(f"cases.verb.{verb}")
    words = step.words if is_late or len(step.words) <= MOST_WORDS else f"{step.words[:MOST_WORDS]}…"
    told = "　".join(part for part in (name, step.unit, words) if part)
    return say("my_cases.stepped", at=say_moment(step.at), told=told)


def _next(case: OwnCase) -> tuple[Offer, ...]:
    line = case.line
    if {"solved", "unsolved"} <= case.can:
        return offers.whether_solved(line.id)
    if case.merged_into is not None:
        return (_offer("see_merged", OfferKind.CASE, case.merged_into),)
    if "satisfied" in case.can and case.solved is not None:
        return (*_whether_satisfied(line.id), *_again_of(case))
    if "reopen" in case.can:
        return _again_of(case)
    offered = (("object", OfferKind.CASE_OBJECT), ("withdraw", OfferKind.CASE_WITHDRAW))
    return tuple(_offer(verb, kind, line.id) for verb, kind in offered if verb in case.can)


def _again_of(case: OwnCase) -> tuple[Offer, ...]:
    return (_offer("again", OfferKind.CASE_AGAIN, case.line.id),) if "reopen" in case.can else ()


def _whether_satisfied(case_id: int) -> tuple[Offer, ...]:
    return (
        Offer(say("rate.reply.satisfied"), OfferKind.CASE_SATISFIED, str(case_id)),
        Offer(say("rate.reply.not_satisfied"), OfferKind.CASE_NOT_SATISFIED, str(case_id)),
    )


def _offer(words: str, kind: OfferKind, case_id: int) -> Offer:
    return Offer(say(f"my_cases.{words}"), kind, str(case_id))


async def _solved(scene: Scene, case_id: int) -> Reply:
    case = await answering.rate(case_id, by=scene.viewer, solved=True)
    text = say("my_cases.solved", number=case.number, days=rules().cases.reopen_days)
    return reply(scene, Outcome.RATED, text, offers=_whether_satisfied(case_id))


async def _not_solved(scene: Scene, case_id: int) -> Reply:
    case = await answering.rate(case_id, by=scene.viewer, solved=False)
    text = say("my_cases.reopened", number=case.number, days=rules().cases.redo_days)
    return reply(scene, Outcome.RATED, text)


async def _satisfied(scene: Scene, case_id: int) -> Reply:
    await answering.rate(case_id, by=scene.viewer, satisfied=True)
    return reply(scene, Outcome.RATED, say("rate.reply.thanks"))


async def _not_satisfied(scene: Scene, case_id: int) -> Reply:
    await answering.rate(case_id, by=scene.viewer, satisfied=False)
    return reply(scene, Outcome.RATED, say("rate.reply.sorry"))


async def _object(scene: Scene, case_id: int) -> Reply:
    case = await answering.object_to(case_id, by=scene.viewer)
    return reply(scene, Outcome.RATED, say("my_cases.objected", number=case.number))


async def _again(scene: Scene, case_id: int) -> Reply:
    case = await answering.reopen(case_id, by=scene.viewer, is_answered=True)
    text = say("my_cases.done_over", number=case.number, days=rules().cases.redo_days)
    return reply(scene, Outcome.RATED, text)


async def _withdraw(scene: Scene, case_id: int) -> Reply:
    """It is asked once more: what is withdrawn is not taken up again."""
    case = await following.own_case(case_id, viewer=scene.viewer)
    lines = (
        _offer("withdraw_sure", OfferKind.CASE_WITHDRAW_SURE, case_id),
        _offer("withdraw_not", OfferKind.CASE, case_id),
    )
    return reply(scene, Outcome.MY_CASES, say("my_cases.withdraw_asks", number=case.line.number), offers=lines)


async def _withdraw_sure(scene: Scene, case_id: int) -> Reply:
    case = await answering.withdraw(case_id, by=scene.viewer)
    words = "left" if CASE_STATES[case.state].is_open else "withdrawn"
    return reply(scene, Outcome.RATED, say(f"my_cases.{words}", number=case.number))


_DEEDS: Mapping[OfferKind, Callable[[Scene, int], Awaitable[Reply]]] = {
    OfferKind.CASE: _one,
    OfferKind.CASE_SOLVED: _solved,
    OfferKind.CASE_NOT_SOLVED: _not_solved,
    OfferKind.CASE_SATISFIED: _satisfied,
    OfferKind.CASE_NOT_SATISFIED: _not_satisfied,
    OfferKind.CASE_OBJECT: _object,
    OfferKind.CASE_AGAIN: _again,
    OfferKind.CASE_WITHDRAW: _withdraw,
    OfferKind.CASE_WITHDRAW_SURE: _withdraw_sure,
}
