"""The form for one entry: its fields as typed text, and back into an entry or a sentence for each wrong field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from casework.snapshots import Overlay, ShownEntry
from models.entry_content import (
    CHECKED_STATES,
    NOT_APPLICABLE,
    NOT_VERIFIED,
    STATED,
    EntryContent,
    FieldState,
    Since,
)
from models.errors import Refusal
from models.shape_words import why
from models.wording import knows, say
from portal.forms import Problems

Typed = Mapping[str, str]

PLAIN = ("title", "category", "scope", "summary", "who", "checked_on", "checked_by", "review_by", "owner_desk", "note")
LISTS = ("conditions", "materials", "steps", "legal_basis")
TEXTS = ("time_limit", "fee", "amount")
WORDS = ("aliases", "keywords", "phrasings", "sample_questions")
WHERE = ("place", "hours", "online")
_ABSENT = {FieldState.NOT_APPLICABLE: NOT_APPLICABLE, FieldState.NOT_VERIFIED: NOT_VERIFIED}
_OPTION = re.compile(r"option-(\d{1,2})-(\d{1,2})-(answer|words|says)")
_ENDS = re.compile(r"option-\d{1,2}-\d{1,2}-ends")
_VARIANT = re.compile(r"variant-(\d{1,2})-ask")
_SOURCE = re.compile(r"source-(\d{1,2})-(title|url)")
_PLACES: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("phones", ("where", "phones")),
    ("where_{1}", ("where", str)),
    ("status_{1}", ("status", str)),
    ("checked_by_{1}", ("fields_checked_by", str)),
    ("since", ("valid_from",)),
    ("option-{1}-{3}-{4}", ("variants", int, "options", int, str)),
    ("variant-{1}-ask", ("variants", int)),
    ("source-{1}-{2}", ("sources", int, str)),
)
"""The form's field for each place in an entry; the first that fits."""
_PHONE = re.compile(r"^\s*([0-9][0-9-]*)[\s:：]+(\S.*)$")


class WrongFields(Refusal):
    """Some fields cannot be taken as typed; ``problems`` has a sentence for each."""

    status = 422

    def __init__(self, problems: Problems) -> None:
        super().__init__("entry_form.wrong", count=len(problems))
        self.problems = problems


def typed_of(content: EntryContent) -> dict[str, str]:
    """An entry's fields as they stand in the form."""
    raw = content.model_dump(mode="json")
    typed = {name: str(raw[name]) for name in PLAIN}
    typed |= {name: _shown(raw[name]) for name in (*LISTS, *TEXTS)}
    typed |= {name: "\n".join(raw[name]) for name in WORDS}
    typed |= {f"where_{name}": str(raw["where"][name]) for name in WHERE}
    typed["phones"] = "\n".join(f"{phone.number} {phone.name}" for phone in content.where.phones)
    typed |= {f"status_{name}": str(raw["status"][name]) for name in STATED}
    typed |= {f"checked_by_{name}": content.fields_checked_by.get(name, "") for name in STATED}
    typed |= _typed_since(content.valid_from)
    typed["valid_to"] = content.valid_to.isoformat() if content.valid_to else ""
    typed["changes_in"] = ",".join(str(month) for month in content.changes_in)
    return typed | _typed_variants(content) | _typed_sources(content)


def _shown(value: object) -> str:
    if value in (NOT_APPLICABLE, NOT_VERIFIED):
        return ""
    return "\n".join(value) if isinstance(value, list) else str(value)


def _typed_since(since: Since) -> dict[str, str]:
    kind = "date" if since.date else "year" if since.year else "unknown"
    return {
        "since": kind,
        "since_date": since.date.isoformat() if since.date else "",
        "since_year": str(since.year or ""),
    }


def _typed_variants(content: EntryContent) -> dict[str, str]:
    typed: dict[str, str] = {}
    for number, variant in enumerate(content.variants):
        typed[f"variant-{number}-ask"] = variant.ask
        for place, option in enumerate(variant.options):
            stem = f"option-{number}-{place}"
            words = say("staff.copy.comma").join(option.words)
            typed |= {f"{stem}-answer": option.answer, f"{stem}-says": option.says, f"{stem}-words": words}
            typed[f"{stem}-ends"] = "1" if option.ends else ""
    return typed


def _typed_sources(content: EntryContent) -> dict[str, str]:
    typed: dict[str, str] = {}
    for number, source in enumerate(content.sources):
        typed |= {f"source-{number}-title": source.title, f"source-{number}-url": str(source.url or "")}
    return typed


def typed_from(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What came back from the form; rows that were left empty are closed up, so that numbers name rows again."""
    given = list(fields)
    rows = {name: value for name, value in given if _row(name)}
    typed = {name: value for name, value in given if not _row(name)}
    typed["changes_in"] = ",".join(value for name, value in given if name == "changes_in")
    return typed | _closed_up(rows)


def _row(name: str) -> bool:
    return any(pattern.fullmatch(name) for pattern in (_OPTION, _ENDS, _VARIANT, _SOURCE))


def _closed_up(rows: Mapping[str, str]) -> dict[str, str]:
    closed: dict[str, str] = {}
    for new, old in enumerate(_used(rows, _SOURCE)):
        closed |= {f"source-{new}-{part}": rows.get(f"source-{old}-{part}", "") for part in ("title", "url")}
    variants = sorted({*_used(rows, _VARIANT), *_used(rows, _OPTION)})
    for new, old in enumerate(variants):
        closed[f"variant-{new}-ask"] = rows.get(f"variant-{old}-ask", "")
        options = _used({name: value for name, value in rows.items() if name.startswith(f"option-{old}-")}, _OPTION, 2)
        for place, was in enumerate(options):
            parts = ("answer", "words", "says", "ends")
            closed |= {f"option-{new}-{place}-{one}": rows.get(f"option-{old}-{was}-{one}", "") for one in parts}
    return closed


def _used(rows: Mapping[str, str], pattern: re.Pattern[str], part: int = 1) -> list[int]:
    """Numbers of the rows in which something was typed."""
    found = ((pattern.fullmatch(name), value) for name, value in rows.items())
    return sorted({int(match[part]) for match, value in found if match and value.strip()})


def rows_of(typed: Typed) -> tuple[list[int], int]:
    """How many options each variant has, and how many sources there are, for laying the form out."""
    variants = _used(typed, _VARIANT) or []
    count = max([*variants, *_used(typed, _OPTION)], default=-1) + 1
    options = [
        len(_used({name: value for name, value in typed.items() if name.startswith(f"option-{number}-")}, _OPTION, 2))
        for number in range(count)
    ]
    return options, len(_used(typed, _SOURCE))


def content_of(typed: Typed, *, key: str) -> EntryContent:
    """The entry that was typed; WrongFields where it cannot be one."""
    problems = dict(_contradictions(typed))
    try:
        content = EntryContent.model_validate(_raw(typed, key))
    except ValidationError as error:
        for one in error.errors():
            problems.setdefault(_field(one["loc"]), _sentence(one))
        raise WrongFields(problems) from error
    if problems:
        raise WrongFields(problems)
    return content


def _contradictions(typed: Typed) -> Iterable[tuple[str, str]]:
    """Fields that say something and are marked as not concerning the matter."""
    for name in (*LISTS, *TEXTS):
        if typed.get(name, "").strip() and typed.get(f"status_{name}") == FieldState.NOT_APPLICABLE:
            yield name, say("staff.wrong.not_applicable_but_written")


def _raw(typed: Typed, key: str) -> dict[str, Any]:
    raw: dict[str, Any] = {"id": key, **{name: typed.get(name, "").strip() for name in PLAIN}}
    raw |= {name: _stated(typed, name, is_list=True) for name in LISTS}
    raw |= {name: _stated(typed, name, is_list=False) for name in TEXTS}
    raw |= {name: _lines(typed.get(name, "")) for name in WORDS}
    raw["where"] = {**{name: typed.get(f"where_{name}", "").strip() for name in WHERE}, "phones": _phones(typed)}
    raw["status"] = {name: typed.get(f"status_{name}", "") for name in STATED}
    raw["fields_checked_by"] = dict(_checkers(typed))
    raw["valid_from"] = _since(typed)
    raw["valid_to"] = typed.get("valid_to", "").strip() or None
    raw["changes_in"] = [month for month in typed.get("changes_in", "").split(",") if month]
    options, sources = rows_of(typed)
    raw["variants"] = [_variant(typed, number, count) for number, count in enumerate(options)]
    raw["sources"] = [_source(typed, number) for number in range(sources)]
    return raw


def _checkers(typed: Typed) -> Iterable[tuple[str, str]]:
    """Who checked a field where somebody is named; what nobody is sure of was checked by nobody."""
    for name in STATED:
        who = typed.get(f"checked_by_{name}", "").strip()
        if who and typed.get(f"status_{name}") in CHECKED_STATES:
            yield name, who


def typed_overlay(shown: ShownEntry) -> dict[str, str]:
    """A neighbourhood's own where-to-go, or the entry's, as it stands in its form."""
    where = shown.content.where
    typed = {f"where_{name}": str(getattr(where, name)) for name in WHERE}
    typed["phones"] = "\n".join(f"{phone.number} {phone.name}" for phone in where.phones)
    return typed | {"remark": shown.remark}


def overlay_of(typed: Typed) -> Overlay:
    """The where-to-go that was typed; WrongFields where it cannot be one."""
    where = {**{name: typed.get(f"where_{name}", "").strip() for name in WHERE}, "phones": _phones(typed)}
    try:
        return Overlay.model_validate({"where": where, "remark": typed.get("remark", "").strip()})
    except ValidationError as error:
        raise WrongFields({_field(one["loc"]): _sentence(one) for one in error.errors()}) from error


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _stated(typed: Typed, name: str, *, is_list: bool) -> object:
    text = typed.get(name, "").strip()
    if not text:
        state = typed.get(f"status_{name}", "")
        return next((word for absent, word in _ABSENT.items() if absent == state), [] if is_list else "")
    return _lines(text) if is_list else text


def _phones(typed: Typed) -> list[dict[str, str]]:
    found = [(line, _PHONE.match(line)) for line in _lines(typed.get("phones", ""))]
    return [
        {"number": match[1], "name": match[2]} if match else {"number": line, "name": line} for line, match in found
    ]


def _since(typed: Typed) -> dict[str, object]:
    kind = typed.get("since", "")
    if kind in ("date", "year"):
        return {kind: typed.get(f"since_{kind}", "").strip()}
    return {"unknown": kind == "unknown"}


def _variant(typed: Typed, number: int, count: int) -> dict[str, Any]:
    stems = [f"option-{number}-{place}" for place in range(count)]
    options = [
        {
            "answer": typed.get(f"{stem}-answer", "").strip(),
            "says": typed.get(f"{stem}-says", "").strip(),
            "words": [word for word in re.split(r"[、，,\s]+", typed.get(f"{stem}-words", "")) if word],
            "ends": bool(typed.get(f"{stem}-ends")),
        }
        for stem in stems
    ]
    return {"ask": typed.get(f"variant-{number}-ask", "").strip(), "options": options}


def _source(typed: Typed, number: int) -> dict[str, str | None]:
    url = typed.get(f"source-{number}-url", "").strip()
    return {"title": typed.get(f"source-{number}-title", "").strip(), "url": url or None}


def _field(at: tuple[int | str, ...]) -> str:
    """The form's field for a place in an entry."""
    found = next((form for form, start in _PLACES if _starts(at, start)), "{0}" if at else "form")
    return found.format(*at)


def _starts(at: tuple[int | str, ...], start: tuple[object, ...]) -> bool:
    """Whether a place begins so; a type stands for any value of it."""
    return len(at) >= len(start) and all(
        one == wanted or (isinstance(wanted, type) and isinstance(one, wanted))
        for one, wanted in zip(at, start, strict=False)
    )


def _sentence(error: ErrorDetails) -> str:
    """What is wrong with a field, in plain words."""
    if error["input"] in ("", []):
        return say("staff.wrong.empty")
    kind = "string_" if isinstance(error["input"], str) and error["type"] in {"too_short", "too_long"} else ""
    key = f"staff.wrong.{kind}{error['type']}"
    return say(key, **error.get("ctx", {})) if knows(key) else say("staff.wrong.as_said", why=why(error))
