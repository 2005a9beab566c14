"""Every sentence the code asks for is there, and the files say nothing that cannot be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot import words
from models import wording
from models.errors import Invalid, NotFound
from nlp.emergency import EmergencyKind

ROOT = Path(__file__).parents[2]
_KEY = re.compile(r"""\bsay\(\s*"([a-z_]+(?:\.[a-z_]+)+)\"""")
USED = sorted(
    {key for folder in ("bot", "casework", "portal", "people") for path in (ROOT / folder).rglob("*.py")
     for key in _KEY.findall(path.read_text(encoding="utf-8"))}
)  # fmt: skip


@pytest.mark.parametrize("key", USED)
def test_the_sentence_exists(key: str) -> None:
    assert wording.knows(key)


@pytest.mark.parametrize("kind", EmergencyKind)
def test_every_kind_of_emergency_has_advice(kind: EmergencyKind) -> None:
    assert wording.knows(f"emergency.advice.{kind}")


def test_a_missing_sentence_is_named() -> None:
    with pytest.raises(KeyError, match=r"no\.such\.sentence"):
        wording.say("no.such.sentence")


def test_a_missing_blank_is_named() -> None:
    with pytest.raises(KeyError, match="call"):
        wording.say("emergency.first")


def test_a_refusal_without_a_sentence_of_its_own_gets_that_of_its_kind() -> None:
    assert wording.say_refusal(NotFound("nothing.like_it")) == wording.say("refusals.any.NotFound")


def test_a_refusal_with_a_sentence_of_its_own_says_it() -> None:
    assert "500" in wording.say_refusal(Invalid("chat.too_long", most=500))


@pytest.mark.parametrize(
    "name", ["end", "useful", "unsolved", "none", "unsure", "change", "another", "cancel", "hanging"]
)
def test_the_word_lists_are_there(name: str) -> None:
    assert not words.says(name, "居住证")


@pytest.mark.parametrize("said", ["没用", "没解决", "答非所问"])
def test_bad_news_is_heard_as_unsolved(said: str) -> None:
    assert words.says("unsolved", said)
    assert not words.says("useful", said)


def test_a_word_file_of_ones_own_that_lacks_a_section_says_nothing_by_it(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "dialogue.toml").write_text('[useful]\nwhole = ["有用"]\n', encoding="utf-8")
    try:
        words.use_folder(tmp_path)
        assert [words.says("useful", "有用"), words.says("committee_alone", "几点上班")] == [True, False]
        assert words.parts_said("several", "几点上班") == []
    finally:
        words.use_folder(ROOT / "community")
