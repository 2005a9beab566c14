"""Papers that the committee does not issue (B9): asked of it in whatever words, one entry says so and who does."""

from __future__ import annotations

from dataclasses import replace

from casework.pack_words import PackWords
from models.entry_content import EntryContent
from nlp.normalise import normalise
from nlp.retrieve import Hit


def asked(hits: tuple[Hit, ...], text: str, *, entry: EntryContent, words: PackWords) -> tuple[Hit, ...] | None:
    """The hits with the entry of certificates first, where the committee is asked for one that it names; else None."""
    own = next((hit for hit in hits if hit.key == entry.id), None)
    told = normalise(text)
    if own is None or not words.certificate.search(told) or not _names_one(told, entry):
        return None
    others = tuple(hit for hit in hits if hit is not own)
    return (replace(own, score=hits[0].score), *others)


def _names_one(told: str, entry: EntryContent) -> bool:
    options = (option for variant in entry.variants for option in variant.options)
    return any(normalise(word) in told for option in options for word in (option.answer, *option.words))
