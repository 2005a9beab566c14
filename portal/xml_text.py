"""What XML can hold of a text."""

from __future__ import annotations

import re

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def readable(text: str) -> str:
    """The text without what no XML document may contain, however it is escaped."""
    return _NOT_IN_XML.sub("", text)
