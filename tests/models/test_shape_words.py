"""What a shape refuses is said in Chinese, whatever it is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from casework.cases.kinds import Kind, Limit
from models.entry_content import EntryContent
from models.shape_words import unreadable, why
from models.wording import sentences
from tests.shipped import pack_at

PACK = Path(__file__).parents[2] / "community" / "packs" / "household-id.yaml"
ENTRY = pack_at(PACK).entries[0].model_dump(mode="json")
WRONG: list[dict[str, object]] = [
    {"title": ""},
    {"title": 5},
    {"title": "两\n行"},
    {"title": "a\x07"},
    {"scope": "moon"},
    {"checked_on": "昨天"},
    {"phrasings": []},
    {"phrasings": "一句"},
    {"changes_in": [13]},
    {"valid_from": {"date": "2026-01-01", "year": 2026}},
    {"sources": [{"title": "网页", "url": "不是网址"}]},
    {"status": {}},
    {"where": "窗口"},
    {"colour": "red"},
    {"fee": "未核实"},
    {"steps": "不适用"},
]


@pytest.mark.parametrize("changes", WRONG, ids=str)
def test_every_problem_of_an_entry_is_said_in_chinese(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as refused:
        EntryContent.model_validate({**ENTRY, **changes})
    for one in refused.value.errors():
        said = why(one)
        assert re.search(r"[\u4e00-\u9fff]", said), one
        assert one["msg"] not in said
        assert said != sentences()["shape.other"], one["type"]


KIND = {
    "id": "lamp",
    "field": "lamps",
    "field_name": "照明",
    "name": "楼道灯",
    "spoken": ("楼道灯", "走廊灯"),
    "unit": "property",
    "standard": "一天里修好。",
    "limit": {"days": 1},
    "done": "灯亮了。",
}


@pytest.mark.parametrize(
    ("shape", "values"),
    [(Limit, {}), (Limit, {"hours": 1, "days": 1}), (Kind, {**KIND, "is_private": True})],
    ids=str,
)
def test_what_contradicts_itself_is_said_in_chinese_without_a_word_of_english_prose(
    shape: type[BaseModel], values: dict[str, object]
) -> None:
    with pytest.raises(ValidationError) as refused:
        shape.model_validate(values)
    said = why(refused.value.errors()[0])
    assert refused.value.errors()[0]["msg"] not in said
    assert said not in (sentences()["shape.other"], sentences()["shape.value_error"])


@pytest.mark.parametrize(("toml", "place"), [("a = 1\nb = = 2", "第 2 行"), ("a : 1", "第 1 行")])
def test_a_file_that_is_no_toml_says_where(toml: str, place: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as refused:
        tomllib.loads(toml)
    assert place in unreadable(refused.value)


def test_a_file_that_cannot_be_opened_is_said_in_chinese_too() -> None:
    assert unreadable(FileNotFoundError(2, "No such file or directory")) == sentences()["shape.not_toml"]
