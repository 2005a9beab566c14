"""The numbers a community sets: read from its folder, and refused by name when they are wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.working_days import DayKind, kind_of
from models.errors import Invalid
from models.rule_shapes import Shift
from models.rules import Rules, holidays, in_force, load, rules

SHIPPED = Path(__file__).parent.parent.parent / "community"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Whatever a test loads is put away again."""
    with in_force(rules(), holidays()):
        yield


def write(folder: Path, *, rules_text: str = "", holidays_text: str = "") -> Path:
    """A community folder with these two files."""
    (folder / "rules.toml").write_text(rules_text, encoding="utf-8")
    (folder / "holidays.toml").write_text(holidays_text, encoding="utf-8")
    return folder


def test_the_shipped_file_says_every_default_so_that_staff_can_see_it() -> None:
    assert load(SHIPPED) == Rules()
    named = (SHIPPED / "rules.toml").read_text(encoding="utf-8")
    assert [name for name in Rules.model_fields if name not in named] == []


def test_a_folder_without_files_has_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path) == Rules()


def test_what_the_file_says_holds(tmp_path: Path) -> None:
    load(write(tmp_path, rules_text='first_answer_hours = 4\n[desk_hours]\nworking_day = ["18:00-02:00"]'))
    assert rules().first_answer_hours == 4
    assert rules().desk_hours.working_day == (Shift(opens=dt.time(18), closes=dt.time(2)),)


def test_a_day_of_the_communitys_own_holds(tmp_path: Path) -> None:
    load(write(tmp_path, holidays_text='[[days]]\nday = 2027-02-08\nworks = false\nname = "春节"'))
    assert kind_of(dt.date(2027, 2, 8)).kind is DayKind.PUBLIC_HOLIDAY
    assert not kind_of(dt.date(2027, 2, 8)).is_assumed


WRONG = [
    ("first_answer_hour = 2", "first_answer_hour"),
    ("done_days = 0", "done_days"),
    ("[desk_hours]\nworking_day = []", "desk_hours.working_day"),
    ('[desk_hours]\nworking_day = ["half past eight"]', "desk_hours.working_day.0"),
    ('[limits]\nmessages = "many"', "limits.messages"),
    ("[keep]\ninbox_days = 6", "keep.inbox_days"),
    ("[keep]\noriginals_days = 731", "keep"),
    ("[keep]\noriginals_days = 15", ""),
]


@pytest.mark.parametrize(("text", "at"), WRONG)
def test_a_wrong_line_is_named_and_the_old_rules_stay(tmp_path: Path, text: str, at: str) -> None:
    before = rules()
    with pytest.raises(Invalid) as refusal:
        load(write(tmp_path, rules_text=text))
    assert (refusal.value.facts["file"], refusal.value.facts["at"]) == ("rules.toml", at)
    assert rules() == before


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refusal:
        load(write(tmp_path, holidays_text="days = ["))
    assert refusal.value.facts["file"] == "holidays.toml"
