from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import InvalidStorageError, storages


class MappaConfig(AppConfig):
    name = "mappa"

    def ready(self) -> None:
        from mappa import carried, deployment  # noqa: F401


@register
def documents_have_a_place(**_all: Any) -> list[CheckMessage]:
    """The storage of documents opens at the release, and not at the first upload."""
    try:
        storages["documents"]
    except (InvalidStorageError, ImproperlyConfigured, ImportError, TypeError) as error:
        hint = "Install requirements-s3.lock for an S3-compatible store. See DOCUMENTS_STORAGE in dotenv-sample."
        return [Error(f"The storage of documents cannot be opened: {error}", hint=hint, id="mappa.E001")]
    return []
