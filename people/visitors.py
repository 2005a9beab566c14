"""Browsers of residents who have not signed in: a long random cookie, whose hash is the contact's address."""

from __future__ import annotations

import hashlib
import re
import secrets

COOKIE = "mulin_chat"
NEXT_COOKIE = "mulin_chat_next"
"""A token that the browser was offered and has not shown yet (``people.renewals``)."""
COOKIE_SECONDS = 400 * 24 * 3600
_TOKEN = re.compile(r"^[A-Za-z0-9_-]{43}$")


def new_token() -> str:
    """A token for a new browser: 256 random bits."""
    return secrets.token_urlsafe(32)


def address_of(token: str | None) -> str | None:
    """The web contact's address behind a cookie, or None where the cookie is missing or malformed."""
    if token is None or not _TOKEN.match(token):
        return None
    return hashlib.sha256(token.encode()).hexdigest()[:40]
