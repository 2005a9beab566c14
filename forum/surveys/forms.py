"""Questions of a survey as they are typed, and answers as they may be kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.errors import Invalid
from models.survey import QuestionKind
from models.wording import say
from nlp.exposed import shield
from nlp.mask import mask
from nlp.normalise import clean_input

MOST_QUESTIONS, MOST_OPTIONS, MOST_WORDS, MOST_OPTION, MOST_TEXT, STARS = 20, 8, 100, 40, 300, 5
CHOSEN = frozenset({QuestionKind.ONE, QuestionKind.SEVERAL})
"""Kinds whose options are written by who asks."""
_LINE = re.compile(r"\s*([^:：]{1,6})[:：](.+)")
_BAR = re.compile(r"[|｜]")


@dataclass(frozen=True, slots=True)
class Question:
    """A question: its kind, its words, and what can be chosen."""

    kind: QuestionKind
    text: str
    options: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """What each number that can be chosen says, from 1 on; nothing for words."""
        if self.kind is QuestionKind.YES_NO:
            return say("survey.yes"), say("survey.no")
        if self.kind is QuestionKind.SCORE:
            return tuple(say("survey.stars", stars=one) for one in range(1, STARS + 1))
        return self.options

    @property
    def is_text(self) -> bool:
        """Whether it is answered in words."""
        return self.kind is QuestionKind.TEXT

    def said(self, value: str) -> str:
        """A kept answer in words."""
        if self.is_text:
            return value
        return "、".join(self.labels[int(one) - 1] for one in value.split(",") if one)


def questions_of(typed: str) -> tuple[Question, ...]:
    """``单选：装在哪里｜东门｜西门`` on each line; Invalid names the line that is none."""
    return tuple(_question(line) for line in typed.splitlines() if line.strip())


def _question(line: str) -> Question:
    read = _LINE.fullmatch(line)
    kinds = {say(f"survey.kind.{kind.value}"): kind for kind in QuestionKind}
    if read is None or read[1].strip() not in kinds:
        raise Invalid("survey.line", line=line.strip()[:MOST_OPTION])
    text, *options = (part.strip() for part in _BAR.split(read[2]))
    return Question(kinds[read[1].strip()], text, tuple(options))


def checked_questions(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Questions as they may be asked; Invalid says what is wrong."""
    found = tuple(_clean(one) for one in questions)
    if not 1 <= len(found) <= MOST_QUESTIONS:
        raise Invalid("survey.questions", most=MOST_QUESTIONS)
    for at, one in enumerate(found, start=1):
        if not 0 < len(one.text) <= MOST_WORDS:
            raise Invalid("survey.question", position=at, most=MOST_WORDS)
        if not _are_options(one):
            raise Invalid("survey.options", position=at, most=MOST_OPTIONS, longest=MOST_OPTION)
    return found


def _clean(one: Question) -> Question:
    return Question(one.kind, _plain(one.text), tuple(_plain(option) for option in one.options))


def _plain(text: str) -> str:
    return " ".join(mask(clean_input(text)).text.split())


def _are_options(one: Question) -> bool:
    if one.kind not in CHOSEN:
        return not one.options
    is_short = all(0 < len(option) <= MOST_OPTION for option in one.options)
    return is_short and 2 <= len(one.options) <= MOST_OPTIONS and len({*one.options}) == len(one.options)


def checked_answers(questions: Mapping[int, Question], given: Mapping[int, Sequence[str]]) -> dict[int, str]:
    """Answers by position as they are kept, personal numbers in words masked; Invalid names the question."""
    if not set(questions).issuperset(given):
        raise Invalid("survey.no_question")
    return {at: checked_answer(at, one, given.get(at, ())) for at, one in questions.items()}


def checked_answer(position: int, question: Question, given: Sequence[str]) -> str:
    """One of them; words may be left out, anything else not."""
    if question.is_text:
        return _words(position, "".join(given[:1]))
    names = [str(at) for at in range(1, len(question.labels) + 1)]
    chosen = sorted({*given}, key=lambda one: (len(one), one))
    if not chosen or not set(names).issuperset(chosen):
        raise Invalid("survey.unanswered", position=position)
    if question.kind is not QuestionKind.SEVERAL and len(chosen) != 1:
        raise Invalid("survey.one_only", position=position)
    return ",".join(chosen)


def _words(position: int, typed: str) -> str:
    text = clean_input(typed).strip()
    if len(text) > MOST_TEXT:
        raise Invalid("survey.text", position=position, most=MOST_TEXT)
    return shield(text).text
