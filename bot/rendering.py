"""A letter as plain text, for channels without buttons."""

from __future__ import annotations

from collections.abc import Sequence

from courier.letters import Letter, Link
from models.wording import say


def plain(letter: Letter, *, site: str = "") -> str:
    """Text, then numbered choices, then links with their address; ``site`` is the portal's address without a slash."""
    return "\n".join([letter.text, *choice_lines(letter.choices), *_link_lines(letter, site)])


def choice_lines(choices: Sequence[str]) -> list[str]:
    """The choices as numbered lines."""
    return [say("channel.choice", number=number, label=label) for number, label in enumerate(choices, start=1)]


def _link_lines(letter: Letter, site: str) -> list[str]:
    return [say("channel.link", text=link.text, address=_address(link, site)) for link in letter.links]


def _address(link: Link, site: str) -> str:
    """Pages are the portal's; what a channel has made whole already stays."""
    return link.path if link.path.startswith("https://") else f"{site}{link.path}"
