"""How often a person searches by way of a system: counted with what he searches on the pages."""

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from agencies.api.authentication import asker
from agencies.api.recording import PersonRefusedError
from mappa.throttle import SECONDS, UncountedError, is_search_too_often
from offenders.api.asking import is_person


class TooManySearchesError(PersonRefusedError):
    status_code = 429
    default_detail = _("This person searched more within the minute than one does. Wait a minute.")
    wait = SECONDS


class UncountedSearchError(PersonRefusedError):
    """While nobody can count it, nothing is searched."""

    status_code = 503
    default_detail = _("Searches cannot be counted now, and none is made. Try again in a few minutes.")


def count_as_search(request: Request) -> None:
    """Called before anybody is looked up, or a number is sent that may be taken. A system by itself has its token's limit.

    Raises TooManySearchesError for a person who searched more within the minute than one does.
    """
    if not is_person(request):
        return
    try:
        is_too_often = is_search_too_often(asker(request))
    except UncountedError as error:
        raise UncountedSearchError from error
    if is_too_often:
        raise TooManySearchesError
