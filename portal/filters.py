"""What templates may do to a value: local times, dates, and telephone numbers that can be pressed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from markupsafe import Markup, escape

from casework.cases.kinds import Kind
from models.wording import say_date, say_moment
from portal.plain_text import plain_text

_NUMBER = re.compile(
    r"(?<![\d.\-])(?:1(?:10|19|20)|123\d\d|962\d{3}|021-?\d{8}|400-?\d{3}-?\d{4}|1[3-9]\d{9})(?![\d.\-%]|\s*[元年月日天个人份条])"
)
"""Numbers that people ring in Shanghai: emergencies, five-digit public lines, 962 lines, landlines, 400 and mobiles."""


def dial(number: str) -> str:
    """The address behind a telephone number."""
    return f"tel:{re.sub(r'[^0-9+]', '', number)}"


def _link(found: re.Match[str]) -> str:
    return f'<a class="number" href="{dial(found[0])}">{found[0]}</a>'


def dialable(text: str) -> Markup:
    """Text made safe, with the telephone numbers in it turned into links."""
    return Markup(_NUMBER.sub(_link, str(escape(text))))  # noqa: S704 - the text was escaped in this line


def kind_options(kinds: Sequence[Kind], chosen: str = "") -> Markup:
    """Kinds of work as the options of a choice, field by field; a page of a case has it twice, with a hundred each."""
    options, mark = _options(tuple((one.field_name, one.id, one.name) for one in kinds)), f'value="{escape(chosen)}"'
    return Markup(options.replace(f"{mark}>", f"{mark} selected>", 1))  # noqa: S704


@lru_cache(maxsize=32)
def _options(kinds: tuple[tuple[str, str, str], ...]) -> str:
    """Written once for as long as the catalogue stays as it is."""
    written = [
        (field, "".join(f'<option value="{escape(key)}">{escape(name)}</option>' for _, key, name in group))
        for field, group in groupby(sorted(kinds, key=itemgetter(0)), itemgetter(0))
    ]
    return "".join(f'<optgroup label="{escape(field)}">{options}</optgroup>' for field, options in written)


FILTERS: Mapping[str, Callable[..., str]] = {
    "kind_options": kind_options,
    "moment": say_moment,
    "date": say_date,
    "dial": dial,
    "dialable": dialable,
    "plain_text": plain_text,
}
