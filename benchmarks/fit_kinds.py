"""Fits what kind of danger a message tells of, which decides the number called first, from nlp/training/kinds.

``python -m benchmarks.fit_kinds`` writes nlp/kinds.npz; it uses the scikit-learn of the benchmarks' peers.
"""

from __future__ import annotations

from dataclasses import replace

from benchmarks.fit_intents import KINDS, Example, fit, lines_of, save
from casework import guide
from nlp.emergency import told_by_rules


def labelled() -> list[Example]:
    """Every line of the folder with its kind and the kinds whose rules match."""
    words = guide.words()
    return [replace(one, flags=told_by_rules(one.text, words=words)) for one in lines_of(KINDS)]


def main() -> None:
    """Fit and write."""
    save(fit(labelled()), name="kinds")


if __name__ == "__main__":
    main()
