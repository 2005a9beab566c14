"""The console: what staff wrote while it was closed is there on coming back, and what is older is not shown again."""

from __future__ import annotations

from bot.channels.console import Console
from casework import questions
from models.question import Question
from tests.bot.stage import Stage


async def test_what_staff_wrote_while_it_was_closed_is_shown_on_coming_back(stage: Stage) -> None:
    console = Console(address="wang", place_id=stage.place_id)
    await console.type("转人工，车棚的灯坏了谁修")
    question = await Question.all().first()
    assert question is not None
    assert await Console(address="wang", place_id=stage.place_id).missed() == []
    chen = await stage.viewer("陈")
    await questions.reply(question.id, by=chen, text="明天上午来修。", seen_version=question.version)
    again = Console(address="wang", place_id=stage.place_id)
    [missed] = await again.missed()
    assert "明天上午来修。" in missed
    assert await again.arrived() == []
    assert await Console(address="nobody", place_id=stage.place_id).missed() == []
