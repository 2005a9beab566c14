"""Everything at once: dialogue, staff, jobs and publication never wait for each other in a circle."""

from __future__ import annotations

import asyncio

from casework import alarms, escalation, misses, questions
from models import clock as models_clock
from models.errors import Refusal
from models.message import Lane, Outbox
from models.question import Question
from people.audit import first_broken_line
from tests.casework.conftest import Cast
from tests.casework.test_misses import entry
from tests.conftest import StillClock


async def told(cast: Cast) -> int:
    """An entry answers everything that is open here."""
    return await misses.tell(await misses.still_open(cast.here.id), by=cast.gao, content=entry())


async def test_what_happens_at_once_is_refused_at_most_and_never_locked(cast: Cast, clock: StillClock) -> None:
    asked = [await cast.ask(f"第{number}个问题怎么办") for number in range(6)]
    clock.forward(hours=3)
    await alarms.raise_alarm(by=cast.li, conversation_id=cast.li_conversation, kind="gas", text="煤气味")
    clock.forward(minutes=3)
    work = [escalation.run_all(), escalation.run_all(), alarms.page_next(models_clock.now())]
    for question in asked:
        work += [questions.claim(question.id, by=staff) for staff in (cast.chen, cast.lin, cast.gao)]
        work += [questions.reply(question.id, by=cast.gao, text="好", seen_version=1)]
        work += [told(cast), cast.ask("又一个")]
    results = await asyncio.gather(*work, return_exceptions=True)
    assert [one for one in results if isinstance(one, BaseException) and not isinstance(one, Refusal)] == []
    assert await first_broken_line() is None
    assert await Question.filter(claimed_by_id=None, state="claimed").count() == 0
    for lane in await Lane.all():
        numbers = await Outbox.filter(lane=lane.name).order_by("id").values_list("number", flat=True)
        assert numbers == list(range(1, lane.number + 1))
