"""Bringing packs into the versioned rows, with the difference shown first, and out again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from casework import judging
from casework.changes import FieldChange, changes_between
from casework.judging import Judgement, Proposed
from casework.pack_files import Pack, read_folder, read_yaml, write_yaml
from casework.publishing import bump_revision
from casework.versions import InForce, first_day, in_force
from models import clock
from models.entry import Entry, EntryVersion, VersionState
from models.entry_content import EntryContent
from models.errors import Invalid, NotAllowed
from models.rules import rules
from models.transaction import transaction
from people.audit import record
from people.permissions import allow, allow_somewhere
from people.viewers import Viewer, ViewerKind

__all__ = [
    "EntryDifference",
    "Pack",
    "differences",
    "export_packs",
    "import_packs",
    "judged",
    "read_folder",
    "read_yaml",
    "write_yaml",
]


@dataclass(frozen=True, slots=True)
class EntryDifference:
    """What importing would change in one entry: what it says, or only its category or place in the order."""

    key: str
    title: str
    is_new: bool
    changes: tuple[FieldChange, ...]
    is_moved: bool = False


@dataclass(frozen=True, slots=True)
class _Given:
    """An entry as an import gives it."""

    content: EntryContent
    slug: str
    position: int


async def differences(packs: Iterable[Pack]) -> list[EntryDifference]:
    """What importing would change, entry by entry; an entry without changes is left out."""
    shown = {row.key: row for row in await in_force(clock.today())}
    found = [_difference(one, shown.get(one.content.id)) for one in _given(packs)]
    return [one for one in found if one.changes or one.is_moved]


def _given(packs: Iterable[Pack]) -> list[_Given]:
    given = [_Given(content, pack.slug, position) for pack in packs for position, content in enumerate(pack.entries)]
    seen: set[str] = set()
    for one in given:
        if one.content.id in seen:
            raise Invalid("packs.duplicate_id", entry=one.content.id)
        seen.add(one.content.id)
    return given


def _difference(one: _Given, shown: InForce | None) -> EntryDifference:
    before = shown.content if shown else None
    moved = shown is not None and (shown.category_slug, shown.position) != (one.slug, one.position)
    changes = () if before == one.content else tuple(changes_between(before, one.content))
    return EntryDifference(one.content.id, one.content.title, shown is None, changes, moved)


async def judged(packs: Iterable[Pack]) -> Judgement:
    """Which published questions would be answered worse once the packs are published, all of them together."""
    packs = list(packs)
    changed = {one.key for one in await differences(packs) if one.changes}
    return await judging.judge(Proposed(one.content, None) for one in _given(packs) if one.content.id in changed)


async def import_packs(packs: Iterable[Pack], *, by: Viewer, publish: bool, despite: str = "") -> list[EntryDifference]:
    """导入: write a version for every entry that differs, published at once or left as drafts; gives what changed.

    A person leaves drafts where the rules want two people to publish. Entries that the packs do not hold stay.
    What is published must answer no published question worse, unless ``despite`` says why.
    """
    allow(by, "guide.import", None)
    if publish and by.kind is ViewerKind.PERSON and rules().two_people_to_publish:
        raise NotAllowed("guide.publish_own_draft")
    packs = list(packs)
    gate = await judged(packs) if publish else None
    kept = judging.accept(gate, by=by, place_id=None, despite=despite) if gate else ""
    changed, now = {one.key: one for one in await differences(packs)}, clock.now()
    async with transaction():
        for one in _given(packs):
            if difference := changed.get(one.content.id):
                worse = judging.kept_of(one.content.id, gate, despite=kept)
                says_else = bool(difference.changes)
                await _bring_in(one, by=by, publish=publish, says_else=says_else, now=now, worse=worse)
        if changed:
            await record(by, "guide.import", subject="pack", subject_id=None, place_id=None, detail=str(len(changed)))
            await bump_revision(judged=gate)
        if gate and kept:
            await judging.record_worse(gate, by=by, subject_id=None, place_id=None)
    return list(changed.values())


async def _bring_in(
    one: _Given, *, by: Viewer, publish: bool, says_else: bool, now: dt.datetime, worse: dict[str, Any]
) -> None:
    entry = await Entry.get_or_none(key=one.content.id) or await Entry.create(
        created_at=clock.now(), key=one.content.id, category_slug=one.slug, position=one.position
    )
    if entry.place_id is not None:
        raise Invalid("packs.local_entry", entry=one.content.id)
    await Entry.filter(id=entry.id).update(category_slug=one.slug, position=one.position)
    last = await EntryVersion.filter(entry_id=entry.id).order_by("-number").first()
    if not says_else or (last is not None and _is_there(last, one.content, publish=publish)):
        return
    version = await EntryVersion.create(
        created_at=now,
        entry_id=entry.id,
        number=last.number + 1 if last else 1,
        body=one.content.model_dump_json(),
        state=VersionState.PUBLISHED if publish else VersionState.DRAFT,
        shown_from=first_day(one.content),
        shown_to=one.content.valid_to,
        drafted_by_id=by.person_id,
        decided_by_id=by.person_id if publish else None,
        decided_at=now if publish else None,
        imported_at=now,
        **worse,
    )
    if not publish:
        await record(by, "guide.draft", subject="entry_version", subject_id=version.id, place_id=None)


def _is_there(last: EntryVersion, content: EntryContent, *, publish: bool) -> bool:
    """Whether the newest version says the same already: a draft, or one that begins on a later day.

    What it says is compared, not how it was stored: a field that came later has its default in an older draft.
    """
    waits = last.state is VersionState.DRAFT and not publish
    begins_later = last.state is VersionState.PUBLISHED and last.shown_from > clock.today()
    return (waits or begins_later) and last.content == content


async def export_packs(*, viewer: Viewer) -> list[Pack]:
    """导出: what is shown today to everybody, as packs in their own order; neighbourhoods' own entries stay home."""
    allow_somewhere(viewer, "guide.export")
    grouped: dict[str, list[EntryContent]] = {}
    for row in await in_force(clock.today()):
        if row.place_id is None:
            grouped.setdefault(row.category_slug, []).append(row.content)
    return [Pack(contents[0].category, slug, tuple(contents)) for slug, contents in grouped.items()]
