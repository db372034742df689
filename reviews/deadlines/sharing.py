"""What falls due of information requests, disclosures and applications under the disclosure scheme."""

from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Membership, User
from disclosures.models import Disclosure, DisclosureDecision, DisclosureDraft, InformationRequest, SchemeApplication
from disclosures.models.request import ANSWERING
from disclosures.models.scheme import POLICE
from disclosures.scheme_cards import next_step
from mappa import dates
from offenders.models import Exclusion, Offender
from reviews.deadlines.kind import Kind, to
from reviews.deadlines.parts import LEADS, OFFICERS, Holders, InPlaceOf, LeftBehind, Managers, Person, R, Where


def _requests(user: User) -> QuerySet[Any]:
    return InformationRequest.objects.visible_to(user).open().select_related("agency")


def _unanswered(user: User) -> QuerySet[Any]:
    # Only of cases that the user sees: My work names the case.
    rows = InformationRequest.objects.visible_to(user).on_cases_of(user).open().filter(due_on__lt=dates.today())
    return rows.select_related("offender", "asking_agency")


def _disclosures_waiting(user: User) -> QuerySet[Any]:
    # Nobody authorises what he wrote, nor a correction of it.
    rows = Disclosure.objects.visible_to(user).awaiting_authorisation()
    rows = rows.exclude(author=user.pk).exclude(corrects__author=user.pk)
    return rows.select_related("offender")


def _disclosures_to_record(user: User) -> QuerySet[Any]:
    rows = DisclosureDecision.objects.visible_to(user).to_carry_out().select_related("offender")
    found: QuerySet[Any] = rows.annotate(falls_on=TruncDate("considered_at"))
    return found


def _disclosures_to_deliver(user: User) -> QuerySet[Any]:
    return Disclosure.objects.visible_to(user).awaiting_delivery().select_related("offender")


def _disclosures_to_review(user: User) -> QuerySet[Any]:
    rows = Disclosure.objects.visible_to(user).to_review().filter(offender__ended_on__isnull=True)
    return rows.select_related("offender")


def _disclosure_drafts(user: User) -> QuerySet[Any]:
    return DisclosureDraft.objects.visible_to(user).select_related("offender")


_DECISION = SchemeApplication.Stage.DECISION
# Who deals with applications, in the police.
_DEALING = (*OFFICERS, R.COORDINATOR, R.CHAIR)


def _applications(user: User) -> QuerySet[Any]:
    # Where its officer may not see it, or deals with applications of the agency no more, whoever does is asked.
    on, rows = dates.today(), SchemeApplication.objects.visible_to(user).open()
    there = Membership.objects.in_force(on).filter(user=OuterRef("officer"), agency=OuterRef("agency"))
    # Whoever is asked may not see the case; of its exclusions he learns none.
    shut_out = Exclusion.objects.filter(offender=OuterRef("offender"), user=OuterRef("officer"))
    left = [
        When(offender__restricted=True, then=Value(1)),
        When(Exists(shut_out.exclude(ended_on__lte=on)), then=Value(1)),
        When(~Exists(there.filter(role__in=_DEALING)), then=Value(1)),
    ]
    found: QuerySet[Any] = rows.annotate(is_left=Case(*left, default=Value(0))).select_related("agency")
    return found


def _applications_to_deal_with(user: User) -> QuerySet[Any]:
    return _applications(user).filter(~Q(stage=_DECISION) | Q(immediate_at__isnull=False, protected_at__isnull=True))


def _applications_to_decide(user: User) -> QuerySet[Any]:
    # Nobody decides on a risk that he assessed; and first comes what is done for a child at immediate risk.
    rows = _applications(user).filter(Q(immediate_at__isnull=True) | Q(protected_at__isnull=False), stage=_DECISION)
    return rows.exclude(assessed_by=user.pk)


def _application_words(application: Any) -> str:
    """Under which scheme, and what comes next: about whom is read after signing in."""
    if application.is_urgent:
        return _("Disclosure scheme: act at once")
    return _("Disclosure scheme: %s") % str(application.get_stage_display()).lower()


def _application_url(application: Any) -> str:
    step = next_step(application)
    return step.url if step else str(application.get_absolute_url())


SHARING: tuple[Kind, ...] = (
    Kind(
        slug="disclosure-to-record",
        title=gettext_lazy("Disclosures that a meeting decided"),
        words=lambda entry: _("A meeting decided to disclose, and no record carries it out"),
        open=_disclosures_to_record,
        # From the day on which the minutes were approved.
        due="falls_on",
        standard=gettext_lazy("The day on which the minutes were approved"),
        done=gettext_lazy("A record carries out what the meeting decided"),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("Write the record"),
        url=lambda entry: reverse("disclosures:record_disclosure", args=[entry.offender.reference]),
        stages=(0, 1, 5),
        reference="offender__reference",
    ),
    Kind(
        slug="disclosure-to-authorise",
        title=gettext_lazy("Disclosures to authorise"),
        # Who is to be told of what is read after signing in.
        words=lambda disclosure: _("A decision about disclosure to authorise"),
        open=_disclosures_waiting,
        due="authorise_by",
        standard=gettext_lazy("The record, and so many working days, or the day by which they are to be told"),
        figures=("disclosure_authorisation_days",),
        done=gettext_lazy("Somebody of the rank authorises or refuses it"),
        area="offender__area_id",
        whose=(
            Managers("offender__lead_agency_id"),
            Where(
                Holders("offender__area_id", (R.CHAIR,), of="agency__area"),
                "offender__level",
                Offender.Level.ORDINARY,
                is_not=True,
            ),
        ),
        next_step=gettext_lazy("Authorise or refuse"),
        url=to("disclosures:disclosure"),
        stages=(-1, 0, 1, 5),
    ),
    Kind(
        slug="disclosure-to-deliver",
        title=gettext_lazy("Disclosures to make"),
        words=lambda disclosure: _("A disclosure to make"),
        open=_disclosures_to_deliver,
        due="tell_by",
        standard=gettext_lazy("The day by which they are to be told, as the record says"),
        done=gettext_lazy("It is recorded that they were told"),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("Record that they were told"),
        url=to("disclosures:deliver"),
        stages=(-2, 0, 1, 5),
    ),
    Kind(
        slug="disclosure-review",
        title=gettext_lazy("Reviews of disclosures"),
        words=lambda disclosure: _("Review of a decision about disclosure"),
        open=_disclosures_to_review,
        due="review_on",
        standard=gettext_lazy("The day that the record says"),
        done=gettext_lazy("The review is recorded"),
        area="offender__area_id",
        whose=LEADS,
        next_step=gettext_lazy("Record the review"),
        url=to("disclosures:review_disclosure"),
        stages=(-5, 0, 1, 5),
    ),
    Kind(
        slug="disclosure-draft",
        title=gettext_lazy("Unfinished records of disclosure"),
        words=lambda draft: _("A record that you began is deleted soon"),
        open=_disclosure_drafts,
        due="kept_until",
        standard=gettext_lazy("Four weeks after it was last saved it is deleted"),
        done=gettext_lazy("The record is finished, or the draft deleted"),
        area="offender__area_id",
        whose=(Person("user_id"),),
        next_step=gettext_lazy("Go on with it"),
        url=to("disclosures:draft_check"),
        stages=(-5, 0),
        climbs=False,
        needs_somebody=False,
    ),
    Kind(
        slug="scheme-application",
        title=gettext_lazy("Applications under the disclosure scheme"),
        words=_application_words,
        open=_applications_to_deal_with,
        due="due_on",
        standard=gettext_lazy("The application, and the days of the stage that it has reached"),
        figures=(
            "scheme_checks_hours",
            "scheme_meeting_days",
            "scheme_decision_days",
            "scheme_whole_days",
        ),
        done=gettext_lazy("The stage is recorded"),
        area="agency__area_id",
        whose=(
            Person("officer_id"),
            Where(Holders("agency_id", _DEALING, kind=POLICE), "is_left", 1),
        ),
        next_step=gettext_lazy("Go on with it"),
        url=_application_url,
        stages=(-2, 0, 1, 5),
        # It is the police's, not a case's: what is matched is not said here either.
        case="",
        subject=lambda application: str(application.subject_name),
        # Its steps are counted in hours.
        urgent=True,
        urgent_from=-2,
    ),
    Kind(
        slug="scheme-decision",
        title=gettext_lazy("Decisions under the disclosure scheme"),
        words=_application_words,
        open=_applications_to_decide,
        due="due_on",
        standard=gettext_lazy("The application, and so many days"),
        figures=(
            "scheme_decision_days",
            "scheme_whole_days",
        ),
        done=gettext_lazy("The decision is recorded"),
        area="agency__area_id",
        whose=(Managers("agency_id"), Holders("agency_id", (R.CHAIR,), kind=POLICE)),
        next_step=gettext_lazy("Read it, and decide"),
        url=_application_url,
        stages=(-5, -1, 0, 1, 5),
        case="",
        subject=lambda application: str(application.subject_name),
    ),
    Kind(
        slug="information-asked",
        title=gettext_lazy("Requests for information"),
        words=lambda request: _("Request for information"),
        open=_requests,
        due="due_on",
        standard=gettext_lazy("The day that the request gives, usually so many working days"),
        figures=("information_request_answer_days",),
        done=gettext_lazy("The agency answers, or the request is withdrawn"),
        area="agency__area_id",
        whose=(Holders("agency_id", ANSWERING),),
        mailed=(
            Holders("agency_id", (R.CONTACT_POINT,)),
            InPlaceOf(R.CONTACT_POINT, Holders("agency_id", (R.PRACTITIONER,))),
        ),
        next_step=gettext_lazy("Answer"),
        url=to("disclosures:answer_information"),
        stages=(-5, -1, 0, 1, 5),
        # The asked agency does not see the case: only what it was given.
        case="",
        subject=lambda request: str(request.name),
    ),
    Kind(
        slug="information-unanswered",
        title=gettext_lazy("Requests that nobody answered"),
        words=lambda request: _("An agency has not answered"),
        open=_unanswered,
        due="chase_on",
        standard=gettext_lazy("So many working days after the last reminder"),
        figures=("information_request_chase_days",),
        done=gettext_lazy("The agency answers, or is reminded again"),
        area="asking_agency__area_id",
        # Of the colleagues who see the case, and of whoever leads it, where whoever asked does not see it any more.
        whose=(
            Person("asked_by_id"),
            LeftBehind((Holders("asking_agency_id", OFFICERS), *LEADS), "asked_by_id", _unanswered),
        ),
        next_step=gettext_lazy("Remind the agency"),
        url=to("disclosures:chase_request"),
        stages=(0, 1, 5),
    ),
)
