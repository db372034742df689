"""What falls due on the record: reviews, flags, categories, orders, licences, premises, groups, transfers."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import User
from mappa import dates
from offenders.groups import turning_adult
from offenders.models import (
    CategoryProposal,
    Flag,
    Licence,
    Offender,
    Order,
    OrderTerm,
    Patient,
    PatientStep,
    PremisesPlace,
    Review,
    Transfer,
)
from reviews.deadlines.kind import Kind, to
from reviews.deadlines.parts import LEADS, Managers, coordination, leads


def _reviews(user: User) -> QuerySet[Any]:
    rows = Review.objects.visible_to(user).open().filter(offender__ended_on__isnull=True)
    return rows.select_related("offender")


def _flags(user: User) -> QuerySet[Any]:
    return Flag.objects.visible_to(user).open().filter(offender__ended_on__isnull=True).select_related("offender")


def _category_proposals(user: User) -> QuerySet[Any]:
    return CategoryProposal.objects.visible_to(user).open().select_related("offender")


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
        whose=leads(""),
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
