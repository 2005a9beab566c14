"""Looking after boards by digits: what waits, one thing of it, and one press that lets it be, hides it or warns its
author by the rule it was reported for; another rule is a second press. What needs more than that is on the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, just_asked, reply
from bot.words import says
from courier.letters import Link
from courier.parts import shortened
from forum.moderation import appeals, measures, reviews
from forum.moderation.appeals import AppealLine
from forum.moderation.house import Rule, house
from forum.moderation.measures import Wanted
from forum.moderation.reviews import ReviewLine
from models.errors import Taken
from models.moderation import ReviewState
from models.post import PostState
from models.transaction import savepoint
from models.wording import knows, say, say_moment, say_refusal
from people.permissions import may

MOST, MOST_RULES, LONGEST = 6, 8, 400
_HIDE, _WARN = "hide", "warn"
_UPHOLD, _OVERTURN = "uphold", "overturn"
_TAKES = {_HIDE: measures.hide, _WARN: measures.warn}


async def take(scene: Scene) -> Reply | None:
    """待审; what was picked of it; and what is to be done about that."""
    chosen = scene.chosen
    if chosen is not None:
        return await _done(scene, chosen) if chosen.kind in _DEEDS else None
    if says("reviews", scene.heard.normalised) and may(scene.viewer, "post.review", scene.place_id):
        return await _list(scene)
    return None


async def _done(scene: Scene, chosen: Offer) -> Reply:
    """What an offered line does; what somebody else settled or changed meanwhile is said."""
    try:
        async with savepoint():
            return await _DEEDS[chosen.kind](scene, chosen.value)
    except Taken as taken:
        return await _list(scene, above=say_refusal(taken))


async def _list(scene: Scene, _value: str = "", *, above: str = "") -> Reply:
    """What waits, the oldest first."""
    lines = await reviews.queue(viewer=scene.viewer, place_id=scene.place_id)
    waiting = await appeals.appeals(viewer=scene.viewer, place_id=scene.place_id)
    asked = [one for one in waiting if not one.is_own and one.closes_at is None]
    offers = [Offer(_label(line), OfferKind.REVIEW, str(line.id)) for line in lines[:MOST]]
    key = "list" if lines or asked else "none"
    text = say(f"moderation.chat.{key}", count=len(lines), asked=len(asked))
    offers += [Offer(_appeal_label(one), OfferKind.ASKED, str(one.id)) for one in asked[:MOST]]
    return _linked(scene, "\n".join([above, text] if above else [text]), "/moderation", offers=tuple(offers))


def _appeal_label(line: AppealLine) -> str:
    return say("moderation.chat.appeal", kind=say(f"moderation.kind.{line.kind.value}"), title=line.title)


async def _asked(scene: Scene, value: str) -> Reply:
    """申诉: what was done and why, and what its author says."""
    line = await appeals.one_appeal(int(value), viewer=scene.viewer)
    words = say(
        "moderation.chat.asked",
        title=line.title,
        text=shortened(line.text, most=LONGEST),
        kind=say(f"moderation.kind.{line.kind.value}"),
        rule=line.rule,
        reason=line.reason,
        why=line.why,
    )
    words_of = (_UPHOLD, _OVERTURN)
    offers = [Offer(say(f"moderation.chat.{one}"), OfferKind.ASKED_DECIDE, f"{one}:{line.id}") for one in words_of]
    back = Offer(say("moderation.chat.back"), OfferKind.REVIEW_LIST)
    return _linked(scene, words, f"/moderation/appeals/{line.id}", offers=(*offers, back))


async def _decide(scene: Scene, value: str) -> Reply:
    """With the words that stand ready; others are written on the page."""
    word, _, number = value.partition(":")
    if not just_asked(scene):
        return await _asked(scene, number)
    said = say(f"moderation.chat.answer_{word}")
    await appeals.decide(int(number), by=scene.viewer, overturns=word == _OVERTURN, answer=said)
    return await _list(scene, above=say(f"moderation.chat.done_{word}"))


def _label(line: ReviewLine) -> str:
    return say("moderation.chat.label", board=_board(line), title=line.title, why=_why(line))


def _board(line: ReviewLine) -> str:
    return say(f"board.name.{line.board.value}")


def _why(line: ReviewLine) -> str:
    """Why it waits: reported, or what was found."""
    if line.flags:
        return say("moderation.chat.flagged", count=line.flags)
    name = line.found.partition(":")[0]
    key = next((f"moderation.{part}.{name}" for part in ("why", "list") if knows(f"moderation.{part}.{name}")), "")
    return say(key) if key else say("moderation.chat.found")


async def _one(scene: Scene, value: str) -> Reply:
    line = await reviews.review(int(value), viewer=scene.viewer)
    if line.state is not ReviewState.OPEN:
        raise Taken("moderation.changed")
    who = line.author.words if line.author else say("privacy.gone")
    text = shortened(line.text, most=LONGEST)
    head = say("moderation.chat.head", board=_board(line), title=line.title, who=who, at=say_moment(line.since))
    state = say(f"board.state.{line.thing_state.value}")
    words = "\n".join([head, text, say("moderation.chat.why", why=_why(line), state=state)])
    return _linked(scene, words, f"/moderation/reviews/{line.id}", offers=_offers(line))


def _offers(line: ReviewLine) -> tuple[Offer, ...]:
    """What can be done at a press; with the rule it was reported for where there is one."""
    at, rule = f"{line.id}:{line.version}", _rule_of(line)
    is_held = line.thing_state is PostState.HELD
    verbs, fine = ((_HIDE,), "fine_held") if is_held else (_TAKES, "fine")
    at_once = [
        Offer(say(f"moderation.chat.{verb}_for", rule=rule.name), OfferKind.REVIEW_TAKE, f"{verb}:{at}:{rule.key}")
        for verb in verbs
        if rule is not None
    ]
    choose = [Offer(say(f"moderation.chat.{verb}"), OfferKind.REVIEW_RULES, f"{verb}:{at}") for verb in verbs]
    back = Offer(say("moderation.chat.back"), OfferKind.REVIEW_LIST)
    return (Offer(say(f"moderation.chat.{fine}"), OfferKind.REVIEW_FINE, at), *at_once, *choose, back)


def _rule_of(line: ReviewLine) -> Rule | None:
    """The rule most reported it for, or that of the list that found it."""
    known = {rule.key: rule for rule in house().rules if rule.reason}
    return next((known[key] for key in (*line.rules, line.found.partition(":")[0]) if key in known), None)


async def _rules(scene: Scene, value: str) -> Reply:
    """Which rule; those without a reason of their own are on the page."""
    verb, number, _ = value.split(":")
    line = await reviews.review(int(number), viewer=scene.viewer)
    known = sorted((one for one in house().rules if one.reason), key=lambda one: one.key not in line.rules)
    offers = tuple(Offer(one.name, OfferKind.REVIEW_TAKE, f"{value}:{one.key}") for one in known[:MOST_RULES])
    text = say("moderation.chat.which_rule", verb=say(f"moderation.chat.{verb}"))
    return _linked(scene, text, f"/moderation/reviews/{number}", offers=offers)


async def _fine(scene: Scene, value: str) -> Reply:
    number, version = (int(part) for part in value.split(":"))
    if not just_asked(scene):
        return await _one(scene, str(number))
    await reviews.dismiss(number, by=scene.viewer, seen_version=version)
    return await _list(scene, above=say("moderation.chat.done_fine"))


async def _take(scene: Scene, value: str) -> Reply:
    """Hide it or warn its author; a digit typed long after may have meant something else."""
    verb, number, version, rule = value.split(":")
    if not just_asked(scene):
        return await _one(scene, number)
    line = await reviews.review(int(number), viewer=scene.viewer)
    wanted = Wanted(rule, house().rule(rule).reason, review_version=int(version))
    await _TAKES[verb](line.thing, line.thing_id, wanted, by=scene.viewer)
    return await _list(scene, above=say(f"moderation.chat.done_{verb}", rule=house().name_of(rule)))


def _linked(scene: Scene, text: str, path: str, *, offers: tuple[Offer, ...] = ()) -> Reply:
    told = reply(scene, Outcome.MODERATION, text, offers=offers)
    assert told.letter is not None
    return replace(told, letter=replace(told.letter, links=(Link(say("moderation.chat.link"), path),)))


_DEEDS: Mapping[OfferKind, Callable[[Scene, str], Awaitable[Reply]]] = {
    OfferKind.REVIEW_LIST: _list,
    OfferKind.REVIEW: _one,
    OfferKind.REVIEW_RULES: _rules,
    OfferKind.REVIEW_FINE: _fine,
    OfferKind.REVIEW_TAKE: _take,
    OfferKind.ASKED: _asked,
    OfferKind.ASKED_DECIDE: _decide,
}
