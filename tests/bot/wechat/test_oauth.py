"""WeChat's web sign-in on made data: its own browser, its own scope, never a snapshot page."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.channels.wechat.oauth import (
    Anew,
    Known,
    Later,
    Misconfigured,
    Verdict,
    authorise_address,
    code_of,
    verdict_of,
)
from models.sealed import use_secrets
from people.errands import state_of

OPENID = "oLVPpjqs9BhvzwPj5A-vTYAX3GLc"
ANSWER: dict[str, object] = {"access_token": "x", "expires_in": 7200, "openid": OPENID, "scope": "snsapi_base"}
CODE = "021aBcDeFgHiJkLmNoPqRsTuVwXyZ012"


@pytest.fixture(autouse=True)
def secrets() -> None:
    """A key for states."""
    use_secrets("a key for tests only")


def test_the_address_asks_for_the_openid_alone() -> None:
    address = authorise_address(app_id="wx1", back="https://demo.invalid/login/wechat?a=1", browser_token="t")
    query = parse_qs(urlsplit(address).query)
    assert (query["scope"], query["response_type"], query["state"]) == (["snsapi_base"], ["code"], [state_of("t")])
    assert query["redirect_uri"] == ["https://demo.invalid/login/wechat?a=1"]
    assert address.endswith("#wechat_redirect")


def test_the_code_counts_in_the_browser_that_was_sent() -> None:
    assert code_of({"code": CODE, "state": state_of("t")}, browser_token="t") == CODE


@pytest.mark.parametrize(
    ("query", "token"),
    [
        ({"code": CODE, "state": "of somebody else"}, "t"),
        ({"code": CODE, "state": "某人"}, "t"),
        ({"code": CODE}, "t"),
        ({"code": CODE, "state": ""}, ""),
        ({}, "t"),
    ],
)
def test_another_browsers_code_counts_for_nothing(query: dict[str, str], token: str) -> None:
    assert code_of(query, browser_token=token) is None
    assert code_of({"code": CODE, "state": state_of("other")}, browser_token="t") is None


@pytest.mark.parametrize("code", ["", "short", "x" * 129, "a b", "../../x" * 4, "密" * 20])
def test_what_is_no_code_is_not_sent_on(code: str) -> None:
    assert code_of({"code": code, "state": state_of("t")}, browser_token="t") is None


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, Known(OPENID)),
        ({"is_snapshotuser": 0}, Known(OPENID)),
        ({"is_snapshotuser": 1}, Anew("snapshot page")),
        ({"is_snapshotuser": "1"}, Anew("snapshot page")),
        ({"is_snapshotuser": True}, Anew("snapshot page")),
        ({"is_snapshotuser": "yes"}, Anew("snapshot page")),
        ({"scope": "snsapi_userinfo"}, Anew("another scope")),
        ({"scope": None}, Anew("another scope")),
        ({"openid": ""}, Anew("no openid")),
        ({"openid": 7}, Anew("no openid")),
        ({"openid": "x' OR 1=1 --          "}, Anew("no openid")),
    ],
)
def test_what_an_answer_is_worth(change: dict[str, object], verdict: Verdict) -> None:
    assert verdict_of({**ANSWER, **change}) == verdict


@pytest.mark.parametrize(
    ("errcode", "kind"),
    [
        (-1, Later),
        (45011, Later),
        (40029, Anew),
        (40163, Anew),
        (41008, Anew),
        (40125, Misconfigured),
        (40013, Misconfigured),
        (48001, Misconfigured),
        (99999, Misconfigured),
        ("odd", Later),
    ],
)
def test_errors_are_told_apart_even_beside_an_openid(errcode: object, kind: type) -> None:
    assert isinstance(verdict_of({**ANSWER, "errcode": errcode, "errmsg": "x"}), kind)


def test_an_empty_answer_is_worth_nothing() -> None:
    assert verdict_of({}) == Anew("another scope")
