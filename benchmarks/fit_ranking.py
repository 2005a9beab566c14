"""Fits how the ranking weighs its evidence and how sure it may be, on the tuning half of the outside questions.

``python -m benchmarks.fit_ranking`` writes nlp/coefficients.json. Topics the pack does not answer are left out at
random while the confidence is fitted, because residents will ask about topics that nobody listed.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.coefficients import logistic, save
from casework import guide, packs, snapshots
from nlp.building import build
from nlp.confidence import Coefficients, Logistic
from nlp.evaluate import Question, half, read_questions
from nlp.fitting import fit_ranking
from nlp.meaning import load_meaning
from nlp.retrieve import Evidence, Index, elsewhere
from nlp.terms import TermMaker

ROOT = Path(__file__).parent.parent
KINDS = ("names", "body", "asked", "centroid")
FIRST = ("chance", "score", "known", "length", "elsewhere")
THREE = ("chance_three", *FIRST)
LEFT_OUT = (0.0, 0.0, 0.3, 0.5, 0.5, 0.7)
CONTEXT = 0.6
NEVER = -1e3


def tuning() -> list[Question]:
    """The questions that may be tuned on: with a right entry, or with none."""
    files = sorted((ROOT / "tests" / "questions").glob("w*.jsonl"))
    known = [one for path in files for one in read_questions(path.read_text(encoding="utf-8").splitlines())]
    return [one for one in known if half(one.id) == "tune" and one.kind in ("in_scope", "out_of_scope")]


def plain_index() -> tuple[Index, tuple[str, ...]]:
    """The shipped pack with every kind of evidence by itself, and the keys in order."""
    entries = [content for pack in packs.read_folder(ROOT / "community" / "packs") for content in pack.entries]
    documents = [snapshots.document(entry) for entry in entries]
    segmenter, words = guide.segmenter(), guide.words()
    segmenter.learn(words.canonical(name) for one in documents for name in one.names if len(name) <= 6)
    maker, layers = TermMaker(segmenter=segmenter, words=words), tuple({kind: 1.0} for kind in KINDS)
    built = build([*documents, *elsewhere(words)], maker=maker, meaning=load_meaning(), layers=layers)
    nothing = Logistic(constant=0.0, weights={})
    coefficients = Coefficients(
        layers=layers, meaning=1.0, context=CONTEXT, first=nothing, three=nothing, goes_on=nothing, danger=nothing
    )
    keys = tuple(document.key for document in documents)
    return Index(built, maker=maker, coefficients=coefficients, size=len(keys), is_apart=True), keys


def told(index: Index, evidence: list[Evidence], scores: np.ndarray, *, size: int) -> list[list[dict[str, float]]]:
    """What the confidence sees of every question, once for each share of topics left out."""
    chance = np.random.default_rng(7)
    rounds: list[list[dict[str, float]]] = []
    for share in LEFT_OUT:
        gone = np.r_[np.zeros(size, bool), chance.random(scores.shape[1] - size) < share]
        seen = np.where(gone, NEVER, scores)
        best = np.argsort(-seen[:, :size], axis=1, kind="stable")[:, :5].tolist()
        rounds.append([index.measures(seen[i], best=best[i], evidence=one) for i, one in enumerate(evidence)])
    return rounds


def main() -> None:
    """Fit and write."""
    questions, (index, keys) = tuning(), plain_index()
    evidence = [index.evidence(one.text) for one in questions]
    kinds = np.stack([one.kinds.T for one in evidence]).astype(float)
    right = np.asarray([[float(key in one.entries) for key in keys] for one in questions])
    right = np.pad(right, ((0, 0), (0, kinds.shape[1] - len(keys))))
    asked = right.any(axis=1)
    weights = fit_ranking(kinds[asked], right[asked])
    scores = kinds @ weights
    three = np.argsort(-scores[:, : len(keys)], axis=1, kind="stable")[:, :3]
    hits = np.take_along_axis(right, three, axis=1)
    rounds = told(index, evidence, scores, size=len(keys))
    rows = [one for each in rounds for one in each]
    *sparse, meaning = (round(weight, 3) for weight in weights.tolist())
    save(
        layers=[dict(zip(KINDS[:-1], sparse[:-1], strict=True)), {KINDS[-1]: sparse[-1]}],
        meaning=meaning,
        context=CONTEXT,
        first=logistic(rows, np.tile(hits[:, 0], len(rounds)), FIRST),
        three=logistic(rows, np.tile(hits.max(axis=1), len(rounds)), THREE),
    )


if __name__ == "__main__":
    main()
