"""Fits the shipped intent classifier from nlp/training, the pack's phrasings and the tuning half of the questions.

``python -m benchmarks.fit_intents`` writes nlp/intents.npz and prints how a fit without that half meets it.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from casework import guide, packs
from nlp.intent import flags_of
from nlp.intent_fitting import Example, fit

ROOT = Path(__file__).parent.parent
FILES = {
    "ask": "ask",
    "emergency_lookalike": "ask",
    "hand_over_lookalike": "ask",
    "local_question": "ask",
    "emergency": "emergency",
    "hand_over": "hand_over",
    "refuse": "refuse",
    "report": "report",
    "small_talk": "small_talk",
}
KINDS = {
    "in_scope": "ask",
    "out_of_scope": "ask",
    "follow_up": "ask",
    "emergency_lookalike": "ask",
    "hand_over_lookalike": "ask",
    "emergency": "emergency",
    "hand_over": "hand_over",
    "refuse": "refuse",
    "report": "report",
    "small_talk": "small_talk",
}


def labelled() -> list[tuple[str, str, float]]:
    """Text, label and weight of everything that may be learned from."""
    found = [
        (line.strip(), label, 1.0)
        for name, label in FILES.items()
        for line in (ROOT / "nlp" / "training" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    for pack in packs.read_folder(ROOT / "community" / "packs"):
        found += [(text, "ask", 0.3) for entry in pack.entries for text in (*entry.phrasings, *entry.aliases)]
    return found


def tuning() -> list[tuple[str, str, float]]:
    """The tuning half of the outside questions."""
    lines = [line for path in sorted((ROOT / "tests" / "questions").glob("w*.jsonl")) for line in path.open("rb")]
    records = [json.loads(line) for line in lines]
    return [(one["text"], KINDS[one["kind"]], 1.0) for one in records if one["split"] == "tune"]


def example(text: str, label: str, weight: float) -> Example:
    """One example with the flags its rules set."""
    words = guide.words()
    return Example(words.canonical(text), flags_of(text, words=words), label, weight)


def main() -> None:
    """Fit, write, print."""
    examples = [example(*one) for one in labelled() + tuning()]
    fitted = fit(examples)
    np.savez_compressed(
        ROOT / "nlp" / "intents.npz",
        labels=np.asarray(fitted.labels),
        grams=fitted.grams.astype(np.float16),
        dense=fitted.dense.astype(np.float32),
        constant=fitted.constant.astype(np.float32),
    )
    held = fit([example(*one) for one in labelled()])
    for label in fitted.labels:
        asked = [example(*one) for one in tuning() if one[1] == label]
        right = sum(max(c := held.chances(e.text, e.flags), key=c.__getitem__) == label for e in asked)
        print(f"{label:12} {right}/{len(asked)} of the tuning half by a fit that did not see it")


if __name__ == "__main__":
    main()
