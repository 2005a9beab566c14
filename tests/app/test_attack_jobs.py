"""What only the clock can do is done by the service's jobs: telling on the day, by day, once; forgetting."""

from __future__ import annotations

import datetime as dt

from app import jobs
from casework import learning, publishing, questions
from models import clock as models_clock
from models.conversation import Miss
from models.place import Place
from models.transaction import execute
from tests.casework.conftest import Cast, cast, heard
from tests.conftest import StillClock

__all__ = ("cast",)


async def run(name: str) -> None:
    assert await jobs.run_once(next(job for job in jobs.JOBS if job.name == name))


async def test_who_asked_is_told_on_the_day_an_entry_begins_but_not_at_night_and_once(
    cast: Cast, clock: StillClock
) -> None:
    await Place.filter(id=cast.here.id).update(phone="00000000")
    question = await cast.ask()
    await questions.reply(question.id, by=cast.chen, text="充电每次1元，刷卡就可以。", seen_version=question.version)
    version = await learning.learn(question.id, by=cast.chen)
    tomorrow = models_clock.today() + dt.timedelta(days=1)
    await publishing.publish(version.id, by=cast.gao, shown_from=tomorrow)
    before = len(await heard(cast.wang_conversation))
    for hour, told in ((0, 0), (9, 1), (10, 1)):
        clock.at(dt.datetime.combine(tomorrow, dt.time(hour, 30)))
        await run("guide.tell_of_begun")
        assert len(await heard(cast.wang_conversation)) == before + told


async def test_settled_misses_are_forgotten_in_time_and_open_ones_kept(cast: Cast, clock: StillClock) -> None:
    await cast.ask()
    await cast.ask("电梯年检多久一次")
    await execute("UPDATE miss SET dismissed_at=$1 WHERE text=$2", models_clock.now(), "电梯年检多久一次")
    clock.forward(days=366)
    await run("miss.clear")
    assert "电梯年检多久一次" not in [miss.text for miss in await Miss.all()]
    assert await Miss.filter(place_id=cast.here.id).count() == 1
