"""Settings come from the environment; a bad or missing one is named."""

import pytest

import config
from config import SettingsError

GOOD = {
    "LIKAPLATS_DATABASE_URL": "postgresql://likaplats@db.example/likaplats",
    "LIKAPLATS_SECRET_KEY": "s" * 32,
    "LIKAPLATS_LOOKUP_KEY": "l" * 32,
    "LIKAPLATS_DATA_KEYS": "YSBrZXkgZm9yIHRlc3RzIG9ubHksIDMyIGJ5dGVzISE=",
}


def test_four_settings_are_enough() -> None:
    assert config.read(GOOD).base_url == "http://127.0.0.1:8000"


def test_a_postgresql_address_gets_the_driver_we_use() -> None:
    assert config.read(GOOD).database_url == "postgresql+psycopg://likaplats@db.example/likaplats"


def test_what_is_not_ours_in_the_environment_is_ignored() -> None:
    assert config.read({**GOOD, "DATABASE_URL": "mysql://x", "PATH": "/bin"}).demo is False


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_missing_setting_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is not set"):
        config.read({key: value for key, value in GOOD.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://db.example/x"),
        ("DATABASE_URL", "postgresql://db.example:port/x"),
        ("DATABASE_URL", "postgresql://[db.example/x"),
        ("SECRET_KEY", "short"),
        ("LOOKUP_KEY", "short"),
        ("DATA_KEYS", "not base64 at all"),
        ("DATA_KEYS", "c2hvcnQ="),
        ("DATA_KEYS", f"{GOOD['LIKAPLATS_DATA_KEYS']},c2hvcnQ="),
        ("BASE_URL", "likaplats.example"),
        ("BASE_URL", "ftp://likaplats.example"),
        ("SMTP_URL", "smtp.example:25"),
        ("SMTP_URL", "http://smtp.example"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://smtp.example:99999"),
        ("TIMEZONE", "Europe/Farsta"),
        ("TIMEZONE", "../etc/passwd"),
        ("DEMO", "yes"),
        ("PROXIES", "-1"),
        ("PROXIES", "10"),
        ("PROXIES", "one"),
        ("LOG_LEVEL", "LOUD"),
        ("MAIL_FROM", "not an address"),
        ("MAIL_FROM", "a@example.org\nBcc: b@example.org"),
        ("CITY", "Stockholms stad\nX"),
    ],
)
def test_a_bad_value_is_refused_and_the_setting_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"LIKAPLATS_{name} "):
        config.read({**GOOD, f"LIKAPLATS_{name}": value})


def test_a_misspelt_setting_is_refused_and_the_known_ones_are_listed() -> None:
    with pytest.raises(SettingsError, match=r"LIKAPLATS_SMPT_URL is not a setting\. Known: .*SMTP_URL"):
        config.read({**GOOD, "LIKAPLATS_SMPT_URL": "smtp://smtp.example"})


def test_an_address_loses_its_last_slash() -> None:
    assert config.read({**GOOD, "LIKAPLATS_BASE_URL": "https://likaplats.example/"}).base_url.endswith("example")


def test_several_data_keys_are_kept_in_order() -> None:
    other = "YW5vdGhlciBrZXkgdGhhdCBpcyAzMiBieXRlcyBsb24="
    given = f"{other}, {GOOD['LIKAPLATS_DATA_KEYS']}"
    assert config.read({**GOOD, "LIKAPLATS_DATA_KEYS": given}).data_keys[0] == other


@pytest.mark.parametrize(("address", "secure"), [("https://likaplats.example", True), ("http://127.0.0.1:1", False)])
def test_cookies_may_demand_https_where_visitors_come_over_it(address: str, secure: bool) -> None:
    assert config.read({**GOOD, "LIKAPLATS_BASE_URL": address}).secure is secure


def test_no_secret_is_shown_when_settings_are_printed() -> None:
    shown = repr(config.read(GOOD))
    assert not any(secret in shown for secret in GOOD.values())
