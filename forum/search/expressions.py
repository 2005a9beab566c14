"""What is asked for, as the two engines read it: tokens in quotes between AND and OR, nothing that anybody typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from forum.search.indexing import of_place
from models.full_text import FOUND
from models.transaction import is_postgres
from nlp.finding import PIECE, TITLE, Term, pieces

IN_TITLE, IN_TEXT, IN_PARTS, IN_PIECES = 15, 10, 6, 4
"""What a term is worth in the title, in the text, where only its characters stand there in a row, and where only its
shorter words do, or its characters anywhere; in tenths."""


MOST_SAID = 4_000
"""Of a term only so many of the newest posts are weighed; one that more of them say tells little."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A select of (id, term, worth) for every post that says something of what is asked, its values in their order, and
    what a post would be worth that says all of it in its text."""

    sql: str
    values: tuple[str, ...]
    whole: int


def asking(terms: Iterable[Term], *, place_id: int, first_mark: int) -> Asking:
    """What to look up for some terms in a neighbourhood; marks begin at ``first_mark``."""
    parts: list[str] = []
    values: list[str] = []
    whole = 0
    for number, term in enumerate(terms):
        whole += term.weight * IN_TEXT
        for worth, alternatives in _levels(term):
            mark = f"${first_mark + len(values)}"
            parts.append(_select(mark, number=number, worth=worth * term.weight))
            values.append(_within(alternatives, place_id))
    return Asking(" UNION ALL ".join(parts), tuple(values), whole)


def _levels(term: Term) -> list[tuple[int, list[tuple[str, ...]]]]:
    """Each level's worth with its alternatives, of which each is tokens that must all be there."""
    said: list[tuple[str, ...]] = [(form,) for form in term.forms]
    said += [found for other in term.others if (found := pieces(other))]
    levels = [(IN_TITLE, [(TITLE + form,) for form in term.forms]), (IN_TEXT, said)]
    if row := pieces(term.word):
        levels.append((IN_PARTS, [row]))
    if len(term.word) > 1 and row:
        apart = tuple(PIECE + one for one in term.word)
        levels.append((IN_PIECES, [apart, *((one,) for one in term.inner)]))
    return levels


def _select(mark: str, *, number: int, worth: int) -> str:
    if is_postgres():
        found = f"post_id AS id FROM post_word WHERE found @@ ({mark}::text)::tsquery ORDER BY post_id+0"
    else:
        found = f"rowid AS id FROM {FOUND} WHERE {FOUND} MATCH {mark} ORDER BY rowid"
    newest = f"SELECT {found} DESC LIMIT {MOST_SAID}"
    return f"SELECT id, {number} AS term, {worth} AS worth FROM ({newest}) s{number}"


def _within(alternatives: list[tuple[str, ...]], place_id: int) -> str:
    """Any of the alternatives, in one neighbourhood."""
    both, either = (" & ", " | ") if is_postgres() else (" AND ", " OR ")
    listed = either.join(f"({both.join(map(_quoted, tokens))})" for tokens in alternatives)
    return f"{_quoted(of_place(place_id))}{both}({listed})"


def _quoted(token: str) -> str:
    """Tokens are letters and digits behind one of our signs; quotes could not be in them."""
    mark = "'" if is_postgres() else '"'
    return f"{mark}{token}{mark}"
