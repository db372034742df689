"""What each container of docker-compose.yml is given: its own secrets, in files, and nobody else's."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = {name: one for name, one in COMPOSE["services"].items() if one.get("image") == "mappa"}
SETTINGS = (ROOT / "mappa" / "settings.py").read_text()
# What the settings read as secrets: each may stand in a file.
SECRET = {*re.findall(r'env\.(?:secret|keys|mail|notify_key|options|database|redis)\("(\w+)"', SETTINGS)}
# What every process asks for when it starts.
BY_ALL = {"secret_key", "field_keys", "redis_url"}
OTHERS = {"secret_key_fallbacks", "email_url", "notify_key", "documents_storage_options"}
OF_ROLES = {"database_admin_url", "app_password", "migrator_password", "sealer_password", "readonly_password"}


def test_no_secret_stands_in_the_environment_of_a_container():
    assert {"SECRET_KEY", "EMAIL_URL", "NOTIFY_KEY", "METRICS_TOKEN", "DOCUMENTS_STORAGE_OPTIONS"} <= SECRET
    assert [(name, variable) for name, one in OURS.items() for variable in SECRET & set(one["environment"])] == []


def test_each_container_is_given_its_own_and_no_more():
    assert {name: set(one["secrets"]) - BY_ALL for name, one in OURS.items()} == {
        "web": {"database_url", "metrics_token"} | OTHERS,
        "worker": {"database_url"} | OTHERS,
        "beat": {"database_url"},
        "roles": {"database_url"} | OF_ROLES,
        "migrate": {"database_migrator_url"},
    }


def test_each_file_that_is_named_is_given_and_made():
    made = (ROOT / "docker" / "make-secrets").read_text()

    for one in OURS.values():
        named = {value.rpartition("/")[2] for key, value in one["environment"].items() if key.endswith("_FILE")}
        assert named == set(one["secrets"])
    written = {*re.findall(r"keep (\w+)", made)} | {
        f"{name}_password" for name in ["admin", "app", "migrator", "sealer", "readonly", "redis"]
    }
    assert set(COMPOSE["secrets"]) - {"notify_key", "metrics_token", "secret_key_fallbacks"} <= written
    assert "for name in notify_key metrics_token secret_key_fallbacks" in made
