"""What a case brings its reporter: points when it was checked, taken back when it no longer counts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from casework.asker import since_bound
from models.case import Case
from models.point import BackReason
from models.transaction import fetch_one
from nlp.normalise import normalise
from people import points
from people.points import CheckedReport
from people.viewers import SYSTEM

_ENDS: Mapping[str, BackReason] = {
    "case.refuse": BackReason.REFUSED,
    "case.withdraw": BackReason.WITHDRAWN,
    "case.merge": BackReason.MERGED,
}
_FIRST = (
    "SELECT COALESCE(r.person_id, c.person_id) AS person_id FROM case_reporter r"
    " LEFT JOIN conversation v ON v.id=r.conversation_id LEFT JOIN contact c ON c.id=v.contact_id"
    f" AND {since_bound('r')} WHERE r.case_id=$1 AND r.is_first AND r.left_at IS NULL ORDER BY r.id LIMIT 1"
)


async def settle(case: Case, verb: str) -> None:
    """Give or take back what a verb on a case brings, in its transaction."""
    if verb == "case.check":
        await _give(case)
    elif verb in _ENDS:
        await points.take_back_of_case(case.id, by=SYSTEM, reason=_ENDS[verb])


async def _give(case: Case) -> None:
    """To the first who reported it, where they are known by name and did not withdraw."""
    row = await fetch_one(_FIRST, case.id)
    if row is None or row["person_id"] is None:
        return
    checked = CheckedReport(
        case.place_id, row["person_id"], case.id, spot_of(case), case.kind_key, reported_at=case.created_at
    )
    await points.give(checked, by=SYSTEM)


def spot_of(case: Case) -> str:
    """The place that a case is about: its building; otherwise what was written of where, and the estate, unreadably;
    where nothing was written, no other case has it."""
    if case.building_id is not None:
        return f"b{case.building_id}"
    where = normalise(case.where_text)
    if not where:
        return f"c{case.id}"
    written = hashlib.sha256(where.encode()).hexdigest()[:32]
    return f"e{case.estate_id or 0}:{written}"
