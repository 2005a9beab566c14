"""Runs the peers over the same items and questions, in their own environment: JSON on standard input and output.

Input: {"documents": [{"key", "text"}], "questions": ["..."]}. Output: {name: {"ranked": [[keys]], "answered": [bool],
"build_s": seconds, "ms": milliseconds per question}}.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable

import jieba

Ranker = Callable[[str], tuple[list[str], bool]]


def ranked_by(scores: list[float], keys: list[str]) -> list[str]:
    """The five best keys with a score above zero."""
    order = sorted(range(len(keys)), key=lambda number: -scores[number])[:5]
    return [keys[number] for number in order if scores[number] > 0]


def rank_bm25_ranker(keys: list[str], texts: list[str]) -> Ranker:
    """rank_bm25's BM25Okapi over jieba words."""
    from rank_bm25 import BM25Okapi

    index = BM25Okapi([jieba.lcut(text) for text in texts])

    def rank(question: str) -> tuple[list[str], bool]:
        found = ranked_by(list(index.get_scores(jieba.lcut(question))), keys)
        return found, bool(found)

    return rank


def bm25s_ranker(keys: list[str], texts: list[str]) -> Ranker:
    """bm25s over jieba words."""
    import bm25s

    index = bm25s.BM25()
    index.index([jieba.lcut(text) for text in texts], show_progress=False)

    def rank(question: str) -> tuple[list[str], bool]:
        tokens = [token for token in jieba.lcut(question) if token in index.vocab_dict]
        if not tokens:
            return [], False
        found = ranked_by(list(index.get_scores(tokens)), keys)
        return found, bool(found)

    return rank


def baisitong_ranker(keys: list[str], texts: list[str]) -> Ranker:
    """baisitong's own chunks, local vectors and hybrid search with its own rule for having no answer."""
    from baisitong.services.documents import chunk_text
    from baisitong.services.embeddings import LocalTfidfEmbedder
    from baisitong.services.retriever import HybridRetriever, rewrite_query

    chunks = [(owner, chunk) for owner, text in enumerate(texts) for chunk in chunk_text(text)]
    embedder = LocalTfidfEmbedder()
    embedder.fit([chunk for _, chunk in chunks])
    retriever = HybridRetriever()
    retriever.rebuild(
        [
            {
                "chunk_id": number,
                "document_id": owner,
                "content": chunk,
                "doc_title": keys[owner],
                "embedding_json": None,
            }
            for number, (owner, chunk) in enumerate(chunks)
        ]
    )

    def rank(question: str) -> tuple[list[str], bool]:
        query = rewrite_query(question, None)
        hits = retriever.search(query, embedder.transform(query), top_k=10)
        found = list(dict.fromkeys(hit.doc_title for hit in hits))[:5]
        return found, bool(found)

    return rank


def measure(make: Callable[[list[str], list[str]], Ranker], given: dict) -> dict:
    """Build one peer, ask it everything, and time both."""
    keys = [document["key"] for document in given["documents"]]
    started = time.perf_counter()
    rank = make(keys, [document["text"] for document in given["documents"]])
    built = time.perf_counter()
    rank(given["questions"][0])
    asked = time.perf_counter()
    answers = [rank(question) for question in given["questions"]]
    spent = time.perf_counter() - asked
    return {
        "ranked": [found for found, _ in answers],
        "answered": [answered for _, answered in answers],
        "build_s": built - started,
        "ms": 1000 * spent / len(given["questions"]),
    }


def main() -> None:
    """Read the task, write the results."""
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    given = json.load(sys.stdin)
    peers = {"baisitong 1.0.6": baisitong_ranker, "bm25s": bm25s_ranker, "rank_bm25": rank_bm25_ranker}
    json.dump({name: measure(make, given) for name, make in peers.items()}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
