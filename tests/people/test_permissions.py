"""Who may do what, walked pair by pair against a list kept by hand (tests/permissions.csv)."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from models.errors import NotAllowed
from models.person import RoleName
from people.permissions import PERMISSIONS, allow, may
from people.viewers import SYSTEM, Held, Viewer, ViewerKind, guest

HERE, ELSEWHERE = 1, 2
TABLE = Path(__file__).parent.parent / "permissions.csv"


def viewer(who: str, place_id: int) -> Viewer:
    """Somebody holding one role in a place."""
    if who == "system":
        return SYSTEM
    if who == "guest":
        return guest(place_id)
    return Viewer(ViewerKind.PERSON, 7, place_id, roles=frozenset({Held(RoleName(who), place_id)}))


def expected() -> dict[str, dict[str, bool]]:
    """The hand-kept list: verb -> role -> allowed."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row.pop("verb"): {who: cell == "yes" for who, cell in row.items()} for row in csv.DictReader(file)}


def test_every_verb_is_in_the_hand_kept_list_and_none_more() -> None:
    assert set(expected()) == set(PERMISSIONS)


def test_every_role_is_in_the_hand_kept_list() -> None:
    for row in expected().values():
        assert set(row) == {"guest", "system", *(role.value for role in RoleName)}


@pytest.mark.parametrize("verb", sorted(expected()))
def test_each_role_may_do_what_the_list_says_in_its_own_place(verb: str) -> None:
    found = {who: may(viewer(who, HERE), verb, HERE) for who in expected()[verb]}
    assert found == expected()[verb]


@pytest.mark.parametrize("verb", sorted(expected()))
def test_nobody_but_the_system_may_do_anything_elsewhere(verb: str) -> None:
    people = [who for who in expected()[verb] if who != "system"]
    assert [who for who in people if may(viewer(who, HERE), verb, ELSEWHERE)] == []


def test_an_unknown_verb_is_denied() -> None:
    assert not may(SYSTEM, "case.burn", HERE)
    with pytest.raises(NotAllowed):
        allow(viewer("admin", HERE), "case.burn", HERE)
