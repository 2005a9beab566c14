"""Small fitted models that turn measures into a probability, and the coefficients they are shipped with."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("coefficients.json")


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model: a constant and one weight per named measure."""

    constant: float
    weights: Mapping[str, float]

    def probability(self, told: Mapping[str, float]) -> float:
        """The probability, between 0 and 1, that what the model was fitted for holds."""
        logit = self.constant + sum(weight * told[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@dataclass(frozen=True, slots=True)
class Coefficients:
    """What was fitted (benchmarks/fit_ranking, fit_following, fit_danger): how evidence is weighed, how much a question
    before counts, and the models of being right, of going on about the entry before, and of danger."""

    layers: tuple[Mapping[str, float], ...]
    meaning: float
    context: float
    first: Logistic
    three: Logistic
    goes_on: Logistic
    danger: Logistic


@lru_cache(maxsize=1)
def load_coefficients() -> Coefficients:
    """The coefficients shipped beside this file, read once."""
    saved = json.loads(_FILE.read_text(encoding="utf-8"))
    return Coefficients(
        layers=tuple(saved["layers"]),
        meaning=saved["meaning"],
        context=saved["context"],
        first=Logistic(**saved["first"]),
        three=Logistic(**saved["three"]),
        goes_on=Logistic(**saved["goes_on"]),
        danger=Logistic(**saved["danger"]),
    )


def log_odds(probability: float) -> float:
    """The log of the odds, kept within 8."""
    bounded = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))
