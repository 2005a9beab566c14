"""The month in words: the same lines for the page and for the sheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from casework.months import UNKNOWN_AGE, Month
from models.wording import knows, say
from people.ages import OLDEST
from people.records.small_groups import LEAST


@dataclass(frozen=True, slots=True)
class Line:
    """One number: under which heading, what it is, how much."""

    group: str
    name: str
    value: str


def lines(month: Month) -> list[Line]:
    """Everything of a month, in order."""
    return [Line(say(f"records.month.{group}"), name, value) for group, name, value in _all(month)]


def _all(month: Month) -> Iterator[tuple[str, str, str]]:
    yield from _homes(month)
    yield from (("ages", _age(name), _people(count)) for name, count in month.by_age.items())
    yield from (("tags", name, _people(count)) for name, count in month.by_tag.items())
    yield from _questions(month)
    for kind, count in month.services.items():
        yield "services", _word(f"records.service.{kind}", kind), _times(count)
    yield "services", say("records.month.served"), _people(month.served)


def _homes(month: Month) -> Iterator[tuple[str, str, str]]:
    yield "homes", say("records.month.all_homes"), say("records.month.households", count=month.homes)
    yield "homes", say("records.month.people"), _people(month.people)
    yield "homes", say("records.month.moved_in"), _people(month.moved_in)
    yield "homes", say("records.month.moved_out"), _people(month.moved_out)


def _questions(month: Month) -> Iterator[tuple[str, str, str]]:
    for one in month.asked:
        name = f"{say(f'records.month.kind.{one.kind}')}　{say(f'records.question.{one.state}')}"
        yield "questions", name, say("records.month.pieces", count=one.count)
    total = sum(one.count for one in month.asked)
    yield "questions", say("records.month.all_questions"), say("records.month.pieces", count=total)
    share = month.percent_in_time
    yield "questions", say("records.month.in_time"), say("records.month.none") if share is None else f"{share}%"
    took = month.minutes
    words = say("records.month.none") if took is None else say("records.month.minutes", count=took)
    yield "questions", say("records.month.first_answer"), words
    yield "questions", say("records.month.alarms"), say("records.month.times", count=month.alarms)


def _people(count: int | None) -> str:
    return say("records.month.few") if count is None else say("records.month.persons", count=count)


def _times(count: int | None) -> str:
    return say("records.month.few_times", least=LEAST) if count is None else say("records.month.times", count=count)


def _age(name: str) -> str:
    if name == UNKNOWN_AGE:
        return say("records.month.age_unknown")
    least, _, most = name.partition("-")
    if int(most) == OLDEST:
        return say("records.month.age_from", least=least)
    return say("records.month.age", least=least, most=most)


def _word(key: str, otherwise: str) -> str:
    return say(key) if knows(key) else otherwise
