"""Ages by birthday: how old somebody is on a day, and tags such as 80+ that are computed and never stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from people import written

OLDEST, GROWN_UP = 150, 18
"""《民法典》第十七条: who is eighteen is grown up."""
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Ages in whole years, both ends included."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Birthdays:
    """Days on which somebody of a span of ages was born, both ends included."""

    first: dt.date
    last: dt.date


def span_of(tag: str) -> Span | None:
    """The ages that a tag names: 80+ (also 80岁以上) or 0-6; None where it is a tag of any other kind."""
    if (named := written.ages(tag)) is None:
        return None
    least, most = named
    return Span(min(least, OLDEST), OLDEST) if most is None else Span(least, min(most, OLDEST))


def age_on(day: dt.date, *, born: dt.date) -> int:
    """Whole years; who was born on 29 February is a year older on 1 March where there is no such day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def birthdays(span: Span, *, on: dt.date) -> Birthdays:
    """When those who have an age of the span on a day were born."""
    return Birthdays(years_before(on, span.most + 1) + _ONE_DAY, years_before(on, span.least))


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day so many years ago; on 28 February where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def grown_up_by(day: dt.date) -> dt.date:
    """The last day of birth of those who are grown up on a day. Of whom no day of birth is known it is taken for
    granted by whoever asks."""
    return years_before(day, GROWN_UP)


def tags_for(born: dt.date | None, *, on: dt.date, tags: Sequence[str]) -> tuple[str, ...]:
    """Which of these age tags tell most of somebody on a day: 80+, and not 60+ as well."""
    if born is None:
        return ()
    age = age_on(on, born=born)
    spans = {tag: span for tag in tags if (span := span_of(tag)) and span.least <= age <= span.most}
    return tuple(tag for tag, span in spans.items() if not any(_within(other, span) for other in spans.values()))


def _within(inner: Span, outer: Span) -> bool:
    return inner != outer and outer.least <= inner.least and inner.most <= outer.most


def bands(edges: Sequence[int]) -> list[Span]:
    """Spans from birth on, cut at these ages."""
    starts = (0, *edges)
    return [Span(least, most - 1) for least, most in zip(starts, (*edges, OLDEST + 1), strict=True)]
