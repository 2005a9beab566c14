"""The figures of mediation equal an independent count over raw rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields

from casework.cases.rates import Share
from casework.mediation import agreements, ending, figures, sessions
from models import clock
from models.mediation import MediationSession
from models.transaction import fetch
from people.viewers import SYSTEM
from tests.casework.cases.recount import recounted_mediations
from tests.casework.mediation.conftest import HOUR, Quarrel


async def lived(quarrel: Quarrel) -> None:
    """One kept after two talks at the committee and one by telephone, one only asked for."""
    made = await quarrel.talking()
    for way in ("meet", "phone"):
        await sessions.meet(made.id, by=quarrel.sun, way=way, at=clock.now() + HOUR, where="调解室")
    quarrel.clock.forward(hours=1)
    first, second, call = await MediationSession.all().order_by("id")
    for session, party in ((first, "applicant"), (first, "other"), (second, "applicant"), (call, "other")):
        await sessions.arrive(session.id, by=quarrel.sun, party=party)
    day = clock.today() + dt.timedelta(days=7)
    await agreements.draft(made.id, by=quarrel.sun, text="说好了", follow_up_on=day)
    for side in (quarrel.wang, quarrel.li):
        await agreements.confirm(made.id, by=side, agreement=1)
    await ending.keep(made.id, by=quarrel.sun)
    await quarrel.apply()


async def test_the_figures_equal_an_independent_count_over_raw_rows(quarrel: Quarrel) -> None:
    await lived(quarrel)
    [line] = await figures.rates(viewer=SYSTEM)
    raw = [await fetch(f"SELECT * FROM {table}") for table in ("mediation", "mediation_step", "mediation_session")]
    given = {one.name: getattr(line, one.name) for one in fields(line)}
    shares = {name: (share.count, share.of) for name, share in given.items() if isinstance(share, Share)}
    assert shares == recounted_mediations(*raw)
    assert shares["agreed"] == (1, 2)
    assert [shares[name] for name in ("no_trip", "one_trip", "more_trips")] == [(0, 2), (1, 2), (1, 2)]
