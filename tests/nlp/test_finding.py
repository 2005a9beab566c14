"""Tokens, terms and marks of full-text search."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp import finding
from nlp.finding import Term
from nlp.segment import Segmenter
from nlp.synonyms import Synonyms, load_synonyms
from nlp.words import Words, WordsInvalid, load_words

FOLDER = Path(__file__).parents[2] / "community" / "words"


@pytest.fixture(scope="module")
def words() -> Words:
    return load_words(FOLDER)


@pytest.fixture(scope="module")
def segmenter(words: Words) -> Segmenter:
    return Segmenter(words.domain)


@pytest.fixture(scope="module")
def synonyms(words: Words) -> Synonyms:
    return load_synonyms(FOLDER, words=words)


def test_a_text_is_found_by_words_words_of_its_title_and_pairs(segmenter: Segmenter) -> None:
    found = finding.tokens("電動車", "充電<b>_wifi_</b> " + "x" * 99, segmenter=segmenter).split(" ")
    assert {"电动车", "^电动车", "充电", "~充电", "~电", "wifi", "b"} <= {*found}
    assert len(found) == len(set(found))
    assert not any("_" in one or "<" in one or len(one) > finding.MOST_TOKEN for one in found)
    assert finding.tokens("", "🎉 ！", segmenter=segmenter) == ""


def test_what_is_asked_is_its_rare_words_with_what_they_are_also_called(
    segmenter: Segmenter, words: Words, synonyms: Synonyms
) -> None:
    def asked(text: str) -> tuple[Term, ...]:
        return finding.terms(text, segmenter=segmenter, words=words, synonyms=synonyms)

    bike, charge = asked("请问電瓶車在哪里充电呀")
    assert (bike.word, charge.word, "电动车" in bike.others) == ("电瓶车", "充电", True)
    assert [one.word for one in asked("小区")] == ["小区"]
    assert asked(' "*-') == asked("") == ()
    assert len(asked("、".join("甲乙丙丁戊己庚辛壬癸子丑"))) == finding.MOST_TERMS
    assert "幼儿" in asked("幼儿园")[0].inner


def test_marks_stand_in_the_text_as_it_is_written(segmenter: Segmenter, words: Words, synonyms: Synonyms) -> None:
    looked_for = finding.terms("电瓶车", segmenter=segmenter, words=words, synonyms=synonyms)
    long = "前面的话" * 60 + "，新的電動車棚" + "后面的话" * 60
    part = finding.window(long, looked_for, most=60)
    assert part.startswith("…")
    assert "電動車" in part
    assert [one.text for one in finding.marked(part, looked_for) if one.is_hit] == ["電動車"]
    assert "".join(one.text for one in finding.marked(part, looked_for)) == part
    assert finding.marked("", looked_for) == ()
    assert finding.window("ﷺ 短", looked_for, most=60) == "ﷺ 短"


def test_a_list_that_is_wrong_is_named_and_one_that_is_not_there_is_none(words: Words, tmp_path: Path) -> None:
    assert "漏水" not in load_synonyms(tmp_path, words=words).of
    (tmp_path / "synonyms.toml").write_text("groups = 3", encoding="utf-8")
    with pytest.raises(WordsInvalid, match=r"synonyms\.toml"):
        load_synonyms(tmp_path, words=words)
