"""Counts the figures of cases once more, from raw rows alone; it imports nothing of the product."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Raw = Mapping[str, Any]
BACK = {"case.send_back", "case.send_back_again"}


def recounted(cases: Iterable[Raw], steps: Iterable[Raw], reporters: Iterable[Raw]) -> dict[str, tuple[int, int]]:
    """Numerator and denominator of every share over some cases."""
    kept = {row["id"]: row for row in cases if row["state"] not in ("merged", "withdrawn")}
    done = _verbs(kept, steps)
    said = _said(kept, reporters)
    answered = [one for one in kept if "case.reply" in done[one]]
    sent = [one for one in kept if {"case.dispatch", "case.decide"} & done[one].keys()]
    taken = [one for one in kept if {"case.accept", "case.refuse"} & done[one].keys()]
    solved = [said[one]["solved"] for one in kept if said[one]["solved"]]
    satisfied = [said[one]["satisfied"] for one in kept if said[one]["satisfied"]]
    return {
        "responded": (sum(not _late(done[one], "case.accept", "case.refuse") for one in taken), len(kept)),
        "contacted": (sum("case.contact" in done[one] for one in kept), len(kept)),
        "in_time": (sum(not _late(done[one], "case.reply") for one in answered), len(answered)),
        "done": (sum(row["state"] in ("answered", "closed", "struck_off") for row in kept.values()), len(kept)),
        "solved": (sum(all(words) for words in solved), len(solved)),
        "satisfied": (sum(all(words) for words in satisfied), len(satisfied)),
        "redone": (sum("case.reopen" in done[one] for one in kept), len(kept)),
        "sent_back": (
            sum(bool({"case.send_back", "case.send_back_again"} & done[one].keys()) for one in sent),
            len(sent),
        ),
        **_trips(kept, done),
    }


def _verbs(kept: Mapping[int, Raw], steps: Iterable[Raw]) -> dict[int, dict[str, list[dict[str, Any]]]]:
    """Of each case, the facts of each verb that was done and not undone."""
    rows = [(row, json.loads(row["facts"])) for row in steps if row["case_id"] in kept]
    undone = {(row["case_id"], facts["bulk"]) for row, facts in rows if row["verb"] == "case.undo"}
    found: dict[int, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row, facts in rows:
        if (row["case_id"], facts.get("bulk")) not in undone:
            found[row["case_id"]][row["verb"]].append(facts)
    return found


def _trips(
    kept: Mapping[int, Raw], done: Mapping[int, Mapping[str, list[dict[str, Any]]]]
) -> dict[str, tuple[int, int]]:
    """How often somebody came because of each case: to report it at the desk, and as often as that was noted since."""
    came = [len(done[one].get("case.trip", ())) + (row["source"] == "walk_in") for one, row in kept.items()]
    return {
        "no_trip": (came.count(0), len(came)),
        "one_trip": (came.count(1), len(came)),
        "more_trips": (sum(often > 1 for often in came), len(came)),
    }


WEEK = dt.timedelta(days=7)
CHINA = dt.timedelta(hours=8)
RESIDENTS_BOARDS = {"issues", "neighbours", "mutual_help", "deliberation", "proposals"} | {
    *("property", "police", "doctor", "village_affairs")
}


def recounted_topics(
    raw: Mapping[str, Sequence[Raw]], now: dt.datetime, said: Mapping[str, str]
) -> dict[str, tuple[int, ...]]:
    """Of each kind: how many cases, questions and posts of this week, how much the week before, how many joined this
    week's cases, and of how many of those the same had been reported since 90 days before the week.

    ``raw``: rows of ``cases``, ``case_reporter``, ``question`` and ``post``. ``said``: words, and the kind that who
    says them means.
    """
    rows, people = [*raw["cases"]], [*raw["case_reporter"]]
    found: dict[str, list[int]] = defaultdict(lambda: [0] * 6)
    for row in rows:
        counts = found[row["kind_key"]]
        _add(row, now, counts, at=0)
        if _moment(row["created_at"]) >= now - WEEK:
            counts[4] += sum(one["case_id"] == row["id"] and not one["is_first"] for one in people)
            counts[5] += any(_is_the_same(row, other, people) for other in _before(row, rows, now - WEEK))
    for at, written in enumerate((_questions(raw), _posts(raw)), start=1):
        for row in written:
            for kind in {kind for words, kind in said.items() if words in row["text"]}:
                _add(row, now, found[kind], at=at)
    return {kind: tuple(counts) for kind, counts in found.items() if sum(counts[:3])}


def _add(row: Raw, now: dt.datetime, counts: list[int], *, at: int) -> None:
    moment = _moment(row["created_at"])
    counts[at] += moment >= now - WEEK
    counts[3] += now - 2 * WEEK <= moment < now - WEEK


def _questions(raw: Mapping[str, Sequence[Raw]]) -> list[Raw]:
    made = {row["question_id"] for row in raw["cases"]}
    return [row for row in raw["question"] if row["id"] not in made]


def _posts(raw: Mapping[str, Sequence[Raw]]) -> list[Raw]:
    return [
        row
        for row in raw["post"]
        if row["state"] in ("published", "locked")
        and row["board"] in RESIDENTS_BOARDS
        and not row["is_private"]
        and row["as_role"] is None
        and row["case_id"] is None
    ]


def _before(row: Raw, rows: Iterable[Raw], week: dt.datetime) -> list[Raw]:
    since = week - dt.timedelta(days=90)
    return [
        one
        for one in rows
        if one["id"] < row["id"]
        and _moment(one["created_at"]) >= since
        and one["state"] not in ("merged", "withdrawn")
        and (one["place_id"], one["kind_key"]) == (row["place_id"], row["kind_key"])
    ]


def _is_the_same(one: Raw, other: Raw, reporters: Iterable[Raw]) -> bool:
    """The same building, or somebody who reported both."""
    if one["building_id"] is not None and one["building_id"] == other["building_id"]:
        return True
    who = [
        {row[name] for row in reporters if row["case_id"] == case["id"]} - {None}
        for name in ("conversation_id", "person_id")
        for case in (one, other)
    ]
    return bool(who[0] & who[1] or who[2] & who[3])


def _moment(value: str | dt.datetime) -> dt.datetime:
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else value


def recounted_mediations(
    mediations: Iterable[Raw], steps: Iterable[Raw], sessions: Iterable[Raw]
) -> dict[str, tuple[int, int]]:
    """The same of mediations; trips from when each side came to a talk at a place, and as often as it came to the desk
    because of it: that was noted, also of times that were booked, on days on which it came to no talk."""
    rows = {row["id"]: {step["verb"] for step in steps if step["mediation_id"] == row["id"]} for row in mediations}
    agreed = [one for one, verbs in rows.items() if "mediation.consent_both" in verbs]
    signed = [one for one in agreed if "mediation.confirm_both" in rows[one]]
    talks = [row for row in sessions if row["way"] == "meet"]
    desk = [row for row in steps if row["verb"] == "mediation.trip"]
    came = [_visits(one, side, talks=talks, desk=desk) for one in agreed for side in ("applicant", "other")]
    return {
        "agreed": (len(agreed), len(rows)),
        "signed": (len(signed), len(agreed)),
        "kept": (sum("mediation.keep" in rows[one] for one in signed), len(signed)),
        "no_trip": (came.count(0), len(came)),
        "one_trip": (came.count(1), len(came)),
        "more_trips": (sum(often > 1 for often in came), len(came)),
    }


def _visits(one: int, side: str, *, talks: Iterable[Raw], desk: Iterable[Raw]) -> int:
    """Each talk, and what was noted at the desk on other days, as calendars in China show them (UTC and 8 hours)."""
    at_talks = [
        _moment(row[f"{side}_came_at"]) + CHINA
        for row in talks
        if row["mediation_id"] == one and row[f"{side}_came_at"] is not None
    ]
    at_desk = [_moment(row["created_at"]) + CHINA for row in desk if (row["mediation_id"], row["party"]) == (one, side)]
    busy = {moment.astimezone(dt.UTC).date() for moment in at_talks}
    return len(at_talks) + sum(moment.astimezone(dt.UTC).date() not in busy for moment in at_desk)


def _late(verbs: Mapping[str, list[dict[str, Any]]], *names: str) -> bool:
    return any(facts.get("late") for name in names for facts in verbs.get(name, ()))


def _said(kept: Mapping[int, Raw], reporters: Iterable[Raw]) -> dict[int, dict[str, list[bool]]]:
    found: dict[int, dict[str, list[bool]]] = defaultdict(lambda: {"solved": [], "satisfied": []})
    for row in reporters:
        for name in ("solved", "satisfied"):
            if row["case_id"] in kept and row[name] is not None:
                found[row["case_id"]][name].append(bool(row[name]))
    return found
