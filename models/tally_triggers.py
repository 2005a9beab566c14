"""How the database keeps the tally of a case: from its row whenever that changes, anew from all its steps with every
step that comes, changes or goes, and from all that its reporters said with every word of theirs. So a tally is always
what one count over the raw rows would give, whoever changed them and whether or not they left a step.

SQLite counts what a trigger changes with the rows of the statement that set it off: a guarded update of a case has
changed one row or more where nobody was first, and none otherwise.

What a bulk action did and undid does not count: its steps carry its number in their facts, as does the undoing one.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.counting import Count

LATE = '"late": true'
"""How a step says in its facts that it was done after its due time."""
_COUNTED = ", ".join(
    f"'case.{verb}'"
    for verb in (
        *("accept", "refuse", "contact", "reply", "reopen", "dispatch", "decide", "send_back", "send_back_again"),
        "trip",
    )
)
UNDOES = "case.undo"


def _flag(condition: str) -> str:
    return f"COALESCE(MAX(CASE WHEN {condition} THEN 1 ELSE 0 END),0)"


def _of_bulk(step: str) -> str:
    """SQL: that a step was done by bulk action ``k``, as its facts say."""
    number = "CAST(k.bulk_id AS TEXT)"
    return (
        f"({step}.facts LIKE '%\"bulk\": ' || {number} || '}}%' OR {step}.facts LIKE '%\"bulk\": ' || {number} || ',%')"
    )


_IS_UNDONE = (
    f"s.facts LIKE '%\"bulk\"%' AND EXISTS (SELECT 1 FROM bulk_case k"
    f" JOIN case_step u ON u.case_id=k.case_id AND u.verb='{UNDOES}' AND {_of_bulk('u')}"
    f" WHERE k.case_id=s.case_id AND {_of_bulk('s')})"
)
_TAKEN = "s.verb IN ('case.accept','case.refuse')"
_BY_STEPS = {
    "taken": _flag(_TAKEN),
    "taken_late": _flag(f"{_TAKEN} AND s.facts LIKE '%{LATE}%'"),
    "contacted": _flag("s.verb='case.contact'"),
    "answered": _flag("s.verb='case.reply'"),
    "answered_late": _flag(f"s.verb='case.reply' AND s.facts LIKE '%{LATE}%'"),
    "redone": _flag("s.verb='case.reopen'"),
    "sent": _flag("s.verb IN ('case.dispatch','case.decide')"),
    "sent_back": _flag("s.verb IN ('case.send_back','case.send_back_again')"),
    "trips": "COALESCE(SUM(CASE WHEN s.verb='case.trip' THEN 1 ELSE 0 END),0)",
}
_BY_ROW = {
    "place_id": "c.place_id",
    "created_at": "c.created_at",
    "kind_key": "c.kind_key",
    "team_id": "COALESCE(c.team_id,0)",
    "is_counted": "CASE WHEN c.state IN ('merged','withdrawn') THEN 0 ELSE 1 END",
    "ended": "CASE WHEN c.state IN ('answered','closed','struck_off') THEN 1 ELSE 0 END",
    "came": "CASE WHEN c.source='walk_in' THEN 1 ELSE 0 END",
}
BEGUN = (
    f"INSERT INTO case_tally (case_id, {', '.join(_BY_ROW)}, {', '.join(_BY_STEPS)})"
    f" SELECT c.id, {', '.join(_BY_ROW.values())}, {', '.join('0' for _ in _BY_STEPS)} FROM cases c"
)
_ROW_COUNTED = (
    f"UPDATE case_tally SET ({', '.join(_BY_ROW)})="
    f"(SELECT {', '.join(_BY_ROW.values())} FROM cases c WHERE c.id=case_tally.case_id)"
)
STEPS_COUNTED = (
    f"UPDATE case_tally SET ({', '.join(_BY_STEPS)})=(SELECT {', '.join(_BY_STEPS.values())} FROM case_step s"
    f" WHERE s.case_id=case_tally.case_id AND s.verb IN ({_COUNTED}) AND NOT ({_IS_UNDONE}))"
)
_SAID = "MIN(CASE WHEN r.{0} IS NULL THEN NULL WHEN r.{0} THEN 1 ELSE 0 END)"
WORDS_COUNTED = (
    f"UPDATE case_tally SET (solved, satisfied)=(SELECT {_SAID.format('solved')}, {_SAID.format('satisfied')}"
    " FROM case_reporter r WHERE r.case_id=case_tally.case_id)"
)
_COLUMNS = ("place_id", "created_at", "kind_key", "state", "source")
"""Of a case, what its tally is made of, beside its team, of which there may be none."""
_OF_STEP = ("case_id", "verb", "facts")


def _changed(columns: Sequence[str]) -> str:
    return " OR ".join(f"old.{one}<>new.{one}" for one in columns)


TALLIES = (
    Count("case_tallied", "cases", "INSERT", "new.id IS NOT NULL", f"{BEGUN} WHERE c.id=new.id"),
    Count(
        "case_tally_moved",
        "cases",
        f"UPDATE OF team_id, {', '.join(_COLUMNS)}",
        f"COALESCE(old.team_id,0)<>COALESCE(new.team_id,0) OR {_changed(_COLUMNS)}",
        f"{_ROW_COUNTED} WHERE case_id=new.id",
    ),
    Count(
        "case_tally_step",
        "case_step",
        "INSERT",
        "new.case_id IS NOT NULL",
        f"{STEPS_COUNTED} WHERE case_id=new.case_id",
    ),
    Count(
        "case_tally_step_anew",
        "case_step",
        f"UPDATE OF {', '.join(_OF_STEP)}",
        _changed(_OF_STEP),
        f"{STEPS_COUNTED} WHERE case_id IN (old.case_id, new.case_id)",
    ),
    Count(
        "case_tally_step_gone",
        "case_step",
        "DELETE",
        "old.case_id IS NOT NULL",
        f"{STEPS_COUNTED} WHERE case_id=old.case_id",
    ),
    Count(
        "case_tally_said",
        "case_reporter",
        "INSERT",
        "new.solved IS NOT NULL OR new.satisfied IS NOT NULL",
        f"{WORDS_COUNTED} WHERE case_id=new.case_id",
    ),
    Count(
        "case_tally_said_anew",
        "case_reporter",
        "UPDATE OF solved, satisfied, case_id",
        "new.id IS NOT NULL",
        f"{WORDS_COUNTED} WHERE case_id IN (old.case_id, new.case_id)",
    ),
    Count(
        "case_tally_unsaid",
        "case_reporter",
        "DELETE",
        "old.solved IS NOT NULL OR old.satisfied IS NOT NULL",
        f"{WORDS_COUNTED} WHERE case_id=old.case_id",
    ),
)
