"""How the index is built: in blocks that change nothing, from the cuts jieba itself makes."""

from __future__ import annotations

from pathlib import Path

import jieba
import numpy as np
import pytest

from casework import guide
from nlp.building import Built, build
from nlp.document import Document
from nlp.meaning import load_meaning
from nlp.segment import Segmenter
from nlp.terms import TermMaker
from tests.shipped import shipped_entries

ROOT = Path(__file__).parent.parent.parent
ODD = (
    "",
    " ",
    "😭😭",
    "ABC-12.5%",
    "3号楼2单元501",
    "阿拉侬",
    "繁體字",
    "a",
    "，。",
    "C++和T恤",
    "一",
    "𠮷野家",
    "1.5万元/年",
)


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    """The shipped pack as documents."""
    return [guide.document(content) for content in shipped_entries().values()]


def built(documents: list[Document], *, block: int) -> Built:
    """Built in blocks of so many entries."""
    maker = TermMaker(segmenter=guide.segmenter(), words=guide.words())
    layers = ({"names": 5.0, "body": 7.0, "asked": 20.0}, {"centroid": 100.0})
    return build(documents, maker=maker, meaning=load_meaning(), layers=layers, block=block)


def test_how_many_entries_are_weighed_at_a_time_changes_nothing(documents: list[Document]) -> None:
    whole, parts = built(documents[:50], block=50), built(documents[:50], block=7)
    assert np.array_equal(whole.postings.offsets, parts.postings.offsets)
    assert np.array_equal(whole.postings.entries, parts.postings.entries)
    assert np.array_equal(whole.postings.worths, parts.postings.worths)
    assert np.array_equal(whole.named, parts.named)
    assert np.allclose(whole.meanings, parts.meanings, atol=1e-6)


def test_text_is_cut_into_the_words_that_jieba_cuts(documents: list[Document]) -> None:
    tokenizer = jieba.Tokenizer()
    segmenter = Segmenter(guide.words().domain, tokenizer=tokenizer)
    asked = [text for one in documents for text in (*one.names, *one.phrasings[::5], one.text)]
    texts = [*ODD, *map(guide.words().canonical, asked)]
    assert [segmenter.words(text) for text in texts] == [tokenizer.lcut(text) for text in texts]


def test_an_entry_without_a_known_word_has_no_direction() -> None:
    odd = built([Document(key="a", title="ㄅ"), Document(key="b", title="居住证")], block=1)
    assert odd.meanings.shape == (2, load_meaning().dimensions)
    assert np.isfinite(odd.meanings).all()
