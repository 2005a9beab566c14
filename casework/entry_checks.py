"""What a shared entry must hold beyond its shape: enough ways of asking, dates that make sense, honest numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from casework.pack_findings import Finding, Kind
from casework.pack_words import PackWords, bare
from casework.phrasing_checks import SHORTEST
from models.entry_content import EntryContent, FieldState, Source, StatedField

LEAST = {"aliases": 4, "keywords": 3, "phrasings": 20, "sample_questions": 3}
NUMBERED: tuple[StatedField, ...] = ("conditions", "materials", "steps", "time_limit", "fee", "amount", "legal_basis")


def check_entry(content: EntryContent, *, words: PackWords, today: dt.date, file: str = "") -> list[Finding]:
    """Everything to put right in one entry taken alone."""
    found = [
        *_counts(content),
        *_numbers(content, words),
        *_doubts(content, words),
        *(one for source in content.sources for one in _source(source, words)),
        *_dates(content, today),
        *_certificates(content, words),
    ]
    return [Finding(one.kind, file, content.id, one.field, one.facts) for one in found]


def _counts(content: EntryContent) -> Iterator[Finding]:
    for name, least in LEAST.items():
        texts: list[str] = getattr(content, name)
        if len(texts) < least:
            yield Finding(Kind.TOO_FEW, field=name, facts={"count": len(texts), "least": least})
    for text in content.phrasings:
        if len(bare(text)) < SHORTEST:
            yield Finding(Kind.TOO_SHORT, field="phrasings", facts={"text": text})


def _numbers(content: EntryContent, words: PackWords) -> Iterator[Finding]:
    """Numbers that nobody answers for: in a field that is not verified, or said freely and verified nowhere.

    Who may do it is a condition too. The number of a decree bears out nothing but itself.
    """
    who_is_sure = content.status["conditions"] is not FieldState.NOT_VERIFIED
    verified = _numbers_in(content.who, content, words) if who_is_sure else set()
    for name, text in _stated(content):
        numbers = _numbers_in(text, content, words)
        if content.status[name] is not FieldState.NOT_VERIFIED:
            verified |= numbers if name != "legal_basis" else set()
        elif numbers:
            yield Finding(Kind.UNVERIFIED_NUMBER, field=name, facts={"text": text})
    for name, text in _free(content):
        if missing := _numbers_in(text, content, words) - verified:
            facts = {"text": text, "numbers": " ".join(sorted(missing))}
            yield Finding(Kind.UNFOUNDED_NUMBER, field=name, facts=facts)


def _doubts(content: EntryContent, words: PackWords) -> Iterator[Finding]:
    """Amounts that the note calls unverified, a third party's or out of date, and residents read all the same."""
    doubtful = words.doubtful(content.note)
    for name, text in (*_stated(content), *_free(content)):
        for amount in sorted(doubtful & {found[0] for found in words.amount.finditer(text)}):
            yield Finding(Kind.DOUBTFUL_NUMBER, field=name, facts={"text": text, "number": amount})


def _stated(content: EntryContent) -> Iterator[tuple[StatedField, str]]:
    """What stands in a field with a state, line by line."""
    where = content.where
    for text in (where.place, where.hours, where.online):
        yield "where", text
    for name in NUMBERED:
        value: list[str] | str = getattr(content, name)
        for text in value if isinstance(value, list) else [value]:
            yield name, text


def _free(content: EntryContent) -> Iterator[tuple[str, str]]:
    """What residents read that has no state of its own."""
    yield from (("title", content.title), ("summary", content.summary), ("who", content.who))
    for variant in content.variants:
        yield "variants", variant.ask
        yield from (("variants", option.says) for option in variant.options)


def _numbers_in(text: str, content: EntryContent, words: PackWords) -> set[str]:
    """The numbers of a text as they are written, without telephone numbers."""
    for phone in content.where.phones:
        text = text.replace(phone.number, "")
    return {found[0] for found in words.number.finditer(words.no_number.sub("", text))}


def _source(source: Source, words: PackWords) -> Iterator[Finding]:
    if source.url is not None:
        host, hosts = source.url.host or "", words.sources.hosts
        if not any(host == one or host.endswith(f".{one}") for one in hosts):
            facts = {"url": str(source.url), "hosts": " ".join(hosts)}
            yield Finding(Kind.SOURCE_NOT_OFFICIAL, field="sources", facts=facts)
    elif not any(sign in source.title for sign in words.sources.statutes):
        yield Finding(Kind.SOURCE_NOT_STATUTE, field="sources", facts={"title": source.title})


def _dates(content: EntryContent, today: dt.date) -> Iterator[Finding]:
    checked, review, ends, starts = content.checked_on, content.review_by, content.valid_to, content.valid_from
    if checked > today:
        yield Finding(Kind.CHECKED_IN_FUTURE, field="checked_on", facts={"day": checked})
    if review <= checked:
        facts = {"review_by": review, "checked_on": checked}
        yield Finding(Kind.REVIEW_BEFORE_CHECK, field="review_by", facts=facts)
    start = starts.date or (dt.date(starts.year, 1, 1) if starts.year else None)
    if ends is not None and start is not None and ends <= start:
        yield Finding(Kind.ENDS_BEFORE_START, field="valid_to", facts={"ends": ends, "starts": start})


def _certificates(content: EntryContent, words: PackWords) -> Iterator[Finding]:
    if content.id != words.certificates.entry:
        return
    there = {option.answer for variant in content.variants for option in variant.options}
    for name in words.certificates.names:
        if name not in there:
            yield Finding(Kind.CERTIFICATE_MISSING, field="variants", facts={"name": name})
