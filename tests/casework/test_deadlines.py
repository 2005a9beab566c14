"""Due times over weekends, the holidays and make-up days of 2026, several shifts and nights."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import holidays as other_calendar
import pytest

from casework.deadlines import Reason, add_working, closed_since, is_assumed, is_open, opens_next, why, worked
from casework.working_days import DayKind, kind_of
from models.clock import SHANGHAI
from models.rule_shapes import DeskHours
from models.rules import DayChange, Holidays, Rules, in_force, rules


def at(text: str) -> dt.datetime:
    """A Shanghai wall time as the UTC moment."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(dt.UTC)


def hours(*shifts: str, rest: tuple[str, ...] = ()) -> Rules:
    """Rules with other shifts."""
    return Rules(desk_hours=DeskHours.model_validate({"working_day": shifts, "day_of_rest": rest}))


TWO_HOURS = [
    ("a plain morning", "2026-03-02 09:10", "2026-03-02 11:10"),
    ("ends exactly at noon's closing", "2026-03-02 09:30", "2026-03-02 11:30"),
    ("over the noon break", "2026-03-02 10:30", "2026-03-02 14:00"),
    ("asked in the noon break", "2026-03-02 12:15", "2026-03-02 15:00"),
    ("ends exactly at closing", "2026-03-02 15:00", "2026-03-02 17:00"),
    ("over the night", "2026-03-02 16:00", "2026-03-03 09:30"),
    ("before opening", "2026-03-02 06:00", "2026-03-02 10:30"),
    ("asked at the second of closing", "2026-03-02 17:00", "2026-03-03 10:30"),
    ("Friday afternoon over the weekend", "2026-03-06 16:30", "2026-03-09 10:00"),
    ("Saturday evening", "2026-03-07 19:30", "2026-03-09 10:30"),
    ("New Year's make-up Sunday works", "2026-01-03 20:00", "2026-01-04 10:30"),
    ("Spring Festival's make-up Saturday works", "2026-02-13 16:30", "2026-02-14 10:00"),
    ("the evening before Spring Festival", "2026-02-14 16:00", "2026-02-24 09:30"),
    ("within Spring Festival", "2026-02-17 00:05", "2026-02-24 10:30"),
    ("make-up Saturday after Spring Festival", "2026-02-27 16:00", "2026-02-28 09:30"),
    ("the Sunday after that make-up day rests", "2026-02-28 16:00", "2026-03-02 09:30"),
    ("Labour Day and its make-up Saturday", "2026-05-08 16:00", "2026-05-09 09:30"),
    ("make-up Sunday before National Day", "2026-09-19 12:00", "2026-09-20 10:30"),
    ("Mid-Autumn is a Friday", "2026-09-24 16:00", "2026-09-28 09:30"),
    ("the evening before National Day", "2026-09-30 16:00", "2026-10-08 09:30"),
    ("make-up Saturday after National Day", "2026-10-09 16:00", "2026-10-10 09:30"),
]

ONE_DAY = [
    ("the day of receipt does not count", "2026-03-02 08:30", "2026-03-03 17:00"),
    ("nor when asked late", "2026-03-02 23:59", "2026-03-03 17:00"),
    ("Friday", "2026-03-06 09:00", "2026-03-09 17:00"),
    ("Sunday", "2026-03-08 09:00", "2026-03-09 17:00"),
    ("before a make-up Saturday", "2026-02-13 09:00", "2026-02-14 17:00"),
    ("before Spring Festival", "2026-02-14 09:00", "2026-02-24 17:00"),
    ("before National Day", "2026-09-30 09:00", "2026-10-08 17:00"),
    ("before its make-up Saturday", "2026-10-09 09:00", "2026-10-10 17:00"),
]


@pytest.mark.parametrize(("asked", "due"), [case[1:] for case in TWO_HOURS], ids=[case[0] for case in TWO_HOURS])
def test_two_working_hours(asked: str, due: str) -> None:
    assert add_working(at(asked), hours=2) == at(due)


@pytest.mark.parametrize(("asked", "due"), [case[1:] for case in ONE_DAY], ids=[case[0] for case in ONE_DAY])
def test_one_working_day(asked: str, due: str) -> None:
    assert add_working(at(asked), days=1) == at(due)


def test_five_working_days_over_spring_festival_count_the_make_up_saturday_after_it() -> None:
    assert add_working(at("2026-02-14 09:00"), days=5) == at("2026-02-28 17:00")


def test_every_day_of_2026_agrees_with_another_calendar() -> None:
    china = other_calendar.country_holidays("CN", years=2026)
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(365)]
    assert [day for day in days if kind_of(day).kind.works != china.is_working_day(day)] == []


def test_a_make_up_day_and_a_holiday_carry_the_holidays_name() -> None:
    assert kind_of(dt.date(2026, 2, 28)).kind is DayKind.MAKE_UP_DAY
    assert kind_of(dt.date(2026, 2, 17)).name == "春节"


def test_a_year_without_data_falls_back_to_monday_to_friday_and_says_so() -> None:
    friday, monday = at("2027-10-01 16:00"), at("2027-10-04 09:30")
    assert add_working(friday, hours=2) == monday
    assert is_assumed(friday, monday)
    assert all(stretch.day.is_assumed for stretch in why(friday, hours=2))


def test_a_year_with_data_is_not_assumed() -> None:
    assert not is_assumed(at("2026-09-30 16:00"), at("2026-10-08 09:30"))


def test_the_communitys_own_list_changes_the_calendar() -> None:
    changes = Holidays(days=(DayChange(day=dt.date(2026, 3, 3), works=False, name="停电检修"),))
    with in_force(rules(), changes):
        assert add_working(at("2026-03-02 16:00"), hours=2) == at("2026-03-04 09:30")


def test_a_night_shift_counts_on_both_sides_of_midnight() -> None:
    with in_force(hours("08:30-17:00", "22:00-02:00")):
        assert add_working(at("2026-03-02 16:30"), hours=2) == at("2026-03-02 23:30")
        assert add_working(at("2026-03-03 01:00"), hours=2) == at("2026-03-03 09:30")


def test_fridays_night_shift_runs_into_saturday_and_no_further() -> None:
    with in_force(hours("22:00-02:00")):
        assert is_open(at("2026-03-07 01:59"))
        assert not is_open(at("2026-03-07 02:00"))
        assert add_working(at("2026-03-06 09:00"), days=1) == at("2026-03-10 02:00")


def test_shifts_that_overlap_are_not_counted_twice() -> None:
    with in_force(hours("08:00-12:00", "09:00-10:00", "11:00-13:00")):
        assert add_working(at("2026-03-02 08:00"), hours=5) == at("2026-03-02 13:00")


def test_hours_run_on_a_saturday_on_which_the_desk_is_open_but_it_is_no_working_day() -> None:
    with in_force(hours("08:30-17:00", rest=("09:00-11:00",))):
        assert add_working(at("2026-03-06 16:30"), hours=2) == at("2026-03-07 10:30")
        assert add_working(at("2026-03-06 16:30"), days=1) == at("2026-03-09 17:00")


def test_the_desk_around_the_clock_is_always_open() -> None:
    with in_force(hours("00:00-00:00", rest=("00:00-00:00",))):
        assert add_working(at("2026-03-06 23:00"), hours=2) == at("2026-03-07 01:00")


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-03-02 09:00", "2026-03-02 09:00"),
        ("2026-03-02 11:30", "2026-03-02 13:00"),
        ("2026-03-06 17:00", "2026-03-09 08:30"),
        ("2026-10-03 10:00", "2026-10-08 08:30"),
    ],
)
def test_the_desk_opens_next(now: str, opens: str) -> None:
    assert opens_next(at(now)) == at(opens)
    assert is_open(at(now)) == (now == opens)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-03-02 09:10", "2026-03-02 09:40", 30),
        ("2026-03-02 11:15", "2026-03-02 13:15", 30),
        ("2026-03-02 23:00", "2026-03-03 08:30", 0),
        ("2026-03-06 16:30", "2026-03-09 09:00", 60),
        ("2026-02-14 16:30", "2026-02-24 08:45", 45),
        ("2026-03-02 09:40", "2026-03-02 09:10", 0),
    ],
)
def test_the_open_time_between_two_moments(start: str, end: str, minutes: int) -> None:
    assert worked(at(start), at(end)) == dt.timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("now", "since"),
    [
        ("2026-03-02 12:00", "2026-03-02 11:30"),
        ("2026-03-02 17:00", "2026-03-02 17:00"),
        ("2026-03-03 07:00", "2026-03-02 17:00"),
        ("2026-03-08 10:00", "2026-03-06 17:00"),
        ("2026-02-20 10:00", "2026-02-14 17:00"),
        ("2026-03-02 10:00", "2026-03-02 10:00"),
    ],
)
def test_a_closure_began_when_the_desk_last_closed(now: str, since: str) -> None:
    assert closed_since(at(now)) == at(since)


def test_adding_hours_agrees_with_counting_minutes() -> None:
    with in_force(hours("08:30-11:30", "13:00-17:00", "23:00-01:00", rest=("10:00-11:00",))):
        for offset in range(0, 14 * 24 * 60, 1931):
            start = at("2026-02-10 00:00") + dt.timedelta(minutes=offset)
            moment, left = start, 240
            while left:
                left -= is_open(moment)
                moment += dt.timedelta(minutes=1)
            assert add_working(start, hours=4) == moment


@pytest.mark.parametrize(("asked", "wanted"), [("2026-02-14 16:00", {"hours": 2}), ("2026-02-13 23:00", {"days": 3})])
def test_the_reasons_leave_no_gap_and_end_at_the_due_time(asked: str, wanted: dict[str, int]) -> None:
    parts = why(at(asked), **wanted)
    assert parts[0].starts == at(asked)
    assert parts[-1].ends == add_working(at(asked), **wanted)
    assert all(one.ends == other.starts for one, other in pairwise(parts))


def test_what_counts_adds_up_to_the_hours_promised() -> None:
    counted = [part.ends - part.starts for part in why(at("2026-02-14 16:00"), hours=2) if part.counts]
    assert sum(counted, dt.timedelta()) == dt.timedelta(hours=2)


def test_the_reasons_name_the_holiday() -> None:
    parts = why(at("2026-09-30 16:00"), hours=2)
    holidays = [part for part in parts if part.reason is Reason.PUBLIC_HOLIDAY]
    assert len(holidays) == 7
    assert {part.day.name for part in holidays} == {"国庆节"}


def test_one_working_day_is_explained_by_the_day_of_receipt_and_the_day_that_counts() -> None:
    parts = why(at("2026-03-06 16:00"), days=1)
    reasons = [Reason.DAY_OF_RECEIPT, Reason.DAY_OF_REST, Reason.DAY_OF_REST, Reason.WORKING_DAY]
    assert [part.reason for part in parts] == reasons


def test_hours_or_days_must_be_given() -> None:
    with pytest.raises(ValueError, match="hours or days"):
        add_working(at("2026-03-02 09:00"))
