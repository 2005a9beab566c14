"""What came out of an appraisal: counts of 1 to 5 as they are written down at its end, and read from then on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.transaction import Row
from people.records.small_groups import LEAST

STARS = 5


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of one of both questions: how many gave 1 to 5, and their average."""

    counts: Mapping[int, int]
    average: float


@dataclass(frozen=True, slots=True)
class Result:
    """The result: how many rated, and the two tallies, None where fewer than five did."""

    rated: int
    outcome: Tally | None
    unit: Tally | None


def result_of(text: str) -> Result:
    """The result as it was written down."""
    kept = json.loads(text)
    outcome, unit = (tally_of(kept[name]) if kept[name] is not None else None for name in ("outcome", "unit"))
    return Result(kept["rated"], outcome, unit)


def tally_of(counts: Sequence[int]) -> Tally:
    """How many gave 1, 2, 3, 4 and 5, with their average; of at least one rating."""
    average = round(sum(star * count for star, count in enumerate(counts, start=1)) / sum(counts), 1)
    return Tally(dict(enumerate(counts, start=1)), average)


def written(ratings: Sequence[Row]) -> str:
    """The result as it is kept: counts of 1 to 5, of fewer than five ratings only how many they were."""
    kept = {"rated": len(ratings), "outcome": None, "unit": None}
    if len(ratings) >= LEAST:
        for name in ("outcome", "unit"):
            counts = Counter(row[name] for row in ratings)
            kept[name] = [counts[star] for star in range(1, STARS + 1)]
    return json.dumps(kept)
