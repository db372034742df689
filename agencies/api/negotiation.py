"""In which form the API answers."""

from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request


class OneForm(DefaultContentNegotiation):
    """JSON, or a file as what it is, whatever the system says that it reads.

    What cannot be had would be refused before the token is read, and so before anybody counts or records it.
    """

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type
