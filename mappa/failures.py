"""What nobody foresaw, in the log: what failed, and where."""

import logging
from traceback import format_tb

log = logging.getLogger(__name__)


def log_failure(what: str, error: Exception) -> None:
    """Say what failed and where in the code, and none of the error's own words: they may be about a person."""
    log.error("%s: %s\n%s", what, type(error).__name__, "".join(format_tb(error.__traceback__)))
