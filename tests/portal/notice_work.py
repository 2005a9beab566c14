"""Notices of the tests' neighbourhood: one on top of its board, for everybody, which one person has not read."""

from __future__ import annotations

import datetime as dt

from forum.notices import sending, writing
from forum.notices.writing import NewNotice
from models import clock
from people import places
from people.viewers import SYSTEM, viewer_of


async def fill(lead_id: int) -> dict[str, str]:
    """One that went out."""
    lead = await viewer_of(lead_id)
    assert lead is not None
    until = clock.now() + dt.timedelta(days=3)
    new = NewNotice("周六上午八点到十一点停水，请提前存水。", title="停水通知", pinned_until=until)
    made = await writing.publish(new, by=lead, place_id=places.home_place_id())
    await sending.send_due(by=SYSTEM)
    return {"notice": str(made.id)}
