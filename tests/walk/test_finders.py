"""Every finder, by everybody and the system, from the same and from another neighbourhood (tests/finders.csv).

A finder is an async function of people, casework or forum that takes a ``viewer``; they are found by looking.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import MappingProxyType, ModuleType
from urllib.parse import parse_qsl

import casework
import forum
import people
from models.errors import NotAllowed, NotFound
from tests.walk import actors, lists
from tests.walk.actors import Actor, blanks_of
from tests.walk.conftest import Record, Walk

NO_FINDERS = {
    "people.login.begin": "signs somebody in whose password was checked",
    "people.login.begin_after_password": "the same",
    "people.second_step.standing": "one's own second step, which nobody of the town has set up",
    "casework.replies.unread": "the asker's own, where nobody could tell them: tests/casework/test_whose_words.py",
    "casework.copies.asked_for": "what others asked for oneself: tests/bot/test_behalf.py",
    "casework.editing.lines_of": "words for rows that its caller found",
    "people.joining.asking.own_requests": "of a chat that its caller knows to be the viewer's",
    "casework.privacy.leaving.must_be_able_to_leave": "shows nothing: it refuses, or not",
    "casework.writers.written_by": "of rows that its caller found",
    "casework.learning.blank": "an empty form, with nobody's words in it",
    "casework.topic_photos.missing": "of a topic, which none of the town has: tests/bot/telegram/test_staff_group.py",
    "casework.sight.seen_by": "a condition, no rows",
    "casework.sight.seen_where": "the same in SQL",
    "casework.cases.sight.seen_by": "a condition, no rows",
    "people.scope.given_places": "numbers of places: tests/casework/test_roles_taken_away.py",
    "people.scope.given_at": "whether a thing may be given, no thing itself: tests/casework/cases/test_offering.py",
    "casework.cases.sight.places_of": "numbers of places, no rows",
    "forum.responses.counted_places": "numbers of places, no rows",
    "casework.cases.sight.visible": "what every finder of cases is made of: walked with each of them",
    "casework.cases.sight.is_unit_only": "of a case that its caller found",
    "casework.cases.cases.line_of": "of a case that its caller found",
    "casework.cases.answering.reporter_of": "as whom one reported: tests/casework/cases/test_loop.py",
    "people.bell.bell": "one's own: tests/forum/test_bell.py",
    "people.bell.line": "the same",
    "people.bell.unread": "the same",
    "forum.public_feeds.public_feed": "everybody's, or nobody's: tests/forum/test_public_feeds.py",
    "forum.feeds.lines_of": "of posts that its caller found",
    "casework.cases.exchange.look_through": "of a file that one hands in: tests/casework/cases/test_exchange.py",
    "casework.cases.repeats.earlier": "what was before a case: tests/casework/cases/test_repeats.py",
    "casework.mediation.sight.seen_by": "a condition, no rows",
    "casework.mediation.sight.visible": "what every finder of mediations is made of: walked with each of them",
    "casework.mediation.sight.my_side": "the same, for a side",
    "casework.mediation.sight.mine": "ids of one's own: walked with own_mediations",
    "casework.mediation.private.notes": "for the mediator alone: tests/casework/mediation/test_private.py",
    "casework.mediation.private.own_notes": "of one's own side: tests/casework/mediation/test_private.py",
    "casework.mediation.room_sight.seen_by": "a condition, no rows",
    "casework.mediation.room_sight.visible": "what every finder of rooms is made of: walked with each of them",
    "casework.cases.bulk.undoable": "one's own of the last minutes: tests/casework/cases/test_bulk.py",
    "forum.sight.visible_thing": "one of the two before it",
    "forum.moderation.juries.own_calls": "who was drawn: tests/conversations/moderation.chat",
    "forum.moderation.juries.judged": "who was drawn: tests/forum/moderation/test_appeals.py",
    "forum.notices.receipts.of_post": "of a post that its caller found",
    "forum.notices.targets.checked": "what somebody typed, no rows",
    "forum.activities.sight.activity_on": "of a post that its caller found",
    "forum.activities.sight.held": "of an activity that its caller found",
    "forum.activities.lists.checking_in": "one's own where one may sign in: tests/conversations/activities.chat",
    "forum.activities.lists.past": "what is over, which nothing of the town is: tests/forum/test_activities.py",
    "forum.activities.hours.mine": "one's own hours: tests/forum/test_activities.py",
    "forum.notices.targets.reader_of": "the viewer's own homes and roles",
    "forum.surveys.results.results": "nothing before the end, sums after it: tests/forum/test_surveys.py",
    "forum.surveys.results.written": "words of nobody after the end: tests/forum/test_surveys.py",
    "forum.deliberation.found.visible_proposal": "what every finder of proposals is made of: walked with each of them",
    "forum.deliberation.found.visible_post": "the same",
    "forum.deliberation.amendments.amendments": "of a proposal that its caller found",
    "forum.deliberation.lists.marks": "of posts that its caller found",
    "forum.deliberation.showing.history": "of a proposal that its caller found",
    "forum.key_matters.steps.visible": "what every finder of key small matters is made of: walked with each of them",
    "forum.meetings.attending.own_seat": "of a meeting that its caller found",
    "forum.meetings.states.visible": "what every finder of meetings is made of: walked with each of them",
    "casework.conversation_sight.is_own": "whether it is the viewer's own, of a conversation that its caller found",
    "forum.promises.sight.decided": "what every finder of what came of proposals is made of: walked with each of them",
    "forum.promises.milestones.of_case": "of a case that its caller found: tests/forum/test_projects.py",
    "forum.promises.signatures.key_of": "what the viewer signs for",
    "forum.promises.signatures.own": "the viewer's own, of a covenant that its caller found",
    "forum.promises.signatures.names": "of a version that its caller found: tests/forum/test_covenants.py",
    "forum.votes.states.visible": "what every finder of votes is made of: walked with each of them",
    "forum.votes.showing.own": "of a vote that its caller found",
    "forum.votes.showing.find_ballot": "of a secret vote: tests/forum/votes/test_votes.py",
    "forum.things.marks": "of posts that its caller found",
    "forum.items.market.marks": "of posts that its caller found",
    "forum.help.lists.marks": "of posts that its caller found",
    "forum.reactions.own": "the viewer's own, of things that its caller found",
    "casework.cases.hearing.unheard": "what did not arrive: tests/casework/cases/test_hearing.py",
    "casework.cases.offering.offered": "of a case that its caller found: tests/casework/cases/test_offering.py",
    "casework.learning.slug_of": "where a new entry goes, from the guide that everybody reads",
    "people.loading.places.look_through": "of a file that the system is handed: tests/people/test_loading_places.py",
}
WHERE = "every finder needs a line of its own, written by hand, in tests/finders.csv (or in NO_FINDERS of this file)"
Finder = Callable[..., Awaitable[object]]


@cache
def finders() -> Mapping[str, Finder]:
    """Every finder there is, by module and name."""
    found = {f"{one.__module__}.{one.__name__}": one for one in _functions() if "viewer" in _takes(one)}
    return MappingProxyType(found)


def _functions() -> Iterator[Finder]:
    for module in (one for package in (people, casework, forum) for one in _modules(package)):
        for name, found in vars(module).items():
            if inspect.iscoroutinefunction(found) and found.__module__ == module.__name__ and name[0] != "_":
                yield found


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


@cache
def _takes(finder: Finder) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(finder).parameters


def given(sends: str, blanks: Mapping[str, object]) -> dict[str, object]:
    """The arguments of a line: a blank alone is the thing itself, digits are a number."""
    return {name: _value(text, blanks) for name, text in parse_qsl(sends, keep_blank_values=True)}


def _value(text: str, blanks: Mapping[str, object]) -> object:
    if text.startswith("{") and text.endswith("}"):
        return blanks[text[1:-1]]
    return int(text) if text.isdecimal() else text


async def call(finder: Finder, actor: Actor, arguments: Mapping[str, object]) -> object:
    """What a finder gives; None for a refusal."""
    kinds = _takes(finder)
    named = {"viewer": actor.viewer, **arguments}
    first = [named.pop(name) for name, one in kinds.items() if one.kind is one.POSITIONAL_OR_KEYWORD and name in named]
    for name, one in kinds.items():
        if one.kind is one.VAR_POSITIONAL and isinstance(several := named.pop(name, ()), tuple):
            first += several
    try:
        return await finder(*first, **named)
    except (NotAllowed, NotFound):
        return None


def is_nothing(found: object) -> bool:
    """Whether somebody was shown nothing: refused, an empty list, or sums of nothing."""
    if is_dataclass(found) and not isinstance(found, type):
        return all(is_nothing(getattr(found, one.name)) for one in fields(found))
    return not found


def test_every_finder_is_in_the_hand_kept_list_and_none_more() -> None:
    listed = {*lists.finders(), *NO_FINDERS}
    assert set(finders()) - listed == set(), WHERE
    assert listed - set(finders()) == set(), "tests/finders.csv names a finder that is gone"


async def test_every_finder_shows_something_to_those_only_whom_the_list_names(
    walk: Walk, record_property: Record
) -> None:
    counted: Counter[str] = Counter()
    wrong: list[str] = []
    every = finders()
    for name, line in lists.finders().items():
        for actor in [*walk.actors, actors.system()]:
            shown = await call(every[name], actor, given(line.sends, blanks_of(actor, walk.land.here)))
            found, wanted = "no" if is_nothing(shown) else "yes", line.of(actor)
            counted[wanted] += 1
            if found != wanted:
                wrong.append(f"{name} to {actor}: {found}, not {wanted}")
    record_property("counted", f"{len(lists.finders())} finders with {len(walk.actors) + 1}: {dict(counted)}")
    assert not wrong, f"{len(wrong)} of {counted.total()} ({WHERE}):\n" + "\n".join(wrong)
