"""What came out of a survey: sums without small groups, and for staff what was written and the spreadsheet of sums.

Rows with names are shown to staff on the page and given out in no file.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from forum.surveys.forms import Question
from forum.surveys.sight import Asked, survey
from models import clock
from models.errors import WrongState
from models.place import Place
from models.survey import QuestionKind
from models.transaction import fetch, transaction
from models.wording import say
from people.audit import record
from people.permissions import allow
from people.records import export_sheet
from people.records.export_sheet import Sheet
from people.records.small_groups import LEAST, parted, published
from people.records.taking import File
from people.viewers import Viewer

MOST_TEXTS, MOST_PEOPLE = 500, 100


@dataclass(frozen=True, slots=True)
class Sum:
    """How many chose something; None where so few did that it would be told of them."""

    label: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Result:
    """What came out of a question that is not answered in words."""

    position: int
    question: Question
    sums: tuple[Sum, ...]
    average: float | None


@dataclass(frozen=True, slots=True)
class Written:
    """An anonymous answer in words."""

    position: int
    text: str


@dataclass(frozen=True, slots=True)
class NamedLine:
    """What somebody answered, in words, by position."""

    person_id: int
    name: str
    answers: Mapping[int, str]


async def results(post_id: int, *, viewer: Viewer) -> tuple[Result, ...]:
    """问卷结果: nothing while the viewer may not see sums yet."""
    asked = await survey(post_id, viewer=viewer)
    return await results_of(asked)


async def results_of(asked: Asked) -> tuple[Result, ...]:
    """The same of a survey that its caller found."""
    if not asked.shows_results:
        return ()
    table = "survey_answer" if asked.is_settled else "named_answer"
    sql = f"SELECT question_id, value, count(*) AS people FROM {table} WHERE survey_id=$1 GROUP BY question_id, value"
    counts: dict[int, Counter[int]] = {number: Counter() for number in asked.question_ids.values()}
    chosen = {asked.question_ids[at] for at, one in asked.questions.items() if not one.is_text}
    for row in await fetch(sql, asked.id):
        if row["question_id"] in chosen:
            counts[row["question_id"]].update({int(one): row["people"] for one in row["value"].split(",")})
    is_whole = asked.looks_after and not asked.is_anonymous
    return tuple(
        _result(at, one, counts=counts[asked.question_ids[at]], people=asked.answered, is_whole=is_whole)
        for at, one in asked.questions.items()
        if not one.is_text
    )


def _result(at: int, question: Question, *, counts: Counter[int], people: int, is_whole: bool) -> Result:
    every = {number: counts[number] for number in range(1, len(question.labels) + 1)}
    said: Mapping[int, int | None] = every if is_whole else _without_few(question, every, people=people)
    sums = tuple(Sum(label, said[number]) for number, label in enumerate(question.labels, start=1))
    average, total = None, sum(every.values())
    if question.kind is QuestionKind.SCORE and total and (is_whole or total >= LEAST):
        average = round(sum(number * count for number, count in every.items()) / total, 1)
    return Result(at, question, sums, average)


def _without_few(question: Question, every: Mapping[int, int], *, people: int) -> Mapping[int, int | None]:
    """Counts without small groups, which also cannot be worked out from the others; of a score, whose average is told
    too, all of them or none."""
    if question.kind is QuestionKind.SEVERAL:
        return {number: published(count, of=people) for number, count in every.items()}
    told = parted({str(number): count for number, count in every.items()})
    if question.kind is QuestionKind.SCORE and None in told.values():
        return dict.fromkeys(every)
    return {number: told[str(number)] for number in every}


_TEXTS = (
    "SELECT q.position, a.value FROM survey_answer a JOIN survey_question q ON q.id=a.question_id"
    f" WHERE a.survey_id=$1 AND q.kind='{QuestionKind.TEXT.value}' AND a.value<>''"
    f" ORDER BY q.position, a.id LIMIT {MOST_TEXTS}"
)


async def written(post_id: int, *, viewer: Viewer) -> list[Written]:
    """匿名写的话: for staff, after the end, in no order."""
    asked = await _looked_after(post_id, viewer=viewer, verb="survey.look_after")
    return [Written(row["position"], row["value"]) for row in await fetch(_TEXTS, asked.id)]


_PEOPLE = (
    "SELECT a.person_id, p.shown_name, q.position, a.value FROM named_answer a"
    " JOIN survey_question q ON q.id=a.question_id JOIN person p ON p.id=a.person_id WHERE a.survey_id=$1"
    " AND a.person_id IN (SELECT t.person_id FROM survey_taker t WHERE t.survey_id=$1 AND t.person_id>$2"
    f" ORDER BY t.person_id LIMIT {MOST_PEOPLE}) ORDER BY a.person_id, q.position"
)


async def named(post_id: int, *, viewer: Viewer, after: int = 0) -> list[NamedLine]:
    """谁答了什么: of a named survey, for staff, so many people behind one; nothing of an anonymous one."""
    asked = await _looked_after(post_id, viewer=viewer, verb="survey.look_after")
    lines: dict[int, NamedLine] = {}
    for row in await fetch(_PEOPLE, asked.id, after):
        line = lines.setdefault(row["person_id"], NamedLine(row["person_id"], row["shown_name"], {}))
        said = {**line.answers, row["position"]: asked.questions[row["position"]].said(row["value"])}
        lines[row["person_id"]] = NamedLine(line.person_id, line.name, said)
    return list(lines.values())


async def _looked_after(post_id: int, *, viewer: Viewer, verb: str) -> Asked:
    asked = await survey(post_id, viewer=viewer)
    allow(viewer, verb, asked.post.place_id)
    return asked


async def export(post_id: int, *, by: Viewer) -> File:
    """导出问卷合计: sums without anybody's name or words, with a watermark; of an anonymous survey after the end."""
    asked = await _looked_after(post_id, viewer=by, verb="survey.export")
    if not asked.shows_results:
        raise WrongState("survey.not_counted")
    found = await results_of(asked)
    place = await Place.get(id=asked.post.place_id)
    async with transaction():
        await record(by, "survey.export", subject="survey", subject_id=asked.id, place_id=place.id)
    at = clock.local(clock.now())
    facts = {"place": place.name, "title": asked.post.title, "name": by.name, "people": asked.answered}
    mark = say("survey.sheet.mark", at=f"{at:%Y-%m-%d %H:%M}", **facts)
    rows = [row for one in found for row in _rows(one)]
    sheet = Sheet(say("survey.sheet.title"), mark, say("survey.sheet.heading").split("|"), rows)
    content = await asyncio.to_thread(export_sheet.write, sheet)
    name = export_sheet.file_name(say("survey.sheet.title"), asked.post.title, f"{at:%Y%m%d-%H%M}")
    return File(f"{name}.xlsx", content)


def _rows(one: Result) -> list[tuple[str, ...]]:
    few = say("survey.few")
    head = (str(one.position), one.question.text)
    rows = [(*head, each.label, few if each.count is None else str(each.count)) for each in one.sums]
    if one.average is not None:
        rows.append((*head, say("survey.average"), str(one.average)))
    return rows
