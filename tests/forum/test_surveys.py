"""问卷: answered once by those it is for, of an anonymous one nothing leads to a person, sums without small groups."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import io
from collections import Counter

import pytest
from openpyxl import load_workbook

from app import jobs
from casework import resealing, retention
from casework.privacy import leaving
from casework.privacy.kept import kept
from forum import posts
from forum.board_settings import Wanted, set_board
from forum.notices.targets import EVERYBODY, Target
from forum.surveys import answering, clearing, lists, publishing, results, settling, telling
from forum.surveys.answering import sealed
from forum.surveys.forms import questions_of
from forum.surveys.publishing import NewSurvey
from forum.surveys.sight import survey
from models import clock as models_clock
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.home import Building, Estate, Home
from models.household import Relation, Residence, ResidenceState
from models.person import RoleName
from models.push import Push
from models.sealed import use_secrets
from models.survey import NamedAnswer, SealedAnswer, Survey, SurveyAnswer, SurveyTaker
from models.transaction import dialect, execute, fetch
from people.viewers import SYSTEM, Viewer
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours, person
from tests.models import made

QUESTIONS = "是否：要不要装\n多选：装在哪里｜东门｜西门\n打分：现在方便吗\n文字：担心什么"
SAID = {1: ("1",), 2: ("2", "1"), 3: ("4",), 4: ("怕着火，打我电话 13812345678",)}


@pytest.fixture
async def board(cast: Neighbours, clock: StillClock) -> Neighbours:
    """Monday 2 March 2026; 居民提案 is on."""
    await set_board("proposals", Wanted(is_on=True), by=cast.gao, place_id=cast.here.id)
    return cast


async def ask(cast: Neighbours, *, anonymous: bool = False, target: Target = EVERYBODY) -> int:
    until = models_clock.today() + dt.timedelta(days=3)
    new = NewSurvey("充电桩", "", questions_of(QUESTIONS), until, is_anonymous=anonymous, target=target)
    return (await publishing.publish(new, by=cast.chen, place_id=cast.here.id)).id


async def street(cast: Neighbours, count: int) -> list[Viewer]:
    return [await person(f"邻居{at}", cast.here, RoleName.RESIDENT) for at in range(count)]


async def building(cast: Neighbours, who: Viewer) -> int:
    """A building in which somebody lives."""
    now = models_clock.now()
    estate = await Estate.create(created_at=now, place=cast.here, name="东苑")
    made_one = await Building.create(created_at=now, place=cast.here, estate=estate, name="1号楼", sort="1")
    home = await Home.create(created_at=now, place=cast.here, building=made_one, label="101", sort="101")
    await Residence.create(
        created_at=now,
        place=cast.here,
        home=home,
        person_id=who.person_id,
        relation=Relation.OWNER,
        state=ResidenceState.LIVING,
        open_home_id=home.id,
        since=models_clock.today(),
    )
    return made_one.id


def test_a_question_is_a_line_and_an_answer_is_as_long_as_any_other() -> None:
    found = questions_of("单选: 几点|七点｜八点\n\n文字：还有什么")
    assert [(one.kind.value, one.text, one.options) for one in found] == [
        ("one", "几点", ("七点", "八点")),
        ("text", "还有什么", ()),
    ]
    for wrong in ("几点", "选择：几点", "单选："):
        with pytest.raises(Invalid):
            questions_of(wrong)


async def test_it_is_answered_once_by_those_it_is_for(board: Neighbours) -> None:
    cast, target = board, Target((await building(board, board.wang),))
    with pytest.raises(NotAllowed):
        await publishing.publish(NewSurvey("x", "", (), None, is_anonymous=False), by=cast.wang, place_id=cast.here.id)
    for wrong, anonymous in ((Target(tags=("独居",)), False), (Target((10**9,)), False), (target, True)):
        with pytest.raises(Invalid):
            await ask(cast, target=wrong, anonymous=anonymous)
    post = await ask(cast, target=target)
    for who, error in ((cast.li, NotAllowed), (cast.chen, NotAllowed), (cast.stranger, NotFound)):
        with pytest.raises(error):
            await answering.answer(post, by=who, given=SAID)
    for wrong_said in (
        {},
        {**SAID, 1: ("3",)},
        {**SAID, 1: ("1", "2")},
        {**SAID, 9: ("1",)},
        {**SAID, 4: ("x" * 301,)},
    ):
        with pytest.raises(Invalid):
            await answering.answer(post, by=cast.wang, given=wrong_said)
    tries = (answering.answer(post, by=cast.wang, given=SAID) for _ in range(3))
    done = Counter(type(one) for one in await asyncio.gather(*tries, return_exceptions=True))
    assert done == {type(None): 1, Taken: 2}
    assert await NamedAnswer.all().count() == 4


async def test_a_named_one_is_changed_until_the_end_and_read_by_staff_alone(
    board: Neighbours, clock: StillClock
) -> None:
    cast, post = board, await ask(board)
    await answering.answer(post, by=cast.wang, given=SAID)
    await answering.change(post, by=cast.wang, given={**SAID, 1: ("2",)})
    own = (await survey(post, viewer=cast.wang)).own
    assert (own[1], own[2], "13812345678" in own[4], "怕着火" in own[4]) == ("2", "1,2", False, True)
    assert [one.said for one in (await kept(viewer=cast.wang)).surveys][:3] == ["否", "东门、西门", "4 分"]
    [line] = await results.named(post, viewer=cast.chen)
    assert line.answers[1] == "否"
    assert (await results.results(post, viewer=cast.chen))[0].sums[1].count == 1
    assert await results.results(post, viewer=cast.wang) == ()
    for viewer, error in ((cast.wang, NotAllowed), (cast.outsider, NotFound)):
        with pytest.raises(error):
            await results.named(post, viewer=viewer)
    clock.forward(days=4)
    for verb in (answering.answer, answering.change):
        with pytest.raises(WrongState):
            await verb(post, by=cast.wang, given=SAID)
    assert await settling.settle_due(by=SYSTEM) == 1
    assert await settling.settle_due(by=SYSTEM) == 0
    assert all(each.count is None for one in await results.results(post, viewer=cast.wang) for each in one.sums)
    assert (await results.results(post, viewer=cast.chen))[0].sums[1].count == 1
    [told] = await lists.surveys(viewer=cast.li, place_id=cast.here.id)
    assert (told.is_open, told.is_meant, told.has_answered, told.is_settled) == (False, True, False, True)


async def test_of_an_anonymous_answer_nothing_leads_to_a_person(board: Neighbours) -> None:
    cast, people = board, await street(board, 12)
    post = await ask(cast, anonymous=True)
    for at, who in enumerate(people):
        await answering.answer(post, by=who, given={**SAID, 1: ("1" if at < 6 else "2",), 4: (f"话{at:02}",)})
    dump = await made.contents()
    assert set(dump["sealed_answer"][0]) == {"id", "survey_id", "question_id", "token"}
    assert set(dump["survey_taker"][0]) == {"id", "survey_id", "person_id"}
    assert dump["named_answer"] == []
    assert "话03" not in repr(dump)
    tokens = [str(row["token"]) for row in dump["sealed_answer"]]
    assert {base64.urlsafe_b64decode(one)[1:9] for one in tokens} == {bytes(8)}, "no token tells a time"
    assert len({len(one) for one in tokens}) == 2, "choices are one length, words another"
    assert len(sealed("怕" * 300, is_text=True)) == len(sealed("", is_text=True))
    takers = [row["person_id"] for row in await fetch("SELECT person_id FROM survey_taker ORDER BY id")]
    assert takers != [one.person_id for one in people], "numbers do not follow the order of answering"
    if dialect() == "postgres":
        for table in ("sealed_answer", "survey_taker"):
            assert len(await fetch(f"SELECT DISTINCT xmin::text FROM {table}")) == 1, "any answer may be anybody's"
    assert not any("1" in str(row["detail"]) for row in dump["audit_line"] if row["verb"] == "survey.answer")


async def test_an_anonymous_one_stays_so_and_is_counted_after_the_end_in_no_order(
    board: Neighbours, clock: StillClock
) -> None:
    cast, people = board, await street(board, 12)
    post = await ask(cast, anonymous=True)
    for at, who in enumerate(people):
        await answering.answer(post, by=who, given={**SAID, 4: (f"话{at:02}",)})
    for verb, error in ((answering.answer, Taken), (answering.change, WrongState)):
        with pytest.raises(error):
            await verb(post, by=people[0], given=SAID)
    for reads in (results.results, results.written):
        assert list(await reads(post, viewer=cast.gao)) == [], "staff see nothing before the end"
    with pytest.raises(WrongState):
        await results.export(post, by=cast.chen)
    with pytest.raises(Exception, match="stays anonymous"):
        await execute("UPDATE survey SET is_anonymous=false")
    clock.forward(days=4)
    await settling.settle_due(by=SYSTEM)
    assert (await SealedAnswer.all().count(), await SurveyAnswer.all().count()) == (0, 48)
    assert set((await made.contents())["survey_answer"][0]) == {"id", "survey_id", "question_id", "value"}
    words = [one.text for one in await results.written(post, viewer=cast.chen)]
    assert (sorted(words), words == sorted(words)) == ([f"话{at:02}" for at in range(12)], False)
    with pytest.raises(NotAllowed):
        await results.written(post, viewer=cast.wang)


async def test_small_groups_are_not_told_nor_what_would_tell_them(board: Neighbours, clock: StillClock) -> None:
    cast, people = board, await street(board, 13)
    post, few = await ask(cast, anonymous=True), await ask(cast, anonymous=True)
    for at, who in enumerate(people):
        yes, where, stars = ("1" if at < 6 else "2"), ("1", "2") if at < 3 else ("1",), "5" if at < 9 else "1"
        await answering.answer(post, by=who, given={1: (yes,), 2: where, 3: (stars,)})
    for who in people[:4]:
        await answering.answer(few, by=who, given=SAID)
    clock.forward(days=4)
    assert await settling.settle_due(by=SYSTEM) == 2
    for viewer in (cast.chen, cast.wang):
        one, several, score = await results.results(post, viewer=viewer)
        assert [each.count for each in one.sums] == [6, 7]
        assert [each.count for each in several.sums] == [13, None]
        assert ([each.count for each in score.sums], score.average) == ([None] * 5, 3.8)
        assert all(each.count is None for one in await results.results(few, viewer=viewer) for each in one.sums)
    assert await results.written(few, viewer=cast.chen) == []
    file = await results.export(post, by=cast.chen)
    rows = list(load_workbook(io.BytesIO(file.content)).active.values)  # type: ignore[union-attr]
    assert rows[2][:4] == ("1", "要不要装", "是", "6")
    assert "不满 5 人" in [row[3] for row in rows]
    with pytest.raises(NotAllowed):
        await results.export(post, by=cast.wang)


async def test_those_it_is_for_hear_of_it_once_and_what_names_them_goes(board: Neighbours, clock: StillClock) -> None:
    cast, inside = board, await building(board, board.wang)
    assert {"surveys.settle", "surveys.tell", "survey_named.clear"} <= {job.name for job in jobs.JOBS}
    post = await ask(cast, target=Target((inside,)))
    assert [await telling.tell_due(by=SYSTEM) for _ in range(2)] == [1, 0]
    assert await Push.all().values_list("person_id", flat=True) == [cast.wang.person_id]
    people = await street(cast, 5)
    secret = await ask(cast, anonymous=True)
    for who in people:
        await answering.answer(secret, by=who, given=SAID)
    await answering.answer(post, by=cast.wang, given=SAID)
    [told] = (await kept(viewer=people[0])).surveys
    assert (told.asked, "谁也查不到" in told.said) == ("", True)
    await leaving.delete_account(by=people[0])
    assert await SurveyTaker.filter(person_id=people[0].person_id).count() == 0
    clock.forward(days=4)
    await settling.settle_due(by=SYSTEM)
    clock.forward(days=400)
    cleared = {one.name: (await retention.clear(one, by=SYSTEM)).rows for one in clearing.KINDS}
    assert cleared == {"survey_named": 4, "survey_taker": 5, "survey_words": 5}
    assert (await results.results(post, viewer=cast.chen))[0].sums[0].count == 1
    await posts.delete(post, by=cast.chen)
    assert (await Survey.all().count(), await NamedAnswer.all().count()) == (2, 0)


async def test_answers_are_counted_under_a_new_key_too(board: Neighbours, clock: StillClock) -> None:
    cast, people = board, await street(board, 5)
    post = await ask(cast, anonymous=True)
    for who in people:
        await answering.answer(post, by=who, given=SAID)
    use_secrets("a newer secret for tests", "a secret of tests")
    assert (await resealing.rotate(by=SYSTEM)).left == 0
    use_secrets("a newer secret for tests")
    tokens = await SealedAnswer.all().values_list("token", flat=True)
    assert {base64.urlsafe_b64decode(str(one))[1:9] for one in tokens} == {bytes(8)}, "still at no time"
    clock.forward(days=4)
    await settling.settle_due(by=SYSTEM)
    assert [each.count for each in (await results.results(post, viewer=cast.wang))[1].sums] == [5, 5]
