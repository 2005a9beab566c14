"""In which fields two contents of an entry differ, as text that people read."""

from __future__ import annotations

from dataclasses import dataclass

from models.entry_content import EntryContent


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that a draft changes; texts as people read them, '' where a field is new or gone."""

    field: str
    before: str
    after: str


def changes_between(before: EntryContent | None, after: EntryContent | None) -> list[FieldChange]:
    """The fields in which two contents differ, as readable text."""
    old = before.model_dump(mode="json") if before else {}
    new = after.model_dump(mode="json") if after else {}
    names = [name for name in EntryContent.model_fields if old.get(name) != new.get(name)]
    return [FieldChange(name, readable(old.get(name)), readable(new.get(name))) for name in names]


def readable(value: object) -> str:
    """A field's value as lines of text."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return "\n".join(f"{key}: {readable(part)}" for key, part in value.items() if part not in (None, ""))
    if isinstance(value, list):
        return "\n".join(readable(part) for part in value)
    return str(value)
