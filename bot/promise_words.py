"""A project in a chat: who carries it out, its money by source, and its milestones with their days; and what came out
of an appraisal."""

from __future__ import annotations

from forum.promises.appraisals import Appraisal
from forum.promises.milestone_lines import MilestoneView
from forum.promises.projects import Project
from forum.promises.tallies import Tally
from forum.property.sums import yuan
from models.project import MilestoneState
from models.wording import say, say_date, sentences

MOST_LINES = 10


def of_project(found: Project) -> str:
    """Everything of it but the lines of spending."""
    line = found.line
    state = say(f"promise.project_state.{line.state.value}")
    sums = {"budget": yuan(line.budget_fen), "spent": yuan(line.spent_fen), "left": yuan(line.left_fen)}
    lines = [
        say("promise.chat.project_head", number=line.number, title=line.title, unit=line.unit, state=state),
        say("promise.chat.project_money", percent=line.spent_percent, **sums),
        *_sources(found),
        say("promise.chat.milestones_head", done=line.done, milestones=line.milestones),
        *(_milestone(one) for one in found.milestones[:MOST_LINES]),
    ]
    return "\n".join(lines)


def _sources(found: Project) -> list[str]:
    return [
        say("promise.chat.project_source", source=_source(one.source), giver=one.giver, yuan=yuan(one.fen))
        for one in found.money
        if not one.is_corrected and one.corrects_id is None
    ]


def _source(name: str) -> str:
    return sentences().get(f"promise.source.{name}", name)


def _milestone(one: MilestoneView) -> str:
    if one.state is MilestoneState.DONE:
        return say("promise.chat.milestone_done", title=one.title, day=say_date(one.done_on or one.due_on))
    key = "late" if one.is_late else "open"
    return say(f"promise.chat.milestone_{key}", title=one.title, day=say_date(one.due_on), days=one.days_late)


def of_result(found: Appraisal) -> str:
    """What came out of an appraisal that was counted; no sums where too few rated."""
    line, result = found.line, found.result
    head = say("promise.chat.result_head", number=line.number, title=line.title, unit=line.unit)
    if result is None or result.outcome is None or result.unit is None:
        return f"{head}\n{say('promise.chat.result_few')}"
    lines = [
        head,
        say("promise.chat.result_rated", rated=result.rated, roll=found.roll_size),
        say("promise.chat.result_outcome", average=result.outcome.average, counts=_counts(result.outcome)),
        say("promise.chat.result_unit", unit=line.unit, average=result.unit.average, counts=_counts(result.unit)),
    ]
    return "\n".join(lines)


def _counts(tally: Tally) -> str:
    """How many gave each, the most first; nobody's are left out."""
    given = [(star, count) for star, count in tally.counts.items() if count]
    return "、".join(say("promise.chat.result_count", star=star, count=count) for star, count in reversed(given))
