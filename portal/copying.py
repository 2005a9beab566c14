"""An entry as plain words that staff put into a reply: the conclusion, what to bring, how, where, and when checked."""

from __future__ import annotations

from casework.snapshots import ShownEntry
from models.entry_content import NOT_APPLICABLE, NOT_VERIFIED, EntryContent
from models.wording import say, say_date

_FIELDS = ("conditions", "materials", "steps", "time_limit", "fee", "amount")


def _one_line(value: object) -> str:
    if isinstance(value, list):
        return say("staff.copy.between").join(line.rstrip("。；") for line in value)
    return str(value)


def _field(content: EntryContent, name: str) -> str:
    value = getattr(content, name)
    if value in (NOT_APPLICABLE, NOT_VERIFIED):
        return ""
    return say("staff.copy.field", name=say(f"staff.field.{name}"), text=_one_line(value))


def _where(content: EntryContent) -> str:
    where, phone = content.where, content.where.phones[0]
    known = [part for part in (where.place, where.hours) if part not in (NOT_APPLICABLE, NOT_VERIFIED)]
    place = say("staff.copy.comma").join(known)
    return say("staff.copy.where", place=place, phone=phone.number, name=phone.name).strip()


def copy_of(entry: ShownEntry) -> str:
    """The text to put into a reply; what is not verified is left out, never guessed."""
    content = entry.content
    lines = [say("staff.copy.title", title=content.title, summary=content.summary)]
    lines += [line for name in _FIELDS if (line := _field(content, name))]
    lines += [_where(content), entry.remark, say("staff.copy.checked", day=say_date(content.checked_on))]
    return "\n".join(line for line in lines if line)
