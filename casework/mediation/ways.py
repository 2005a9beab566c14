"""下一步能去哪里: the ways out of a mediation that was not settled, or was not kept, each with its days.

What is certain stands in the policy pack, to which each way leads; a day here is only ever counted from a day of this
mediation by the number of days the pack gives.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.loop import CALLED_OFF, DECLINED, FAILED, KEPT, SIGNED
from casework.mediation.settings import WayOut, mediating
from models import clock
from models.mediation import Mediation
from models.wording import say, say_date


@dataclass(frozen=True, slots=True)
class Way:
    """A way from here: its words, with its day in them, and the entry that says the rest ('' where there is none)."""

    key: str
    name: str
    words: str
    entry: str
    day: dt.date


_AFTER = {FAILED: "failed", DECLINED: "failed", SIGNED: "signed"}


def ways(mediation: Mediation, *, is_broken: bool = False) -> tuple[Way, ...]:
    """Where to from here, in the order of the community's file; none while it goes on, or all is well. ``is_broken``: a
    side says that what was agreed is not kept, while it is followed up."""
    if mediation.state in {KEPT, CALLED_OFF}:
        return ()
    after = _AFTER.get(mediation.state, "")
    kind = "broken" if is_broken or (after == "failed" and mediation.signed_at is not None) else after
    return tuple(_way(one, mediation) for one in mediating().ways if kind in one.after)


def _way(one: WayOut, mediation: Mediation) -> Way:
    begins = _begins(one, mediation)
    day = begins + dt.timedelta(days=one.days)
    facts = {"begins": say_date(begins), "day": say_date(day)}
    name, words = say(f"mediation.out.{one.key}.name"), say(f"mediation.out.{one.key}.words", **facts)
    return Way(one.key, name, words, one.entry, day)


def _begins(one: WayOut, mediation: Mediation) -> dt.date:
    """The day of this mediation from which the days run."""
    moments = {"asked": mediation.created_at, "signed": mediation.signed_at, "ended": mediation.closed_at}
    return clock.local(moments[one.counts] or clock.now()).date()


def in_words(mediation: Mediation, *, is_broken: bool = False) -> str:
    """The ways in lines, for a letter."""
    found = ways(mediation, is_broken=is_broken)
    return "\n".join(say("mediation.out.line", name=one.name, words=one.words) for one in found)
