"""The drafts of one import together: what they change, and the second person's decision on all of them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from casework import editing, judging, publishing
from casework.changes import FieldChange, changes_between
from casework.editing import VersionLine
from casework.judging import Judgement, Proposed, Worse
from casework.versions import InForce, in_force
from casework.writers import written_by
from models import clock
from models.entry import EntryVersion, VersionState
from models.errors import NotAllowed, NotFound, Taken
from models.rules import rules
from models.transaction import transaction
from models.wording import say
from people.audit import record
from people.permissions import allow, may
from people.viewers import Viewer

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Import:
    """Drafts that came together and wait; ``id`` is the first of them, ``importer`` '' on the command line."""

    id: int
    imported_at: dt.datetime
    importer: str
    count: int
    is_own: bool


@dataclass(frozen=True, slots=True)
class ImportedDraft:
    """One draft of an import; ``is_overtaken`` where another version was published since."""

    line: VersionLine
    is_new: bool
    changes: tuple[FieldChange, ...]
    is_overtaken: bool


@dataclass(frozen=True, slots=True)
class OpenImport:
    """An import as somebody looks at it; ``seen`` is what it was then, for deciding on just that."""

    drafts: tuple[ImportedDraft, ...]
    seen: str
    worse: tuple[Worse, ...]
    may_publish: bool
    is_own: bool


def waiting(lines: Iterable[VersionLine]) -> list[Import]:
    """Waiting drafts by the import that they came with; those written here are left out."""
    grouped: dict[dt.datetime, list[VersionLine]] = {}
    for line in lines:
        if line.imported_at is not None:
            grouped.setdefault(line.imported_at, []).append(line)
    return [
        Import(ones[0].id, at, ones[0].writer, len(ones), any(one.is_own for one in ones))
        for at, ones in grouped.items()
    ]


async def opened(version_id: int, *, viewer: Viewer) -> OpenImport:
    """The import that a version came with: its drafts that still wait, and what each changes today."""
    at, rows = await _rows(version_id, viewer)
    shown, overtaken = await _shown(), await _overtaken(rows, at)
    lines = await editing.lines_of(rows, viewer=viewer)
    drafts = tuple(
        _draft(row, line, shown.get(row.entry.key), is_overtaken=row.entry_id in overtaken)
        for row, line in zip(rows, lines, strict=True)
    )
    return OpenImport(
        drafts,
        seen=_seen(rows, shown),
        worse=(await _judged(rows)).worse,
        may_publish=may(viewer, "guide.publish_import", None),
        is_own=await _is_own(rows, viewer),
    )


async def publish_import(version_id: int, *, by: Viewer, seen: str, despite: str = "") -> int:
    """全部发布: show all drafts of an import that still wait, or none of them; gives how many.

    Somebody else than who imported or changed them must do it unless the rules say otherwise. Taken where a draft or
    what is shown changed since ``seen``, or another version was published since the import. Together they must answer
    no published question worse, unless ``despite`` says why.
    """
    allow(by, "guide.publish_import", None)
    judged = await _judged((await _rows(version_id, by))[1])
    async with transaction():
        at, rows = await _rows(version_id, by)
        if not rows or _seen(rows, await _shown()) != seen:
            raise Taken("guide.import_changed")
        if overtaken := await _overtaken(rows, at):
            titles = [row.content.title for row in rows if row.entry_id in overtaken]
            raise Taken(
                "guide.import_overtaken", count=len(titles), titles=say("pages.comma").join(titles[:MOST_NAMED])
            )
        if await _is_own(rows, by):
            raise NotAllowed("guide.publish_own_import")
        kept = judging.accept(judged, by=by, place_id=None, despite=despite)
        await publishing.publish_together(rows, by=by, judged=judged, despite=kept)
        await _record(rows, by)
        if kept:
            await judging.record_worse(judged, by=by, subject_id=rows[0].id, place_id=None)
    return len(rows)


async def _judged(rows: Iterable[EntryVersion]) -> Judgement:
    """What published questions all of them together would answer worse; never inside a transaction."""
    return await judging.judge(Proposed(row.content, row.entry.place_id) for row in rows)


async def _record(rows: Sequence[EntryVersion], by: Viewer) -> None:
    first, detail = rows[0].id, str(len(rows))
    await record(by, "guide.publish_import", subject="entry_version", subject_id=first, place_id=None, detail=detail)


async def _rows(version_id: int, viewer: Viewer) -> tuple[dt.datetime, list[EntryVersion]]:
    at = (await publishing.version(version_id, viewer=viewer)).imported_at
    if at is None:
        raise NotFound("guide.version_not_found")
    return at, [row for row in await publishing.drafts(viewer=viewer) if row.imported_at == at]


async def _shown() -> Mapping[str, InForce]:
    return {row.key: row for row in await in_force(clock.today())}


async def _overtaken(rows: Sequence[EntryVersion], at: dt.datetime) -> set[int]:
    """The entries of which something was published since the import."""
    since = EntryVersion.filter(
        entry_id__in=[row.entry_id for row in rows], state=VersionState.PUBLISHED, decided_at__gt=at
    )
    return {row.entry_id for row in await since}


def _draft(row: EntryVersion, line: VersionLine, shown: InForce | None, *, is_overtaken: bool) -> ImportedDraft:
    before = shown.content if shown else None
    return ImportedDraft(line, shown is None, tuple(changes_between(before, row.content)), is_overtaken)


def _seen(rows: Iterable[EntryVersion], shown: Mapping[str, InForce]) -> str:
    """What the drafts are and what they replace, in a few characters."""
    parts = [f"{row.id}.{row.version}.{one.version_id if (one := shown.get(row.entry.key)) else 0}" for row in rows]
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:20]


async def _is_own(rows: Iterable[EntryVersion], by: Viewer) -> bool:
    """Whether two people are needed and this one is the first."""
    return rules().two_people_to_publish and bool(await written_by(by, rows))
