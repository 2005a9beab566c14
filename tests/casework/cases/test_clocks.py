"""When a case is due: by kind, over holidays and make-up days of 2026, with the clock standing still in between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest

from casework.cases import clocks, running
from casework.cases.clocks import Phase, Threshold, clock_of
from casework.cases.history import Event, History
from casework.cases.kinds import Limit
from casework.deadlines import Span
from models.case import CaseState
from models.rule_shapes import CaseRules

SHANGHAI = ZoneInfo("Asia/Shanghai")
RULES = CaseRules()


def at(moment: str) -> dt.datetime:
    """``02-13 16:30`` of 2026, as clocks in Shanghai show it."""
    return dt.datetime.strptime(f"2026-{moment}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI).astimezone(dt.UTC)


def shown(moment: dt.datetime | None) -> str:
    return moment.astimezone(SHANGHAI).strftime("%m-%d %H:%M") if moment else ""


def event(verb: str, moment: str, state: CaseState, **facts: object) -> Event:
    return Event(f"case.{verb}", at(moment), state, 1, None, facts)


def history(*events: tuple[str, str, CaseState]) -> History:
    return History(tuple(event(*one) for one in events))


def sent(reported: str, dispatched: str, *more: tuple[str, str, CaseState]) -> History:
    """Reported and sent off; the limit of work runs from then on."""
    return history(("report", reported, CaseState.REPORTED), ("dispatch", dispatched, CaseState.DISPATCHED), *more)


HOLIDAYS = [
    # Reported and due; 春节 is 02-15 to 02-23 with 02-14 and 02-28 worked, 国庆 10-01 to 10-07 with 09-20 and 10-10.
    ("02-12 09:00", Limit(days=1), "02-13 17:00"),
    ("02-13 16:59", Limit(days=1), "02-14 17:00"),
    ("02-14 10:00", Limit(days=1), "02-24 17:00"),
    ("02-13 09:00", Limit(days=5), "02-27 17:00"),
    ("02-13 09:00", Limit(days=6), "02-28 17:00"),
    ("02-18 12:00", Limit(days=1), "02-24 17:00"),
    ("02-14 15:00", Limit(hours=4), "02-24 10:30"),
    ("02-14 16:00", Limit(hours=1), "02-14 17:00"),
    ("02-14 22:00", Limit(hours=1), "02-24 09:30"),
    ("02-27 09:00", Limit(days=2), "03-02 17:00"),
    ("09-18 09:00", Limit(days=1), "09-20 17:00"),
    ("09-30 09:00", Limit(days=1), "10-08 17:00"),
    ("09-30 16:00", Limit(hours=8), "10-08 17:00"),
    ("09-30 09:00", Limit(days=3), "10-10 17:00"),
    ("10-05 03:00", Limit(hours=2), "10-08 10:30"),
    ("10-09 09:00", Limit(days=15), "10-29 17:00"),
    ("04-30 16:30", Limit(hours=1), "05-06 09:00"),
    ("05-08 09:00", Limit(days=1), "05-09 17:00"),
]


@pytest.mark.parametrize(("sent_off", "limit", "due"), HOLIDAYS)
def test_a_limit_over_holidays_and_make_up_days(sent_off: str, limit: Limit, due: str) -> None:
    found = clock_of(sent(sent_off, sent_off), limit, settings=RULES)
    assert (found.phase, shown(found.due)) == (Phase.WORK, due)


def test_until_it_is_sent_off_acceptance_is_due_and_sending_it_on_does_not_begin_anew() -> None:
    waits = clock_of(history(("report", "03-02 09:00", CaseState.REPORTED)), Limit(days=5), settings=RULES)
    assert (waits.phase, shown(waits.due), shown(waits.contact)) == (Phase.ACCEPTANCE, "03-02 14:30", "03-03 17:00")
    again = sent(
        "03-02 09:00",
        "03-02 10:00",
        ("send_back", "03-04 10:00", CaseState.ACCEPTED),
        ("dispatch", "03-05 10:00", CaseState.DISPATCHED),
    )
    assert shown(clock_of(again, Limit(days=5), settings=RULES).due) == "03-09 17:00"


STOPS = [
    # a limit, when it stood still, and the due time then; sent off on Monday 03-02 at 09:00
    (Limit(days=2), ("03-03 09:00", "03-03 11:00"), "03-04 17:00"),
    (Limit(days=2), ("03-03 15:00", "03-04 09:00"), "03-05 17:00"),
    (Limit(days=2), ("03-03 15:00", "03-06 18:00"), "03-10 17:00"),
    (Limit(hours=4), ("03-02 10:00", "03-02 14:00"), "03-02 17:00"),
    (Limit(hours=4), ("03-02 10:00", "03-03 10:00"), "03-03 14:30"),
    (Limit(hours=4), ("03-02 12:00", "03-02 12:50"), "03-02 14:30"),
]


@pytest.mark.parametrize(("limit", "stop", "due"), STOPS)
def test_what_it_stood_still_does_not_count(limit: Limit, stop: tuple[str, str], due: str) -> None:
    stopped = sent(
        "03-02 09:00",
        "03-02 09:00",
        ("pause", stop[0], CaseState.PAUSED),
        ("resume", stop[1], CaseState.HANDLING),
    )
    assert shown(clock_of(stopped, limit, settings=RULES).due) == due


def test_while_it_stands_still_nothing_is_due_but_a_word_with_the_resident() -> None:
    paused = sent("03-02 09:00", "03-02 09:00", ("pause", "03-02 10:00", CaseState.PAUSED))
    found = clock_of(paused, Limit(days=5), settings=RULES)
    assert (found.is_stopped, found.due, [name for name, _ in found.thresholds]) == (
        True,
        None,
        [Threshold.CONTACT_LATE],
    )
    said = sent("03-02 09:00", "03-02 09:00", ("contact", "03-02 10:00", CaseState.DISPATCHED))
    assert clock_of(said, Limit(days=5), settings=RULES).contact is None
    assert clock_of(paused, Limit(days=5), settings=RULES, is_over=True).thresholds == ()


def test_shares_of_the_limit_are_of_its_working_time() -> None:
    found = dict(clock_of(sent("03-02 08:30", "03-02 08:30"), Limit(hours=10), settings=RULES).thresholds)
    assert {name: shown(moment) for name, moment in found.items()} == {
        Threshold.CONTACT_LATE: "03-03 17:00",
        Threshold.DUE_SOON: "03-03 09:30",
        Threshold.OVERDUE: "03-03 11:30",
        Threshold.TO_SUBDISTRICT: "03-04 09:30",
        Threshold.TO_DISTRICT: "03-04 16:00",
    }


def test_doing_it_over_takes_three_days_at_most_and_fifteen_where_that_was_approved() -> None:
    over = sent(
        "03-02 09:00",
        "03-02 09:00",
        ("reply", "03-03 10:00", CaseState.ANSWERED),
        ("reopen", "03-05 10:00", CaseState.ACCEPTED),
    )
    redo = clock_of(over, Limit(days=10), settings=RULES)
    assert (redo.phase, shown(redo.due), shown(redo.contact)) == (Phase.REDO, "03-10 17:00", "03-06 17:00")
    assert shown(clock_of(over, Limit(hours=4), settings=RULES).due) == "03-05 15:30"
    granted = event("prolong", "03-03 09:00", CaseState.HANDLING, days=15)
    long = History((*sent("03-02 09:00", "03-02 09:00").events, granted))
    found = clock_of(long, Limit(days=5), settings=RULES)
    assert (found.phase, shown(found.due), long.stamp) == (Phase.PROLONGED, "03-23 17:00", "0.1")


def test_what_a_bulk_action_did_and_undid_is_as_if_it_had_not_been() -> None:
    sent_off = event("dispatch", "03-02 10:00", CaseState.DISPATCHED, bulk=3)
    undone = event("undo", "03-02 10:05", CaseState.ACCEPTED, bulk=3)
    past = History((event("report", "03-02 09:00", CaseState.REPORTED), sent_off, undone))
    assert past.sent_off_at is None
    assert clock_of(past, Limit(days=5), settings=RULES).phase is Phase.ACCEPTANCE


@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_hours_and_the_time_between_agree(count: int) -> None:
    stops: Sequence[Span] = [
        Span(at("03-03 09:00"), at("03-03 10:15")),
        Span(at("03-06 15:00"), at("03-10 09:00")),
    ]
    start, wanted = at("03-02 07:00"), dt.timedelta(hours=count)
    end = running.after(start, wanted, stops)
    assert running.between(start, end, stops) == wanted
    assert clocks.working_day() == dt.timedelta(hours=7)
