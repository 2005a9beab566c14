"""Telling those whose question a published entry now answers: once for each version."""

from __future__ import annotations

import asyncio
import datetime as dt

from casework import misses
from casework.bare_wishes import matter_of
from casework.versions import in_force_of
from models import clock
from models.conversation import Miss
from models.entry import Entry, EntryVersion, VersionState
from models.question import Question
from models.transaction import transaction
from nlp.similar import near
from people.viewers import Viewer

LOOK_BACK_DAYS = 7
DAY = dt.timedelta(days=1)


async def waiting_for(version: EntryVersion, entry: Entry, *, day: dt.date) -> list[Miss]:
    """Open misses that a version answers from ``day`` on: those it was written for, and those near what it adds."""
    waiting = await misses.still_open(entry.place_id)
    wanted = [*await _added(version, entry, day=day), *await _question(version)]
    texts = [miss.text for miss in waiting]
    alike = set(await asyncio.to_thread(near, texts, wanted))
    return [miss for place, miss in enumerate(waiting) if place in alike or _was_written_for(version, miss)]


def _was_written_for(version: EntryVersion, miss: Miss) -> bool:
    asked = version.from_question_id
    return miss.draft_id == version.id or (asked is not None and miss.question_id == asked)


async def _added(version: EntryVersion, entry: Entry, *, day: dt.date) -> list[str]:
    """The ways of asking that nobody was shown the day before."""
    before = await in_force_of(entry.key, day - DAY)
    known = set(before.content.phrasings) if before else set()
    return [text for text in version.content.phrasings if text not in known]


async def _question(version: EntryVersion) -> list[str]:
    """The question at the desk that the entry was made of."""
    question = await Question.get_or_none(id=version.from_question_id) if version.from_question_id else None
    asked = matter_of(question.text) if question else ""
    return [asked] if asked else []


async def tell_of_begun(*, by: Viewer) -> int:
    """回告: tell of versions that began without it: published ahead or by an import; gives how many heard.

    Runs by day. Of each version is told once, so it looks back a week in case some mornings were missed.
    """
    today = clock.today()
    begun = EntryVersion.filter(
        state=VersionState.PUBLISHED,
        told_at=None,
        shown_from__gt=today - LOOK_BACK_DAYS * DAY,
        shown_from__lte=today,
    )
    return sum([await _tell(version, by=by) for version in await begun.order_by("id").select_related("entry")])


async def _tell(version: EntryVersion, *, by: Viewer) -> int:
    """Tell of one version, in the words of what is shown now."""
    shown = await in_force_of(version.entry.key, clock.today())
    found = await waiting_for(version, version.entry, day=version.shown_from) if shown else []
    async with transaction():
        told = await EntryVersion.filter(id=version.id, told_at=None).update(told_at=clock.now())
        if shown is None or not told:
            return 0
        return await misses.tell(found, by=by, content=shown.content)
