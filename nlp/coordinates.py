"""A point on the map in words, as chats send it, 【位置】柳荫路1号（31.23042, 121.47370）: its name, its degrees."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_HIDDEN = "**"
_DEGREES = re.compile(r"[（(]?\s*(-?\d{1,2}\.\d{3,8})\s*[,，]\s*(-?\d{1,3}\.\d{3,8})\s*[）)]?")
_HEAD = re.compile(r"^【[^】]{1,4}】")
METRES_A_DEGREE = 111_195
"""Of latitude, on a sphere of 6371 km."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place as it was sent: what it is called ('' where it has no name), and where it is, in degrees."""

    name: str
    latitude: float
    longitude: float


def point_in(text: str) -> Point | None:
    """The first point that a text names; None where there is none on this earth."""
    found = _DEGREES.search(text)
    if found is None:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return Point(_HEAD.sub("", without_degrees(text, hidden="")).strip(), latitude, longitude)


def point_at(latitude: float, longitude: float) -> Point:
    """A point without a name, to about a metre: what a telephone says beyond that is no truer."""
    return Point("", round(latitude, 5), round(longitude, 5))


def without_degrees(text: str, *, hidden: str = _HIDDEN) -> str:
    """The text with every pair of degrees hidden."""
    return _DEGREES.sub(hidden, text)


def metres(one: Point, other: Point) -> float:
    """How far two points are apart, in metres, as the crow flies; right to a few percent within a city."""
    north = (one.latitude - other.latitude) * METRES_A_DEGREE
    narrower = math.cos(math.radians((one.latitude + other.latitude) / 2))
    return math.hypot(north, (one.longitude - other.longitude) * METRES_A_DEGREE * narrower)
