"""Many questions on standard input, one JSON line each, answered in the same order on standard output."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from types import MappingProxyType
from typing import Annotated

import structlog
from pydantic import AfterValidator, BaseModel, ConfigDict, StrictInt, StrictStr, ValidationError

from app import trial
from bot.rendering import plain
from bot.reply import Outcome, Reply

log = structlog.get_logger()

MOST_ENTRIES = 5


def _with_words(text: str) -> str:
    if not text.strip():
        raise ValueError("there are no words in it")
    return text


def _or_nothing(text: str) -> str | None:
    return text if text.strip() else None


Told = Annotated[StrictStr, AfterValidator(_with_words)]
Before = Annotated[StrictStr, AfterValidator(_or_nothing)]
"""What was said before; a context without words is none."""
_NINE = frozenset(
    {
        *(Outcome.ANSWER, Outcome.CHOICES, Outcome.ASK_BACK, Outcome.REPORT, Outcome.EMERGENCY, Outcome.REFUSE),
        *(Outcome.HAND_OVER, Outcome.SMALL_TALK, Outcome.UNKNOWN),
    }
)
OUTCOMES: Mapping[Outcome, Outcome] = MappingProxyType(
    {
        **dict.fromkeys(frozenset(Outcome) - _NINE, Outcome.SMALL_TALK),
        Outcome.MENU: Outcome.CHOICES,
        Outcome.SILENT: Outcome.HAND_OVER,
        Outcome.REPEATED: Outcome.UNKNOWN,
        Outcome.SLOWED: Outcome.UNKNOWN,
        Outcome.MUTED: Outcome.UNKNOWN,
    }
)
"""Outcomes that only a conversation knows, told as the nearest of the nine that a single question can have."""


class Line(BaseModel):
    """One question; ``context`` is what the resident said before it. Other fields are left alone."""

    model_config = ConfigDict(frozen=True)

    id: StrictStr | StrictInt
    text: Told
    context: Before | None = None


class BadLine(ValueError):
    """A line that is no question; the message says why, ``name`` is its id where it has one."""

    def __init__(self, why: str, *, name: object = None) -> None:
        super().__init__(why)
        self.name = name if isinstance(name, str | int) and not isinstance(name, bool) else None


def read(line: bytes) -> Line:
    """The question on a line; BadLine where there is none."""
    try:
        content = json.loads(line.decode("utf-8-sig"))
    except ValueError as error:
        raise BadLine(f"not JSON: {error}") from error
    except RecursionError as error:
        raise BadLine("not JSON that can be read: nested too deep") from error
    if not isinstance(content, dict):
        raise BadLine("not a JSON object")
    try:
        return Line.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        why = first["msg"].removeprefix("Value error, ")
        raise BadLine(f"{'.'.join(map(str, first['loc'][:1]))}: {why}", name=content.get("id")) from error


def outcome_of(reply: Reply) -> Outcome:
    """The outcome as batches tell it."""
    return OUTCOMES.get(reply.outcome, reply.outcome)


def written(line: Line, reply: Reply) -> dict[str, object]:
    """What is told of one question."""
    return {
        "id": line.id,
        "outcome": outcome_of(reply).value,
        "entries": [{"id": one.key, "score": round(one.score, 3)} for one in reply.ranked[:MOST_ENTRIES]],
        "text": plain(reply.letter) if reply.letter else "",
    }


def as_line(told: dict[str, object]) -> str:
    """It as JSON in its own characters; escaped where an id has half a character, which no file can hold."""
    line = json.dumps(told, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:
        return json.dumps(told)
    return line


async def answer(line: bytes, *, conversation: str) -> dict[str, object]:
    """What is told of one line, an error where it cannot be answered."""
    question = None
    try:
        question = read(line)
        reply = await trial.ask(question.text, conversation=conversation, context=question.context)
        return written(question, reply)
    except BadLine as problem:
        return {"id": problem.name, "error": str(problem)}
    except Exception as error:
        log.exception("question_failed")
        return {"id": question.id if question else None, "error": type(error).__name__}


async def run(lines: AsyncIterator[bytes], *, write: Callable[[str], object]) -> None:
    """Answer every line, each in a conversation of its own; empty lines are passed over."""
    number = 0
    async for line in lines:
        number += 1
        if line.strip():
            write(as_line(await answer(line, conversation=f"line-{number}")))
