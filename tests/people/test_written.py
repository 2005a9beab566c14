"""How buildings, homes and ages are written: the shipped list, and one that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.errors import Invalid
from people import written

COMMUNITY = Path(__file__).parents[2] / "community"


@pytest.fixture(autouse=True)
def shipped() -> Iterator[None]:
    yield
    written.use_folder(COMMUNITY)


@pytest.mark.parametrize(
    ("text", "label"), [("3号楼501室", "501"), ("3-501", "501"), ("501号房", "501"), ("501", "501"), ("室", "室")]
)
def test_a_home_is_found_by_its_own_label(text: str, label: str) -> None:
    assert written.labels(text)[-1] == label


@pytest.mark.parametrize("text", ["3号楼", "3幢", "3栋", "3号", "3"])
def test_a_building_is_its_number_whatever_stands_behind(text: str) -> None:
    assert written.building(text) == "3"


@pytest.mark.parametrize(
    ("tag", "ages"),
    [
        ("80+", (80, None)),
        ("80周岁以上", (80, None)),
        ("0-6", (0, 6)),
        ("0-6岁", (0, 6)),
        ("独居", None),
        ("0-0", (0, 0)),
    ],
)
def test_a_tag_of_ages_is_told_from_any_other(tag: str, ages: tuple[int, int | None] | None) -> None:
    assert written.ages(tag) == ages


def test_a_community_may_write_otherwise_and_an_empty_word_is_refused(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    file = tmp_path / "words" / "written.toml"
    text = (COMMUNITY / "words" / "written.toml").read_text(encoding="utf-8")
    file.write_text(text.replace('building_endings = ["号楼"', 'building_endings = ["支弄", "号楼"'), encoding="utf-8")
    written.use_folder(tmp_path)
    assert written.building("12支弄") == "12"
    file.write_text(text.replace('between = ["号楼"', 'between = [""'), encoding="utf-8")
    with pytest.raises(Invalid, match="unreadable"):
        written.use_folder(tmp_path)
