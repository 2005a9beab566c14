"""The numbers under which people know a question or a case, such as Q-0001 and C-0001."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[A-Za-z]-[0-9]{1,12}", re.ASCII)


def is_number(text: str) -> bool:
    """Whether a text can be one at all; nothing else is looked for."""
    return _NUMBER.fullmatch(text) is not None
