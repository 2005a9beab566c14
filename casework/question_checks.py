"""Whether outside test questions can be trusted: whole records, the right half, and nothing the product was told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.pack_findings import Finding, Kind
from casework.question_nearness import Taught
from nlp.evaluate import half

NEEDED = ("id", "text", "kind", "writer", "split")


@dataclass(frozen=True, slots=True)
class Asked:
    """One record of a question file."""

    file: str
    record: dict[str, Any]

    @property
    def id(self) -> str:
        """Its id, '?' where it has none."""
        return str(self.record.get("id") or "?")

    @property
    def text(self) -> str:
        """What was asked, '' where it says nothing."""
        return str(self.record.get("text") or "")

    @property
    def wanted(self) -> list[str]:
        """The entries that would be right."""
        want = self.record.get("want")
        also = want.get("also") if isinstance(want, dict) else None
        named = [want.get("entry") if isinstance(want, dict) else None, *(also if isinstance(also, list) else [])]
        return [str(key) for key in named if key]


def read_questions(source: Path) -> tuple[list[Asked], list[Finding]]:
    """The records of a ``.jsonl`` file or of every such file of a folder, and the lines that are none."""
    asked: list[Asked] = []
    found: list[Finding] = []
    for path in sorted(source.glob("*.jsonl")) if source.is_dir() else [source]:
        for number, line in _lines(path, found):
            record = _record(line)
            if isinstance(record, dict):
                asked.append(Asked(path.name, record))
            elif line.strip():
                found.append(_unreadable(path, number, record or line[:40]))
    return asked, found


def _lines(path: Path, found: list[Finding]) -> Iterator[tuple[int, str]]:
    try:
        yield from enumerate(path.read_text(encoding="utf-8-sig").split("\n"), start=1)
    except (OSError, UnicodeDecodeError) as error:
        found.append(_unreadable(path, 1, str(error)))


def _unreadable(path: Path, number: int, why: str) -> Finding:
    return Finding(Kind.QUESTION_UNREADABLE, path.name, facts={"line": number, "why": why})


def _record(line: str) -> dict[str, Any] | str:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return str(error)
    return record if isinstance(record, dict) else ""


def check_questions(asked: Iterable[Asked], *, taught: Taught, keys: frozenset[str] | None) -> list[Finding]:
    """Everything wrong with test questions, alone and against what the product was told.

    ``keys`` are the entries there are; None where the pack is not the one the questions were written for.
    """
    seen: set[str] = set()
    found: list[Finding] = []
    for one in asked:
        found += _check_fields(one, seen)
        found += [
            Finding(Kind.QUESTION_NOT_IN_PACK, one.file, one.id, "want", {"question": one.id, "wanted": key})
            for key in one.wanted
            if keys is not None and key not in keys
        ]
        found += taught.findings(one.id, one.text)
        seen.add(one.id)
    return found


def _check_fields(one: Asked, seen: set[str]) -> Iterator[Finding]:
    wanted = half(one.id)
    wrong = [name for name in NEEDED if not isinstance(one.record.get(name), str) or not one.record[name]]
    if "split" not in wrong and one.record["split"] != wanted:
        wrong.append("split")
    if one.id in seen and "id" not in wrong:
        wrong.append("id")
    for name in wrong:
        yield Finding(Kind.QUESTION_FIELD, one.file, one.id, name, {"question": one.id, "name": name, "wanted": wanted})
