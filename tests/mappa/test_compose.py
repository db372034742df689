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


def mounted(service):
    """What is mounted where: the container's folder, and the volume or the folder of the host."""
    return {place.removesuffix(":ro").rpartition(":")[2]: place for place in COMPOSE["services"][service]["volumes"]}


def test_what_must_outlive_the_database_lies_on_volumes_of_its_own():
    worker, postgres = mounted("worker"), mounted("postgres")

    assert OURS["worker"]["environment"]["DISPOSALS_PATH"].startswith("/disposals/")
    assert OURS["worker"]["environment"]["ANCHORS_PATH"] == "/anchors"
    assert worker["/disposals"] == "${DISPOSALS_FOLDER:-disposals}:/disposals"
    assert worker["/anchors"] == "${ANCHORS_FOLDER:-anchors}:/anchors"
    assert set(postgres.values()) == {"postgres:/var/lib/postgresql"}
    assert {"anchors", "disposals", "postgres"} <= set(COMPOSE["volumes"])
    assert "/disposals /anchors" in (ROOT / "Dockerfile").read_text()


def test_whoever_sets_or_checks_a_password_is_given_the_leaked_ones():
    for name in ("web", "worker"):
        assert OURS[name]["environment"]["BREACHED_PASSWORDS_PATH"] == "${BREACHED_PASSWORDS_FILE:+/breached-passwords}"
        assert mounted(name)["/breached-passwords"].endswith(":/breached-passwords:ro")


def test_whatever_is_read_from_a_path_has_a_place_in_a_container_that_writes_nowhere_else():
    """A setting that names a path is given by compose, below something that is mounted; or it is lost with the container."""
    paths = {*re.findall(r'"(\w+_PATH)"', SETTINGS)}
    given = {key: value for one in OURS.values() for key, value in one["environment"].items()}

    assert paths <= set(given)
    assert {one["read_only"] for one in OURS.values()} == {True}


def test_postgres_hands_out_what_it_writes_each_minute_and_over_nothing_that_is_there():
    backup = yaml.safe_load((ROOT / "docker" / "backup.yml").read_text())
    [(name, postgres)] = backup["services"].items()
    given = dict(one.split("=", 1) for one in postgres["command"][2::2])

    assert name in COMPOSE["services"]
    assert (given["archive_mode"], given["archive_timeout"]) == ("on", "60")
    assert given["archive_command"].startswith("test ! -f /archive/wal/%f && cp %p /archive/wal/%f.part && ")
    assert given["archive_command"].endswith(" && mv /archive/wal/%f.part /archive/wal/%f")
    [place] = postgres["volumes"]
    assert place.startswith("${ARCHIVE_FOLDER:?")
    assert place.endswith("}:/archive")
