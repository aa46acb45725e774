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
        ("SMS_URL", "smsgateway://u:p@sms.example"),
        ("SMS_URL", "46elks://sms.example"),
        ("SMS_URL", "46elks://u:p@"),
        ("SMS_URL", "46elks://u:p@sms.example:99999"),
        ("SMS_URL", "46elks://u:p/w@sms.example"),
        ("SMS_URL", "46elks://u:p@sms.example/a1/sms"),
        ("SMS_URL", "46elks+http://u:p@sms.example"),
        ("SMS_URL", "46elks://u:p@sms.example,46elks+http://u:p@sms.example"),
        ("SMS_FROM", "Stadsdelarna1"),
        ("SMS_FROM", "Stockholms stad"),
        ("SMS_FROM", "Städer"),
        ("SMS_FROM", "1staden"),
        ("SMS_FROM", "0700000001"),
        ("SMS_FROM", "+46"),
        ("SMS_FROM", "Staden\n"),
        ("SMS_PER_MINUTE", "0"),
        ("SMS_PER_MINUTE", "many"),
        ("SMS_PER_MINUTE", "1000001"),
        ("MAIL_PER_MINUTE", "-1"),
    ],
)
def test_a_bad_value_is_refused_and_the_setting_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"LIKAPLATS_{name} "):
        config.read({**GOOD, "LIKAPLATS_SMS_FROM": "Staden", f"LIKAPLATS_{name}": value})


def test_sms_may_go_by_several_accounts_in_order_of_preference() -> None:
    given = " 46elks://u:p%2Fw@api.46elks.com,\n46elks+http://u:p@127.0.0.1:8046 "
    read = config.read({**GOOD, "LIKAPLATS_SMS_FROM": "Staden", "LIKAPLATS_SMS_URL": given})
    assert read.sms_urls == ("46elks://u:p%2Fw@api.46elks.com", "46elks+http://u:p@127.0.0.1:8046")


def test_an_sms_needs_a_sender() -> None:
    with pytest.raises(SettingsError, match="LIKAPLATS_SMS_FROM is not set"):
        config.read({**GOOD, "LIKAPLATS_SMS_URL": "46elks://u:p@api.46elks.com"})


@pytest.mark.parametrize(("sender", "answerable"), [("+46766860000", True), ("Staden", False), (None, False)])
def test_only_a_number_can_be_answered(sender: str | None, answerable: bool) -> None:
    given = GOOD if sender is None else {**GOOD, "LIKAPLATS_SMS_FROM": sender}
    assert config.read(given).sms_answerable is answerable


def test_sms_are_as_many_as_the_gateway_passes_on_and_mail_has_no_limit_until_one_is_set() -> None:
    usual, set_by_hand = config.read(GOOD), {"LIKAPLATS_SMS_PER_MINUTE": "6000", "LIKAPLATS_MAIL_PER_MINUTE": "500"}
    other = config.read({**GOOD, **set_by_hand})
    assert (usual.sms_per_minute, usual.mail_per_minute) == (100, None)
    assert (other.sms_per_minute, other.mail_per_minute) == (6000, 500)


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
