"""Letters made from an entry: the conclusion first, what was asked for, how, where, and on what it rests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.variants import Settled
from bot.words import says
from casework.snapshots import ShownEntry
from courier.letters import Letter, Link
from models.entry_content import NOT_APPLICABLE, NOT_VERIFIED, EntryContent, FieldState, Variant
from models.wording import say, say_date

MOST = 590
RESERVE = 80
"""Characters kept free for the link and for the question asked below."""
STEPS, MATERIALS = 4, 6
ASKABLE = ("amount", "fee", "time_limit", "materials", "where", "steps", "conditions")


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph; parts of a lower worth are left out first when the letter grows too long."""

    text: str
    worth: int = 9


def asked_fields(normalised: str) -> tuple[str, ...]:
    """Which fields of an entry a question asks for, at most two."""
    return tuple(name for name in ASKABLE if says(name, normalised))[:2]


def guide_link(entry: ShownEntry) -> Link:
    """The way to the entry's own page."""
    return Link(say("answer.link"), f"/guide/{entry.key}")


def full_letter(entry: ShownEntry, *, asked: tuple[str, ...], settled: Settled, choices: tuple[str, ...]) -> Letter:
    """The whole answer, short: conclusion, what was asked for, conditions known, steps, materials, where, source."""
    content = entry.content
    parts = [Part(say("answer.title", title=content.title)), Part(content.summary)]
    parts += [Part(line) for line in _asked_lines(content, asked)]
    parts += _settled_parts(settled)
    parts += [Part(_field(content, name), 3) for name in ("steps", "materials") if name not in asked]
    parts += [] if "where" in asked else [Part(_where_alone(content), 6), Part(_phones(content))]
    return _letter(entry, parts, choices)


def short_letter(entry: ShownEntry, *, asked: tuple[str, ...], settled: Settled, choices: tuple[str, ...]) -> Letter:
    """What adds to an answer given before: the fields asked for, the conditions known, where to ask, the source."""
    content = entry.content
    parts = [Part(say("answer.title", title=content.title))]
    parts += [Part(line) for line in _asked_lines(content, asked)]
    parts += _settled_parts(settled)[-1 if asked else 0 :]
    parts += [] if asked or settled.options else [Part(content.summary)]
    parts += [] if "where" in asked else [Part(_phones(content))]
    return _letter(entry, parts, choices)


def asking_letter(entry: ShownEntry, *, settled: Settled, choices: tuple[str, ...]) -> Letter:
    """No amount yet: that it depends, whether there is one that is sure, and what holds of what is known already."""
    is_known = entry.content.status.get("amount") is not FieldState.NOT_VERIFIED
    depends = say("answer.depends" if is_known else "answer.depends_not_verified")
    parts = [Part(say("answer.title", title=entry.content.title)), Part(depends)]
    if known := _settled_parts(settled):
        return _letter(entry, [*parts, *known], choices)
    return Letter("\n".join(part.text for part in parts), choices=choices, links=(guide_link(entry),))


def condition_letter(
    entry: ShownEntry, *, asked: tuple[str, ...], settled: Settled, choices: tuple[str, ...]
) -> Letter:
    """What holds for the conditions named so far, then the fields that waited for them."""
    parts = [Part(say("answer.title", title=entry.content.title)), *_settled_parts(settled)]
    parts += [Part(line, 6) for line in _asked_lines(entry.content, asked)]
    return _letter(entry, [*parts, Part(_phones(entry.content))], choices)


def every_option_letter(
    entry: ShownEntry, variant: Variant, *, asked: tuple[str, ...], choices: tuple[str, ...]
) -> Letter:
    """For somebody who is not sure: what holds in each case, and the fields that wait for it."""
    room = 380 // len(variant.options)
    lines = [
        say("answer.option", answer=option.answer, says=_shortened(option.says, room)) for option in variant.options
    ]
    head = say("answer.every_option", title=entry.content.title, ask=variant.ask)
    waiting = [Part(line, 5) for line in _asked_lines(entry.content, asked)]
    return _letter(entry, [Part(head), Part("\n".join(lines)), *waiting, Part(_phones(entry.content))], choices)


def _shortened(text: str, room: int) -> str:
    if len(text) <= room:
        return text
    sentences = text.replace("；", "。").split("。")
    first = sentences[0]
    return f"{first}。" if 0 < len(first) <= room else f"{text[: max(room, 12) - 1]}…"


def _asked_lines(content: EntryContent, asked: Iterable[str]) -> list[str]:
    lines = [_field(content, name) or say(f"answer.empty.{name}") for name in asked]
    return [line for line in lines if line]


def _settled_parts(settled: Settled) -> list[Part]:
    """What holds for the conditions known; what ends the questions waits for those before it, since it may name an
    amount."""
    options = {
        number: one
        for number, one in settled.options.items()
        if not settled.open or number < settled.open or not one.ends
    }
    parts = [Part(say("answer.option", answer=option.answer, says=option.says), 8) for option in options.values()]
    if options:
        answers = say("answer.and").join(option.answer for option in options.values())
        parts.append(Part(say("answer.by_condition", answers=answers), 7))
    return parts


def _field(content: EntryContent, name: str) -> str:
    """One field as a paragraph; '' when it does not apply or is not certain enough to be said unasked."""
    if name == "where":
        return _where(content)
    value = getattr(content, name)
    if value == NOT_APPLICABLE:
        return ""
    if value == NOT_VERIFIED:
        return say(f"answer.unsure.{name}", phone=content.where.phones[0].number)
    shown = _listed(name, value) if isinstance(value, list) else value
    return say(f"answer.field.{name}", value=shown) + _certainty(content, name)


def _certainty(content: EntryContent, name: str) -> str:
    state = content.status.get(name)  # pyright: ignore[reportArgumentType]
    if state is FieldState.YEARLY:
        return say("answer.yearly")
    return say("answer.not_verified") if state is FieldState.NOT_VERIFIED else ""


def _listed(name: str, lines: list[str]) -> str:
    if name == "materials":
        rest = say("answer.and_more") if len(lines) > MATERIALS else ""
        return say("answer.comma").join(lines[:MATERIALS]) + rest
    numbered = [say("answer.step", number=number, text=line) for number, line in enumerate(lines[:STEPS], start=1)]
    return "\n" + "\n".join(numbered) + (say("answer.and_more") if len(lines) > STEPS else "")


def _where(content: EntryContent) -> str:
    return "\n".join(part for part in (_where_alone(content), _phones(content)) if part)


def _where_alone(content: EntryContent) -> str:
    """Where and when, and online; the numbers to ring stand apart, since they are never left out."""
    where = content.where
    lines = [] if where.place in (NOT_APPLICABLE, NOT_VERIFIED) else [say("answer.field.where", value=where.place)]
    if where.hours not in (NOT_APPLICABLE, NOT_VERIFIED):
        lines.append(say("answer.field.hours", value=where.hours))
    if where.online not in (NOT_APPLICABLE, NOT_VERIFIED):
        lines.append(say("answer.field.online", value=where.online))
    return "\n".join(lines)


def _phones(content: EntryContent) -> str:
    phones = [say("answer.phone", number=phone.number, name=phone.name) for phone in content.where.phones[:2]]
    return say("answer.field.phones", value=say("answer.comma").join(phones))


def _source(entry: ShownEntry) -> str:
    content = entry.content
    checked = say("answer.checked", date=say_date(content.checked_on))
    if not isinstance(content.legal_basis, list):
        return checked
    rest = say("answer.and_more") if len(content.legal_basis) > 1 else ""
    return say("answer.basis", basis=content.legal_basis[0] + rest) + "\n" + checked


def _tail(entry: ShownEntry) -> list[Part]:
    parts = [Part(say("answer.remark", remark=entry.remark), 6)] if entry.remark else []
    parts.append(Part(_source(entry)))
    if entry.is_stale:
        parts.append(Part(say("answer.stale", phone=entry.content.where.phones[0].number)))
    if entry.content.valid_to is not None:
        parts.append(Part(say("answer.valid_to", date=say_date(entry.content.valid_to))))
    return [*parts, Part(say("answer.disclaimer"))]


def _letter(entry: ShownEntry, parts: list[Part], choices: tuple[str, ...]) -> Letter:
    room = MOST - RESERVE - sum(len(choice) + 4 for choice in choices)
    kept = _fitting([part for part in parts + _tail(entry) if part.text], room)
    return Letter("\n".join(part.text for part in kept), choices=choices, links=(guide_link(entry),))


def _fitting(parts: list[Part], room: int) -> list[Part]:
    """Leave out the parts of least worth, the later first, until the rest fits."""
    kept = list(parts)
    while sum(len(part.text) + 1 for part in kept) > room and (droppable := [p for p in kept if p.worth < 9]):
        least = min(part.worth for part in droppable)
        kept.remove(next(part for part in reversed(kept) if part.worth == least))
    return kept
