"""Points on the map in words: the name apart, the degrees hidden, and how far two are apart."""

from __future__ import annotations

import pytest

from nlp.coordinates import Point, metres, point_in
from nlp.discreet import where_for_neighbours


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("【位置】柳荫路1号（31.23042, 121.47370）", Point("柳荫路1号", 31.23042, 121.4737)),
        ("【位置】（-31.230, 121.47370）", Point("", -31.23, 121.4737)),
        ("3号楼402", None),
        ("【位置】（91.00000, 121.47370）", None),
        ("水费 31.25，120 元", None),
    ],
)
def test_a_point_is_read_out_of_words(text: str, point: Point | None) -> None:
    assert point_in(text) == point


def test_neighbours_read_no_degrees() -> None:
    assert where_for_neighbours("【位置】柳荫路1号（31.23042, 121.47370）") == "【位置】柳荫路1号**"


def test_distances_are_right_within_a_city() -> None:
    one = Point("", 31.23042, 121.4737)
    assert metres(one, one) == 0
    assert round(metres(one, Point("", 31.24042, 121.4737))) == 1112
    assert round(metres(one, Point("", 31.23042, 121.4837))) == 951
