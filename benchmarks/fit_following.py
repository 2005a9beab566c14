"""Fits how likely a message goes on about the entry before, on the tuning half of the outside questions.

``python -m benchmarks.fit_following`` writes that part of nlp/coefficients.json. Follow-ups stand against questions
that were written to be new after another one, and against questions put after one about something else.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from app import trial
from app.settings import Settings
from benchmarks import fit_intents
from benchmarks.coefficients import logistic, save
from bot import context, dialogue, hearing
from bot.incoming import Incoming
from nlp.evaluate import Question, half, read_questions
from people import places

ROOT = Path(__file__).parent.parent
NEW = ("in_scope", "out_of_scope", "report")
PAIRED = ("in_scope", "out_of_scope")
WORTH = 3
"""How often a follow-up counts: it is rarer among the questions than in life."""


def pairs() -> Iterator[tuple[str, Question]]:
    """What was asked before, and the question."""
    files = sorted((ROOT / "tests" / "questions").glob("w*.jsonl"))
    known = [one for path in files for one in read_questions(path.read_text(encoding="utf-8").splitlines())]
    tuning = [one for one in known if half(one.id) == "tune"]
    whole = [one for one in tuning if one.kind == "in_scope" and one.context is None]
    chance = random.Random(5)
    for one in tuning:
        if one.context is not None and one.kind in ("follow_up", *NEW):
            yield one.context, one
        elif one.kind in PAIRED:
            others = [other.text for other in whole if not set(other.entries) & set(one.entries)]
            yield chance.choice(others), one


async def told(number: int, before: str, question: Question) -> dict[str, float]:
    """What is weighed of a question after another one; empty where nothing is, or where a follow-up goes on about an
    entry that was not told."""
    place_id, conversation = places.home_place_id(), f"pair-{number}"
    await dialogue.respond(Incoming(trial.CHANNEL, conversation, place_id, before, key="before"))
    asked = Incoming(trial.CHANNEL, conversation, place_id, question.text, key="question")
    scene = await hearing.hear(asked, is_too_fast=False)
    key = context.before(scene)
    is_wrong = question.kind == "follow_up" and key not in question.entries
    return {} if not key or is_wrong else context.measures(scene, key)


async def everything() -> list[tuple[dict[str, float], bool]]:
    """The measures of every pair, and whether it goes on."""
    async with trial.opened(Settings()):
        found = [(await told(number, *pair), pair[1].kind == "follow_up") for number, pair in enumerate(pairs())]
    return [(one, goes_on) for one, goes_on in found if one for _ in range(WORTH if goes_on else 1)]


def main() -> None:
    """Fit and write; the wording is judged by a classifier that has seen none of the questions."""
    unseen = fit_intents.fit(fit_intents.written())
    with patch("nlp.chances.load_classifier", return_value=unseen):
        rows = asyncio.run(everything())
    save(goes_on=logistic([one for one, _ in rows], [yes for _, yes in rows]))
    print(sum(yes for _, yes in rows) // WORTH, "of", len(rows))


if __name__ == "__main__":
    main()
