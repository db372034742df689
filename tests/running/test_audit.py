"""Packages are asked about, and silence is no good news; what the service is made of is written down."""

import json
import re
from importlib.metadata import distributions

import pytest
from cyclonedx.model.bom import Bom

from running import audit, sbom
from running.place import CHECKOUT

CLEAN = {"dependencies": [{"name": "django", "version": "5.2.19", "vulns": []}]}
FLAWED = {"dependencies": [{"name": "django", "version": "1.0", "vulns": [{"id": "CVE-1", "fix_versions": ["1.1"]}]}]}
SKIPPED = {"dependencies": [{"name": "django", "skip_reason": "Dependency not found on PyPI"}]}
NPM = {"vulnerabilities": {}}


@pytest.fixture(autouse=True)
def _nowhere(tmp_path, monkeypatch):
    monkeypatch.setattr(audit, "STAMP", tmp_path / "audit.json")
    monkeypatch.setattr(audit.environment, "make_environment", lambda **_all: None)
    monkeypatch.setattr(audit.environment, "npm_command", lambda: ["npm"])
    monkeypatch.delenv("AUDIT_REQUIRED", raising=False)


@pytest.fixture
def answers(monkeypatch):
    """What pip-audit and npm say."""

    def say(python, node=NPM):
        monkeypatch.setattr(audit, "answer_of", lambda command: node if command[0] == "npm" else python)

    return say


def test_nothing_known_is_asked_once_a_day(answers, monkeypatch):
    answers(CLEAN)
    assert audit.audit() == audit.NONE_KNOWN

    monkeypatch.setattr(audit, "ask", lambda: 1 / 0)

    assert audit.checked() == []


def test_what_is_known_fails_the_checks_with_the_version_that_mends_it(answers, capsys):
    answers(FLAWED)

    assert audit.checked() == ["audit of packages"]
    assert "django 1.0: CVE-1, mended in 1.1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("python", "node"), [(SKIPPED, NPM), (None, NPM), (CLEAN, {"error": {"code": "E405"}}), (CLEAN, None)]
)
def test_a_service_that_does_not_answer_is_no_good_news(answers, capsys, monkeypatch, python, node):
    answers(python, node)

    assert audit.audit() == audit.NOT_ASKED
    assert "NOT AUDITED" in capsys.readouterr().out
    assert audit.checked() == []
    assert not audit.is_fresh()
    monkeypatch.setenv("AUDIT_REQUIRED", "1")
    assert audit.checked() == ["audit of packages"]


def test_a_flaw_in_the_front_end_counts(answers):
    answers(CLEAN, {"vulnerabilities": {"govuk-frontend": {"severity": "high", "range": "<6"}}})

    assert audit.audit() == audit.KNOWN


def test_a_program_that_says_nothing_of_use_is_no_answer():
    assert audit.answer_of(["true"]) is None
    assert audit.answer_of(["no such program"]) is None


def test_the_bill_names_every_package_of_the_lock_files_with_its_licence():
    made = sbom.bill()

    named = {component["name"] for component in made["components"] if component["purl"].startswith("pkg:pypi/")}
    locked = re.findall(r"^([\w.-]+)==", (CHECKOUT / "requirements.lock").read_text(), re.M)
    assert {sbom.normal(name) for name in locked} <= named
    assert "pkg:npm/%40ministryofjustice/frontend@11.1.0" in {component["purl"] for component in made["components"]}
    delivered = [component for component in made["components"] if component["scope"] == "required"]
    # Some are for other machines than this one.
    installed = {sbom.normal(each.name) for each in distributions()}
    assert [c["name"] for c in delivered if "licenses" not in c and c["name"] in installed] == []
    assert Bom.from_json(json.loads(json.dumps(made))).components
    assert sbom.bill() == made


# Licences under which nothing has to be given to anybody but its notice, or, where weaker copyleft, changes to the package itself.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSD", "CC0-1.0", "HPND", "ISC", "LGPL-2.1-or-later", "LGPL-3.0-only",
    "LGPL-3.0-or-later", "MIT", "MIT-0", "MIT-CMU", "MPL-1.1", "MPL-2.0", "OFL-1.1", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib",
    "GPL-2.0-or-later",  # only beside another, by "or"
}  # fmt: skip


def test_what_is_delivered_may_be_delivered():
    delivered = [component for component in sbom.bill()["components"] if component["scope"] == "required"]

    words = {
        component["name"]: set(re.split(r" (?:AND|OR|WITH) ", licence.get("expression") or licence["license"]["name"]))
        for component in delivered
        for licence in component.get("licenses", [])
    }
    assert {name: found - ALLOWED for name, found in words.items() if found - ALLOWED} == {}
    assert [name for name, found in words.items() if found == {"GPL-2.0-or-later"}] == []
