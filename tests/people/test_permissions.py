"""Who may do what, walked pair by pair against a list kept by hand (tests/permissions.csv)."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from models.errors import NotAllowed
from models.person import RoleName
from people.permissions import PERMISSIONS, allow, may, may_somewhere
from people.viewers import SYSTEM, Held, Viewer, ViewerKind, guest

HERE, ELSEWHERE = 1, 2
TABLE = Path(__file__).parent.parent / "permissions.csv"


def viewer(who: str, place_id: int) -> Viewer:
    """Somebody holding one role in a place."""
    if who == "system":
        return SYSTEM
    if who == "guest":
        return guest(place_id)
    if who == "known":
        return Viewer(ViewerKind.PERSON, 7, place_id)
    return Viewer(ViewerKind.PERSON, 7, place_id, roles=frozenset({Held(RoleName(who), place_id)}))


def expected() -> dict[str, dict[str, str]]:
    """The hand-kept list: verb -> role -> ``no``, or over what it reaches; ``yes``: what lies in their place."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row.pop("verb"): row for row in csv.DictReader(file)}


def test_every_verb_is_in_the_hand_kept_list_and_none_more() -> None:
    assert set(expected()) == set(PERMISSIONS)


def test_every_role_is_in_the_hand_kept_list() -> None:
    for row in expected().values():
        assert set(row) == {"guest", "known", "system", *(role.value for role in RoleName)}


def wrong(does: Callable[[str, str], bool], wanted: Callable[[str, str], bool]) -> dict[str, list[str]]:
    """By verb the columns of the list in which what was found is not what is wanted of a cell; ``does`` takes who and
    the verb, ``wanted`` who and the cell."""
    rows = {
        verb: [who for who, cell in row.items() if does(who, verb) is not wanted(who, cell)]
        for verb, row in expected().items()
    }
    return {verb: people for verb, people in rows.items() if people}


def test_each_role_may_do_what_the_list_says_in_its_own_place() -> None:
    """What was sent is not reached by where it lies."""
    found = wrong(lambda who, verb: may(viewer(who, HERE), verb, HERE), lambda _, cell: cell not in ("no", "sent"))
    assert found == {}


def test_what_lies_in_a_place_is_not_reached_without_naming_the_place() -> None:
    reach = {"own": True, "sent": True, "looked_up": True, "below": True, "shared": True}
    found = wrong(
        lambda who, verb: may(viewer(who, HERE), verb, None),
        lambda who, cell: reach.get(cell, who == "system" and cell == "yes"),
    )
    assert found == {}


def test_only_who_may_do_something_may_do_it_somewhere() -> None:
    found = wrong(lambda who, verb: may_somewhere(viewer(who, HERE), verb), lambda _, cell: cell != "no")
    assert found == {}


def test_nobody_but_the_system_may_do_anything_elsewhere() -> None:
    found = wrong(
        lambda who, verb: who != "system" and may(viewer(who, HERE), verb, ELSEWHERE), lambda _who, _cell: False
    )
    assert found == {}


def test_an_admin_of_a_neighbourhood_adds_no_district() -> None:
    assert not may(viewer("admin", HERE), "place.add", None)


def test_an_unknown_verb_is_denied() -> None:
    assert not may(SYSTEM, "case.burn", HERE)
    with pytest.raises(NotAllowed):
        allow(viewer("admin", HERE), "case.burn", HERE)
