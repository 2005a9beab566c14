"""Changing the pack: drafted by one, published by another, with the difference shown and everyone who asked told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from tortoise.exceptions import IntegrityError

from casework import answered, guide, judging, misses
from casework.changes import FieldChange, changes_between
from casework.entry_checks import check_entry
from casework.judging import Judgement, Proposed
from casework.snapshots import Overlay
from casework.versions import first_day, in_force_of
from casework.writers import written_by
from courier import signals
from models import clock
from models.entry import Entry, EntryOverlay, EntryVersion, VersionState
from models.entry_content import EntryContent
from models.errors import Invalid, NotAllowed, NotFound, Taken
from models.transaction import fetch_one, transaction
from models.wording import say_refusal
from people.audit import record
from people.permissions import allow
from people.rules import rules_of
from people.scope import must_see, places_for
from people.viewers import Viewer, ViewerKind

TRIES = 3


async def draft(
    content: EntryContent,
    *,
    by: Viewer,
    category_slug: str,
    place_id: int | None = None,
    position: int = 0,
    from_question_id: int | None = None,
    miss_ids: Iterable[int] = (),
) -> EntryVersion:
    """起草: write a new version that nobody sees yet; ``place_id`` for an entry of one neighbourhood only.

    ``miss_ids`` are what it is to answer: once it is published, whoever asked that is told.
    """
    allow(by, "guide.draft", place_id)
    try:
        async with transaction():
            entry = await _entry(content.id, category_slug, place_id=place_id, position=position)
            if entry.place_id != place_id and entry.place_id is not None:
                raise NotFound("guide.not_found", key=content.id)
            version = await _new_version(entry, content, by=by, question_id=from_question_id)
            await _record(by, "guide.draft", version=version, entry=entry)
            await misses.carry(miss_ids, by=by, version_id=version.id, place_id=place_id)
    except IntegrityError as error:
        raise Taken("guide.changed_meanwhile") from error
    return version


async def _entry(key: str, category_slug: str, *, place_id: int | None, position: int) -> Entry:
    found = await Entry.get_or_none(key=key)
    if found is not None:
        return found
    return await Entry.create(
        created_at=clock.now(), key=key, category_slug=category_slug, place_id=place_id, position=position
    )


async def _new_version(entry: Entry, content: EntryContent, *, by: Viewer, question_id: int | None) -> EntryVersion:
    last = await EntryVersion.filter(entry_id=entry.id).order_by("-number").first()
    return await EntryVersion.create(
        created_at=clock.now(),
        entry_id=entry.id,
        number=last.number + 1 if last else 1,
        body=content.model_dump_json(),
        state=VersionState.DRAFT,
        shown_from=first_day(content),
        shown_to=content.valid_to,
        drafted_by_id=by.person_id,
        from_question_id=question_id,
    )


class PackMoved(Taken):
    """The pack changed while a draft was judged against it; to be judged again."""


async def publish(version_id: int, *, by: Viewer, shown_from: dt.date | None = None, despite: str = "") -> EntryVersion:
    """发布: show a draft from a day on, by default when its rule begins; until then the former version stays.

    Somebody else than its writers must do it unless the rules say otherwise, and no published question may be answered
    worse, unless an admin gives a reason (``despite``), which is kept.
    Whoever asked what it answers is told at once, or, where it begins later, on that day by a job.
    """
    for tries_left in reversed(range(TRIES)):
        version, entry = await _draft_and_entry(version_id, by, "guide.publish")
        await _needs_another(version, entry, by)
        day = shown_from or first_day(version.content)
        _check_publishable(version, entry, day)
        judged = await judging.judge([Proposed(version.content, entry.place_id)])
        kept = judging.accept(judged, by=by, place_id=entry.place_id, despite=despite)
        try:
            return await _publish(version, entry, by=by, day=day, judged=judged, despite=kept)
        except PackMoved:
            if not tries_left:
                raise
    raise AssertionError


async def _needs_another(version: EntryVersion, entry: Entry, by: Viewer) -> None:
    """Who wrote any of a draft does not publish it where the place's rules want two people."""
    if rules_of(entry.place_id).two_people_to_publish and await written_by(by, [version]):
        raise NotAllowed("guide.publish_own_draft")


async def _publish(
    version: EntryVersion, entry: Entry, *, by: Viewer, day: dt.date, judged: Judgement, despite: str
) -> EntryVersion:
    told_at = clock.now() if day <= clock.today() else None
    waiting = await answered.waiting_for(version, entry, day=day) if told_at else []
    worse = {"worse_count": len(judged.worse), "worse_reason": despite}
    async with transaction():
        await _decide(version, by, VersionState.PUBLISHED, shown_from=day, told_at=told_at, **worse)
        await _record(by, "guide.publish", version=version, entry=entry)
        if despite:
            await judging.record_worse(judged, by=by, subject_id=version.id, place_id=entry.place_id)
        await bump_revision(judged=judged)
        await misses.tell(waiting, by=by, content=version.content)
    version.shown_from = day
    return version


async def publish_together(drafted: Iterable[EntryVersion], *, by: Viewer, judged: Judgement, despite: str) -> None:
    """全部发布: show several drafts of shared entries, each from when its rule begins, or none of them.

    Whoever asked what they answer is told by day, by a job. They were judged together (``despite`` as accepted).
    """
    ready = [(one, first_day(one.content)) for one in drafted]
    for one, day in ready:
        _allow_decision(by, "guide.publish", one.entry.place_id)
        try:
            _check_publishable(one, one.entry, day)
        except Invalid as refusal:
            raise Invalid("guide.one_of_many", title=one.content.title, why=say_refusal(refusal)) from refusal
    async with transaction():
        for one, day in ready:
            worse = judging.kept_of(one.entry.key, judged, despite=despite)
            await _decide(one, by, VersionState.PUBLISHED, shown_from=day, **worse)
            await _record(by, "guide.publish", version=one, entry=one.entry)
        await bump_revision(judged=judged)


def _check_publishable(version: EntryVersion, entry: Entry, day: dt.date) -> None:
    """The past stays as it was, a version must not end before it begins, and a shared entry must be whole."""
    today = clock.today()
    if day < today:
        raise Invalid("guide.shown_from_past", day=day)
    if version.shown_to is not None and version.shown_to < day:
        raise Invalid("guide.ends_before_shown", day=day, ends=version.shown_to)
    if entry.place_id is None:
        for finding in check_entry(version.content, words=guide.pack_words(), today=today):
            raise Invalid("guide.incomplete", field=finding.field, what=finding.what)


async def refuse(version_id: int, *, by: Viewer, reason: str) -> EntryVersion:
    """退回: turn a draft down with a reason its writer reads."""
    if not reason.strip():
        raise Invalid("guide.refuse_needs_reason")
    version, entry = await _draft_and_entry(version_id, by, "guide.refuse")
    async with transaction():
        await _decide(version, by, VersionState.REFUSED, reason=reason.strip()[:200])
        await _record(by, "guide.refuse", version=version, entry=entry)
    return version


async def withdraw(key: str, *, by: Viewer) -> int:
    """下架: stop showing an entry at once; every version stays in the rows. Gives how many were taken down."""
    entry = await Entry.get_or_none(key=key)
    if entry is None:
        raise NotFound("guide.not_found", key=key)
    _allow_decision(by, "guide.withdraw", entry.place_id)
    async with transaction():
        changed = await EntryVersion.filter(entry_id=entry.id, state=VersionState.PUBLISHED).update(
            state=VersionState.WITHDRAWN, decided_by_id=by.person_id, decided_at=clock.now()
        )
        await record(by, "guide.withdraw", subject="entry", subject_id=entry.id, place_id=entry.place_id)
        await bump_revision()
    return changed


async def overlay(key: str, *, by: Viewer, place_id: int, body: Overlay) -> None:
    """本居委信息: set a neighbourhood's own where-to-go and remark on an entry, without copying it."""
    allow(by, "guide.overlay", place_id)
    entry = await Entry.get_or_none(key=key)
    if entry is None or entry.place_id not in (None, place_id):
        raise NotFound("guide.not_found", key=key)
    async with transaction():
        await EntryOverlay.update_or_create(
            entry_id=entry.id,
            place_id=place_id,
            defaults={"body": body.model_dump_json(), "created_at": clock.now()},
        )
        await record(by, "guide.overlay", subject="entry", subject_id=entry.id, place_id=place_id)
        await bump_revision()


async def drafts(*, viewer: Viewer) -> list[EntryVersion]:
    """Drafts waiting for a decision that the viewer may see, oldest first, with their entries."""
    places = places_for(viewer, "guide.draft")
    waiting = EntryVersion.filter(state=VersionState.DRAFT).select_related("entry").order_by("id")
    rows = await waiting
    return [row for row in rows if places is None or (places and row.entry.place_id in {None, *places})]


async def version(version_id: int, *, viewer: Viewer) -> EntryVersion:
    """One version with its entry, for staff who may draft there."""
    found = await EntryVersion.get_or_none(id=version_id).select_related("entry")
    if found is None:
        raise NotFound("guide.version_not_found")
    if found.entry.place_id is not None:
        must_see(viewer, "guide.draft", found.entry.place_id, thing="guide")
    elif not places_for(viewer, "guide.draft") and viewer.kind is not ViewerKind.SYSTEM:
        raise NotFound("guide.version_not_found")
    return found


async def difference(version_id: int, *, viewer: Viewer) -> list[FieldChange]:
    """What a version changes against what is published now, field by field."""
    found = await version(version_id, viewer=viewer)
    base = await published_now(found.entry.key)
    return changes_between(base, found.content)


async def published_now(key: str) -> EntryContent | None:
    """What an entry says today, or None where nothing is shown."""
    shown = await in_force_of(key, clock.today())
    return shown.content if shown else None


async def bump_revision(*, judged: Judgement | None = None) -> None:
    """Tell every process that what residents see has changed; PackMoved where that was judged by another revision."""
    row = await fetch_one(
        "INSERT INTO pack_revision (created_at, name, number) VALUES ($1, 'pack', 1)"
        " ON CONFLICT (name) DO UPDATE SET number=pack_revision.number+1 RETURNING number",
        clock.now(),
    )
    assert row is not None
    if judged is not None and row["number"] != judged.revision + 1:
        raise PackMoved("guide.pack_moved")
    signals.publish(signals.PACK)


async def _draft_and_entry(version_id: int, by: Viewer, verb: str) -> tuple[EntryVersion, Entry]:
    found = await EntryVersion.get_or_none(id=version_id).select_related("entry")
    if found is None:
        raise NotFound("guide.version_not_found")
    _allow_decision(by, verb, found.entry.place_id)
    return found, found.entry


def _allow_decision(by: Viewer, verb: str, place_id: int | None) -> None:
    """An entry that every neighbourhood shows is not one neighbourhood's to change."""
    allow(by, "guide.decide_shared" if place_id is None else verb, place_id)


async def _decide(version: EntryVersion, by: Viewer, state: VersionState, **changes: object) -> None:
    changed = await EntryVersion.filter(id=version.id, state=VersionState.DRAFT, version=version.version).update(
        state=state, decided_by_id=by.person_id, decided_at=clock.now(), version=version.version + 1, **changes
    )
    if changed != 1:
        raise Taken("guide.already_decided")
    version.state = state


async def _record(by: Viewer, verb: str, *, version: EntryVersion, entry: Entry) -> None:
    await record(by, verb, subject="entry_version", subject_id=version.id, place_id=entry.place_id)
