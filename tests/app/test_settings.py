"""Settings: read from the environment, refused with one line that names the wrong one."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from app.cli import main
from app.settings import SettingsInvalid, load_settings, secret_keys


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MULIN_PROT", "1"),
        ("MULIN_PORT", "x"),
        ("MULIN_PORT", "70000"),
        ("MULIN_DATABASE_URL", "mysql://x"),
        ("MULIN_DATABASE_URL", "sqlite://"),
        ("MULIN_DATABASE_URL", "sqlite:///"),
        ("MULIN_DATABASE_URL", "postgres://u@h:99999/x"),
        ("mulin_prot", "1"),
        ("MULIN_SECRET_KEY", "short"),
        ("MULIN_COMMUNITY_DIR", "/nowhere"),
        ("MULIN_LOG_LEVEL", "loud"),
        ("MULIN_RELAY_URL", "http://127.0.0.1:1/"),
        ("MULIN_RELAY_URL", "nonsense"),
        ("MULIN_PUBLIC_URL", "nonsense"),
        ("MULIN_PUBLIC_URL", "https://"),
        ("MULIN_PUBLIC_URL", "https://[x"),
        ("MULIN_PUBLIC_URL", "ftp://a.example"),
        ("MULIN_REDIS_URL", "garbage"),
        ("MULIN_REDIS_URL", "unix://relative"),
        ("MULIN_REDIS_URL", "redis://h:x"),
        ("MULIN_OLD_SECRET_KEYS", "abc"),
        ("MULIN_OLD_SECRET_KEYS", '"a string of enough letters"'),
        ("MULIN_OLD_SECRET_KEYS", '["short"]'),
        ("MULIN_OLD_SECRET_KEYS", "[1]"),
        ("MULIN_TEST_FOO", "1"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    assert main(["serve"]) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert name in err
    assert "Value error" not in err


def test_what_is_not_set_has_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MULIN_PORT", "0")
    settings = load_settings()
    assert (settings.port, settings.host) == (0, "127.0.0.1")
    assert settings.database_url.startswith("sqlite://")


def test_settings_of_tests_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MULIN_TEST_POSTGRES_URL", "postgres://there/x")
    assert load_settings().port == 8080
    with pytest.raises(SettingsInvalid, match="MULIN_TESTS"):
        load_settings({"MULIN_TESTS": "1"})


def test_addresses_that_can_be_opened_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MULIN_PUBLIC_URL", "https://mulin.example:8443/chat")
    monkeypatch.setenv("MULIN_REDIS_URL", "redis://127.0.0.1:6379/0")
    assert load_settings().redis_url == "redis://127.0.0.1:6379/0"


def test_a_secret_key_is_made_once_for_its_owner_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MULIN_DATA_DIR", str(tmp_path / "data"))
    first, second = secret_keys(load_settings()), secret_keys(load_settings())
    assert first == second
    assert len(first[0]) >= 32
    assert stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode) == 0o600


def test_a_new_secret_key_stands_before_the_old_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MULIN_SECRET_KEY", "n" * 20)
    monkeypatch.setenv("MULIN_OLD_SECRET_KEYS", '["oooooooooooooooooooo"]')
    assert secret_keys(load_settings()) == ["n" * 20, "o" * 20]


def test_a_webhook_of_telegram_needs_an_address_and_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MULIN_TELEGRAM_TOKEN", "123456789:AAabcdefghijklmnopqrstuvwxyz0123456")
    assert load_settings().telegram_mode == "polling"
    monkeypatch.setenv("MULIN_TELEGRAM_MODE", "webhook")
    for name, value in (("TELEGRAM_SECRET", "a-secret-of-two-servers"), ("PUBLIC_URL", "https://mulin.example")):
        with pytest.raises(SettingsInvalid, match=f"MULIN_{name}"):
            load_settings()
        monkeypatch.setenv(f"MULIN_{name}", value)
    assert load_settings().telegram_secret == "a-secret-of-two-servers"


def test_a_stand_in_needs_no_public_address_and_may_be_named_without_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"TOKEN": "123456789:AAabcdefghijklmnopqrstuvwxyz0123456", "MODE": "webhook", "SECRET": "short"}
    for name, value in (given | {"BASE_URL": "http://127.0.0.1:9/", "FILE_URL": "http://127.0.0.1:9"}).items():
        monkeypatch.setenv(f"MULIN_TELEGRAM_{name}", value)
    monkeypatch.setenv("MULIN_WECHAT_API_BASE", "http://127.0.0.1:9/")
    found = load_settings()
    assert (found.telegram_base_url, found.telegram_file_url) == (
        "http://127.0.0.1:9/bot",
        "http://127.0.0.1:9/file/bot",
    )
    assert found.wechat_api_base == "http://127.0.0.1:9"


@pytest.mark.parametrize("value", ["x", "123:abc", "123456789:" + "a" * 100])
def test_what_is_no_token_of_telegram_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("MULIN_TELEGRAM_TOKEN", value)
    with pytest.raises(SettingsInvalid, match="MULIN_TELEGRAM_TOKEN"):
        load_settings()


def test_wechat_needs_its_id_its_secret_its_token_and_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"APP_ID": "wx1234567890abcdef", "APP_SECRET": "0" * 32, "TOKEN": "abc", "AES_KEY": "a" * 43}
    for name, value in given.items():
        monkeypatch.setenv(f"MULIN_WECHAT_{name}", value)
    assert load_settings().wechat_mode == "safe"
    for name in given:
        with monkeypatch.context() as without:
            without.delenv(f"MULIN_WECHAT_{name}")
            with pytest.raises(SettingsInvalid, match=f"MULIN_WECHAT_{name}"):
                load_settings()
    monkeypatch.delenv("MULIN_WECHAT_AES_KEY")
    monkeypatch.setenv("MULIN_WECHAT_MODE", "plain")
    assert load_settings().wechat_aes_key is None
