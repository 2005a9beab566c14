"""The figures of cases: shares per place, unit or kind, 'done' beside 'solved', one share compared, and the topics of
the week."""

from __future__ import annotations

from aiohttp import web

from casework import missed_topics
from casework.cases import hot_topics, rates
from casework.cases.rates import Grouping, HotlineShare
from casework.mediation import figures as mediation_figures
from portal.staff import staff_page, worker

SPANS = (30, 90, 365)
"""How many days back may be looked."""


async def show(request: web.Request) -> web.Response:
    """办件指标."""
    viewer = (await worker(request, "figures.read")).viewer
    by, days = _by(request.query.get("by", "")), _days(request.query.get("days", ""))
    return await staff_page(
        request,
        "staff/case_figures.html",
        rates=await rates.rates(by, viewer=viewer, days=days),
        topics=await hot_topics.topics(viewer=viewer),
        missed=await missed_topics.missed(viewer=viewer),
        mediations=await mediation_figures.rates(viewer=viewer, days=days),
        by=by,
        groupings=await rates.groupings(viewer=viewer),
        days=days,
        spans=SPANS,
        share=_share(request.query.get("share", "")),
        shares=tuple(HotlineShare),
    )


def _by(text: str) -> Grouping:
    return Grouping(text) if text in {*Grouping} else Grouping.PLACE


def _share(text: str) -> HotlineShare:
    return HotlineShare(text) if text in {*HotlineShare} else HotlineShare.RESPONDED


def _days(text: str) -> int:
    return next((days for days in SPANS if str(days) == text), SPANS[0])
