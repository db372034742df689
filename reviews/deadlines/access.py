"""What falls due of people's access: vetting, memberships, and what was shared by hand. None of it renews itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import CharField, Exists, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Left, Upper
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import memberships
from agencies.colleagues.recertifying import unanswered_for, wanting_another
from agencies.models import Membership, User
from mappa import dates
from offenders.models import OffenderGroupObjectPermission, OffenderUserObjectPermission
from offenders.models.grant import Basis
from reviews.deadlines.kind import Kind
from reviews.deadlines.parts import Holders, Person, R, coordination, leads

# What ends by itself is listed for so long after, so that it is seen after a holiday too.
AFTER = timedelta(days=7)
# Three months, a month and a week before, in working days: vetting takes its time.
VETTING = (-64, -21, -5, 0, 1, 5)
# PostgreSQL's own: what Django offers under the name asks for an extension.
_DIGEST = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"


def held(user: User) -> QuerySet[Membership]:
    """Memberships that somebody may know of: his own, of a contact point his agency's, of co-ordination its area's."""
    rows = Membership.objects.filter(
        user__is_active=True, user__is_system=False, agency__is_active=True, stopped_at__isnull=True
    )
    rows = rows.filter(from_on__lte=dates.today()).select_related("user", "agency", "role")
    if user.is_system:
        return rows
    kept = [m for m in memberships(user) if m.role_id == R.CONTACT_POINT]
    areas = [m.agency.area_id for m in memberships(user) if m.role_id == R.COORDINATOR]
    own = Q(user=user.pk) | Q(agency__in=[m.agency_id for m in kept]) | Q(agency__area__in=areas)
    return rows.filter(own)


def _running(user: User) -> QuerySet[Membership]:
    return held(user).filter(Q(until__isnull=True) | Q(until__gte=dates.today()))


def _called(rows: QuerySet[Any], word: str, key: str) -> QuerySet[Any]:
    """With a reference, for neither a person's vetting nor a membership has one of its own: made of its key, which never
    leaves the server."""
    secret = salted_hmac("reviews.deadlines.access", word).hexdigest()
    made = Func(Concat(Value(secret), Cast(key, CharField())), template=_DIGEST, output_field=CharField())
    found: QuerySet[Any] = rows.annotate(reference=Concat(Value(word), Upper(Left(made, 9))))
    return found


def _vettings(user: User, *same: str) -> QuerySet[Any]:
    """Memberships of people whose vetting has an end, one for each person, or for each person and agency."""
    rows = _running(user).filter(user__vetting_expires_on__isnull=False)
    earlier = _running(user).filter(pk__lt=OuterRef("pk"), **{name: OuterRef(name) for name in same})
    return _called(rows.filter(~Exists(earlier.order_by())), "VT-", "user_id")


def _others(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    return rows.exclude(user=user.pk)


def _own_vetting(user: User) -> QuerySet[Any]:
    # A system reads no mail.
    return _vettings(user, "user").exclude(role=R.INTEGRATION)


def _vetting_of_others(user: User) -> QuerySet[Any]:
    return _others(_vettings(user, "user", "agency"), user)


def _own_ending(user: User) -> QuerySet[Any]:
    # Whoever has left is told nothing more.
    return _called(held(user).filter(until__gte=dates.today()).exclude(role=R.INTEGRATION), "MB-", "pk")


def _ending_of_others(user: User) -> QuerySet[Any]:
    return _others(_called(held(user).filter(until__gte=dates.today() - AFTER), "MB-", "pk"), user)


def _shared(model: Any, whom: str) -> Callable[[User], QuerySet[Any]]:
    """Grants by hand that end, of cases that the user sees and that are still managed.

    Not where something else lets the same agency or person see the case for longer.
    """

    def open_rows(user: User) -> QuerySet[Any]:
        rows = model.objects.visible_to(user).filter(
            basis=Basis.HAND, until__gte=dates.today() - AFTER, content_object__ended_on__isnull=True
        )
        longer = model.objects.visible_to(user).filter(
            Q(until__isnull=True) | Q(until__gt=OuterRef("until")),
            content_object=OuterRef("content_object"),
            **{whom: OuterRef(whom)},
        )
        found: QuerySet[Any] = rows.filter(~Exists(longer.order_by())).select_related("content_object")
        return found

    return open_rows


def _page(row: Any) -> str:
    return reverse("reviews:access")


def _who_page(row: Any) -> str:
    return reverse("offenders:who", args=[row.content_object.reference])


def _person_and_role(row: Any) -> str:
    return f"{row.user.name}, {row.role.name}, {row.agency.name}"


def _list_page(row: Any) -> str:
    return f"{reverse('reviews:recertify')}?{urlencode({'row': row.reference})}"


_KEEPERS = (Holders("agency_id", (R.CONTACT_POINT,)),)
_LEADS = leads("content_object__")

PEOPLE: tuple[Kind, ...] = (
    Kind(
        slug="vetting",
        title=gettext_lazy("Your own vetting"),
        words=lambda row: _("Your vetting ends"),
        open=_own_vetting,
        due="user__vetting_expires_on",
        standard=gettext_lazy("The last day of the vetting: after it nothing can be opened"),
        done=gettext_lazy("A contact point, co-ordination or an administrator records the new vetting"),
        area="agency__area_id",
        whose=(Person("user_id"),),
        next_step=gettext_lazy("See who renews it"),
        url=_page,
        stages=VETTING,
        case="",
        subject=lambda row: str(row.user.name),
        climbs=False,
        needs_somebody=False,
    ),
    Kind(
        slug="vetting-of-others",
        title=gettext_lazy("Vetting of colleagues"),
        # Whose is read after signing in.
        words=lambda row: _("Vetting of somebody of your agency ends"),
        open=_vetting_of_others,
        due="user__vetting_expires_on",
        standard=gettext_lazy("The last day of the vetting: after it nothing can be opened"),
        done=gettext_lazy("The new vetting is recorded, or the membership ends"),
        area="agency__area_id",
        whose=_KEEPERS,
        next_step=gettext_lazy("See whose, and have it renewed"),
        url=_page,
        stages=VETTING,
        case="",
        subject=_person_and_role,
    ),
    Kind(
        slug="membership",
        title=gettext_lazy("Your own memberships"),
        words=lambda row: _("Your membership ends"),
        open=_own_ending,
        due="until",
        standard=gettext_lazy("The last day of the membership"),
        done=gettext_lazy("It is extended, or ends by itself"),
        area="agency__area_id",
        whose=(Person("user_id"),),
        next_step=gettext_lazy("See who extends it"),
        url=_page,
        stages=(-10, -2, 0),
        case="",
        subject=lambda row: f"{row.role.name}, {row.agency.name}",
        climbs=False,
        needs_somebody=False,
    ),
    Kind(
        slug="membership-of-others",
        title=gettext_lazy("Memberships of colleagues"),
        words=lambda row: _("A membership of your agency ends"),
        open=_ending_of_others,
        due="until",
        standard=gettext_lazy("The last day of the membership"),
        done=gettext_lazy("It is extended, or ends by itself and is listed for a week after"),
        area="agency__area_id",
        whose=_KEEPERS,
        next_step=gettext_lazy("See whose, and have it extended"),
        url=_page,
        stages=(-10, -2, 0),
        case="",
        subject=_person_and_role,
        climbs=False,
        needs_somebody=False,
    ),
    Kind(
        slug="recertification",
        title=gettext_lazy("Who works in an agency, to confirm"),
        words=lambda row: _("Confirm who works in your agency"),
        open=unanswered_for,
        due="due_on",
        standard=gettext_lazy("Some days after the list was opened, which each agency is asked some times a year"),
        figures=("recertify_months", "recertify_answer_days", "recertify_grace_days"),
        done=gettext_lazy("Each line is confirmed, changed or ended; what nobody answers stops some days after"),
        area="agency__area_id",
        whose=_KEEPERS,
        next_step=gettext_lazy("Say of each whether it is still right"),
        url=_list_page,
        stages=(-5, -2, 0, 1, 4),
        case="",
        subject=lambda row: str(row.agency.name),
    ),
    Kind(
        slug="recertification-of-points",
        title=gettext_lazy("Whom an agency’s contact point cannot confirm"),
        words=lambda row: _("Confirm whom an agency cannot confirm itself"),
        open=wanting_another,
        due="due_on",
        standard=gettext_lazy("The same day as the list of the agency: nobody confirms himself"),
        figures=("recertify_answer_days", "recertify_grace_days"),
        done=gettext_lazy("Co-ordination, or a second contact point, answers"),
        area="agency__area_id",
        whose=(coordination("agency__area_id"),),
        next_step=gettext_lazy("Say whether it is still right"),
        url=_list_page,
        stages=(-5, 0, 1, 4),
        case="",
        subject=lambda row: str(row.agency.name),
    ),
)

SHARES: tuple[Kind, ...] = (
    Kind(
        slug="share-end",
        title=gettext_lazy("Cases shared with agencies"),
        # With whom is read after signing in.
        words=lambda grant: _("What was shared with an agency ends"),
        open=_shared(OffenderGroupObjectPermission, "group"),
        due="until",
        standard=gettext_lazy("The last day chosen when the case was shared, within the months of the standard"),
        figures=("hand_share_months",),
        done=gettext_lazy("It is shared for longer, or ends by itself and is listed for a week after"),
        area="content_object__area_id",
        whose=_LEADS,
        next_step=gettext_lazy("Share for longer, or let it end"),
        url=_who_page,
        stages=(-10, -2, 0),
        case="content_object",
        reference="content_object__reference",
        climbs=False,
    ),
    Kind(
        slug="naming-end",
        title=gettext_lazy("People named on cases"),
        words=lambda grant: _("What was shared with a person ends"),
        open=_shared(OffenderUserObjectPermission, "user"),
        due="until",
        standard=gettext_lazy("The last day chosen when the person was named on the case"),
        done=gettext_lazy("The person is named for longer, or it ends by itself and is listed for a week after"),
        area="content_object__area_id",
        whose=_LEADS,
        next_step=gettext_lazy("Name the person for longer, or let it end"),
        url=_who_page,
        stages=(-10, -2, 0),
        case="content_object",
        reference="content_object__reference",
        climbs=False,
    ),
)
