"""Pack files: reading them, and bringing their entries into the versioned rows with the difference shown first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from casework.publishing import FieldChange, bump_revision, changes_between
from models import clock
from models.entry import Entry, EntryVersion, VersionState
from models.entry_content import EntryContent
from models.errors import Invalid
from models.transaction import transaction
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Pack:
    """One category of entries as a file holds it."""

    category: str
    slug: str
    entries: tuple[EntryContent, ...]


@dataclass(frozen=True, slots=True)
class EntryDifference:
    """What importing would change in one entry."""

    key: str
    title: str
    is_new: bool
    changes: tuple[FieldChange, ...]


def read_yaml(path: Path) -> Pack:
    """One pack file; a problem is one Invalid that names the file, the entry and the field."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Invalid("packs.unreadable", file=path.name, why=str(error).splitlines()[0]) from error
    if not isinstance(raw, dict) or set(raw) != {"category", "slug", "entries"} or not isinstance(raw["entries"], list):
        raise Invalid("packs.top_keys", file=path.name)
    entries = tuple(_entry(path.name, raw["category"], one) for one in raw["entries"])
    return Pack(raw["category"], raw["slug"], entries)


def _entry(file: str, category: str, raw: object) -> EntryContent:
    if not isinstance(raw, dict):
        raise Invalid("packs.bad_entry", file=file, entry=str(raw)[:40], field="", why="not a mapping")
    try:
        return EntryContent.model_validate({"category": category, **raw})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise Invalid("packs.bad_entry", file=file, entry=raw.get("id", "?"), field=field, why=first["msg"]) from error


def read_folder(folder: Path) -> list[Pack]:
    """Every ``*.yaml`` of a folder, sorted by name."""
    return [read_yaml(path) for path in sorted(folder.glob("*.yaml"))]


def write_yaml(pack: Pack) -> str:
    """The file text of a pack; reading it again gives the same pack."""
    entries = [entry.model_dump(mode="json", exclude={"category"}) for entry in pack.entries]
    body = {"category": pack.category, "slug": pack.slug, "entries": entries}
    return yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=110)


async def _published_by_key() -> dict[str, EntryContent]:
    today = clock.today()
    rows = (
        await EntryVersion.filter(state=VersionState.PUBLISHED, shown_from__lte=today)
        .order_by("shown_from", "number")
        .select_related("entry")
    )
    shown = [row for row in rows if row.shown_to is None or row.shown_to >= today]
    return {row.entry.key: row.content for row in shown}


async def differences(packs: Iterable[Pack]) -> list[EntryDifference]:
    """What importing would change, entry by entry; an entry without changes is left out."""
    published = await _published_by_key()
    found = [(content, published.get(content.id)) for pack in packs for content in pack.entries]
    return [
        EntryDifference(content.id, content.title, before is None, tuple(changes_between(before, content)))
        for content, before in found
        if before != content
    ]


async def import_packs(packs: Iterable[Pack], *, by: Viewer, publish: bool) -> list[EntryDifference]:
    """导入: write a version for every entry that differs, published at once or left as drafts; gives what changed."""
    allow(by, "guide.import", None)
    packs = list(packs)
    changed = await differences(packs)
    keys = {difference.key for difference in changed}
    async with transaction():
        for pack in packs:
            for position, content in enumerate(pack.entries):
                if content.id in keys:
                    await _bring_in(content, pack, position, by=by, publish=publish)
        if changed:
            await record(by, "guide.import", subject="pack", subject_id=None, place_id=None, detail=str(len(changed)))
        if changed and publish:
            await bump_revision()
    return changed


async def _bring_in(content: EntryContent, pack: Pack, position: int, *, by: Viewer, publish: bool) -> None:
    entry = await Entry.get_or_none(key=content.id) or await Entry.create(
        created_at=clock.now(), key=content.id, category_slug=pack.slug, position=position
    )
    last = await EntryVersion.filter(entry_id=entry.id).order_by("-number").first()
    await EntryVersion.create(
        created_at=clock.now(),
        entry_id=entry.id,
        number=last.number + 1 if last else 1,
        body=content.model_dump_json(),
        state=VersionState.PUBLISHED if publish else VersionState.DRAFT,
        shown_from=clock.today(),
        shown_to=content.valid_to,
        drafted_by_id=by.person_id,
        decided_by_id=by.person_id if publish else None,
        decided_at=clock.now() if publish else None,
    )


async def export_packs(*, viewer: Viewer) -> list[Pack]:
    """导出: what is published today for everybody, as packs in their own order."""
    allow(viewer, "guide.export", None)
    published = await _published_by_key()
    entries = await Entry.filter(place_id=None).order_by("category_slug", "position", "key")
    grouped: dict[str, list[EntryContent]] = {}
    for entry in entries:
        if entry.key in published:
            grouped.setdefault(entry.category_slug, []).append(published[entry.key])
    return [Pack(contents[0].category, slug, tuple(contents)) for slug, contents in grouped.items()]
