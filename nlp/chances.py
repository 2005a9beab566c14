"""How likely a message is each thing it may be: its words are weighed; where danger is in doubt it is read whole."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

import numpy as np

from nlp.classify import load_classifier
from nlp.confidence import load_coefficients
from nlp.encoder import load_encoder

DANGER = "emergency"
DOUBT = {DANGER: 0.15, "refuse": 0.3}
"""From so likely a danger or wish to refuse on a message is read whole too."""
DOUBT_BY_RULE = 0.05
"""And from here on where a rule for danger matched."""
LIKE = "emergency_lookalike"
LEAST = 0.001
"""A chance below this counts as this: how much smaller it is tells nothing."""
_FIGURES = re.compile(r"[0-9]{5,}")
"""Telephone numbers and codes: which figures they are tells nothing."""

Chances = Mapping[str, float]


def chances_of(text: str, flags: Sequence[float]) -> Chances:
    """The probability of every label for a canonical text and the flags that rules set, the emergency rules' first.

    Where a message is read whole that of danger stands for itself: with the others it need not add up to 1. Weighing
    words costs 0.4 ms, reading a whole sentence some 15 ms.
    """
    weighed = load_classifier().chances(text, flags)
    return joined(weighed, read(text, flags)) if is_in_doubt(weighed, flags) else weighed


def is_in_doubt(weighed: Chances, flags: Sequence[float]) -> bool:
    """Whether a message must be read whole."""
    is_near = flags[0] > 0 and weighed[DANGER] >= DOUBT_BY_RULE
    return is_near or any(weighed[label] >= enough for label, enough in DOUBT.items())


def read(text: str, flags: Sequence[float]) -> Chances:
    """What reading the whole makes of it."""
    encoder = load_encoder()
    scores = encoder.scores(_FIGURES.sub("", text), flags)
    odds = np.exp(scores - scores.max())
    return dict(zip(encoder.labels, (odds / odds.sum()).tolist(), strict=True))


def measures(weighed: Chances, seen: Chances) -> dict[str, float]:
    """What danger is judged by: the logarithms of how likely either finds it, what sounds like it, and the rest."""
    found = {}
    for name, chances in (("weighed", weighed), ("read", seen)):
        parts = {"danger": chances[DANGER], "like": chances[LIKE], "else": 1 - chances[DANGER] - chances[LIKE]}
        found |= {f"{name}_{part}": math.log(max(chance, LEAST)) for part, chance in parts.items()}
    return found


def joined(weighed: Chances, seen: Chances) -> Chances:
    """Two opinions of equal weight, as their geometric mean (logarithmic pooling, Genest 1986).

    But danger by a model of what either was worth on lines that neither had learnt from (stacking, Wolpert 1992), and
    no likelier than the surer one finds it.
    """
    means = {label: (weighed[label] * seen[label]) ** 0.5 for label in weighed}
    whole = sum(means.values())
    danger = load_coefficients().danger.probability(measures(weighed, seen))
    surer = max(weighed[DANGER], seen[DANGER])
    return {label: mean / whole for label, mean in means.items()} | {DANGER: min(danger, surer)}
