"""Pack files as YAML: read with every problem named, and written so that reading gives the same again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from models.entry_content import EntryContent
from models.errors import Invalid

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Pack:
    """One category of entries as a file holds it."""

    category: str
    slug: str
    entries: tuple[EntryContent, ...]


@dataclass(frozen=True, slots=True)
class RawPack:
    """A file whose top is right and whose entries are not checked yet."""

    category: str
    slug: str
    entries: tuple[object, ...]


def read_raw(path: Path) -> RawPack:
    """The top of a pack file; Invalid where it is not YAML or has other keys than it must."""
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader.
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Invalid("packs.unreadable", file=path.name, why=" ".join(str(error).split())) from error
    if not isinstance(raw, dict) or set(raw) != {"category", "slug", "entries"} or not isinstance(raw["entries"], list):
        raise Invalid("packs.top_keys", file=path.name)
    return RawPack(str(raw["category"]), str(raw["slug"]), tuple(raw["entries"]))


def problems_of(category: str, raw: object) -> Iterator[tuple[str, str]]:
    """Field and problem for everything the schema refuses in an entry; nothing for a right one."""
    if not isinstance(raw, dict):
        yield "", "not a mapping"
        return
    try:
        EntryContent.model_validate({"category": category, **raw})
    except ValidationError as error:
        for one in error.errors():
            yield ".".join(map(str, one["loc"])), one["msg"]


def entry_of(raw: object, *, category: str, file: str) -> EntryContent:
    """One entry; the first problem is an Invalid that names the file, the entry and the field."""
    for field, why in problems_of(category, raw):
        raise Invalid("packs.bad_entry", file=file, entry=name_of(raw), field=field, why=why)
    assert isinstance(raw, dict)
    return EntryContent.model_validate({"category": category, **raw})


def name_of(raw: object) -> str:
    """The id of an unchecked entry, or its beginning where it has none."""
    return str(raw.get("id", "?")) if isinstance(raw, dict) else str(raw)[:40]


def read_yaml(path: Path) -> Pack:
    """One pack file; a problem is one Invalid that names the file, the entry and the field."""
    raw = read_raw(path)
    entries = tuple(entry_of(one, category=raw.category, file=path.name) for one in raw.entries)
    return Pack(raw.category, raw.slug, entries)


def read_folder(folder: Path) -> list[Pack]:
    """Every ``*.yaml`` of a folder, sorted by name."""
    return [read_yaml(path) for path in sorted(folder.glob("*.yaml"))]


def write_yaml(pack: Pack) -> str:
    """The file text of a pack; reading it again gives the same pack."""
    entries = [entry.model_dump(mode="json", exclude={"category"}) for entry in pack.entries]
    body = {"category": pack.category, "slug": pack.slug, "entries": entries}
    return yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=110)
