"""Who wrote any of a version: whoever drafted it, changed it since, or imported it, as the audit log keeps it."""

from __future__ import annotations

from collections.abc import Iterable

from models.entry import EntryVersion
from models.transaction import fetch
from people.viewers import Viewer, ViewerKind


async def written_by(viewer: Viewer, rows: Iterable[EntryVersion]) -> frozenset[int]:
    """Ids of those versions of which a person wrote any part, also where somebody else changed it afterwards."""
    if viewer.kind is not ViewerKind.PERSON or not (rows := list(rows)):
        return frozenset()
    ids = ", ".join(str(row.id) for row in rows)
    lines = await fetch(
        "SELECT DISTINCT subject_id FROM audit_line WHERE subject='entry_version' AND actor_id=$1"
        f" AND verb IN ('guide.draft', 'guide.redraft') AND subject_id IN ({ids})",
        viewer.person_id,
    )
    last = {row.id for row in rows if row.drafted_by_id == viewer.person_id}
    return frozenset(last | {line["subject_id"] for line in lines})
