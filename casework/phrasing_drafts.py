"""加进问法: a question that found its entry only by choice becomes a way of asking for it, in a draft."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace

from casework import editing, guide, phrasings
from casework.guide import Category
from casework.pack_findings import Finding
from casework.phrasing_checks import Phrasing, check_added
from models.entry import EntryVersion, VersionState
from models.entry_content import EntryContent
from models.errors import Invalid, Taken
from models.transaction import execute, transaction
from models.wording import say
from people.audit import record
from people.viewers import Viewer


async def add(candidate_id: int, *, by: Viewer) -> EntryVersion:
    """加进问法: into one's own waiting draft of the entry, or a new one, which somebody else publishes.

    Refused where ``packs check`` would find fault with it, and where a colleague's draft waits: whoever writes into it
    could not publish it any more.
    """
    found = await phrasings.seen(candidate_id, by=by, verb="phrasing.add")
    await phrasings.must_be_open(found.id)
    entry = await editing.editable(found.entry_key, viewer=by)
    waiting = await _waiting_draft(found.entry_key, by)
    content = waiting.content if waiting else entry.content
    shown = await guide.categories(viewer=by, place_id=found.place_id)
    await _check(found.text, content, shown=shown)
    added = content.model_copy(update={"phrasings": [*content.phrasings, found.text]})
    async with transaction():
        if waiting:
            version = await editing.redraft(waiting.id, added, by=by, seen_version=waiting.version)
        else:
            version = await editing.draft_change(added, by=by, seen_number=entry.number)
        await _settle(found.id, version)
        await record(by, "phrasing.add", subject="phrasing", subject_id=found.id, place_id=found.place_id)
    return version


async def _waiting_draft(key: str, by: Viewer) -> EntryVersion | None:
    found = await EntryVersion.filter(entry__key=key, state=VersionState.DRAFT).order_by("-number").first()
    if found is not None and found.drafted_by_id not in (None, by.person_id):
        raise Taken("phrasing.draft_waits")
    return found


async def _check(text: str, content: EntryContent, *, shown: Iterable[Category]) -> None:
    """Refuse with the first thing that is wrong; beside everything shown where it was asked, in a thread."""
    pack = {entry.key: entry.content for category in shown for entry in category.entries} | {content.id: content}
    others = [Phrasing("", key, one) for key, entry in pack.items() for one in entry.phrasings]
    new = Phrasing("", content.id, text)
    for finding in await asyncio.to_thread(check_added, new, others, words=guide.pack_words()):
        named = _by_titles(finding, {key: entry.title for key, entry in pack.items()})
        raise Invalid("phrasing.unfit", what=named.what, hint=named.hint)


def _by_titles(finding: Finding, titles: Mapping[str, str]) -> Finding:
    """A finding that calls entries as its readers do."""
    keys = {name: str(finding.facts[name]).split() for name in ("entry", "entries") if name in finding.facts}
    named = {name: say("pages.comma").join(titles[key] for key in given) for name, given in keys.items()}
    return replace(finding, facts={**finding.facts, **named})


async def _settle(candidate_id: int, version: EntryVersion) -> None:
    sql = f"UPDATE phrasing SET draft_id=$1 WHERE id=$2 AND {phrasings.OPEN}"
    if await execute(sql, version.id, candidate_id) != 1:
        raise Taken("phrasing.settled")
