"""Shown names, against a corpus that was written before the rules (tests/people/names.csv)."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from models.errors import Invalid
from models.wording import say_refusal
from people.names import check_shown_name

CORPUS = Path(__file__).parent / "names.csv"


def names(verdict: str) -> list[str]:
    """The names of one verdict; what nobody could read stands as an escape."""
    with CORPUS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["verdict"] == verdict]
    return [json.loads(f'"{row["name"]}"') for row in rows]


def test_the_corpus_is_large_and_half_of_it_harmless() -> None:
    assert len(names("harmless")) >= len(names("refused"))
    assert len(names("harmless")) >= 200
    assert len(names("refused")) >= 240


@pytest.mark.parametrize("name", names("harmless"), ids=ascii)
def test_a_harmless_name_passes(name: str) -> None:
    shown = check_shown_name(name)
    assert shown
    assert check_shown_name(shown) == shown


@pytest.mark.parametrize("name", names("refused"), ids=ascii)
def test_a_name_that_pretends_or_breaks_something_is_refused_with_what_to_change(name: str) -> None:
    with pytest.raises(Invalid) as told:
        check_shown_name(name)
    assert say_refusal(told.value).endswith("。")


def test_what_cannot_be_seen_is_left_out_of_a_harmless_name() -> None:
    assert check_shown_name(" \u200b阿\u2060芳　\ufeff") == "阿芳"
    assert check_shown_name("Ｔｏｍ  李") == "Tom 李"


def test_a_family_of_emoji_stays_one_picture() -> None:
    assert check_shown_name("👨\u200d👩\u200d👧一家") == "👨\u200d👩\u200d👧一家"
