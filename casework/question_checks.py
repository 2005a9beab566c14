"""Whether outside test questions can be trusted: whole records, the right half, and nothing the pack says already."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.pack_findings import Finding, Kind
from casework.phrasing_checks import MOST_ALIKE, Net, pairs_of
from nlp.evaluate import half

NEEDED = ("id", "text", "kind", "writer", "split")
FEW_PAIRS = 4
"""A question of a word or two (几钿) is near only to a phrasing that is hardly longer."""


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
    def wanted(self) -> list[str]:
        """The entries that would be right."""
        want = self.record.get("want") or {}
        return [key for key in (want.get("entry"), *want.get("also", [])) if key]


def read_questions(source: Path) -> tuple[list[Asked], list[Finding]]:
    """The records of a ``.jsonl`` file or of every such file of a folder, and the lines that are none."""
    paths = sorted(source.glob("*.jsonl")) if source.is_dir() else [source]
    asked: list[Asked] = []
    found: list[Finding] = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            record = _record(line)
            if isinstance(record, dict):
                asked.append(Asked(path.name, record))
            elif line.strip():
                found.append(
                    Finding(Kind.QUESTION_UNREADABLE, path.name, facts={"line": number, "why": record or line[:40]})
                )
    return asked, found


def _record(line: str) -> dict[str, Any] | str:
    try:
        record = json.loads(line)
    except ValueError as error:
        return str(error)
    return record if isinstance(record, dict) else ""


def check_questions(asked: Iterable[Asked], *, net: Net, keys: frozenset[str]) -> list[Finding]:
    """Everything wrong with test questions, alone and against the phrasings of the pack."""
    seen: set[str] = set()
    found: list[Finding] = []
    for one in asked:
        found += _check_fields(one, seen)
        found += [
            Finding(Kind.QUESTION_NOT_IN_PACK, one.file, one.id, "want", {"question": one.id, "wanted": key})
            for key in one.wanted
            if key not in keys
        ]
        found += _check_nearness(one, net)
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


def _check_nearness(one: Asked, net: Net) -> Iterator[Finding]:
    text = str(one.record.get("text") or "")
    pairs = pairs_of(text)
    for phrasing, of_shorter, of_longer in net.near(pairs):
        alike = of_shorter if len(pairs) >= FEW_PAIRS else of_longer
        if alike >= MOST_ALIKE:
            facts = {"text": phrasing.text, "question": one.id, "asked": text, "share": f"{alike:.2f}"}
            yield Finding(Kind.QUESTION_TOO_NEAR, phrasing.file, phrasing.entry, "phrasings", facts)
