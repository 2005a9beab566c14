"""各单位的响应率: each answer that was owed has one unit, and every number equals one counted without our code."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from forum import owed, responses
from forum.board_settings import Wanted, set_board
from forum.moderation import measures
from models import clock as models_clock
from models.clock import SHANGHAI
from models.errors import NotAllowed
from models.home import Building, Estate, Home
from models.household import Relation, Residence, ResidenceState
from models.person import RoleName
from models.post import Post, Thing
from models.transaction import fetch
from people.viewers import Viewer
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours, person

ELSEWHERE = measures.Wanted(rule="wrong_board", reason="放在这里更合适")
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
COUNTED_BY_HAND = """
WITH moves AS (
  SELECT post_id, before AS board, created_at AS until_at,
    LAG(created_at) OVER (PARTITION BY post_id ORDER BY id) AS from_at FROM measure WHERE kind='move'
), stays AS (
  SELECT post_id, board, from_at, until_at FROM moves UNION ALL
  SELECT id, board, (SELECT max(until_at) FROM moves WHERE post_id=post.id), NULL FROM post
), asked AS (
  SELECT p.id, p.due_at, (SELECT min(r.created_at) FROM reply r WHERE r.post_id=p.id AND r.state='published'
    AND r.as_role IS NOT NULL AND r.author_id<>p.author_id) AS first_at
  FROM post p WHERE p.place_id=$1 AND p.due_at IS NOT NULL AND p.state IN ('published', 'locked')
), settled AS (
  SELECT asked.*, CASE WHEN first_at IS NULL OR first_at>due_at THEN due_at ELSE first_at END AS at
  FROM asked WHERE first_at IS NOT NULL OR due_at<$2
)
SELECT CASE WHEN s.board IN ('police', 'doctor', 'property') THEN s.board ELSE 'committee' END AS unit,
  count(CASE WHEN first_at<=due_at THEN 1 END) AS in_time, count(CASE WHEN first_at>due_at THEN 1 END) AS late,
  count(CASE WHEN first_at IS NULL THEN 1 END) AS unanswered
FROM settled JOIN stays s ON s.post_id=settled.id AND (s.from_at IS NULL OR s.from_at<=at)
  AND (s.until_at IS NULL OR s.until_at>at)
GROUP BY 1 ORDER BY 1
"""


async def moves(cast: Neighbours, post: int, board: str) -> None:
    await measures.move_to(post, replace(ELSEWHERE, board=board), by=cast.gao)


async def lives_in(cast: Neighbours, who: Viewer, name: str, *, until: dt.date | None = None) -> None:
    """Somebody lives in an estate, or did until a day."""
    now = models_clock.now()
    estate, _ = await Estate.get_or_create(place=cast.here, name=name, defaults={"created_at": now})
    building, _ = await Building.get_or_create(
        place=cast.here, estate=estate, name=f"{name}1号楼", defaults={"created_at": now, "sort": "1"}
    )
    label = f"{who.person_id}"
    home = await Home.create(created_at=now, place=cast.here, building=building, label=label, sort=label)
    await Residence.create(
        created_at=now,
        place=cast.here,
        home=home,
        person_id=who.person_id,
        relation=Relation.OWNER,
        state=ResidenceState.MOVED_OUT if until else ResidenceState.LIVING,
        open_home_id=None if until else home.id,
        since=dt.date(2020, 1, 1),
        until=until,
    )


async def homes(cast: Neighbours) -> None:
    """王阿姨 lives in 东苑 until she moves to 南苑, 李叔 in 西苑."""
    await lives_in(cast, cast.wang, "东苑", until=dt.date(2026, 3, 20))
    await lives_in(cast, cast.wang, "南苑")
    await Residence.filter(state=ResidenceState.LIVING).update(since=dt.date(2026, 3, 21))
    await lives_in(cast, cast.li, "西苑")


async def answered_here(cast: Neighbours, xu: Viewer) -> int:
    """In time, late, not at all; by who owes it, and by another unit. Gives the one to be answered late."""
    answered = await cast.post("楼道的灯坏了三天", by=xu)
    await cast.post("地下车库有积水", by=xu)
    by_committee = await cast.post("门口总有人乱停摩托", by=cast.li, board="police")
    await cast.post("电梯广告费用在哪里", by=cast.wang, board="property")
    company = await cast.post("水泵夜里很响睡不着", by=cast.li, board="property")
    await cast.post("我最近睡不好", by=cast.wang, board="doctor", is_private=True)
    await cast.reply(answered, "已经报修", by=cast.chen)
    await cast.reply(by_committee, "已经劝走了", by=cast.chen)
    await cast.reply(company, "今晚停机检修", by=cast.property)
    return await cast.post("门口的岗亭什么时候有人", by=cast.wang, board="police")


async def sent_on_early(cast: Neighbours) -> None:
    """To who owes it from then on, to where it is owed, and to where nothing is."""
    to_police = await cast.post("自行车棚的锁坏了", by=cast.wang)
    put_here = await cast.post("健身器材松动了", by=cast.li, board="neighbours")
    put_away = await cast.post("谁家的猫走丢了", by=cast.wang)
    await moves(cast, to_police, "police")
    await moves(cast, put_here, "issues")
    await moves(cast, put_away, "neighbours")


async def hidden(cast: Neighbours, xu: Viewer) -> None:
    """What is not shown is not counted."""
    post = await cast.post("围墙上的铁丝掉了", by=xu)
    await measures.hide(Thing.POST, post, ELSEWHERE, by=cast.gao)


@pytest.fixture
async def month(cast: Neighbours, clock: StillClock) -> Neighbours:
    """Every way in which an answer is owed: in time, late, not at all; of another unit; sent on early and late."""
    for board in ("police", "doctor", "property"):
        await set_board(board, Wanted(is_on=True), by=cast.gao, place_id=cast.here.id)
    xu = await person("小徐", cast.here, RoleName.RESIDENT)
    await homes(cast)
    late = await answered_here(cast, xu)
    sent_late, gone_late = [await cast.post(text, by=xu) for text in ("对面楼晚上很吵", "买菜哪家便宜")]
    clock.forward(hours=1)
    await sent_on_early(cast)
    clock.at(dt.datetime(2026, 3, 10, 10, 0, tzinfo=SHANGHAI))
    await cast.reply(late, "下周一起每天有人", by=cast.police)
    await moves(cast, sent_late, "police")
    await moves(cast, gone_late, "neighbours")
    await cast.reply(sent_late, "已经上门提醒", by=cast.police)
    await hidden(cast, xu)
    clock.at(dt.datetime(2026, 3, 27, 10, 0, tzinfo=SHANGHAI))
    await cast.post("花坛的水管漏了", by=xu)
    return cast


async def test_each_unit_answers_for_what_was_with_it_when_it_was_due(month: Neighbours) -> None:
    found = await owed.unit_rates(viewer=month.gao, since=LONG_AGO, place_id=month.here.id)
    lines = [(one.unit.value, one.estate, one.owed, one.in_time, one.answered_late, one.unanswered) for one in found]
    assert lines == [
        ("committee", "", 5, 1, 1, 3),
        ("police", "", 3, 1, 1, 1),
        ("doctor", "", 1, 0, 0, 1),
        ("property", "东苑", 1, 0, 0, 1),
        ("property", "西苑", 1, 1, 0, 0),
    ]
    assert [one.by_others for one in found] == [1, 1, 0, 0, 0], "who answers for another unit is said, and is no credit"
    assert [one.percent for one in found] == [20, 33, 0, 0, 100]


async def test_the_numbers_equal_those_counted_by_hand(month: Neighbours) -> None:
    found = await owed.unit_rates(viewer=month.gao, since=LONG_AGO, place_id=month.here.id)
    ours: dict[str, list[int]] = {}
    for one in found:
        sums = ours.setdefault(one.unit.value, [0, 0, 0])
        for at, number in enumerate((one.in_time, one.answered_late, one.unanswered)):
            sums[at] += number
    rows = await fetch(COUNTED_BY_HAND, month.here.id, models_clock.now())
    assert ours == {row["unit"]: [row["in_time"], row["late"], row["unanswered"]] for row in rows}
    boards = await responses.rates(viewer=month.gao, since=LONG_AGO, place_id=month.here.id)
    assert sum(one.answered + one.late for one in boards) == sum(one.owed for one in found), "nothing owed is lost"


async def test_above_there_are_sums_of_all_and_elsewhere_nothing(month: Neighbours, clock: StillClock) -> None:
    everywhere = await owed.unit_rates(viewer=month.zhao, since=LONG_AGO)
    assert [(one.unit.value, one.estate, one.owed) for one in everywhere] == [
        ("committee", "", 6),
        ("police", "", 3),
        ("doctor", "", 1),
        ("property", "", 2),
    ]
    assert await owed.unit_rates(viewer=month.outsider, since=LONG_AGO, place_id=month.here.id) == []
    assert await owed.unit_rates(viewer=month.gao, since=models_clock.now(), place_id=month.here.id) == []
    for viewer in (month.li, month.stranger):
        with pytest.raises(NotAllowed):
            await owed.unit_rates(viewer=viewer, since=LONG_AGO)


async def test_what_is_late_stays_owed_where_it_is_moved(month: Neighbours) -> None:
    post = await Post.get(title="买菜哪家便宜")
    waits = await responses.waiting(viewer=month.gao, place_id=month.here.id)
    assert post.id in [one.id for one in waits if one.is_late], "moving it away answers nobody"
    assert (await Post.get(title="谁家的猫走丢了")).due_at is None
