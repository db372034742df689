"""How a system or a page proves who it is to the API, and for which person a system acts."""

from typing import Any, NoReturn, cast

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from agencies.api.throttles import RefusedFrom
from agencies.models import IntegrationToken, Membership, Role, User
from agencies.models.token import digest
from audit.record import record_sign_in
from mappa import dates

ON_BEHALF_OF = "On-Behalf-Of"


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer …`, looked up by digest; expired and unknown tokens are refused alike.

    With `On-Behalf-Of`, the e-mail address of somebody who works for the system's agency, `request.user` is that
    person: what he may not do, no system does for him. `request.auth` stays the token (docs/adr/0008).
    """

    def authenticate(self, request: Request) -> tuple[User, IntegrationToken] | None:
        scheme, _space, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        today = dates.today()
        row = IntegrationToken.objects.select_related("user").filter(digest=digest(token.strip())).first()
        if row is None or not row.is_in_date(today) or not row.user.is_active:
            _refuse(request, row, _("This token is not valid. Ask the service for a new one."))
        if row.last_used_on != today:
            IntegrationToken.objects.filter(pk=row.pk).update(last_used_on=today)
        address = request.headers.get(ON_BEHALF_OF, "").strip()
        person = _colleague(address, row.user) if address else row.user
        if person is None:
            _refuse(request, row, _("The system cannot act for this person."))
        return person, row

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _refuse(request: Request, token: IntegrationToken | None, words: Any) -> NoReturn:
    """Refuse, and record it: a token that ended or was found out, or one that tries who works for the agency."""
    throttle = RefusedFrom()
    if not throttle.allow_request(request, None):
        raise Throttled(throttle.wait())
    known: dict[str, Any] = {"token": token.pk} if token else {}
    record_sign_in("api.refused", actor_id=token.user_id if token else None, **known)
    raise AuthenticationFailed(words)


def _colleague(address: str, system: User) -> User | None:
    """The person of that address who works for an agency of the system; nobody else."""
    today = dates.today()
    agencies = Membership.objects.filter(user=system, role=Role.Code.INTEGRATION).in_force(today).values("agency")
    held = Membership.objects.filter(agency__in=agencies).exclude(role=Role.Code.INTEGRATION).in_force(today)
    return User.objects.filter(email=address.lower(), pk__in=held.values("user")).first()


def asker(request: Request) -> User:
    """Who asks: the system, or the person on whose behalf it does."""
    return cast(User, request.user)


def token_of(request: Request) -> IntegrationToken:
    """The token by which a request came in."""
    return cast(IntegrationToken, request.auth)
