"""``packs check``: everything that is wrong with a folder of pack files, and with test questions beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import nlp
from casework.entry_checks import check_entry
from casework.pack_files import RawPack, name_of, problems_of, read_raw
from casework.pack_findings import Finding, Kind
from casework.pack_words import PackWords, load_pack_words
from casework.phrasing_checks import Phrasing, check_alike, check_frames
from casework.question_checks import check_questions, read_questions
from casework.question_nearness import taught
from models import clock
from models.entry_content import EntryContent
from models.errors import Invalid
from models.wording import say_refusal
from nlp.words import load_words

TRAINING = Path(nlp.__file__).parent / "training"


@dataclass(frozen=True, slots=True)
class Filed:
    """An entry that its schema accepts, and the file it stands in."""

    file: str
    content: EntryContent


def check_folder(
    packs: Path,
    *,
    community: Path,
    questions: Path | None = None,
    is_whole: bool = True,
    today: dt.date | None = None,
) -> list[Finding]:
    """Lint every ``*.yaml`` of a folder by the word lists of ``community``; ``questions``: a .jsonl file or a folder.

    ``is_whole`` where the folder must hold every entry that a question wants. Takes about five seconds for 152 entries
    and 2,735 questions.
    """
    words, found, filed = load_pack_words(community), [], []
    slugs: dict[str, str] = {}
    for path in sorted(packs.glob("*.yaml")):
        entries, problems = _read(path, slugs)
        filed += entries
        found += problems
    found += check_entries(filed, words=words, today=today or clock.today())
    if questions is not None:
        found += _check_questions(filed, questions, community=community, is_whole=is_whole)
    return found


def _read(path: Path, slugs: dict[str, str]) -> tuple[list[Filed], list[Finding]]:
    try:
        raw = read_raw(path)
    except Invalid as refusal:
        return [], [
            Finding(Kind.UNREADABLE, path.name, facts={"why": refusal.facts.get("why") or say_refusal(refusal)})
        ]
    found = [] if raw.slug not in slugs else [Finding(Kind.DUPLICATE_SLUG, path.name, facts={"other": slugs[raw.slug]})]
    slugs.setdefault(raw.slug, path.name)
    problems = _schema(raw, path.name)
    bad = {one.entry for one in problems}
    good = [one for one in raw.entries if isinstance(one, dict) and name_of(one) not in bad]
    entries = [Filed(path.name, EntryContent.model_validate({"category": raw.category, **one})) for one in good]
    return entries, found + problems


def _schema(raw: RawPack, file: str) -> list[Finding]:
    return [
        Finding(Kind.SCHEMA, file, name_of(one), field, {"why": why})
        for one in raw.entries
        for field, why in problems_of(raw.category, one)
    ]


def check_entries(filed: Sequence[Filed], *, words: PackWords, today: dt.date) -> list[Finding]:
    """What is wrong with entries alone and beside each other."""
    phrasings = list(_phrasings(filed))
    return [
        *_duplicates(filed),
        *(finding for one in filed for finding in check_entry(one.content, words=words, today=today, file=one.file)),
        *_certificates_there(filed, words),
        *check_alike(phrasings, words=words),
        *check_frames(phrasings, words=words),
    ]


def _phrasings(filed: Iterable[Filed]) -> Iterable[Phrasing]:
    return (Phrasing(one.file, one.content.id, text) for one in filed for text in one.content.phrasings)


def _duplicates(filed: Iterable[Filed]) -> list[Finding]:
    first: dict[str, str] = {}
    found = []
    for one in filed:
        if one.content.id in first:
            other = first[one.content.id]
            found.append(Finding(Kind.DUPLICATE_ID, one.file, one.content.id, "id", {"other": other}))
        first.setdefault(one.content.id, one.file)
    return found


def _certificates_there(filed: Iterable[Filed], words: PackWords) -> list[Finding]:
    """The entry of certificates must exist at all; which of them it lacks is said by its own check."""
    key = words.certificates.entry
    if any(one.content.id == key for one in filed):
        return []
    return [Finding(Kind.CERTIFICATE_MISSING, entry=key, field="variants", facts={"name": key})]


def _check_questions(filed: Sequence[Filed], source: Path, *, community: Path, is_whole: bool) -> list[Finding]:
    asked, found = read_questions(source)
    entries = [(one.file, one.content) for one in filed]
    told = taught(entries, topics=load_words(community / "words").elsewhere, training=TRAINING)
    keys = frozenset(one.content.id for one in filed) if is_whole else None
    return found + check_questions(asked, taught=told, keys=keys)
