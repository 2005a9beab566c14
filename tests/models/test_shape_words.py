"""What a shape refuses is said in Chinese, whatever it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from models.entry_content import EntryContent
from models.shape_words import why
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
