"""What neighbours typed, made safe for a page: paragraphs, line breaks, simple lists, links and names with an @."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import groupby

from markupsafe import Markup, escape

_ADDRESS = r"https?://[^\s<>\"'，。；！？、（）《》“”【】]{1,500}"
_DOT = re.compile(r"\s*[-*•·]\s+(?=\S)")
_NUMBER = re.compile(r"\s*\d{1,2}(?:[.)]\s+|、\s*)(?=\S)")


def plain_text(text: str, mentions: Collection[str] = ()) -> Markup:
    """The text as HTML. Nothing in it is taken as HTML, and a link leads only where it says that it does."""
    blocks = re.split(r"\n\s*\n", text.strip("\n"))
    return Markup("").join(part for block in blocks for part in _block(block, mentions))


def _block(block: str, mentions: Collection[str]) -> Iterator[Markup]:
    """Runs of lines of one kind: a list for those that begin like its lines, a paragraph for others."""
    for kind, lines in groupby(block.splitlines(), key=_kind):
        if kind is None:
            yield Markup("<p>{}</p>").format(Markup("<br>").join(_inline(line, mentions) for line in lines))
            continue
        mark = _DOT if kind == "ul" else _NUMBER
        items = Markup("").join(
            Markup("<li>{}</li>").format(_inline(mark.sub("", line, 1), mentions)) for line in lines
        )
        yield (Markup("<ul>{}</ul>") if kind == "ul" else Markup("<ol>{}</ol>")).format(items)


def _kind(line: str) -> str | None:
    if _DOT.match(line):
        return "ul"
    return "ol" if _NUMBER.match(line) else None


def _inline(line: str, mentions: Collection[str]) -> Markup:
    names = "|".join(re.escape(name) for name in sorted(mentions, key=len, reverse=True))
    pattern = re.compile(f"({_ADDRESS})" + (f"|@({names})" if names else "|(?!)()"))
    made, end = Markup(""), 0
    for found in pattern.finditer(line):
        made += escape(line[end : found.start()])
        end = found.end()
        if found[1]:
            made += Markup('<a href="{0}" rel="nofollow noopener ugc" target="_blank">{0}</a>').format(found[1])
        else:
            made += Markup('<b class="at">@{}</b>').format(found[2])
    return made + escape(line[end:])
