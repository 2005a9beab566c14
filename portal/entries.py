"""An entry laid out for reading: what applies, in the order people ask for it, with how sure the writers are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from casework.guide import Category
from casework.snapshots import ShownEntry
from models.entry_content import NOT_APPLICABLE, NOT_VERIFIED, EntryContent, FieldState, Phone, Since
from models.wording import say, say_date


@dataclass(frozen=True, slots=True)
class Section:
    """One field: its heading, one line or several, and how sure the writers are of it."""

    name: str
    lines: tuple[str, ...]
    state: FieldState

    @property
    def is_list(self) -> bool:
        """Whether it has several lines."""
        return len(self.lines) > 1

    @property
    def is_unknown(self) -> bool:
        """Whether all it says is that it was not verified."""
        return self.lines == (NOT_VERIFIED,)


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """An entry with its sections in reading order; ``left_out`` names the fields that do not apply."""

    shown: ShownEntry
    sections: tuple[Section, ...]
    left_out: tuple[str, ...]
    since: str
    until: str
    months: str

    @property
    def content(self) -> EntryContent:
        """What it says."""
        return self.shown.content

    @property
    def first_phone(self) -> Phone:
        """Where to ask first."""
        return self.content.where.phones[0]


_ORDER = ("conditions", "materials", "steps", "time_limit", "fee", "amount", "legal_basis")


def _section(content: EntryContent, name: str) -> Section:
    value = getattr(content, name)
    lines = tuple(value) if isinstance(value, list) else (str(value),)
    return Section(name, lines, content.status[name])  # pyright: ignore[reportArgumentType]


def _since(since: Since) -> str:
    if since.date is not None:
        return say("pages.since.date", date=say_date(since.date))
    return say("pages.since.year", year=since.year) if since.year is not None else say("pages.since.unknown")


def facts_of(shown: ShownEntry) -> EntryFacts:
    """Lay an entry out."""
    content = shown.content
    sections = tuple(_section(content, name) for name in _ORDER)
    return EntryFacts(
        shown=shown,
        sections=tuple(one for one in sections if one.lines != (NOT_APPLICABLE,)),
        left_out=tuple(one.name for one in sections if one.lines == (NOT_APPLICABLE,)),
        since=_since(content.valid_from),
        until=say_date(content.valid_to) if content.valid_to else "",
        months=say("pages.comma").join(say("pages.month", number=number) for number in content.changes_in),
    )


def in_order(categories: Iterable[Category]) -> list[Category]:
    """Categories as the community wants them shown; those it does not name come last, by name of file."""
    wanted = say("pages.category_order").split()
    places = {slug: place for place, slug in enumerate(wanted)}
    return sorted(categories, key=lambda category: (places.get(category.slug, len(wanted)), category.slug))
