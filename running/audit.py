"""Whether anything is known against the packages we use: asked of PyPI and npm, once a day for each set of lock files.

A service that does not answer is no good news. pip-audit says "No known vulnerabilities found" also when it could ask about
none of the packages; here that counts as not asked, and is said.
"""

import json
import os
import subprocess
from datetime import UTC, datetime
from typing import Any

from running import environment, place
from running.place import CHECKOUT, VAR, VENV

PYTHON_LOCKS = ("requirements-dev.lock", "requirements-s3.lock", "requirements-node.lock")
STAMP = VAR / "audit.json"
NONE_KNOWN, KNOWN, NOT_ASKED = 0, 1, 2
SECONDS = 300


def audit() -> int:
    """0: nothing is known. 1: something is. 2: nobody could be asked."""
    environment.make_environment(development=True)
    return told(ask())


def checked() -> list[str]:
    """For `make check`: what is known against our packages fails it; that nobody answers does so with AUDIT_REQUIRED=1 only."""
    if is_fresh():
        return []
    answer = audit()
    required = os.environ.get("AUDIT_REQUIRED") == "1"
    return ["audit of packages"] if answer == KNOWN or (answer == NOT_ASKED and required) else []


def ask() -> tuple[list[str], list[str]]:
    """What is known, a line each; and what could not be asked."""
    known, not_asked = [], []
    for lock in PYTHON_LOCKS:
        command = [str(VENV / "bin" / "pip-audit"), "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
        found, missing = of_python(answer_of([*command, "-f", "json", "-r", lock]))
        known += [f"{lock}: {line}" for line in found]
        not_asked += [f"{lock}: {missing}"] if missing else []
    npm = [*environment.npm_command(), "audit", "--json", "--package-lock-only"]
    found, missing = of_node(answer_of(npm))
    known += [f"package-lock.json: {line}" for line in found]
    not_asked += [f"package-lock.json: {missing}"] if missing else []
    return known, not_asked


def answer_of(command: list[str]) -> Any:
    """What a program says as JSON; None where it says nothing of the kind. Its exit code says less than that."""
    try:
        done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=SECONDS, check=False)
        return json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def of_python(answer: Any) -> tuple[list[str], str]:
    """What pip-audit found, and in a word what it could not ask."""
    packages = answer.get("dependencies", []) if isinstance(answer, dict) else []
    if not packages:
        return [], "no answer"
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    known = [
        f"{package['name']} {package['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for package in packages
        for flaw in package.get("vulns", [])
    ]
    return known, f"{len(skipped)} of {len(packages)} packages are not known to the service" if skipped else ""


def of_node(answer: Any) -> tuple[list[str], str]:
    """What npm found, and in a word whether it could ask."""
    if not isinstance(answer, dict) or "vulnerabilities" not in answer:
        return [], "no answer"
    flaws = answer["vulnerabilities"].items()
    return [f"{name}: {flaw['severity']}, in versions {flaw['range']}" for name, flaw in flaws], ""


def told(found: tuple[list[str], list[str]]) -> int:
    """Say what was found, and make an exit code of it."""
    known, not_asked = found
    for line in known:
        place.say(f"KNOWN WEAKNESS: {line}")
    for line in not_asked:
        place.say(f"NOT AUDITED: {line}")
    if known:
        return KNOWN
    if not_asked:
        place.say("Whether anything is known against these packages could not be asked. `make audit` asks again.")
        return NOT_ASKED
    place.say("Nothing is known against any of the packages.")
    STAMP.write_text(json.dumps(today()))
    return NONE_KNOWN


def is_fresh() -> bool:
    """Whether these very lock files were asked about today."""
    try:
        return bool(json.loads(STAMP.read_text()) == today())
    except (OSError, ValueError):
        return False


def today() -> list[str]:
    locks = [CHECKOUT / name for name in (*PYTHON_LOCKS, "package-lock.json")]
    return [datetime.now(UTC).date().isoformat(), place.fingerprint(*locks)]
