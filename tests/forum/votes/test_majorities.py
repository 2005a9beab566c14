"""Rules at their boundaries: exact fractions, by heads and by area, as 《民法典》第二百七十八条 has them."""

from __future__ import annotations

import pytest

from forum.votes.majorities import Weights, judge, rule_of, rules
from models.errors import Invalid

ROLL = Weights(300, 30_000)


@pytest.mark.parametrize(
    ("rule", "part", "agree", "expected"),
    [
        # Ordinary matters: two thirds take part by both, then more than half of them by both.
        ("owners", (200, 20_000), (101, 10_001), (True, True)),
        ("owners", (200, 20_000), (100, 10_001), (True, False)),
        ("owners", (200, 20_000), (101, 10_000), (True, False)),
        ("owners", (199, 20_000), (199, 20_000), (False, False)),
        ("owners", (200, 19_999), (200, 19_999), (False, False)),
        # Special matters: at least three quarters of those taking part.
        ("owners_special", (200, 20_000), (150, 15_000), (True, True)),
        ("owners_special", (200, 20_000), (149, 15_000), (True, False)),
        ("owners_special", (200, 20_000), (150, 14_999), (True, False)),
        ("owners_special", (300, 30_000), (225, 22_500), (True, True)),
        # Residents' votes by heads alone.
        ("simple", (150, 0), (150, 0), (False, False)),
        ("simple", (151, 0), (76, 0), (True, True)),
        ("simple", (152, 0), (76, 0), (True, False)),
        ("two_thirds", (200, 0), (134, 0), (True, True)),
        ("two_thirds", (200, 0), (133, 0), (True, False)),
        ("advice", (0, 0), (0, 0), (True, False)),
        ("advice", (1, 0), (1, 0), (True, True)),
    ],
)
def test_a_share_is_met_exactly_or_not(
    rule: str, part: tuple[int, int], agree: tuple[int, int], expected: tuple[bool, bool]
) -> None:
    found = judge(rule_of(rule), roll=ROLL, part=Weights(*part), agree=Weights(*agree))
    assert (found.has_turnout, found.passes) == expected


def test_thirds_of_a_roll_that_three_does_not_divide_are_not_rounded() -> None:
    owners, roll = rule_of("owners"), Weights(100, 10_001)
    assert judge(owners, roll=roll, part=Weights(66, 6_668), agree=Weights()).missing_turnout == {"heads": 1, "area": 0}
    assert judge(owners, roll=roll, part=Weights(67, 6_667), agree=Weights()).missing_turnout == {"heads": 0, "area": 1}
    assert judge(owners, roll=roll, part=Weights(67, 6_668), agree=Weights(33, 3_400)).missing_passes == {
        "heads": 1,
        "area": 0,
    }


def test_only_owners_are_counted_by_area() -> None:
    by_area = {key for key, rule in rules().items() if rule.by_area}
    assert by_area == {key for key, rule in rules().items() if rule.legal} == {"owners", "owners_special"}
    with pytest.raises(Invalid):
        rule_of("the loudest")
