"""What the service is made of: a software bill of materials (CycloneDX 1.6) of the Python and npm packages in the lock files.

Made from the lock files and from what the packages say of themselves, so that the same lock files give the same bill.
"""

import json
import re
import uuid
from email.message import Message
from importlib.metadata import distributions
from typing import Any

from running import environment, place
from running.place import CHECKOUT, VAR, VENV

BILL = VAR / "sbom.cdx.json"
# What a deployment runs, and what else it is built and tested with.
REQUIRED, EXCLUDED = "required", "excluded"
LOCKS = (("requirements.lock", REQUIRED), ("requirements-s3.lock", REQUIRED), ("requirements-dev.lock", EXCLUDED))
# Words that packages use for their licences, as SPDX calls these.
SPDX = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause",
    "BSD 3-Clause OR Apache-2.0": "BSD-3-Clause OR Apache-2.0",
    "Mozilla Public License 1.1 (MPL 1.1)": "MPL-1.1",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    # qrcode: BSD-3-Clause, with the MIT notice of the program it was made from
    "Other/Proprietary License": "MIT",
    "Apache Software License": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "ISC License (ISCL)": "ISC",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL-3.0-or-later",
    "The Unlicense (Unlicense)": "Unlicense",
}


def sbom() -> int:
    """Write the bill to var/."""
    environment.make_environment(development=True)
    BILL.parent.mkdir(exist_ok=True)
    made = bill()
    BILL.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n")
    place.say(f"{len(made['components'])} packages are listed in {BILL.relative_to(CHECKOUT)}.")
    return 0


def bill() -> dict[str, Any]:
    """The whole bill."""
    components = [*of_python(), *of_node()]
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(components))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{number}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "mappa", "bom-ref": "mappa"}},
        "components": components,
    }


def of_python() -> list[dict[str, Any]]:
    """Every package of the lock files, by name; what several of them hold is listed as what a deployment needs."""
    told = {
        normal(each.name): each.metadata
        for each in distributions(path=[str(path) for path in VENV.glob("lib/*/site-packages")])
    }
    found: dict[str, dict[str, Any]] = {}
    for lock, scope in LOCKS:
        for name, version in re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==([^\s;\\]+)", (CHECKOUT / lock).read_text(), re.M):
            found.setdefault(
                normal(name), component("pypi", normal(name), version, scope, licence_of(told.get(normal(name))))
            )
    return [found[name] for name in sorted(found)]


def of_node() -> list[dict[str, Any]]:
    """Every package of package-lock.json."""
    packages = json.loads((CHECKOUT / "package-lock.json").read_text())["packages"]
    return [
        component(
            "npm",
            path.rpartition("node_modules/")[2],
            told["version"],
            EXCLUDED if told.get("dev") else REQUIRED,
            told.get("license", ""),
        )
        for path, told in sorted(packages.items())
        if path
    ]


def component(kind: str, name: str, version: str, scope: str, licence: str) -> dict[str, Any]:
    purl = f"pkg:{kind}/{name.replace('@', '%40')}@{version}"
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "scope": scope,
        "purl": purl,
    }
    return made | {"licenses": [as_licence(licence)]} if licence else made


def as_licence(licence: str) -> dict[str, Any]:
    """An expression of SPDX where it is one, and else the package's own words."""
    if re.fullmatch(r"[\w.+-]+( (AND|OR|WITH) [\w.+-]+)*", licence):
        return {"expression": licence}
    return {"license": {"name": licence}}


def licence_of(told: Any) -> str:
    """What a package says of its licence: newer ones as SPDX, older ones by a classifier or in a line."""
    if not isinstance(told, Message):
        return ""
    if said := told.get("License-Expression"):
        return str(said)
    lines = [line for line in told.get_all("Classifier") or [] if line.startswith("License ::")]
    names = [line.rpartition(" :: ")[2] for line in lines if line != "License :: OSI Approved"]
    names = names or [str(told.get("License") or "").strip().partition("\n")[0]]
    return " OR ".join(SPDX.get(name, name) for name in names if name)


def normal(name: str) -> str:
    """As PyPI compares names (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
