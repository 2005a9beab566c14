"""Pack files as YAML: read with every problem named, and written so that reading gives the same again."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from models.entry_content import EntryContent
from models.errors import Invalid
from models.shape_words import why
from models.wording import say

_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TIMESTAMP = "tag:yaml.org,2002:timestamp"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOST_BYTES = 10_000_000
MOST_ENTRIES = 10_000
DEEPEST = 20


class _Loader(_SAFE):  # pyright: ignore[reportGeneralTypeIssues]
    """Leaves days as text: the schema then says which field holds a day that there is not."""


_Loader.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in known if tag != _TIMESTAMP]
    for sign, known in _SAFE.yaml_implicit_resolvers.items()
}


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
    raw = _parsed(path)
    if not isinstance(raw, dict) or set(raw) != {"category", "slug", "entries"} or not isinstance(raw["entries"], list):
        raise Invalid("packs.top_keys", file=path.name)
    category, slug, entries = raw["category"], raw["slug"], raw["entries"]
    if not (isinstance(category, str) and isinstance(slug, str) and _SLUG.fullmatch(slug)):
        raise Invalid("packs.top_values", file=path.name)
    if len(entries) > MOST_ENTRIES:
        raise Invalid("packs.too_many", file=path.name, most=MOST_ENTRIES)
    return RawPack(category, slug, tuple(entries))


def _parsed(path: Path) -> object:
    try:
        too_large(path)
        loader = _Loader(path.read_text(encoding="utf-8-sig"))
        node = loader.get_single_node()
        _check_nodes(node, path)
        return loader.construct_document(node) if node is not None else None
    except (yaml.YAMLError, ValueError, OSError) as error:
        raise Invalid("packs.unreadable", file=path.name, why=" ".join(str(error).split())) from error
    except RecursionError as error:
        raise Invalid("packs.unreadable", file=path.name, why=say("pack_cells.deep")) from error


def too_large(path: Path) -> None:
    """Refuse a file that cannot be a pack for its size alone."""
    if path.stat().st_size > MOST_BYTES:
        raise Invalid("packs.unreadable", file=path.name, why=say("pack_cells.large", most=MOST_BYTES // 1_000_000))


def _check_nodes(top: yaml.Node | None, path: Path) -> None:
    """Refuse what is nested too deep, and a key that stands twice: readers keep the last and say nothing."""
    level = [] if top is None else [top]
    seen: set[int] = set()
    for _ in range(DEEPEST):
        new = {id(node): node for node in level if id(node) not in seen}
        seen |= new.keys()
        level = [below for node in new.values() for below in _below(node, path)]
    if level:
        raise RecursionError


def _below(node: yaml.Node, path: Path) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        _refuse_twice([key for key, _ in node.value], path)
        return [value for _, value in node.value]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _refuse_twice(keys: Iterable[yaml.Node], path: Path) -> None:
    names: set[str] = set()
    for key in keys:
        name = str(key.value)
        if name in names:
            line = key.start_mark.line + 1
            raise Invalid("packs.unreadable", file=path.name, why=say("pack_cells.twice", key=name[:40], line=line))
        names.add(name)


def problems_of(category: str, raw: object) -> Iterator[tuple[str, str]]:
    """Field and problem for everything the schema refuses in an entry; nothing for a right one."""
    if not isinstance(raw, dict):
        yield "", say("shape.not_a_mapping")
        return
    try:
        EntryContent.model_validate({"category": category, **raw})
    except ValidationError as error:
        for one in error.errors():
            yield ".".join(map(str, one["loc"])), why(one)


def entry_of(raw: object, *, category: str, file: str) -> EntryContent:
    """One entry; the first problem is an Invalid that names the file, the entry and the field."""
    for field, problem in problems_of(category, raw):
        raise Invalid("packs.bad_entry", file=file, entry=name_of(raw), field=field, why=problem)
    assert isinstance(raw, dict)
    return EntryContent.model_validate({"category": category, **raw})


def name_of(raw: object) -> str:
    """The id of an unchecked entry, or its beginning where it has none."""
    name = raw.get("id", "?") if isinstance(raw, dict) else raw
    return name[:60] if isinstance(name, str) else reprlib.repr(name)


def read_yaml(path: Path) -> Pack:
    """One pack file; a problem is one Invalid that names the file, the entry and the field."""
    raw = read_raw(path)
    entries = tuple(entry_of(one, category=raw.category, file=path.name) for one in raw.entries)
    return Pack(raw.category, raw.slug, entries)


def read_folder(folder: Path) -> list[Pack]:
    """Every ``*.yaml`` of a folder, sorted by name."""
    packs: list[Pack] = []
    seen: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        packs.append(read_yaml(path))
        for entry in packs[-1].entries:
            if other := seen.get(entry.id):
                raise Invalid("packs.id_twice", entry=entry.id, file=path.name, other=other)
            seen[entry.id] = path.name
    return packs


def write_yaml(pack: Pack) -> str:
    """The file text of a pack; reading it again gives the same pack."""
    entries = [entry.model_dump(mode="json", exclude={"category"}) for entry in pack.entries]
    body = {"category": pack.category, "slug": pack.slug, "entries": entries}
    return yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=110)
