"""Which names hold secrets, and which texts could be one. The keys here are made up."""

from __future__ import annotations

import pytest

from backend_lint.semantics.secrets import could_be_secret, has_known_form, looks_random, names_secret, words_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("password", "strong"),
        ("DB_PASSWORD", "strong"),
        ("dbPassword", "strong"),
        ("SECRET_KEY", "strong"),
        ("stripeApiKey", "strong"),
        ("client_secret", "strong"),
        ("AUTH_TOKEN", "token"),
        ("apikey", "token"),
        ("token_url", None),
        ("password_field", None),
        ("hashed_password", None),
        ("reset_password", None),
        ("test_password", None),
        ("public_key", None),
        ("primary_key", None),
        ("key", None),
        ("SECRET_KEY_NAME", None),
        ("is_secret", None),
        ("compass", None),
        ("bypass", None),
        ("", None),
    ],
)
def test_names(name: str, expected: str | None) -> None:
    assert names_secret(name) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hunter2!", True),
        ("django-insecure-4k#x", True),
        ("changeme", True),
        ("", False),
        ("********", False),
        ("<your key>", False),
        ("${SECRET}", False),
        ("{password}", False),
        ("%s", False),
        ("password", False),
        ("SECRET_KEY", False),
        ("app.auth.SecretField", False),
        ("https://example.org/reset", False),
        ("/run/secrets/db", False),
        ("vault:kv/db", False),
        ("Enter your password", False),
        ("Required.", False),
    ],
)
def test_texts_for_a_strong_name(text: str, expected: bool) -> None:
    assert could_be_secret(text, "password", "strong") is expected


def test_a_weak_word_is_a_secret_only_where_no_label_can_stand() -> None:
    assert not could_be_secret("secret", "client_secret", "strong")
    assert could_be_secret("secret", "client_secret", "strong", is_label_likely=False)


@pytest.mark.parametrize("text", ["secret", "secret key", "default"])
def test_what_a_framework_signs_with_is_no_label(text: str) -> None:
    assert could_be_secret(text, "SECRET_KEY", "strong")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("q8Zr1vT0pL5xN3bW7kYd", True),
        ("short1", False),
        ("access-token-for-user", False),
        ("aaaaaaaaaaaaaaaaaaaa1", False),
        ("onlyletterswithoutdigits", False),
    ],
)
def test_a_token_must_look_random(text: str, expected: bool) -> None:
    assert looks_random(text) is expected
    assert could_be_secret(text, "auth_token", "token") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AKIA" + "Q7Z2X9W4V6T3S8R5", True),
        ("AKIA" + "IOSFODNN7" + "EXAMPLE", False),
        ("ghp_" + "a1B2c3D4e5" * 4, True),
        ("ghp_" + "a1B2c3D4e5" * 3 + "****", False),
        ("-----BEGIN RSA PRIVATE " + "KEY-----\nMIIEowIBAAKCAQEA", True),
        ("-----BEGIN PUBLIC KEY-----\nMIIEowIBAAKCAQEA", False),
        ("sk_test_nothing", False),
        ("a" * 20_000, False),
    ],
)
def test_known_forms(text: str, expected: bool) -> None:
    assert has_known_form(text) is expected


def test_words() -> None:
    assert words_of("AWSSecretKey_v2") == ["aws", "secret", "key", "v", "2"]
