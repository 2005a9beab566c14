"""Fits the shipped intent classifier from nlp/training, the pack's phrasings and the tuning half of the questions.

``python -m benchmarks.fit_intents`` writes nlp/intents.npz. scikit-learn does the fitting, in the environment of the
benchmarks' peers; the product only adds weights up.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.answer import peer_python
from casework import guide, packs
from models.entry_content import EntryContent
from nlp.chances import DANGER
from nlp.classify import GROUPS, WIDTH, Classifier, Groups, buckets, dense, known, weighted
from nlp.intent import flags_of
from nlp.meaning import load_meaning

ROOT = Path(__file__).parent.parent
TRAINING = ROOT / "nlp" / "training"
KINDS = TRAINING / "kinds"
"""Danger, in a file for each kind of it."""
PROGRAM = "peer_logistic.py"
LABELS = {
    "in_scope": "ask",
    "out_of_scope": "ask",
    "local_question": "ask",
    "report_lookalike": "report",
    "emergency_in_a_word": "emergency",
    "emergency_lookalike_in_a_word": "emergency_lookalike",
}
"""What a training file, or a kind of test question, is an example of where its name does not say so. Each kind of
look-alike is a label of its own: as one label with all other questions they were told apart less well."""
OF_A_PACK = 0.3
"""How much one phrasing of the pack counts: there are many, and all ask."""
LEFT_OUT = ("follow_up",)
"""What of the tuning half is kept for fit_following, which learns how much this classifier's word counts."""
IN_A_WORD = 0.3
"""How much a few characters count: more of them than of anything said in full would drown it."""
OFTEN = 2
"""An n-gram of fewer lines than this gets no weight: it would only learn its line by heart."""


@dataclass(frozen=True, slots=True)
class Example:
    """A canonical text, the flags its rules set, its label, and how much it counts."""

    text: str
    flags: tuple[float, ...]
    label: str
    weight: float = 1.0


def example(text: str, label: str, weight: float = 1.0) -> Example:
    """One example with the flags its rules set."""
    words = guide.words()
    return Example(words.canonical(text), flags_of(text, words=words), label, weight)


def written() -> list[Example]:
    """The lines of the training files, and what is said of the pack's entries where no rule hears danger in it."""
    found = lines_of(TRAINING) + [replace(one, label=DANGER) for one in lines_of(KINDS)]
    for pack in packs.read_folder(ROOT / "community" / "packs"):
        asked = [example(text, "ask", OF_A_PACK) for entry in pack.entries for text in _said_of(entry)]
        found += [one for one in asked if not one.flags[0]]
    return found


def lines_of(folder: Path) -> list[Example]:
    """The lines of a folder's files, each named after what its lines are."""
    return [
        example(line.strip(), _label(path.stem), IN_A_WORD if path.stem.endswith("_in_a_word") else 1.0)
        for path in sorted(folder.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def _label(kind: str) -> str:
    """The label of a training file or of a kind of test question."""
    return LABELS.get(kind, kind)


def _said_of(entry: EntryContent) -> Iterator[str]:
    """Ways of asking, names, and what residents reply to the conditions asked back."""
    yield from (*entry.phrasings, *entry.aliases)
    for variant in entry.variants:
        for option in variant.options:
            yield from (option.answer, *option.words)


def tuning() -> list[Example]:
    """The tuning half of the outside questions."""
    lines = [line for path in sorted((ROOT / "tests" / "questions").glob("w*.jsonl")) for line in path.open("rb")]
    records = [json.loads(line) for line in lines]
    known = [one for one in records if one["split"] == "tune" and one["kind"] not in LEFT_OUT]
    return [example(one["text"], _label(one["kind"])) for one in known]


def grouped() -> Groups:
    """The group of each word of the table of meanings."""
    return solved(PROGRAM, "group", vectors=load_meaning().bytes, groups=GROUPS)["groups"].astype(np.int16)


def fit(examples: Sequence[Example]) -> Classifier:
    """Weights that make the labels likely."""
    groups = grouped()
    rows = [buckets(one.text, groups, words=known(one.text)) for one in examples]
    found_in = np.bincount([row for text in rows for row in text], minlength=WIDTH)
    idf = (np.log((1 + len(rows)) / (1 + found_in)) + 1).astype(np.float32)
    kept = [found_in[text] >= OFTEN for text in rows]
    fitted = solved(
        PROGRAM,
        "fit",
        indices=np.concatenate([np.asarray(text)[often] for text, often in zip(rows, kept, strict=True)]),
        offsets=np.asarray([0, *accumulate(int(often.sum()) for often in kept)]),
        values=np.concatenate([weighted(text, idf)[often] for text, often in zip(rows, kept, strict=True)]),
        width=WIDTH,
        dense=np.stack([dense(known(one.text), one.flags) for one in examples]),
        labels=np.asarray([one.label for one in examples]),
        weights=np.asarray([one.weight for one in examples]),
    )
    weights = fitted["weights"].astype(np.float32)
    return Classifier(
        labels=tuple(map(str, fitted["classes"])),
        groups=groups,
        idf=idf,
        grams=weights[:WIDTH],
        dense=weights[WIDTH:],
        constant=fitted["constant"].astype(np.float32),
    )


def solved(program: str, task: str, **given: npt.ArrayLike) -> dict[str, npt.NDArray[Any]]:
    """What a program of the peers' environment makes of arrays."""
    with tempfile.TemporaryDirectory(prefix="mulin-fit-") as folder:
        source, target = Path(folder) / "in.npz", Path(folder) / "out.npz"
        np.savez(source, allow_pickle=False, **{name: np.asarray(one) for name, one in given.items()})
        place = ROOT / "benchmarks" / program
        subprocess.run([str(peer_python()), str(place), task, str(source), str(target)], check=True)
        with np.load(target) as made:
            return dict(made)


def main() -> None:
    """Fit and write."""
    save(fit(written() + tuning()), name="intents")


def save(fitted: Classifier, *, name: str) -> None:
    """Write weights where nlp/classify.py reads them."""
    np.savez_compressed(
        ROOT / "nlp" / f"{name}.npz",
        labels=np.asarray(fitted.labels),
        groups=fitted.groups,
        idf=fitted.idf.astype(np.float16),
        grams=fitted.grams.astype(np.float16),
        dense=fitted.dense,
        constant=fitted.constant,
    )


if __name__ == "__main__":
    main()
