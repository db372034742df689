"""Static files with hashed names, so that they may be cached for ever."""

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
