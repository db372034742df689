"""What administrators do to an agency from outside is told to those who keep its memberships, so that none of it goes unnoticed."""

import secrets

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import outbox
from agencies.models import Agency, IdentityProvider, IntegrationToken, Membership, Role, User
from mappa import dates


def tell_of_a_token(token: IntegrationToken) -> None:
    """An administrator let a service act for an agency, now or later: what it may read is in the token’s scopes."""
    for held in Membership.objects.not_ended(dates.today()).filter(user=token.user).select_related("agency"):
        tell_of_a_service(held, about=f"token-by-administrator:{token.pk}")


def tell_of_a_service(held: Membership, *, about: str = "service-by-administrator") -> None:
    """The same, of its membership."""
    tell_keepers(
        held.agency,
        key=f"{about}:{held.agency_id}:{_each_time()}",
        subject=_("An administrator let a service act for your agency"),
        words=_("If you do not know of it, tell an information officer at once. Your colleagues are under:"),
    )


def tell_of_a_provider(provider: IdentityProvider) -> None:
    """An administrator changed by what service an agency’s people are let in."""
    tell_keepers(
        provider.agency,
        key=f"provider-by-administrator:{provider.pk}:{_each_time()}",
        subject=_("An administrator changed your agency’s own sign-in"),
        words=_("If you do not know of it, tell an information officer at once. Your colleagues are under:"),
    )


def tell_of_an_agency(agency: Agency) -> None:
    """An administrator changed what decides about an agency’s cases, or which addresses are invited."""
    tell_keepers(
        agency,
        key=f"agency-by-administrator:{agency.pk}:{_each_time()}",
        subject=_("An administrator changed your agency’s entry"),
        words=_("Its kind, area, domains or standing. If you do not know of it, tell an information officer at once:"),
    )


def tell_of_an_address(person: User, *, before: str) -> None:
    """An administrator changed where somebody’s mail goes, and so where a link to a new password would.

    He himself hears it where he reads: at the address that he had.
    """
    time = _each_time()
    outbox.post(
        key=f"own-address-by-administrator:{person.pk}:{time}",
        to=person,
        address=before,
        subject=_("Your email address in mappa was changed"),
        body=_(
            "An administrator changed it. No more mail comes here. If you did not ask for it, tell your agency’s contact point at once."
        ),
    )
    for held in Membership.objects.in_force(dates.today()).filter(user=person).select_related("agency"):
        tell_keepers(
            held.agency,
            key=f"address-by-administrator:{person.pk}:{time}:{held.pk}",
            subject=_("An administrator changed a colleague’s email address"),
            words=_("See whose under Colleagues. If it is not right, suspend the account there at once:"),
        )


def tell_keepers(agency: Agency, *, key: str, subject: str, words: str) -> None:
    """The agency’s contact points and co-ordination hear of what was done to their memberships from outside."""
    held = Membership.objects.in_force(dates.today())
    there = Q(role=Role.Code.CONTACT_POINT, agency=agency) | Q(role=Role.Code.COORDINATOR, agency__area=agency.area_id)
    link = settings.BASE_URL + reverse("reviews:colleagues")
    for person in User.objects.filter(pk__in=held.filter(there).values("user")):
        outbox.post(key=f"{key}:{person.pk}", to=person, subject=subject, body=f"{words}\n\n{link}")


def _each_time() -> str:
    """What was told of one change is told of the next as well."""
    return secrets.token_hex(4)
