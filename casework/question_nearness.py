"""What the product was told, to which outside test questions must be strangers: the pack, topics, training lines.

A way of asking is near by the common part of the shorter text's character pairs, as in ``phrasing_checks``. A name or
a topic's word (养老院床位) stands inside many an honest question: it is near only where it is nearly all that is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from casework.pack_findings import Finding, Kind
from casework.pack_words import bare
from casework.phrasing_checks import MOST_ALIKE, Net, Phrasing, net_of, pairs_of
from models.entry_content import EntryContent
from nlp.normalise import normalise
from nlp.words import Topic

FEW_PAIRS = 4
"""A question of a word or two (几钿) is near only to a way of asking that is hardly longer."""
PAIRS_OF_A_NAME = 6
"""A name or topic with as many pairs is a sentence, and compared like one."""
WAYS = ("phrasings", "sample_questions")


@dataclass(frozen=True, slots=True)
class Taught:
    """Ways of asking, names and topics by their pairs, and training lines by all they say."""

    ways: Net
    names: Net
    lines: Mapping[str, Phrasing]

    def findings(self, question: str, text: str) -> Iterator[Finding]:
        """What is too near to a test question."""
        near = [*self._ways(text), *self._names(text)]
        for told, alike in near:
            facts = {"text": told.text, "question": question, "asked": text, "share": f"{alike:.2f}"}
            yield Finding(Kind.QUESTION_TOO_NEAR, told.file, told.entry, told.field, facts)
        if told := self.lines.get(_all_of(text)):
            facts = {"text": told.text, "question": question}
            yield Finding(Kind.QUESTION_IN_TRAINING, told.file, told.entry, told.field, facts)

    def _ways(self, text: str) -> Iterator[tuple[Phrasing, float]]:
        pairs = pairs_of(text)
        for told, of_shorter, of_longer in self.ways.near(pairs):
            alike = of_shorter if len(pairs) >= FEW_PAIRS else of_longer
            if alike >= MOST_ALIKE:
                yield told, alike

    def _names(self, text: str) -> Iterator[tuple[Phrasing, float]]:
        """A single word that is asked may of course be part of a name."""
        pairs = pairs_of(text)
        for told, of_shorter, of_longer in self.names.near(pairs):
            if of_shorter < MOST_ALIKE or (len(pairs) < FEW_PAIRS and of_longer < 1):
                continue
            is_name = min(len(pairs), len(pairs_of(told.text))) < PAIRS_OF_A_NAME
            alike = of_longer if is_name else of_shorter
            if alike >= MOST_ALIKE:
                yield told, alike


def taught(entries: Iterable[tuple[str, EntryContent]], *, topics: Iterable[Topic], training: Path) -> Taught:
    """Everything the product was told: entries with their files, topics elsewhere, and a folder of training lines."""
    given = list(entries)
    names = [*_texts(given, ("aliases",)), *_topics(topics)]
    return Taught(net_of(_texts(given, WAYS)), net_of(names), {_all_of(one.text): one for one in _training(training)})


def _texts(entries: Iterable[tuple[str, EntryContent]], fields: Iterable[str]) -> list[Phrasing]:
    names = tuple(fields)
    return [
        Phrasing(file, content.id, text, name)
        for file, content in entries
        for name in names
        for text in getattr(content, name)
    ]


def _topics(topics: Iterable[Topic]) -> Iterator[Phrasing]:
    return (Phrasing("elsewhere.toml", topic.name, text, "asked") for topic in topics for text in topic.asked)


def _training(folder: Path) -> Iterator[Phrasing]:
    """The lines of every file; a folder that is not there, as in an installed service, has none."""
    for path in sorted(folder.rglob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip():
                yield Phrasing(f"training/{path.relative_to(folder)}", str(number), line.strip(), "")


def _all_of(text: str) -> str:
    """A text without punctuation, or as it is where it has nothing else (👍)."""
    return bare(text) or normalise(text)
