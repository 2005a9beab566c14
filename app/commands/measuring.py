"""The command that measures answers: evaluate."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path

from app import batch, trial
from app.commands import progress, tell
from app.problems import NotReady, WrongUse
from app.settings import QUESTIONS, Settings
from nlp.evaluate import Failure, Given, Question, QuestionInvalid, half, measure, read_questions

EVERY = 200


async def evaluate(given: Namespace, settings: Settings) -> int:
    """Ask every question, print the measures and write the failures."""
    files = given.files or sorted(QUESTIONS.glob("*.jsonl"))
    asked = [one for one in _read(files) if given.half in (None, half(one.id))]
    if not asked:
        raise WrongUse("there are no questions to ask")
    written = given.failures or settings.data_dir / "evaluation-failures.txt"
    _make_room(written)
    async with trial.opened(settings):
        pairs = [(question, await _ask(question, number)) for number, question in enumerate(asked, start=1)]
    report = measure(pairs)
    for name, count in report.counts.items():
        tell(f"{name:<28}{count:>8}")
    for name, figure in report.figures.items():
        tell(f"{name:<28}{figure:>8.3f}")
    _write(report.failures, written)
    return 0


def _read(files: Sequence[Path]) -> list[Question]:
    questions: list[Question] = []
    for path in files:
        if not path.is_file():
            raise WrongUse(f"{path}: no such file")
        try:
            questions += read_questions(path.read_text(encoding="utf-8").splitlines())
        except (QuestionInvalid, UnicodeDecodeError) as error:
            raise NotReady(f"{path}: {error}") from error
    return questions


async def _ask(question: Question, number: int) -> Given:
    if number % EVERY == 0:
        progress(f"{number} questions asked ...")
    started = time.perf_counter()
    reply = await trial.ask(question.text, conversation=f"question-{number}", context=question.context)
    spent = (time.perf_counter() - started) * 1000
    return Given(batch.outcome_of(reply).value, tuple(one.key for one in reply.ranked[: batch.MOST_ENTRIES]), spent)


def _make_room(path: Path) -> None:
    """Whether the failures can be written is known before a thousand questions are asked."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def _write(failures: Iterable[Failure], path: Path) -> None:
    lines = [f"{one.question.id} [{one.question.kind}] {one.question.text}\n    {one.problem}" for one in failures]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    tell(f"{len(lines)} failures: {path}")
