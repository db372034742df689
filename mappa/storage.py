"""Static files with hashed names, so that they may be cached for ever; and files about people, which are never served."""

import os
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Also hashes what our own JavaScript imports.

    `support_js_module_import_aggregation` would do so for every file, and trips over an import in a comment of
    django_htmx's hx-sse-2.js.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("app/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )


class PrivateStorage(FileSystemStorage):
    """A folder outside everything that is served; what was saved has reached the disk when `save` returns.

    Only the application's own account may read it. An address of a file there does not exist (`url` raises).
    """

    def __init__(self, location: str | None = None, **options: Any) -> None:
        known = {"base_url": None, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
        super().__init__(location=location or settings.DOCUMENTS_PATH, **(known | options))

    @property
    def base_url(self) -> None:  # type: ignore[override]
        return None

    def _save(self, name: str, content: Any) -> str:
        kept: str = super()._save(name, content)  # type: ignore[misc]
        for place in (self.path(kept), os.path.dirname(self.path(kept))):  # noqa: PTH120  storages speak in strings
            handle = os.open(place, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        return kept
