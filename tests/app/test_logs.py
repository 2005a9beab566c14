"""Logs: one JSON object a line, readable, counted, and with nothing in them that belongs to a person."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from app import metrics
from app.crew import Crew
from app.logs import HIDDEN, configure


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """The lines logged in a test at the level of information."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written: list[str] = []
    configure("info", write=written.append)
    yield written
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


def _last(lines: list[str]) -> dict[str, Any]:
    return json.loads(lines[-1])


def test_an_event_is_one_line_with_its_fields(lines: list[str]) -> None:
    structlog.get_logger().info("question_opened", question="Q-0001", place="睦邻")
    assert "睦邻" in lines[-1]
    assert "\n" not in lines[-1]
    assert {"event": "question_opened", "question": "Q-0001", "level": "info"}.items() <= _last(lines).items()


@pytest.mark.parametrize(
    "field",
    ["text", "name", "phone", "password", "token", "address", "payload", "memory", "note", "reason", "where_text"],
)
def test_a_personal_field_is_hidden_wherever_it_stands(lines: list[str], field: str) -> None:
    structlog.get_logger().info("x", **{field: "王阿姨"}, inside={"deep": [{field: "王阿姨"}]})
    assert "王阿姨" not in lines[-1]
    assert _last(lines)[field] == HIDDEN


def test_numbers_of_people_are_masked_in_any_field(lines: list[str]) -> None:
    structlog.get_logger().warning("x", problem="unknown 310101195001010015 or 13800138000")
    assert "19500101" not in lines[-1]
    assert "13800138000" not in lines[-1]


def test_a_whole_hash_sum_is_written_as_it_is(lines: list[str]) -> None:
    sum_with_a_number_in_it = "13800138000" + 53 * "a"
    structlog.get_logger().info("audit_whole", head=sum_with_a_number_in_it)
    assert _last(lines)["head"] == sum_with_a_number_in_it


def test_an_exception_is_told_by_kind_and_place_without_its_words(lines: list[str]) -> None:
    try:
        raise ValueError("王阿姨 said something")
    except ValueError:
        structlog.get_logger().exception("failed")
    assert "王阿姨" not in lines[-1]
    assert _last(lines)["error"] == "ValueError"
    assert any("test_logs.py" in frame for frame in _last(lines)["at"])


def test_libraries_log_the_same_way_without_values(lines: list[str]) -> None:
    logging.getLogger("somebody").warning("cannot reach %s", "王阿姨")
    assert _last(lines)["library"] == "somebody"
    assert "王阿姨" not in lines[-1]


def test_what_is_below_the_level_is_counted_but_not_written(lines: list[str]) -> None:
    before = metrics.REGISTRY.get_sample_value("mulin_messages_out_total", {"channel": "t", "outcome": "sent"}) or 0
    structlog.get_logger().debug("message_sent", channel="t", outcome="sent")
    assert lines == []
    counted = metrics.REGISTRY.get_sample_value("mulin_messages_out_total", {"channel": "t", "outcome": "sent"})
    assert counted == before + 1


async def test_a_task_that_fails_is_started_again(lines: list[str]) -> None:
    crew, starts = Crew(), []

    async def work(stop: asyncio.Event) -> None:
        starts.append(1)
        if len(starts) == 1:
            raise ZeroDivisionError
        await stop.wait()

    crew.start("work", work)
    async with asyncio.timeout(10):
        while len(starts) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await crew.finish()
    assert {"event": "task_failed", "task": "work", "error": "ZeroDivisionError"}.items() <= _last(lines).items()


async def test_a_task_that_does_not_end_is_cut_off(lines: list[str]) -> None:
    crew = Crew()
    crew.start("deaf", lambda stop: asyncio.sleep(600))
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await crew.finish(seconds=0.05)
    assert {"event": "task_cut_off", "task": "deaf"}.items() <= _last(lines).items()
