"""What the receiving side makes of it: nothing lost, nothing of known outcome twice, order kept. Knows no database.

A send that was cut off twice before its outcome was known is not repeated again: it is set aside for a person, who sees
it in the list of what was not delivered. Whoever knows that list hands it in as ``SetAside``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.reliability.ledger import Post
from tests.reliability.traffic import Question, Script

MARK = "可能重复"
SETTLE_SECONDS = 2.0
"""How long after the receiver's answer the service may not have written it down yet."""
READ_SECONDS = 1.0
"""How long a message may lie in the socket of a busy receiver, whose sender may be dead when it is read."""
LONGEST_CALL = 25.0
"""After so many seconds at most a sender that hears nothing gives up: on a machine that stalls, without any kill."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A message that a person is told of, since it was cut off twice and may have arrived each time or never."""

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was counted, and every fault in words; a good run has none. ``aside``: what never came but is set aside."""

    asked: int
    answered: int
    repeated: int
    faults: tuple[str, ...]
    aside: int = 0


def judge(
    scripts: Iterable[Script],
    posts: Sequence[Post],
    *,
    kills: Sequence[float],
    timeouts: Sequence[float] = (),
    aside: Iterable[SetAside] = (),
) -> Verdict:
    """Compare what was asked with what arrived; what a person is told of instead is ``aside``. ``timeouts``: when the
    service says that it heard nothing for too long, so that it does not know what became of a message."""
    first, copies = _arrivals(posts)
    faults = [fault for copied in copies.values() for fault in _faults_of_copies(copied, kills, timeouts)]
    asked = answered = spared = 0
    told = list(aside)
    for script in scripts:
        got = first.get(script.address, [])
        due = _due(script, got, told)
        asked, answered = asked + len(script.questions), answered + len(got)
        spared += len(script.questions) - len(due)
        faults += _faults_of_order(script.address, due, got)
    return Verdict(asked, answered, sum(len(copied) - 1 for copied in copies.values()), tuple(faults), spared)


def _due(script: Script, got: Sequence[Post], aside: Iterable[SetAside]) -> list[Question]:
    """The questions whose answers had to come: all but those that did not and are set aside."""
    kept = [one.text for one in aside if one.address == script.address]
    came = [post.text for post in got]
    return [one for one in script.questions if _stands(one, came) or not _stands(one, kept)]


def _stands(question: Question, texts: Iterable[str]) -> bool:
    return any(question.marker in text for text in texts)


def _arrivals(posts: Iterable[Post]) -> tuple[dict[str, list[Post]], dict[int, list[Post]]]:
    """The first arrival of each message by conversation, and all arrivals of each message."""
    first: dict[str, list[Post]] = defaultdict(list)
    copies: dict[int, list[Post]] = defaultdict(list)
    for post in posts:
        if post.id not in copies:
            first[post.address].append(post)
        copies[post.id].append(post)
    return first, copies


def _faults_of_copies(copies: list[Post], kills: Sequence[float], timeouts: Sequence[float]) -> list[str]:
    """At most two; the second marked, and only when the process was killed before it could note the first's outcome, or
    gave up waiting for it."""
    faults = [f"row {copies[0].id} came {len(copies)} times"] if len(copies) > 2 else []
    for before, again in pairwise(copies):
        if not again.is_marked or MARK not in again.text:
            faults.append(f"row {again.id} came again without a mark")
        is_killed = any(before.arrived - READ_SECONDS <= kill <= _known(before) for kill in kills)
        if not is_killed and not any(before.arrived <= at <= before.arrived + LONGEST_CALL for at in timeouts):
            faults.append(f"row {again.id} came again {_nearest(before, kills)}")
    return faults


def _nearest(post: Post, kills: Sequence[float]) -> str:
    """How far from any kill it had arrived."""
    away = [kill - post.arrived for kill in kills]
    return f"though the nearest kill was {min(away, key=abs):+.1f} s away" if away else "though nothing was killed"


def _known(post: Post) -> float:
    return (post.answered or post.arrived) + SETTLE_SECONDS


def _faults_of_order(address: str, due: Sequence[Question], got: Sequence[Post]) -> list[str]:
    """Each question has its answer, in the order of asking."""
    name = address[:8]
    if len(got) != len(due):
        return [f"{name} asked {len(due)} and got {len(got)}"]
    wrong = [n for n, (one, post) in enumerate(zip(due, got, strict=True)) if one.marker not in post.text]
    return [f"{name} got something else for question {number}: {got[number].text[:60]!r}" for number in wrong]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation as its page shows it."""

    author: str
    text: str


def judge_conversation(script: Script, lines: Sequence[Line]) -> list[str]:
    """Every question stands there once, in order, and right after it its one answer."""
    name, faults = script.address[:8], []
    if len(lines) != 2 * len(script.questions):
        return [f"{name} asked {len(script.questions)} and sees {len(lines)} lines"]
    for number, question in enumerate(script.questions):
        said, answer = lines[2 * number], lines[2 * number + 1]
        if (said.author, said.text) != ("resident", question.text):
            faults.append(f"{name} line {2 * number} is not what was asked")
        if answer.author != "bot" or question.marker not in answer.text:
            faults.append(f"{name} question {number} is not answered below it: {answer.text[:60]!r}")
    return faults
