"""How a system or a page proves who it is to the API."""

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from agencies.models import IntegrationToken, User
from agencies.models.token import digest
from mappa import dates


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer …`, looked up by digest; expired and unknown tokens are refused alike."""

    def authenticate(self, request: Request) -> tuple[User, IntegrationToken] | None:
        scheme, _space, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        row = IntegrationToken.objects.select_related("user").filter(digest=digest(token.strip())).first()
        if row is None or not row.is_in_date(dates.today()) or not row.user.is_active:
            raise AuthenticationFailed(_("This token is not valid. Ask the service for a new one."))
        return row.user, row

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
