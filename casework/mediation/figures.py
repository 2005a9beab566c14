"""调解指标: how mediations of a time went, per place, counted from their steps and arrivals; sums only, never a row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework import figures
from casework.cases.rates import SOON, Share, share, trips_of
from models import clock
from models.transaction import Row, fetch, is_postgres, listed
from people.permissions import allow
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class MediationRates:
    """The figures of one place. ``agreed``: both sides wanted it. ``signed``: of those, both confirmed the agreement.
    ``kept``: of what was signed, found kept at the follow-up. Of the sides of those that were agreed to, by how often
    each came to a talk, or to the desk because of it: ``no_trip``, ``one_trip``, ``more_trips``. What was
    noted at the desk on a day (in Shanghai) on which the same side came to a talk at a place is that visit and counts
    once; two talks are two."""

    place_id: int
    name: str
    asked: int
    agreed: Share
    signed: Share
    kept: Share
    no_trip: Share
    one_trip: Share
    more_trips: Share


_TALK = "{0}.verb='mediation.arrive' AND {0}.facts LIKE '%\"way\": \"meet\"%'"
_SAME_VISIT = (
    "SELECT 1 FROM mediation_step t WHERE t.mediation_id=s.mediation_id AND t.party=s.party AND {talk} AND {days}"
)
_OF_ONE = """
SELECT m.id, m.place_id,
  MAX(CASE WHEN s.verb='mediation.consent_both' THEN 1 ELSE 0 END) AS agreed,
  MAX(CASE WHEN s.verb='mediation.confirm_both' THEN 1 ELSE 0 END) AS signed,
  MAX(CASE WHEN s.verb='mediation.keep' THEN 1 ELSE 0 END) AS kept,
  SUM(CASE WHEN s.party='applicant' AND {came} THEN 1 ELSE 0 END) AS applicant_trips,
  SUM(CASE WHEN s.party='other' AND {came} THEN 1 ELSE 0 END) AS other_trips
FROM mediation m LEFT JOIN mediation_step s ON s.mediation_id=m.id
WHERE m.place_id IN ({here}) AND m.created_at>=$1 AND m.created_at<$2 GROUP BY m.id, m.place_id
"""
_SIDES = "(CASE WHEN o.applicant_trips{0} THEN 1 ELSE 0 END+CASE WHEN o.other_trips{0} THEN 1 ELSE 0 END)*o.agreed"
_RATES = f"""
SELECT o.place_id, COUNT(*) AS asked, SUM(o.agreed) AS agreed, SUM(o.signed) AS signed, SUM(o.kept) AS kept,
  SUM(2*o.agreed) AS sides, SUM({_SIDES.format("=0")}) AS no_trip, SUM({_SIDES.format("=1")}) AS one_trip,
  SUM({_SIDES.format(">1")}) AS more_trips
FROM ({{of_one}}) o GROUP BY o.place_id ORDER BY o.place_id
"""


def _came() -> str:
    """To a talk at a place; or, on a day without such a talk, to the desk: at a time that was booked, to ask for it, or
    otherwise."""
    day = "({0}.created_at AT TIME ZONE 'Asia/Shanghai')::date" if is_postgres() else "date({0}.created_at, '+8 hours')"
    visit = _SAME_VISIT.format(talk=_TALK.format("t"), days=f"{day.format('t')}={day.format('s')}")
    return f"({_TALK.format('s')} OR (s.verb='mediation.trip' AND NOT EXISTS ({visit})))"


async def rates(*, viewer: Viewer, days: int = 30) -> list[MediationRates]:
    """调解指标: the mediations asked for during the last ``days`` days, place by place; one statement."""
    allow(viewer, "figures.read", None)
    places = {place.id: place.name for place in await figures.neighbourhoods(viewer=viewer)}
    of_one = _OF_ONE.format(here=listed(places), came=_came())
    now = clock.now()
    rows = await fetch(_RATES.format(of_one=of_one), now - dt.timedelta(days=days), now + SOON)
    return [_rates(row, places[row["place_id"]]) for row in rows]


def _rates(row: Row, name: str) -> MediationRates:
    return MediationRates(
        place_id=row["place_id"],
        name=name,
        asked=int(row["asked"]),
        agreed=share(row, "agreed", "asked"),
        signed=share(row, "signed", "agreed"),
        kept=share(row, "kept", "signed"),
        **trips_of(row, "sides"),
    )
