"""Who may do what, walked pair by pair against a list kept by hand (tests/permissions.csv)."""

from __future__ import annotations

import csv
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


@pytest.mark.parametrize("verb", sorted(expected()))
def test_each_role_may_do_what_the_list_says_in_its_own_place(verb: str) -> None:
    """What was sent is not reached by where it lies."""
    found = {who: may(viewer(who, HERE), verb, HERE) for who in expected()[verb]}
    assert found == {who: cell not in ("no", "sent") for who, cell in expected()[verb].items()}


@pytest.mark.parametrize("verb", sorted(expected()))
def test_what_lies_in_a_place_is_not_reached_without_naming_the_place(verb: str) -> None:
    found = {who: may(viewer(who, HERE), verb, None) for who in expected()[verb]}
    reach = {"own": True, "sent": True, "looked_up": True, "below": True, "shared": True}
    assert found == {who: reach.get(cell, who == "system" and cell == "yes") for who, cell in expected()[verb].items()}


@pytest.mark.parametrize("verb", sorted(expected()))
def test_only_who_may_do_something_may_do_it_somewhere(verb: str) -> None:
    found = {who: may_somewhere(viewer(who, HERE), verb) for who in expected()[verb]}
    assert found == {who: cell != "no" for who, cell in expected()[verb].items()}


@pytest.mark.parametrize("verb", sorted(expected()))
def test_nobody_but_the_system_may_do_anything_elsewhere(verb: str) -> None:
    people = [who for who in expected()[verb] if who != "system"]
    assert [who for who in people if may(viewer(who, HERE), verb, ELSEWHERE)] == []


def test_an_admin_of_a_neighbourhood_adds_no_district() -> None:
    assert not may(viewer("admin", HERE), "place.add", None)


def test_an_unknown_verb_is_denied() -> None:
    assert not may(SYSTEM, "case.burn", HERE)
    with pytest.raises(NotAllowed):
        allow(viewer("admin", HERE), "case.burn", HERE)
