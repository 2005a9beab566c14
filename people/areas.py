"""The exclusive area of a home (专有部分面积): typed in square metres, kept in hundredths of one."""

from __future__ import annotations

import re

from models.errors import Invalid, NotFound
from models.transaction import execute, fetch_one, transaction
from nlp.normalise import normalise
from people.audit import record
from people.scope import must_see
from people.viewers import Viewer

MOST = 10_000_000
"""A hundred thousand square metres."""
_TYPED = re.compile(r"(\d{1,6})(?:\.(\d{1,2}))?(?:平方米|平米|㎡|m2|平方)?")


def area_of(text: str) -> int | None:
    """``89.5`` or ``89.50 平方米`` in hundredths of a square metre; None where it is no area."""
    found = _TYPED.fullmatch("".join(normalise(text[:40]).split()))
    area = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else 0
    return area if 0 < area <= MOST else None


def square_metres(area: int) -> str:
    """Hundredths of a square metre as square metres: ``89.50``."""
    return f"{area // 100}.{area % 100:02}"


async def set_area(home_id: int, *, by: Viewer, area: str) -> None:
    """登记面积: of a home, as it is typed; '' where it is not known any longer."""
    row = await fetch_one("SELECT place_id FROM home WHERE id=$1", home_id)
    if row is None:
        raise NotFound("home.not_found")
    must_see(by, "home.set_area", row["place_id"], thing="home")
    found = area_of(area)
    if found is None and area.strip():
        raise Invalid("home.area")
    async with transaction():
        await execute("UPDATE home SET area=$1 WHERE id=$2", found, home_id)
        detail = square_metres(found) if found else ""
        await record(by, "home.set_area", subject="home", subject_id=home_id, place_id=row["place_id"], detail=detail)
