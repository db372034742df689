"""What falls due of notification requirements: what is to be notified, when they end, and returns from abroad."""

from typing import Any

from django.db.models import DateField, ExpressionWrapper, F, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import User
from mappa import dates
from offenders.models import ForeignTravel, NotificationDue, NotificationRequirement, Order
from reviews.deadlines.kind import Kind
from reviews.deadlines.parts import LEADS, LED_BY, Holders, InPlaceOf, Part, R, Where


def _notifications(user: User) -> QuerySet[Any]:
    # Requirements go on when management under MAPPA has ended: so does what is due under them.
    # From its day on an application for review is possible for years: that is nobody's task, and is said on the page.
    rows = NotificationDue.objects.visible_to(user).open()
    rows = rows.exclude(what=NotificationDue.What.REVIEW, due_on__lt=dates.today())
    return rows.select_related("offender__lead_agency__kind", "requirement")


def _notification_words(due: Any) -> str:
    if due.what == NotificationDue.What.REVIEW:
        return _("Indefinite notification: review possible")
    return _("Notification requirement")


def _over(user: User) -> QuerySet[Any]:
    # What a person is asked to check has its own deadline.
    rows = NotificationRequirement.objects.visible_to(user).standing().filter(last_day__isnull=False, doubt="")
    return rows.select_related("offender__lead_agency__kind")


def _unnotified_orders(user: User) -> QuerySet[Any]:
    rows = Order.objects.visible_to(user).unnotified(user).filter(starts_on__lte=dates.today())
    last_of_three = ExpressionWrapper(F("starts_on") + Value(2), output_field=DateField())
    found: QuerySet[Any] = rows.annotate(notified_by=last_of_three).select_related("offender__lead_agency__kind")
    return found


def _journeys(user: User) -> QuerySet[Any]:
    rows = ForeignTravel.objects.visible_to(user).standing().filter(returned_on__isnull=True, returns_on__isnull=False)
    return rows.select_related("offender__lead_agency__kind")


def _notification_url(row: Any) -> str:
    return reverse("offenders:notification", args=[row.offender.reference])


# The police register: their own lead officer, or else the police of the area, by their contact points. A restricted case
# is seen by those named on it alone, so whoever leads it is asked too.
_REGISTER: tuple[Part, ...] = (
    Where(LEADS[0], LED_BY, "police"),
    Where(LEADS[1], LED_BY, "police"),
    Where(
        Holders("offender__area_id", (R.CONTACT_POINT,), of="agency__area", kind="police"),
        LED_BY,
        "police",
        is_not=True,
    ),
    Where(
        InPlaceOf(R.CONTACT_POINT, Holders("offender__area_id", (R.PRACTITIONER,), of="agency__area", kind="police")),
        LED_BY,
        "police",
        is_not=True,
    ),
    *(Where(part, "offender__restricted", value=True) for part in LEADS),
)


NOTIFICATION: tuple[Kind, ...] = (
    Kind(
        slug="notification",
        title=gettext_lazy("Notification"),
        # What is to be notified is read after signing in.
        words=_notification_words,
        open=_notifications,
        due="due_on",
        standard=gettext_lazy("Sexual Offences Act 2003 ss.83 to 91B, or Counter-Terrorism Act 2008 ss.47 to 52"),
        figures=(
            "terrorist_periodic_months",
            "terrorist_change_days",
            "travel_return_days",
        ),
        done=gettext_lazy("The notification is recorded, or the requirement ends"),
        area="offender__area_id",
        whose=_REGISTER,
        next_step=gettext_lazy("See what is due"),
        url=_notification_url,
        stages=(-5, 0, 1, 5),
        urgent=True,
    ),
    Kind(
        slug="notification-end",
        title=gettext_lazy("Ends of notification requirements"),
        words=lambda requirement: _("Notification requirements end"),
        open=_over,
        due="last_day",
        standard=gettext_lazy(
            "Sexual Offences Act 2003 s.82, or Counter-Terrorism Act 2008 s.53: the last day of the period"
        ),
        done=gettext_lazy("The end is recorded"),
        area="offender__area_id",
        whose=_REGISTER,
        next_step=gettext_lazy("Record the end"),
        url=_notification_url,
        stages=(-5, 0, 1, 5),
    ),
    Kind(
        slug="order-notification",
        title=gettext_lazy("Notification requirements of orders"),
        words=lambda order: _("Notification requirements of an order"),
        open=_unnotified_orders,
        due="notified_by",
        standard=gettext_lazy("Sexual Offences Act 2003 s.83(1): three days beginning with the order"),
        done=gettext_lazy("The requirements that come with the order are recorded"),
        area="offender__area_id",
        whose=_REGISTER,
        next_step=gettext_lazy("Record the requirements"),
        url=lambda order: reverse("offenders:orders", args=[order.offender.reference]),
        stages=(0, 1, 5),
    ),
    Kind(
        slug="travel-return",
        title=gettext_lazy("Returns from abroad"),
        words=lambda journey: _("A return to record"),
        open=_journeys,
        due="returns_on",
        standard=gettext_lazy("The day of return that was notified"),
        done=gettext_lazy("The return is recorded"),
        area="offender__area_id",
        whose=_REGISTER,
        next_step=gettext_lazy("Record the return"),
        url=_notification_url,
        stages=(0, 1, 5),
    ),
)
