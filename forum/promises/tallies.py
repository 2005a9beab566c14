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
    return Result(kept["rated"], _tally(kept["outcome"]), _tally(kept["unit"]))


def _tally(counts: Sequence[int] | None) -> Tally | None:
    if counts is None:
        return None
    total = sum(counts)
    average = round(sum(star * count for star, count in enumerate(counts, start=1)) / total, 1)
    return Tally(dict(enumerate(counts, start=1)), average)


def written(ratings: Sequence[Row]) -> str:
    """The result as it is kept: counts of 1 to 5, of fewer than five ratings only how many they were."""
    kept = {"rated": len(ratings), "outcome": None, "unit": None}
    if len(ratings) >= LEAST:
        for name in ("outcome", "unit"):
            counts = Counter(row[name] for row in ratings)
            kept[name] = [counts[star] for star in range(1, STARS + 1)]
    return json.dumps(kept)
