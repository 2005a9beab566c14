"""A project in a chat: who carries it out, its money by source, and its milestones with their days."""

from __future__ import annotations

from forum.promises.milestone_lines import MilestoneView
from forum.promises.projects import Project
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
