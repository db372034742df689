"""What falls due on the record: reviews, categories, notification, orders, licences, victims, groups, transfers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import DateField, ExpressionWrapper, F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import User
from mappa import dates
from offenders.groups import turning_adult
from offenders.models import (
    CaseWarning,
    CategoryProposal,
    ContactScheme,
    Flag,
    ForeignTravel,
    Licence,
    NotificationDue,
    NotificationRequirement,
    Offender,
    Order,
    OrderTerm,
    Patient,
    PatientStep,
    PremisesPlace,
    Review,
    Transfer,
    VictimRequest,
)
from reviews.deadlines.kind import Kind, to
from reviews.deadlines.parts import (
    LEADS,
    LED_BY,
    OFFICERS,
    Colleagues,
    Holders,
    InPlaceOf,
    Keepers,
    Managers,
    Part,
    Person,
    R,
    Successors,
    Where,
    coordination,
)


def _reviews(user: User) -> QuerySet[Any]:
    rows = Review.objects.visible_to(user).open().filter(offender__ended_on__isnull=True)
    return rows.select_related("offender")


def _flags(user: User) -> QuerySet[Any]:
    return Flag.objects.visible_to(user).open().filter(offender__ended_on__isnull=True).select_related("offender")


def _category_proposals(user: User) -> QuerySet[Any]:
    return CategoryProposal.objects.visible_to(user).open().select_related("offender")


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


def _orders(user: User) -> QuerySet[Any]:
    rows = Order.objects.visible_to(user).standing().filter(ends_on__isnull=False, offender__ended_on__isnull=True)
    return rows.select_related("offender")


def _order_terms(user: User) -> QuerySet[Any]:
    # A term ends by itself, and needs nobody to close it. It stays for a week, so that it is seen after a weekend too.
    rows = OrderTerm.objects.visible_to(user).standing().filter(ends_on__gte=dates.today() - timedelta(days=7))
    rows = rows.filter(order__ended_on__isnull=True, offender__ended_on__isnull=True)
    return rows.select_related("offender", "order")


def _licences(user: User) -> QuerySet[Any]:
    rows = Licence.objects.visible_to(user).standing().filter(ends_on__isnull=False, offender__ended_on__isnull=True)
    return rows.select_related("offender")


def _places(user: User) -> QuerySet[Any]:
    return PremisesPlace.objects.visible_to(user).standing().select_related("offender")


def _first_contacts(user: User) -> QuerySet[Any]:
    rows = ContactScheme.objects.visible_to(user).running().filter(first_contact_on__isnull=True)
    return rows.filter(offender__ended_on__isnull=True).select_related("offender")


def _next_contacts(user: User) -> QuerySet[Any]:
    # Until there was a first one, that is what is due.
    rows = ContactScheme.objects.visible_to(user).running().filter(first_contact_on__isnull=False)
    return rows.filter(offender__ended_on__isnull=True).select_related("offender")


def _answers(user: User) -> QuerySet[Any]:
    # Also of people whose own record has ended: what was asked for still waits.
    rows = VictimRequest.objects.visible_to(user).filter(answer="", answer_due_on__isnull=False)
    rows = rows.filter(offender__ended_on__isnull=True).select_related("offender")
    found: QuerySet[Any] = rows.annotate(officer=Coalesce("victim__scheme__officer", "made_by"))
    return found


def _warnings(user: User) -> QuerySet[Any]:
    # Whoever reads a warning without anybody to ask is helped today, and not on a day of its own.
    rows = CaseWarning.objects.visible_to(user).standing().filter(offender__ended_on__isnull=True)
    return rows.select_related("offender").annotate(falls_on=Value(dates.today(), DateField()))


def _patients(user: User) -> QuerySet[Any]:
    return Patient.objects.visible_to(user).owed().filter(offender__ended_on__isnull=True).select_related("offender")


def _patient_steps(user: User) -> QuerySet[Any]:
    rows = PatientStep.objects.visible_to(user).owed().filter(offender__ended_on__isnull=True)
    return rows.select_related("offender")


def _transitions(user: User) -> QuerySet[Any]:
    return turning_adult(Offender.objects.visible_to(user).current(), dates.today())


def _transfers(user: User) -> QuerySet[Any]:
    # Nobody answers his own proposal.
    return Transfer.objects.visible_to(user).waiting().exclude(proposed_by=user.pk).select_related("offender")


def _review_url(review: Any) -> str:
    """Level 1 is reviewed by its lead agency, levels 2 and 3 by their meeting."""
    route = "offenders:review" if review.level == Offender.Level.ORDINARY else "panels:case_meetings"
    return reverse(route, args=[review.offender.reference])


def _notification_url(row: Any) -> str:
    return reverse("offenders:notification", args=[row.offender.reference])


def _liaison(path: str, open_rows: Callable[[User], QuerySet[Any]]) -> tuple[Part, ...]:
    """The officer who liaises; where he cannot any more, whoever liaises in the area, and else its co-ordination."""
    return Person(path), Colleagues(path, open_rows), Keepers(open_rows)


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


RECORD: tuple[Kind, ...] = (
    Kind(
        slug="case-review",
        title=gettext_lazy("Reviews of cases"),
        words=lambda review: _("Level %(level)s review") % {"level": review.level},
        open=_reviews,
        due="due_on",
        standard=gettext_lazy("The last review, or the beginning of the level, and so many weeks as its level allows"),
        figures=(
            "level_1_review_weeks",
            "level_2_review_weeks",
            "level_3_review_weeks",
        ),
        done=gettext_lazy(
            "The review is recorded, at level 1 by the lead agency and at levels 2 and 3 by the minutes of the meeting"
        ),
        area="area_id",
        whose=LEADS,
        next_step=gettext_lazy("Review the case"),
        url=_review_url,
        stages=(-20, -5, 0, 1, 5),
        reference="offender__reference",
    ),
    Kind(
        slug="flag-review",
        title=gettext_lazy("Reviews of flags"),
        # Which flag is read after signing in: a reminder says the same words in a mail.
        words=lambda flag: _("Review of a flag"),
        open=_flags,
        due="review_on",
        standard=gettext_lazy("The day chosen when the flag was added or reviewed, within the months of its kind"),
        done=gettext_lazy("The review is recorded, or the flag removed"),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("Review the flag"),
        url=to("offenders:review_flag"),
        stages=(-5, 0, 1, 5),
    ),
    Kind(
        slug="category-proposal",
        title=gettext_lazy("Proposals of a category"),
        words=lambda proposal: _("Category: a proposal to answer"),
        open=_category_proposals,
        due="due_on",
        standard=gettext_lazy("The proposal, and so many working days"),
        figures=("category_proposal_working_days",),
        done=gettext_lazy("Co-ordination answers the proposal"),
        area="offender__area_id",
        whose=(coordination("offender__area_id"),),
        next_step=gettext_lazy("Answer the proposal"),
        url=to("offenders:proposal"),
        stages=(-2, 0, 1, 5),
    ),
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
    Kind(
        slug="order-end",
        title=gettext_lazy("Ends of orders"),
        words=lambda order: _("An order ends"),
        open=_orders,
        due="ends_on",
        standard=gettext_lazy("The last day that the court set"),
        done=gettext_lazy("The end of the order is recorded, or its last day is varied"),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("Record its end"),
        url=to("offenders:end_order"),
        stages=(-20, -5, 0, 1, 5),
    ),
    Kind(
        slug="order-term-end",
        title=gettext_lazy("Ends of terms of orders"),
        words=lambda term: _("A term of an order ends"),
        open=_order_terms,
        due="ends_on",
        standard=gettext_lazy("The last day that the court set for the term"),
        done=gettext_lazy("It ends by itself, and is listed for a week after"),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("Open the orders"),
        url=lambda term: reverse("offenders:orders", args=[term.offender.reference]),
        stages=(-20, -5, 0),
        climbs=False,
    ),
    Kind(
        slug="licence-end",
        title=gettext_lazy("Ends of licences"),
        words=lambda licence: _("The licence ends"),
        open=_licences,
        due="ends_on",
        standard=gettext_lazy("The last day of the licence"),
        done=gettext_lazy("The end of the licence is recorded"),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("Record its end"),
        url=to("offenders:end_licence"),
        stages=(-20, -5, 0, 1, 5),
    ),
    Kind(
        slug="premises-end",
        title=gettext_lazy("Departures from approved premises"),
        words=lambda place: _("Expected departure from approved premises"),
        open=_places,
        due="until_on",
        standard=gettext_lazy("The day on which the bed is free again"),
        done=gettext_lazy("The departure is recorded, or the stay extended"),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("Extend, or record the departure"),
        url=lambda place: reverse("offenders:premises", args=[place.offender.reference]),
        stages=(-10, -2, 0, 1, 5),
    ),
    Kind(
        slug="first-contact",
        title=gettext_lazy("First contacts by liaison"),
        # Of what kind the contact is, and of which case, a mail does not say.
        words=lambda scheme: _("First contact by liaison"),
        open=_first_contacts,
        due="contact_due_on",
        standard=gettext_lazy("The sentence, and so many weeks"),
        figures=("victim_contact_weeks",),
        done=gettext_lazy("A first contact is recorded"),
        area="offender__area_id",
        whose=_liaison("officer_id", _first_contacts),
        next_step=gettext_lazy("Record the contact"),
        url=lambda scheme: reverse("offenders:victims", args=[scheme.offender.reference]),
        closed=True,
        stages=(-10, -5, 0, 1, 5),
    ),
    Kind(
        slug="next-contact",
        title=gettext_lazy("Next contacts by liaison"),
        words=lambda scheme: _("Next contact by liaison"),
        open=_next_contacts,
        due="next_contact_on",
        standard=gettext_lazy("The day chosen with the last contact, within so many months of it"),
        figures=("victim_review_months",),
        done=gettext_lazy("A contact or a review is recorded"),
        area="offender__area_id",
        whose=_liaison("officer_id", _next_contacts),
        next_step=gettext_lazy("Record the contact"),
        url=lambda scheme: reverse("offenders:victims", args=[scheme.offender.reference]),
        closed=True,
        stages=(-5, 0, 1, 5),
    ),
    Kind(
        slug="answer",
        title=gettext_lazy("Answers to be asked for"),
        # To what, of whom and by whom, a mail does not say.
        words=lambda request: _("Answer to be asked for"),
        open=_answers,
        due="answer_due_on",
        standard=gettext_lazy("The day on which the request was sent, and so many weeks"),
        figures=("victim_answer_weeks",),
        done=gettext_lazy("The answer is recorded"),
        area="offender__area_id",
        whose=_liaison("officer", _answers),
        next_step=gettext_lazy("Record the answer"),
        url=to("offenders:answer_request"),
        stages=(-5, 0, 1, 5),
        closed=True,
    ),
    Kind(
        slug="warning",
        title=gettext_lazy("Warnings that name nobody to ask"),
        words=lambda warning: _("A warning names nobody who can be asked"),
        open=_warnings,
        due="falls_on",
        standard=gettext_lazy("Every day, until it is mended"),
        done=gettext_lazy("The warning names somebody who can be asked"),
        area="offender__area_id",
        whose=(Colleagues("officer_id", _warnings),),
        next_step=gettext_lazy("Change whom to ask"),
        url=lambda warning: reverse("offenders:change_warning", args=[warning.offender.reference]),
        # It is due every day until it is mended: My work says so, and no mail does.
        stages=(),
        reference="offender__reference",
    ),
    Kind(
        slug="patient-notice",
        title=gettext_lazy("Notifications to co-ordination"),
        # That it is about a patient is read after signing in.
        words=lambda patient: _("Notification to co-ordination"),
        open=_patients,
        due="notice_due_on",
        standard=gettext_lazy("The admission, and so many days"),
        figures=("mappa_i_admission_days",),
        done=gettext_lazy("It is recorded that the notification was sent"),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("Record that it was sent"),
        url=to("offenders:notify_of_patient"),
        stages=(-1, 0, 1, 5),
    ),
    Kind(
        slug="patient-step-notice",
        title=gettext_lazy("Notifications of a next step to co-ordination"),
        words=lambda step: _("Notification to co-ordination"),
        open=_patient_steps,
        due="notice_due_on",
        standard=gettext_lazy("The leave or the discharge that is planned, and so long before"),
        figures=(
            "mappa_i_leave_days",
            "mappa_i_discharge_months",
        ),
        done=gettext_lazy("It is recorded that the notification was sent"),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("Record that it was sent"),
        url=to("offenders:notify_of_step"),
        stages=(-20, -5, 0, 1, 5),
    ),
    Kind(
        slug="transition",
        title=gettext_lazy("Plans for becoming an adult"),
        # That somebody is a child is read after signing in.
        words=lambda offender: _("Plan to agree"),
        open=_transitions,
        due="transition_due",
        standard=gettext_lazy("The 18th birthday, and so many months before"),
        figures=("transition_months",),
        done=gettext_lazy("The plan is recorded"),
        area="area_id",
        whose=(Person("lead_officer_id"), Successors("lead_agency_id", OFFICERS, unless="lead_officer_id")),
        next_step=gettext_lazy("Record the plan"),
        url=to("offenders:record_transition"),
        stages=(-20, -5, 0, 1, 5),
        case="",
    ),
    Kind(
        slug="transfer",
        title=gettext_lazy("Transfers to answer"),
        words=lambda transfer: _("Transfer to accept"),
        open=_transfers,
        due="due_on",
        standard=gettext_lazy("The proposal, and so many working days"),
        figures=("transfer_answer_days",),
        done=gettext_lazy("The transfer is accepted, refused or withdrawn"),
        area="to_area_id",
        whose=(coordination("to_area_id"), Managers("answering_agency_id")),
        next_step=gettext_lazy("Accept or refuse"),
        url=lambda transfer: reverse("offenders:transfer", args=[transfer.offender.reference]),
        stages=(-5, -1, 0, 1, 5),
    ),
)
