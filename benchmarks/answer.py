"""Finding the right entry: ours beside baisitong, bm25s and rank_bm25, on the same 152 items and the same questions by
outside writers (the half nothing was tuned on); then how time and memory grow from 152 to 10,000 entries.

Run: ``python -m benchmarks.answer`` (``--no-peers`` where they cannot be fetched). ``--entries 100000`` goes on to that
size, which needs about ten minutes of a core to itself and 5 GB.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from app.bootstrap import UV_VERSION
from casework import guide, packs, snapshots
from nlp.evaluate import Question, half, read_questions
from nlp.retrieve import Document, Index

ROOT = Path(__file__).parent.parent
PEERS = ROOT / ".venv-peers"
SIZES = (152, 10_000, 100_000)
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    name: str
    top_1: float
    top_3: float
    false_answers: float
    milliseconds: float
    build_s: float


def questions() -> list[Question]:
    """The reporting half of the outside questions that ask for an entry, or for something no entry answers."""
    lines = [line for path in sorted((ROOT / "tests" / "questions").glob("w*.jsonl")) for line in path.open("rb")]
    known = read_questions(line.decode() for line in lines)
    return [one for one in known if half(one.id) == "report" and one.kind in ("in_scope", "out_of_scope")]


def documents() -> list[Document]:
    """The shipped pack as documents."""
    found = packs.read_folder(ROOT / "community" / "packs")
    return [snapshots.document(content) for pack in found for content in pack.entries]


def full_text(document: Document) -> str:
    """Everything we know of an entry, as peers index it."""
    lines = [document.title, *document.aliases, *document.keywords, *document.phrasings, document.body]
    return "\n".join(lines)


def scored(
    name: str, asked: list[Question], *, ranked: list[list[str]], answered: list[bool], ms: float, build_s: float
) -> Row:
    """Shares over the questions: top-1 and top-3 of those in scope; wrong answers among all that were answered."""
    pairs = list(zip(asked, ranked, answered, strict=True))
    inside = [(question, found) for question, found, _ in pairs if question.entries]
    given = [(question, found) for question, found, was in pairs if was]
    wrong = [1 for question, found in given if not found or found[0] not in question.entries]
    return Row(
        name,
        sum(bool(found) and found[0] in question.entries for question, found in inside) / len(inside),
        sum(any(key in question.entries for key in found[:3]) for question, found in inside) / len(inside),
        len(wrong) / max(1, len(given)),
        ms,
        build_s,
    )


def ours(asked: list[Question], known: list[Document]) -> Row:
    """Our index with its confidence: answered means answered outright."""
    segmenter, words = guide.segmenter(), guide.words()
    started = time.perf_counter()
    index = Index.build(known, segmenter=segmenter, words=words)
    build_s = time.perf_counter() - started
    index.search(asked[0].text)
    started = time.perf_counter()
    rankings = [index.search(question.text) for question in asked]
    spent = time.perf_counter() - started
    zones = [guide.zone_of(ranking.right_first, ranking.right_in_three) for ranking in rankings]
    return scored(
        "Mulin",
        asked,
        ranked=[[hit.key for hit in ranking.hits] for ranking in rankings],
        answered=[zone is guide.Zone.ANSWER for zone in zones],
        ms=1000 * spent / len(asked),
        build_s=build_s,
    )


def peer_python() -> Path:
    """The interpreter of the peers' environment, made when it is missing."""
    python = PEERS / "bin" / "python"
    if not python.exists():
        program = str(ROOT / ".venv-tools" / f"uv-{UV_VERSION}")
        subprocess.run([program, "venv", "-q", "--python", sys.executable, str(PEERS)], check=True)
        install = [
            program,
            "pip",
            "install",
            "-q",
            "--python",
            str(python),
            "-r",
            str(ROOT / "benchmarks" / "peers.txt"),
        ]
        subprocess.run(install, check=True)
    return python


def peers(asked: list[Question], known: list[Document]) -> list[Row]:
    """Every peer, in one process of their own."""
    task = {
        "documents": [{"key": document.key, "text": full_text(document)} for document in known],
        "questions": [question.text for question in asked],
    }
    done = subprocess.run(
        [str(peer_python()), str(ROOT / "benchmarks" / "peer_rankers.py")],
        input=json.dumps(task, ensure_ascii=False),
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        scored(name, asked, ranked=one["ranked"], answered=one["answered"], ms=one["ms"], build_s=one["build_s"])
        for name, one in json.loads(done.stdout).items()
    ]


def copies(known: list[Document], count: int) -> list[Document]:
    """``count`` entries: the pack, then copies of it whose words carry a mark of their own."""
    made = list(known)
    while len(made) < count:
        source, mark = known[len(made) % len(known)], f"样{len(made)}"
        made.append(
            replace(
                source,
                key=f"{source.key}-{len(made)}",
                title=f"{source.title}{mark}",
                aliases=tuple(f"{alias}{mark}" for alias in source.aliases),
            )
        )
    return made[:count]


def ms_each(index: Index, asked: list[Question]) -> float:
    """Processor time of one question in milliseconds, the best of three rounds after one that does not count."""
    rounds = []
    for _ in range(1 + ROUNDS):
        started = time.process_time()
        for question in asked:
            index.search(question.text)
        rounds.append(1000 * (time.process_time() - started) / len(asked))
    return min(rounds[1:])


def peak_mb() -> float:
    """The most memory this process has taken so far, everything counted."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most / 1e3


def growth(asked: list[Question], known: list[Document], *, most: int) -> None:
    """Processor time per question with its ratio to the first, to build, and memory, at each size."""
    base = 0.0
    print(f"\n{'entries':>9} {'ms/question':>12} {'ratio':>6} {'build s':>8} {'index MB':>9} {'peak MB':>8}")
    for size in (size for size in SIZES if size <= most):
        entries, started = copies(known, size), time.process_time()
        index = Index.build(entries, segmenter=guide.segmenter(), words=guide.words())
        build_s = time.process_time() - started
        ms = ms_each(index, asked[:200])
        base = base or ms
        held = f"{index.bytes_held / 1e6:>9.1f} {peak_mb():>8.0f}"
        print(f"{size:>9} {ms:>12.2f} {ms / base:>6.1f} {build_s:>8.1f} {held}", flush=True)


def main() -> None:
    """Print both tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--no-peers", action="store_true")
    options.add_argument("--entries", type=int, default=SIZES[1], help="the most entries to grow to")
    chosen = options.parse_args()
    asked, known = questions(), documents()
    inside = sum(bool(question.entries) for question in asked)
    print(f"{len(known)} entries; {inside} questions in scope, {len(asked) - inside} out of scope\n")
    print(f"{'':16} {'top-1':>6} {'top-3':>6} {'false':>6} {'ms/question':>12} {'build s':>8}")
    for row in [ours(asked, known), *([] if chosen.no_peers else peers(asked, known))]:
        shares = f"{row.top_1:>6.3f} {row.top_3:>6.3f} {row.false_answers:>6.3f}"
        print(f"{row.name:16} {shares} {row.milliseconds:>12.2f} {row.build_s:>8.2f}")
    growth(asked, known, most=chosen.entries)


if __name__ == "__main__":
    main()
