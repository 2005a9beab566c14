"""``ask``: many questions in one go, in order, each on its own, whatever the lines hold."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from app import batch
from app.batch import BadLine, read
from bot.reply import Outcome
from tests.app.process import ROOT, START_SECONDS, command, environment

NINE = {"answer", "choices", "ask_back", "report", "emergency", "refuse", "hand_over", "small_talk", "unknown"}
ASKED = [
    {"id": "a", "text": "第一次办居住证怎么办"},
    {"id": "b", "text": "要带什么材料", "context": "第一次办居住证怎么办"},
    {"id": 3, "text": "家里煤气味很重", "kind": "left alone"},
    {"id": "d", "text": "转人工"},
    {"id": "e", "text": "qwertyuiop"},
]
BAD = [
    "nonsense",
    "[1]",
    '{"id": "x"}',
    '{"id": "y", "text": " "}',
    '{"text": "没有编号"}',
    '{"id": true, "text": "x"}',
]
BAD_CONTEXTS = ("1", "[]", "{}", "true", "0.5")
HALF_A_CHARACTER = '{"id": "\\ud800", "text": "你好"}'


async def test_every_line_is_answered_in_its_place(tmp_path: Path) -> None:
    lines = [json.dumps(one, ensure_ascii=False) for one in ASKED]
    typed = "\n".join([lines[0], *BAD, "", *lines[1:], HALF_A_CHARACTER])
    ended = await command("ask", "--batch", folder=tmp_path, typed=typed)
    told = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == 0
    assert [one["id"] for one in told] == ["a", None, None, "x", "y", None, None, "b", 3, "d", "e", "\ud800"]
    assert all("error" in one for one in told[1:7])
    assert {one["outcome"] for one in [told[0], *told[7:]]} <= NINE
    _answers_are_right({one["id"]: one for one in told if "outcome" in one})
    assert _files(tmp_path) == [], "a trial leaves nothing behind"


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def _answers_are_right(told: dict[object, dict]) -> None:
    assert (told["a"]["outcome"], told["a"]["entries"][0]["id"]) == ("answer", "residence-permit")
    assert (told["b"]["outcome"], told["b"]["entries"][0]["id"]) == ("answer", "residence-permit")
    assert told[3]["outcome"] == "emergency"
    assert told["d"]["outcome"] == "hand_over"
    assert all(len(one["entries"]) <= 5 and one["text"] for one in told.values())
    scores = [entry["score"] for one in told.values() for entry in one["entries"]]
    assert scores == [round(score, 3) for score in scores]


@pytest.mark.parametrize("line", [line.encode() for line in BAD] + [b"\xff\xfe{}", b"[" * 200_000])
def test_a_bad_line_says_what_is_wrong_with_it(line: bytes) -> None:
    with pytest.raises(BadLine) as problem:
        read(line)
    assert str(problem.value)


@pytest.mark.parametrize("context", BAD_CONTEXTS)
def test_a_context_that_is_no_text_is_told_with_the_id(context: str) -> None:
    with pytest.raises(BadLine, match="context") as problem:
        read(f'{{"id": "z", "text": "要带什么", "context": {context}}}'.encode())
    assert problem.value.name == "z"


@pytest.mark.parametrize("context", ["null", '""', '" \u3000"'])
def test_a_context_without_words_is_none(context: str) -> None:
    assert read(f'{{"id": "z", "text": "要带什么", "context": {context}}}'.encode()).context is None


async def test_a_standard_input_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    for given, said in (("<&-", "is closed"), ("< /proc/self/mem", "cannot be read")):
        line = f"{sys.executable} -m app ask --batch {given}"
        ended = await asyncio.create_subprocess_shell(
            line, cwd=ROOT, env=environment(tmp_path), stderr=asyncio.subprocess.PIPE
        )
        _, err = await asyncio.wait_for(ended.communicate(), START_SECONDS)
        assert (ended.returncode, len(err.splitlines())) == (2, 1), err
        assert said in err.decode()


def test_a_mark_at_the_beginning_of_the_file_is_no_mistake() -> None:
    assert read(b'\xef\xbb\xbf{"id": "a", "text": "x"}').text == "x"


def test_every_outcome_is_told_as_one_of_the_nine() -> None:
    assert {batch.OUTCOMES.get(outcome, outcome).value for outcome in Outcome} == NINE
