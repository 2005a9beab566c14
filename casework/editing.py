"""What an editor of the pack starts from and leaves behind: an entry as it stands, its versions, and drafts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework import publishing
from casework.versions import first_day
from casework.writers import written_by
from models.entry import Entry, EntryVersion, VersionState
from models.entry_content import EntryContent
from models.errors import NotFound, Taken, WrongState
from models.person import Person
from models.transaction import transaction
from people.audit import record
from people.permissions import allow, may
from people.scope import places_for
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Editable:
    """An entry as an editor takes it up, without a neighbourhood's own where-to-go; ``number`` is its last version."""

    content: EntryContent
    category_slug: str
    place_id: int | None
    position: int
    number: int
    is_shown: bool


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of an entry: who wrote it, who decided on it and why."""

    id: int
    key: str
    title: str
    number: int
    state: VersionState
    place_id: int | None
    writer: str
    written_at: dt.datetime
    decider: str
    decided_at: dt.datetime | None
    reason: str
    shown_from: dt.date
    from_question_id: int | None
    imported_at: dt.datetime | None
    version: int
    worse_count: int
    worse_reason: str
    is_own: bool


async def _entry(key: str, viewer: Viewer) -> Entry:
    found = await Entry.get_or_none(key=key)
    places = places_for(viewer, "guide.draft")
    if found is None or (places is not None and (not places or found.place_id not in {None, *places})):
        raise NotFound("guide.not_found", key=key)
    return found


async def editable(key: str, *, viewer: Viewer) -> Editable:
    """An entry for its editor: what is shown today, or its newest version where nothing is."""
    entry = await _entry(key, viewer)
    last = await EntryVersion.filter(entry_id=entry.id).order_by("-number").first()
    shown = await publishing.published_now(entry.key)
    if last is None:
        raise NotFound("guide.not_found", key=key)
    return Editable(
        content=shown or last.content,
        category_slug=entry.category_slug,
        place_id=entry.place_id,
        position=entry.position,
        number=last.number,
        is_shown=shown is not None,
    )


async def draft_change(content: EntryContent, *, by: Viewer, seen_number: int) -> EntryVersion:
    """起草: a new version of an entry that exists; Taken when somebody wrote another since this one was taken up."""
    async with transaction():
        entry = await editable(content.id, viewer=by)
        if entry.number != seen_number:
            raise Taken("guide.changed_meanwhile")
        return await publishing.draft(
            content, by=by, category_slug=entry.category_slug, place_id=entry.place_id, position=entry.position
        )


async def redraft(version_id: int, content: EntryContent, *, by: Viewer, seen_version: int) -> EntryVersion:
    """改草稿: replace what a draft says. Who does so is among its writers, none of whom publishes it."""
    async with transaction():
        found = await publishing.version(version_id, viewer=by)
        allow(by, "guide.draft", found.entry.place_id)
        if found.state is not VersionState.DRAFT:
            raise WrongState("guide.already_decided")
        values = {"body": content.model_dump_json(), "shown_to": content.valid_to, "drafted_by_id": by.person_id}
        values["shown_from"] = first_day(content)
        changed = await EntryVersion.filter(id=found.id, state=VersionState.DRAFT, version=seen_version).update(
            **values, version=seen_version + 1
        )
        if changed != 1:
            raise Taken("guide.changed_meanwhile")
        await record(by, "guide.redraft", subject="entry_version", subject_id=found.id, place_id=found.entry.place_id)
    return await publishing.version(version_id, viewer=by)


async def waiting(*, viewer: Viewer) -> list[VersionLine]:
    """Drafts that wait for a decision, oldest first."""
    return await lines_of(await publishing.drafts(viewer=viewer), viewer=viewer)


async def history(key: str, *, viewer: Viewer) -> list[VersionLine]:
    """Every version of an entry, the newest first."""
    entry = await _entry(key, viewer)
    rows = await EntryVersion.filter(entry_id=entry.id).order_by("-number").select_related("entry")
    return await lines_of(rows, viewer=viewer)


async def version_line(version_id: int, *, viewer: Viewer) -> VersionLine:
    """One version as shown."""
    return (await lines_of([await publishing.version(version_id, viewer=viewer)], viewer=viewer))[0]


async def lines_of(rows: list[EntryVersion], *, viewer: Viewer) -> list[VersionLine]:
    """Versions as shown; each has its entry."""
    ids = {row.drafted_by_id for row in rows} | {row.decided_by_id for row in rows}
    people = await Person.filter(id__in=[one for one in ids if one is not None])
    names = {person.id: person.shown_name for person in people}
    own = await written_by(viewer, rows)
    return [_line(row, names, is_own=row.id in own) for row in rows]


def _line(row: EntryVersion, names: dict[int, str], *, is_own: bool) -> VersionLine:
    return VersionLine(
        id=row.id,
        key=row.entry.key,
        title=row.content.title,
        number=row.number,
        state=row.state,
        place_id=row.entry.place_id,
        writer=names.get(row.drafted_by_id or 0, ""),
        written_at=row.created_at,
        decider=names.get(row.decided_by_id or 0, ""),
        decided_at=row.decided_at,
        reason=row.reason,
        shown_from=row.shown_from,
        from_question_id=row.from_question_id,
        imported_at=row.imported_at,
        version=row.version,
        worse_count=row.worse_count,
        worse_reason=row.worse_reason,
        is_own=is_own,
    )


def may_decide(viewer: Viewer, place_id: int | None) -> bool:
    """Whether the viewer may publish or refuse drafts of a place's own entries, or (None) of those everybody shows."""
    return may(viewer, "guide.decide_shared" if place_id is None else "guide.publish", place_id)
