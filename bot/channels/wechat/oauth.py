"""WeChat's web sign-in (OAuth, ``snsapi_base``): where to send the browser, its state, and what the answer is worth.

No network here. A snapshot page brings an invented openid with ``is_snapshotuser: 1``: it is never anybody's.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from people.errands import state_of

OPEN_BASE = "https://open.weixin.qq.com"
SCOPE = "snsapi_base"
_CODE = re.compile(r"[A-Za-z0-9_-]{16,128}")
_OPENID = re.compile(r"[A-Za-z0-9_-]{20,64}")
_BUSY = frozenset({-1, 45009, 45011})
"""The system is busy, or a quota is used up: worth another try later."""
_SPENT = frozenset({40029, 40163, 41008, 42003})
"""The code is wrong, used, missing or past: the browser has to begin anew."""


@dataclass(frozen=True, slots=True)
class Known:
    """Who sits at the browser, as contacts of this account have it."""

    openid: str


@dataclass(frozen=True, slots=True)
class Anew:
    """Nothing is known of the browser; it may begin anew. ``why`` is for the log."""

    why: str


@dataclass(frozen=True, slots=True)
class Later:
    """The platform could not say just now."""

    errcode: int


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """It will never say before somebody puts the account's settings right."""

    errcode: int


Verdict = Known | Anew | Later | Misconfigured


def authorise_address(*, app_id: str, back: str, browser_token: str, base: str = OPEN_BASE) -> str:
    """Where the browser is sent; the order of the fields is WeChat's."""
    fields = {
        "appid": app_id,
        "redirect_uri": back,
        "response_type": "code",
        "scope": SCOPE,
        "state": state_of(browser_token),
    }
    return f"{base}/connect/oauth2/authorize?{urlencode(fields)}#wechat_redirect"


def code_of(query: Mapping[str, str], *, browser_token: str) -> str | None:
    """The code that the browser brought back; None where it is not this browser's own errand, or was refused."""
    given, code = query.get("state", ""), query.get("code", "")
    is_own = bool(browser_token) and hmac.compare_digest(state_of(browser_token).encode(), given.encode())
    return code if is_own and _CODE.fullmatch(code) else None


def verdict_of(answer: Mapping[str, object]) -> Verdict:
    """What the answer of ``/sns/oauth2/access_token`` is worth."""
    errcode = answer.get("errcode", 0)
    if errcode:
        return _refused(errcode if isinstance(errcode, int) else -1)
    if answer.get("is_snapshotuser") not in (None, 0, "0", False):
        return Anew("snapshot page")
    if answer.get("scope") != SCOPE:
        return Anew("another scope")
    openid = answer.get("openid")
    if not isinstance(openid, str) or not _OPENID.fullmatch(openid):
        return Anew("no openid")
    return Known(openid)


def _refused(errcode: int) -> Verdict:
    if errcode in _BUSY:
        return Later(errcode)
    return Anew(f"errcode {errcode}") if errcode in _SPENT else Misconfigured(errcode)
