"""What has to be installed before anything runs, each part skipped while its inputs are unchanged.

A part writes a stamp, a hash of what it was made from, only once it is complete; so an interrupted set-up is taken up
again where it stopped.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from running import place
from running.place import CHECKOUT, PYTHON, VAR, VENV, Refusal

SUPPORTED = ((3, 11), (3, 13))
RUN_LOCK = CHECKOUT / "requirements-embedded.lock"
DEVELOPMENT_LOCK = CHECKOUT / "requirements-dev.lock"  # holds everything in the other, at the same versions
NODE_LOCK = CHECKOUT / "requirements-node.lock"
PACKAGE_LOCK = CHECKOUT / "package-lock.json"
NODE_MODULES = CHECKOUT / "node_modules"
VENDOR = CHECKOUT / "build" / "vendor"
STATIC = CHECKOUT / "staticfiles"
# Chromium without a screen for the browser tests, Pango for PDF files
DEBIAN_PACKAGES = [
    "chromium-headless-shell",
    "fonts-liberation",
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
]


def make_environment(*, development: bool) -> None:
    """Make the virtual environment from a lock file, every package checked against its hash."""
    lock = DEVELOPMENT_LOCK if development else RUN_LOCK
    with place.locked(VAR / "setup.lock"):
        if installed(lock):
            return
        make_venv()
        place.say(f"Installing Python packages from {lock.name} …")
        install(lock)
        done = [RUN_LOCK, DEVELOPMENT_LOCK] if development else [RUN_LOCK]
        stamp = VENV / "installed.json"
        stamp.write_text(json.dumps({each.name: place.fingerprint(each) for each in done}))


def installed(lock: Path) -> bool:
    """Whether the virtual environment already holds what this lock file names."""
    try:
        stamps = json.loads((VENV / "installed.json").read_text())
    except (OSError, ValueError):
        return False
    return bool(stamps.get(lock.name) == place.fingerprint(lock)) and PYTHON.exists()


def make_venv() -> None:
    """Make an empty virtual environment, if there is none that works."""
    if not SUPPORTED[0] <= sys.version_info[:2] <= SUPPORTED[1]:
        raise Refusal(f"mappa needs Python 3.11, 3.12 or 3.13; this is {sys.version.split()[0]}.")
    try:
        works = subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        works = False
    if works:
        return
    place.say("Making the virtual environment .venv …")
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.run([sys.executable, "-m", "venv", VENV], check=False).returncode:
        raise Refusal("Python cannot make a virtual environment here. On Debian: apt-get install python3-venv.")


def install(lock: Path) -> None:
    """Install what a lock file names, refusing anything whose hash differs."""
    place.run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", lock)


def fetch_node_modules() -> None:
    """Fetch the front-end packages; their install scripts are not run."""
    stamp = NODE_MODULES / ".stamp"
    inputs = place.fingerprint(CHECKOUT / "package.json", PACKAGE_LOCK)
    with place.locked(VAR / "setup.lock"):
        if is_stamped(stamp, inputs):
            return
        npm = npm_command()
        place.say("Fetching the front-end packages …")
        place.run(
            *npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--update-notifier=false", "--loglevel=error"
        )
        stamp.write_text(inputs)


def npm_command() -> list[str]:
    """This machine's npm, or one installed into the virtual environment."""
    npm = shutil.which("npm")
    if npm:
        return [npm]
    place.say("There is no npm here: installing Node.js into the virtual environment …")
    install(NODE_LOCK)
    os.environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    npm = shutil.which("npm")
    if not npm:
        raise Refusal("npm is missing and could not be installed. Install Node.js 20 or later, then try again.")
    return [npm]


def build_assets(environment: Mapping[str, str]) -> None:
    """Copy the front-end packages into place and collect every static file under its hashed name."""
    fetch_node_modules()
    own = place.files_in(CHECKOUT / "static")
    code = [CHECKOUT / "mappa" / "storage.py", CHECKOUT / "mappa/management/commands/vendor_assets.py"]
    inputs = place.fingerprint(PACKAGE_LOCK, DEVELOPMENT_LOCK, *code, *own)
    stamp = VAR / "assets.stamp"  # not in build/, which the command may empty
    with place.locked(VAR / "setup.lock"):
        if is_stamped(stamp, inputs) and STATIC.exists() and VENDOR.exists():
            return
        place.say("Building the static files …")
        VENDOR.mkdir(parents=True, exist_ok=True)
        place.run(PYTHON, "manage.py", "vendor_assets", environment=environment)
        place.run(PYTHON, "manage.py", "collectstatic", "--noinput", "--clear", "-v", "0", environment=environment)
        stamp.write_text(inputs)


def is_stamped(stamp: Path, inputs: str) -> bool:
    """Whether this part was completed with these very inputs."""
    return stamp.exists() and stamp.read_text() == inputs


def install_system_packages() -> None:
    """Install the browser and the libraries the tests need, or say what is missing to somebody who may not."""
    missing = [package for package in DEBIAN_PACKAGES if not has_package(package)] if shutil.which("dpkg-query") else []
    if not shutil.which("dpkg-query"):
        place.say(f"Not Debian: the tests need what Debian calls {', '.join(DEBIAN_PACKAGES)}.")
    elif missing and not place.is_root():
        place.say(f"The tests need packages that only root can install: apt-get install {' '.join(missing)}")
    elif missing:
        place.say(f"Installing {', '.join(missing)} …")
        apt = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        place.run("apt-get", "update", "-qq", environment=apt)
        place.run("apt-get", "install", "-qq", "-y", "--no-install-recommends", *missing, environment=apt)


def has_package(name: str) -> bool:
    """Whether Debian's package is installed."""
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status}", name]
    return subprocess.run(query, capture_output=True, text=True, check=False).stdout == "installed"
