"""Fits how likely danger is where a message is read whole, from what the classifier and the encoder each make of it.

``python -m benchmarks.fit_danger`` writes that part of nlp/coefficients.json. It learns from benchmarks/unseen, lines
that neither of the two is fitted on, so that either counts for what it is worth: run it after fit_intents and
fit_encoder, and fit_following after it.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from benchmarks.coefficients import logistic, save
from benchmarks.fit_intents import Example, lines_of
from nlp.chances import DANGER, is_in_doubt, measures, read
from nlp.classify import load_classifier

LINES = Path(__file__).parent / "unseen"

Judged = tuple[Example, dict[str, float]]


def judged() -> list[Judged]:
    """Every line that would be read whole, and its measures."""
    found = []
    for one in lines_of(LINES):
        weighed = load_classifier().chances(one.text, one.flags)
        if is_in_doubt(weighed, one.flags):
            found.append((one, measures(weighed, read(one.text, one.flags))))
    return found


def main() -> None:
    """Fit and write."""
    found = judged()
    save(danger=logistic([row for _, row in found], [one.label == DANGER for one, _ in found]))
    print(Counter(one.label for one, _ in found))


if __name__ == "__main__":
    main()
