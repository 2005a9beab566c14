"""How the index is built: in blocks that change nothing, from the cuts jieba itself makes."""

from __future__ import annotations

from pathlib import Path

import jieba
import numpy as np
import pytest

from casework import guide, snapshots
from nlp.building import Built, build
from nlp.document import Document
from nlp.meaning import load_meaning
from nlp.postings import CANDIDATES, SMALL_PACK, Postings
from nlp.retrieve import Index
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
    return [snapshots.document(content) for content in shipped_entries().values()]


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
    for word in guide.words().domain:
        tokenizer.add_word(word)
    segmenter = Segmenter(guide.words().domain)
    assert segmenter._tokenizer.FREQ == tokenizer.FREQ
    assert segmenter._tokenizer.total == tokenizer.total
    asked = [text for one in documents for text in (*one.names, *one.phrasings[::5], one.text)]
    texts = [*ODD, *map(guide.words().canonical, asked)]
    assert [segmenter.words(text) for text in texts] == [tokenizer.lcut(text) for text in texts]


def test_an_entry_without_a_known_word_has_no_direction() -> None:
    odd = built([Document(key="a", title="ㄅ"), Document(key="b", title="居住证")], block=1)
    assert odd.meanings.shape == (2, load_meaning().dimensions)
    assert np.isfinite(odd.meanings).all()


def many(count: int) -> list[Document]:
    """Entries that share most of their words, each with a number of its own."""
    return [
        Document(key=f"e{number}", title=f"居住证办理{number}", body="先登记再去窗口办理") for number in range(count)
    ]


def exactly(postings: Postings, weights: dict[int, float], *, mix: np.ndarray) -> np.ndarray:
    """What all terms are worth to every entry, added up one by one."""
    total = np.zeros((len(postings.worths), postings.size))
    for term, weight in weights.items():
        span = slice(postings.offsets[term], postings.offsets[term + 1])
        total[:, postings.entries[span]] += weight * postings.worths[:, span]
    return mix @ total


def test_in_a_large_pack_the_best_entries_are_weighed_by_every_term() -> None:
    large = built(many(SMALL_PACK + 50), block=512)
    assert large.postings.wide is not None
    wanted = {"w居住证", "c办", "b办理", "w4012", *(f"b1{digit}" for digit in range(10))}
    asked = {number: 1.0 for term, number in large.terms.items() if term in wanted}
    mix = np.ones((1, len(large.postings.worths)), dtype=np.float32)
    scored, exact = large.postings.scores(asked, mix=mix, own=SMALL_PACK), exactly(large.postings, asked, mix=mix)
    assert scored.whole is not None
    assert np.allclose(scored.sums[:, scored.whole], exact[:, scored.whole], rtol=2e-3)
    assert set(np.argsort(-exact[0], kind="stable")[:3]) <= set(scored.whole)
    assert len(scored.whole) >= CANDIDATES
    assert {*range(SMALL_PACK, SMALL_PACK + 50)} <= set(scored.whole)


def test_an_entry_of_a_large_pack_is_found_by_what_only_it_has() -> None:
    index = Index.build(many(SMALL_PACK + 50), segmenter=guide.segmenter(), words=guide.words())
    assert index.search("居住证办理4012").hits[0].key == "e4012"
    assert index.search("居住证").hits
