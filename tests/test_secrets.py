"""No key of anybody's is among the files that git keeps. The forms are those of gitleaks' list, and GOV.UK Notify's."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
FORMS = {
    "a private key": r"-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY(?: BLOCK)?-----",
    "age": r"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}",
    "AWS": r"\b(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b",
    "GitHub": r"\b(?:gh[pousr]_[0-9a-zA-Z]{36}|github_pat_\w{82})\b",
    "GitLab": r"\bgl(?:pat|ptt|rt|dt)-[\w-]{20}",
    "Google": r"\bAIza[\w-]{35}\b",
    "npm": r"\bnpm_[a-zA-Z0-9]{36}\b",
    "PyPI": r"\bpypi-AgEIcHlwaS5vcmc[\w-]{50,}",
    "Slack": r"\bxox[abeoprs]-[0-9A-Za-z-]{10,}",
    "Stripe": r"\b[rs]k_(?:test|live|prod)_[a-zA-Z0-9]{10,99}\b",
    "a signed token": r"\bey[a-zA-Z0-9]{17,}\.ey[a-zA-Z0-9/_-]{17,}\.[a-zA-Z0-9/_-]{10,}",
    "GOV.UK Notify": rf"\b\w+-{UUID}-{UUID}\b",
}
# Where keys lie on a machine, which are no file of ours.
PLACES = re.compile(r"^(?:secrets|var)/|(?:^|/)(?:\.env|id_(?:rsa|ed25519|ecdsa))$|\.(?:pem|p12|pfx|key)$")


def found_in(text):
    return {name for name, form in FORMS.items() if re.search(form, text)}


@pytest.fixture(scope="module")
def kept():
    git = shutil.which("git") or "git"
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_that_git_keeps_holds_a_key(kept):
    assert len(kept) > 1000
    texts = {name: (ROOT / name).read_text(encoding="utf-8", errors="replace") for name in kept}

    assert {name: held for name, text in texts.items() if (held := found_in(text))} == {}


def test_nothing_that_lies_where_keys_lie_is_kept(kept):
    assert [name for name in kept if PLACES.search(name)] == []


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a private key", ("-----BEGIN RSA PRIV", "ATE KEY-----")),
        ("age", ("AGE-SECRET-", "KEY-1" + "Q" * 58)),
        ("AWS", ("AK", "IA" + "Q" * 16)),
        ("GitHub", ("gh", "p_" + "a" * 36)),
        ("GitLab", ("gl", "pat-" + "a" * 20)),
        ("Google", ("AI", "za" + "a" * 35)),
        ("npm", ("np", "m_" + "a" * 36)),
        ("PyPI", ("pypi-", "AgEIcHlwaS5vcmc" + "a" * 50)),
        ("Slack", ("xo", "xb-" + "1" * 12)),
        ("Stripe", ("sk", "_live_" + "a" * 24)),
        ("a signed token", ("ey" + "J" * 20, ".ey" + "J" * 20 + "." + "s" * 20)),
        ("GOV.UK Notify", ("live", "-12345678-1234-1234-1234-123456789abc" * 2)),
    ],
)
def test_each_form_is_known_by_an_invented_one(name, parts):
    assert found_in("".join(parts)) == {name}
