"""催公布: who leads is told once of each period that was not published in time, by day, where a board is on for it."""

from __future__ import annotations

from casework.once import is_first
from courier import notices
from courier.letters import Letter, Link
from forum import board_list
from forum.notices import affairs
from forum.notices.affairs import BOARDS, Affair
from forum.notices.periods import in_words
from models import clock
from models.transaction import fetch, transaction
from models.wording import say
from people.audit import record
from people.permissions import allow
from people.quiet import is_quiet
from people.viewers import Viewer


async def remind(*, by: Viewer) -> int:
    """Gives how many periods somebody was told of."""
    allow(by, "affair.remind", None)
    if is_quiet(clock.now()):
        return 0
    rows = await fetch("SELECT id FROM place WHERE level='neighbourhood' ORDER BY id")
    return sum([await _remind_in(row["id"], by=by) for row in rows])


async def _remind_in(place_id: int, *, by: Viewer) -> int:
    on = {line.kind.key for line in await board_list.boards(viewer=by, place_id=place_id)}
    if on.isdisjoint(BOARDS):
        return 0
    late = await affairs.late(viewer=by, place_id=place_id)
    return sum([await _tell(one, place_id, by=by) for one in late])


async def _tell(one: Affair, place_id: int, *, by: Viewer) -> bool:
    leads = await _leads(place_id)
    async with transaction():
        if not leads or not await is_first(f"af:{place_id}:{one.key}:{one.owed}"[:60]):
            return False
        text = say("notice.affairs.told_late", name=one.name, period=in_words(one.owed))
        letter = Letter(text, links=(Link(say("notice.affairs.link"), f"/affairs/{one.key}"),))
        for person_id in leads:
            needs = f"affair.publish@{place_id}"
            await notices.tell_person(letter, person_id=person_id, kind="affair.late", needs=needs)
        detail = f"{one.key} {one.owed}"
        await record(by, "affair.remind", subject="place", subject_id=place_id, place_id=place_id, detail=detail)
    return True


async def _leads(place_id: int) -> list[int]:
    rows = await fetch(
        "SELECT DISTINCT r.person_id FROM role r JOIN person p ON p.id=r.person_id WHERE r.place_id=$1"
        " AND r.name='secretary' AND p.is_active ORDER BY r.person_id",
        place_id,
    )
    return [row["person_id"] for row in rows]
