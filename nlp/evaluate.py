"""Measures answers against questions whose right answers are known, and lists what went wrong."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

ANSWERED = frozenset({"answer", "ask_back"})
OFFERED = frozenset({"choices"})
_HEARD_AS_MORE = frozenset({"emergency", "hand_over", "report", "refuse"})
_WRONG_FOR = {"out_of_scope": ANSWERED, "everyday": ANSWERED | OFFERED | _HEARD_AS_MORE}
"""Outcomes that are wrong for a kind: plain words of daily life ask for nothing and get nothing."""


_NOT_FOR = {"emergency_lookalike": "emergency", "refuse_lookalike": "refuse", "hand_over_lookalike": "hand_over"}
"""What a look-alike must not be taken for, also where its line does not say so."""


class QuestionInvalid(ValueError):
    """A line of a question file that cannot be read; the message names the line and the field."""


@dataclass(frozen=True, slots=True)
class Question:
    """One test question and what would be right: entries for questions, an outcome for the rest."""

    id: str
    text: str
    kind: str
    entries: tuple[str, ...] = ()
    outcome: str | None = None
    outcome_not: str | None = None
    context: str | None = None
    style: str = ""
    writer: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What the service made of one question: the outcome, the ranked entries, and the time it took."""

    outcome: str
    entries: tuple[str, ...]
    milliseconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Failure:
    """One question that went wrong, in words for reading."""

    question: Question
    given: Given
    problem: str


@dataclass(frozen=True, slots=True)
class Report:
    """The measures of one run (shares between 0 and 1, counts beside them) and its failures."""

    figures: dict[str, float]
    counts: dict[str, int]
    failures: tuple[Failure, ...] = field(repr=False)


def half(identity: str) -> str:
    """Which half a question belongs to, by a hash of its id: ``tune`` or ``report``."""
    return "tune" if hashlib.sha256(identity.encode()).digest()[0] % 2 else "report"


def _question(record: dict[str, Any]) -> Question:
    """One record of a question file as a question."""
    want = record.get("want", {})
    right = [want.get("entry"), *want.get("also", [])]
    return Question(
        id=str(record["id"]),
        text=record["text"],
        kind=record["kind"],
        entries=tuple(entry for entry in right if entry),
        outcome=want.get("outcome"),
        outcome_not=want.get("outcome_not", _NOT_FOR.get(record["kind"])),
        context=record.get("context"),
        style=record.get("style", ""),
        writer=record.get("writer", ""),
    )


def read_questions(lines: Iterable[str]) -> list[Question]:
    """Questions from JSON lines; QuestionInvalid names the first bad line."""
    questions: list[Question] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            questions.append(_question(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise QuestionInvalid(f"line {number}: {error!r}") from error
    return questions


def _rank(question: Question, given: Given) -> int | None:
    """The place (1 = first) of the first right entry among the ranked ones."""
    places = (place for place, key in enumerate(given.entries, start=1) if key in question.entries)
    return next(places, None)


def _problem(question: Question, given: Given) -> str | None:
    """What is wrong with what was given, or None."""
    if question.outcome and given.outcome != question.outcome:
        return f"wanted {question.outcome}, got {given.outcome}"
    if question.outcome_not and given.outcome == question.outcome_not:
        return f"must not be {question.outcome_not}"
    if given.outcome in _WRONG_FOR.get(question.kind, ()):
        return f"{question.kind}, got {given.outcome} with {given.entries[:1]}"
    if question.entries and _rank(question, given) != 1:
        return f"wanted {question.entries[0]} (place {_rank(question, given)}), got {given.outcome} {given.entries[:3]}"
    if question.entries and given.outcome not in ANSWERED | OFFERED:
        return f"first is right, but the outcome is {given.outcome}"
    return None


Pair = tuple[Question, Given]


def _share(pairs: Sequence[Pair], holds: Callable[[Question, Given], bool]) -> float:
    """The share of pairs for which ``holds`` is true; 0 for no pairs."""
    return sum(holds(question, given) for question, given in pairs) / len(pairs) if pairs else 0.0


def _ranking(pairs: Sequence[Pair], prefix: str) -> dict[str, float]:
    """Top-1, top-3, MRR, abstention and answered share of questions that have a right entry."""
    return {
        f"{prefix}top_1": _share(pairs, lambda question, given: _rank(question, given) == 1),
        f"{prefix}top_3": _share(pairs, lambda question, given: (_rank(question, given) or 9) <= 3),
        f"{prefix}mrr": sum(1 / (_rank(*pair) or float("inf")) for pair in pairs) / len(pairs) if pairs else 0.0,
        f"{prefix}answered": _share(pairs, lambda question, given: given.outcome in ANSWERED),
        f"{prefix}abstained": _share(pairs, lambda question, given: given.outcome not in ANSWERED | OFFERED),
    }


def _false_answers(pairs: Sequence[Pair]) -> dict[str, float]:
    """Answers given outright with a wrong entry, or to a question nothing answers; per answer and per question."""
    answered = [pair for pair in pairs if pair[1].outcome in ANSWERED]
    wrong = [pair for pair in answered if _rank(*pair) != 1]
    return {
        "false_answers": len(wrong) / len(answered) if answered else 0.0,
        "false_answers_of_all": len(wrong) / len(pairs) if pairs else 0.0,
        "false_answers_out_of_scope": _share(
            [pair for pair in pairs if pair[0].kind == "out_of_scope"],
            lambda question, given: given.outcome in ANSWERED,
        ),
    }


def _latency(pairs: Sequence[Pair]) -> dict[str, float]:
    """Median, 95th percentile and worst time per question in milliseconds."""
    times = sorted(given.milliseconds for _, given in pairs) or [0.0]
    return {
        "ms_p50": times[len(times) // 2],
        "ms_p95": times[int(len(times) * 0.95)] if len(times) > 1 else times[0],
        "ms_max": times[-1],
    }


def _met(pairs: Sequence[Pair], kind: str) -> float:
    """The share of a kind's questions that got the outcome they want, or avoided the one they must not get."""
    return _share([pair for pair in pairs if pair[0].kind == kind], lambda *pair: _problem(*pair) is None)


_BY_OUTCOME = (
    *("emergency", "emergency_lookalike", "hand_over", "hand_over_lookalike"),
    *("report", "report_lookalike", "refuse", "refuse_lookalike", "small_talk", "everyday"),
)


def measure(pairs: Sequence[Pair]) -> Report:
    """All measures over questions and what was given; look-alikes count the share left unharmed."""
    kinds = sorted({question.kind for question, _ in pairs})
    by_kind = {kind: [pair for pair in pairs if pair[0].kind == kind] for kind in kinds}
    asked = by_kind.get("in_scope", [])
    figures = _ranking(asked, "") | _ranking(by_kind.get("follow_up", []), "follow_up_")
    figures |= _false_answers(asked + by_kind.get("out_of_scope", []))
    figures |= {kind: _met(pairs, kind) for kind in _BY_OUTCOME if kind in by_kind}
    failures = (
        Failure(question, given, problem) for question, given in pairs if (problem := _problem(question, given))
    )
    return Report(
        figures=figures | _latency(pairs),
        counts={kind: len(by_kind[kind]) for kind in kinds},
        failures=tuple(failures),
    )
