"""Which verbs are offered on a case: exactly those that would not be refused, by one function for every door."""

from __future__ import annotations

from collections.abc import Sequence

from casework.cases import answering, hearing, owners
from casework.cases.checking import may_check, may_strike_off
from casework.cases.history import History
from casework.cases.sight import coordinates, owns, rights, wide_places
from casework.cases.working import may_prolong
from casework.loop import CASE_LOOP, CASE_STATES, REPLIED, REPORTED
from models.case import Case, CaseReporter
from models.place import Level
from people.viewers import Viewer

OF_REPORTERS = frozenset({"add", "object", "rate", "reopen", "withdraw"})
"""Verbs of the table that are the reporters'; staff pass on what somebody without a chat tells them."""
IN_ANY_STATE = frozenset({"note", "watch", "unseal"})
RATINGS = frozenset({"solved", "unsolved", "satisfied", "unsatisfied"})


async def offered(case: Case, viewer: Viewer, *, past: History, reporters: Sequence[CaseReporter]) -> frozenset[str]:
    """Verbs, without ``case.``, that somebody who sees a case may do to it as it stands. ``reporters``: all there ever
    were, with those who left."""
    may = await rights(case, viewer)
    verbs = {verb.removeprefix("case."): leads for verb, leads in CASE_LOOP.items()}
    found = {verb for verb, leads in verbs.items() if case.state in leads and may(f"case.{verb}")}
    found |= {verb for verb in IN_ANY_STATE if may(f"case.{verb}")}
    if case.state is REPORTED and may("case.dispatch"):
        found.add("dispatch")
    if CASE_STATES[case.state].is_open and may("case.call"):
        found.add("call")
    here, is_unsolved = [one for one in reporters if one.left_at is None], any(one.solved is False for one in reporters)
    if "transfer" in found and not await owners.takers(case.id, viewer=viewer):
        found.remove("transfer")
    kept = {*_anothers(case, viewer, past), *await _coordinators(case, viewer, past=past, is_unsolved=is_unsolved)}
    return frozenset(found - OF_REPORTERS - kept - await _too_early(case, past, here) | passed_on(case, viewer, here))


def _anothers(case: Case, viewer: Viewer, past: History) -> frozenset[str]:
    """What is another's, for what the viewer is to this case or has done to it."""
    is_owner, is_offered = owns(case, viewer), case.transfer_to_id == viewer.person_id is not None
    may = {
        **dict.fromkeys(("reply", "refuse", "transfer"), is_owner),
        "escalate": is_owner and case.level is Level.NEIGHBOURHOOD,
        **dict.fromkeys(("check", "fail_check"), may_check(past, viewer)),
        **dict.fromkeys(("receive", "decline"), is_offered),
    }
    return frozenset(verb for verb, is_theirs in may.items() if not is_theirs)


async def _coordinators(case: Case, viewer: Viewer, *, past: History, is_unsolved: bool) -> frozenset[str]:
    """What only who decides between units does, and of that what is another's or not wished for."""
    leads, wanted = await coordinates(case, viewer), past.wanted_days
    may = {
        **dict.fromkeys(("decide", "hang", "unhang"), leads),
        "strike_off": leads and not is_unsolved and may_strike_off(past, viewer),
        "prolong": leads and wanted is not None and may_prolong(wanted[1], viewer),
        "refuse_longer": leads and wanted is not None,
    }
    return frozenset(verb for verb, is_theirs in may.items() if not is_theirs)


async def _too_early(case: Case, past: History, here: Sequence[CaseReporter]) -> frozenset[str]:
    """What waits for something: an answer for a word with the resident, an end for theirs."""
    is_done = past.contacted and past.checked
    may = {"reply": is_done, "close": False, "reach": False}
    if case.state is REPLIED:
        answers = await hearing.heard([one for one in here if one.solved is None])
        may["reach"] = any(one.reach in hearing.UNHEARD for one in answers.values())
        may["close"] = is_done and await answering.may_end(case, here)
    return frozenset(verb for verb, is_time in may.items() if not is_time)


def passed_on(case: Case, viewer: Viewer, here: Sequence[CaseReporter]) -> frozenset[str]:
    """What staff may pass on of who reported without a chat."""
    places = wide_places(viewer, "case.take_down")
    spoken = next((one for one in here if one.conversation_id is None and one.person_id is None), None)
    if spoken is None or not (places is None or case.place_id in places):
        return frozenset()
    said = own_verbs(case, spoken, follow=1) - {"withdraw"}
    return frozenset((said - RATINGS) | ({"rate"} if said & RATINGS else set()))


def own_verbs(case: Case, reporter: CaseReporter, *, follow: int) -> frozenset[str]:
    """What who reported a case may say to it as it stands; of ``solved``, ``unsolved``, ``satisfied`` and
    ``unsatisfied`` what they have not said yet. ``follow``: how many follow it, them included."""
    is_open, again = CASE_STATES[case.state].is_open, answering.may_be_done_over(case)
    may = {
        "add": is_open,
        "object": is_open or again,
        "reopen": again,
        "withdraw": case.state in CASE_LOOP["case.withdraw"] or (is_open and follow > 1),
    }
    if case.state in CASE_LOOP["case.rate"]:
        may |= {"solved": reporter.solved is None, "unsolved": reporter.solved is None and again}
        may |= dict.fromkeys(("satisfied", "unsatisfied"), reporter.satisfied is None)
    return frozenset(verb for verb, is_theirs in may.items() if is_theirs)
