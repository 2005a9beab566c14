"""An entry as one row of text cells, and back exactly: what CSV and xlsx files share.

Lists are lines in a cell. Where a line has parts they stand between full-width bars; a bar, a stop or a backslash
inside a part is written with a backslash before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from casework.pack_files import Pack, problems_of
from models.entry_content import NOT_APPLICABLE, NOT_VERIFIED, STATED, EntryContent, Source, Variant
from models.errors import Invalid
from models.shape_words import why
from models.wording import say

BAR, STOP = "｜", "、"
UNKNOWN = "unknown"
TEXTS = ("title", "summary", "who", "time_limit", "fee", "amount", "checked_by", "owner_desk", "note")
LISTS = ("conditions", "materials", "steps", "legal_basis")
WORDS = ("aliases", "keywords", "phrasings", "sample_questions")
CHECKERS = tuple(f"fields_checked_by.{name}" for name in STATED)
"""Columns that a file may leave out, as those of before did."""
COLUMNS = (
    *("slug", "category", "id", "title", "scope", "summary", "who", "conditions", "materials", "steps"),
    *("where.place", "where.hours", "where.phones", "where.online", "time_limit", "fee", "amount", "legal_basis"),
    *("valid_from", "valid_to", "checked_on", "checked_by", "review_by", "changes_in", "owner_desk"),
    *(f"status.{name}" for name in STATED),
    *CHECKERS,
    *WORDS,
    *("variants", "note", "sources"),
)
_FORMULA = re.compile(r"['=+\-@\t＝＋－＠]")


@dataclass(frozen=True, slots=True)
class At:
    """Where a row stands, for saying what is wrong with it; ``row`` counts from 1 with the header."""

    file: str
    sheet: str
    row: int

    def refusal(self, column: str, why: str) -> Invalid:
        """The refusal that names file, sheet, row and column."""
        return Invalid("packs.bad_cell", file=self.file, sheet=self.sheet or "-", row=self.row, column=column, why=why)


def headings() -> list[str]:
    """The header row: each column's name and what people call it."""
    return [f"{name} {say(f'pack_columns.{name}')}" for name in COLUMNS]


def columns_of(header: Iterable[str], *, at: At) -> list[str]:
    """The columns of a header row in its own order; all but ``CHECKERS`` are needed, none unknown or there twice."""
    names = [cell.split(maxsplit=1)[0] if cell.split() else "" for cell in header]
    while names and not names[-1]:
        names.pop()
    for name in names:
        if name not in COLUMNS or names.count(name) > 1:
            raise at.refusal(name or "?", say("pack_cells.unknown_column"))
    for name in COLUMNS:
        if name not in names and name not in CHECKERS:
            raise at.refusal(name, say("pack_cells.missing_column"))
    return names


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula, or for one that was guarded."""
    return _FORMULA.match(text) is not None


def guarded(text: str) -> str:
    """A CSV cell such that no spreadsheet runs it as a formula: an apostrophe before it."""
    return f"'{text}" if looks_like_formula(text) else text


def unguarded(text: str) -> str:
    """The text that was guarded; a text without guard stays as it is."""
    return text.removeprefix("'")


def cells_of(content: EntryContent, slug: str) -> list[str]:
    """One row, in the order of ``COLUMNS``."""
    where = content.where
    cells = {
        "slug": slug,
        "category": content.category,
        "id": content.id,
        "scope": content.scope.value,
        **{name: getattr(content, name) for name in TEXTS},
        **{name: _list_cell(getattr(content, name)) for name in LISTS},
        **{name: "\n".join(getattr(content, name)) for name in WORDS},
        "where.place": where.place,
        "where.hours": where.hours,
        "where.online": where.online,
        "where.phones": "\n".join(f"{phone.number} {phone.name}" for phone in where.phones),
        "valid_from": str(content.valid_from.date or content.valid_from.year or UNKNOWN),
        "valid_to": str(content.valid_to or ""),
        "checked_on": str(content.checked_on),
        "review_by": str(content.review_by),
        "changes_in": STOP.join(map(str, content.changes_in)),
        **{f"status.{name}": content.status[name].value for name in STATED},
        **{f"fields_checked_by.{name}": content.fields_checked_by.get(name, "") for name in STATED},
        "variants": "\n".join(line for variant in content.variants for line in _variant_lines(variant)),
        "sources": "\n".join(_joined(_source_parts(one), BAR) for one in content.sources),
    }
    return [cells[name] for name in COLUMNS]


def _list_cell(value: list[str] | str) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def _variant_lines(variant: Variant) -> list[str]:
    options = [
        [one.answer, _joined(one.words, STOP), one.says, *([say("pack_cells.ends")] if one.ends else [])]
        for one in variant.options
    ]
    return [_joined([variant.ask], BAR), *(_joined(parts, BAR) for parts in options)]


def _source_parts(source: Source) -> list[str]:
    return [source.title] if source.url is None else [source.title, str(source.url)]


def _joined(parts: Iterable[str], separator: str) -> str:
    """Parts in one line, escaped so that ``_parted`` gives them back."""
    return separator.join(_escaped(part, separator) for part in parts)


def _escaped(part: str, separator: str) -> str:
    return part.replace("\\", "\\\\").replace("\n", "\\n").replace(separator, f"\\{separator}")


def _parted(line: str, separator: str) -> list[str]:
    """The parts that ``_joined`` put together."""
    parts = [""]
    signs = iter(line)
    for sign in signs:
        if sign == separator:
            parts.append("")
        elif sign == "\\":
            following = next(signs, "")
            parts[-1] += "\n" if following == "n" else following
        else:
            parts[-1] += sign
    return parts


def entry_of_cells(cells: Mapping[str, str], *, at: At) -> EntryContent:
    """The entry of a row; Invalid names sheet, row and column of the first problem."""
    raw = _raw(cells, at)
    for field, problem in problems_of(cells["category"], raw):
        raise at.refusal(_column_of(field), problem)
    try:
        return EntryContent.model_validate(raw)
    except ValidationError as error:
        raise at.refusal("?", why(error.errors()[0])) from error


def _column_of(field: str) -> str:
    """The column that holds a field of the schema such as ``where.phones.0.number``."""
    first, _, rest = field.partition(".")
    second = f"{first}.{rest.split('.')[0]}"
    return second if second in COLUMNS else first


def _raw(cells: Mapping[str, str], at: At) -> dict[str, Any]:
    return {
        **{name: cells[name] for name in ("category", "id", "scope", *TEXTS)},
        **{name: _list_or_marker(cells[name]) for name in LISTS},
        **{name: _lines(cells[name]) for name in WORDS},
        "where": _where(cells),
        "valid_from": _since(cells["valid_from"].strip(), at),
        "valid_to": cells["valid_to"].strip() or None,
        "checked_on": cells["checked_on"].strip(),
        "review_by": cells["review_by"].strip(),
        "changes_in": [part.strip() for part in re.split(r"[、,，\s]+", cells["changes_in"]) if part.strip()],
        "status": {name: cells[f"status.{name}"].strip() for name in STATED},
        "fields_checked_by": {name: who for name in STATED if (who := cells[f"fields_checked_by.{name}"].strip())},
        "variants": _variants(cells["variants"], at),
        "sources": [_source(line, at) for line in _lines(cells["sources"])],
    }


def _lines(cell: str) -> list[str]:
    return [line for line in cell.split("\n") if line.strip()]


def _list_or_marker(cell: str) -> list[str] | str:
    return cell.strip() if cell.strip() in {NOT_APPLICABLE, NOT_VERIFIED} else _lines(cell)


def _where(cells: Mapping[str, str]) -> dict[str, Any]:
    phones = [line.strip().partition(" ") for line in _lines(cells["where.phones"])]
    named = [{"number": number, "name": name} for number, _, name in phones]
    texts = {name: cells[f"where.{name}"] for name in ("place", "hours", "online")}
    return {**texts, "phones": named}


def _since(cell: str, at: At) -> dict[str, Any]:
    if cell == UNKNOWN:
        return {"unknown": True}
    if re.fullmatch(r"\d{4}", cell):
        return {"year": int(cell)}
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell):
        return {"date": cell}
    raise at.refusal("valid_from", say("pack_cells.since"))


def _variants(cell: str, at: At) -> list[dict[str, Any]]:
    """A line with one part is a question; lines with three parts are its options, a fourth says that it ends there."""
    variants: list[dict[str, Any]] = []
    for line in _lines(cell):
        parts = _parted(line, BAR)
        if len(parts) == 1:
            variants.append({"ask": parts[0], "options": []})
        elif variants and len(parts) >= 3 and parts[3:] in ([], [say("pack_cells.ends")]):
            variants[-1]["options"].append(_option(parts))
        else:
            raise at.refusal("variants", say("pack_cells.variants"))
    return variants


def _option(parts: list[str]) -> dict[str, Any]:
    answer, words, says, *ends = parts
    return {
        "answer": answer,
        "words": [word for word in _parted(words, STOP) if word],
        "says": says,
        "ends": bool(ends),
    }


def _source(line: str, at: At) -> dict[str, Any]:
    parts = _parted(line, BAR)
    if len(parts) > 2:
        raise at.refusal("sources", say("pack_cells.sources"))
    return {"title": parts[0], "url": parts[1] if len(parts) == 2 else None}


def packs_of(rows: Iterable[tuple[Mapping[str, str], At]]) -> list[Pack]:
    """Rows put together by category, in the order in which they came."""
    entries: dict[str, list[EntryContent]] = {}
    seen: dict[str, At] = {}
    for given, at in rows:
        cells = {**dict.fromkeys(CHECKERS, ""), **given}
        slug = cells["slug"].strip()
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
            raise at.refusal("slug", say("pack_cells.slug"))
        content = entry_of_cells(cells, at=at)
        if first := seen.get(content.id):
            raise at.refusal("id", say("pack_cells.id_twice", sheet=first.sheet or "-", row=first.row))
        seen[content.id] = at
        others = entries.setdefault(slug, [])
        if others and others[0].category != content.category:
            raise at.refusal("category", say("pack_cells.category", category=others[0].category, slug=slug))
        others.append(content)
    return [Pack(contents[0].category, slug, tuple(contents)) for slug, contents in entries.items()]
