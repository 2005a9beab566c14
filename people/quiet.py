"""When residents are not to be disturbed, except by what is urgent."""

from __future__ import annotations

import datetime as dt

from models.clock import local
from models.rules import rules


def is_quiet(now: dt.datetime) -> bool:
    """Whether residents are not to be disturbed now."""
    quiet, time = rules().quiet_hours, local(now).time()
    if quiet.is_overnight:
        return time >= quiet.opens or time < quiet.closes
    return quiet.opens <= time < quiet.closes
