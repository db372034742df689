"""The page of notification requirements, and the one question that each change asks."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.models.standard import value
from mappa import dates
from mappa.forms import Form
from mappa.templatetags.mappa import long_date
from offenders.actions import breaches, notifications, requirements, stays, travel
from offenders.forms import notification as forms
from offenders.models import (
    ForeignTravel,
    Notification,
    NotificationBreach,
    NotificationDue,
    NotificationRequirement,
    Offender,
    OtherPremises,
    RequirementReview,
    Stay,
)
from offenders.views.notification_cards import Page
from offenders.views.record import ask, show

LISTS = ("notifications", "premises", "travel", "breaches", "reviews")


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def notification(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """What the person must notify, what is due next, and everything notified."""
    places = {name: request.GET.get(name, "") for name in LISTS}
    page = Page(offender, request.user, places, may_edit=allowed(request.user, Perm.EDIT_CASE, on=offender))
    return show(
        request,
        offender,
        "notification",
        title=_("Notification requirements"),
        parts=page.parts(),
        warnings=page.warnings(),
    )


def _ask(
    request: AuthedRequest,
    offender: Offender,
    form: Form,
    verb: Callable[..., object],
    *,
    title: str,
    done: str,
    **words: Any,
) -> HttpResponse:
    """One question about notification, and back to its page."""
    back = reverse("offenders:notification", args=[offender.reference])
    words = {"button": _("Save")} | words
    return ask(request, offender, "record", form, verb, back=back, title=title, done=done, **words)


@guarded(Perm.EDIT_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def begin_notification(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Begin requirements from a conviction."""
    form = forms.WhichConvictionForm(request.POST or None, offender=offender, user=request.user)
    is_empty = not form.fields["conviction"].queryset.exists()  # type: ignore[attr-defined]
    return _ask(
        request,
        offender,
        form,
        requirements.begin_notification,
        title=_("Begin notification requirements"),
        done=_("The requirements are recorded. The period and what is due were worked out from the law."),
        intro=_("The period is worked out from the sentence, the age and the day of the conviction."),
        nothing=_("There is no conviction, finding or caution without recorded requirements.") if is_empty else "",
    )


@guarded(Perm.EDIT_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def requirement_by_hand(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record requirements from an order."""
    asked = request.GET.get("order", "")
    return _ask(
        request,
        offender,
        forms.RequirementForm(request.POST or None, offender=offender, user=request.user, asked=asked),
        requirements.begin_by_hand,
        title=_("Record notification requirements from an order"),
        done=_("The requirements are recorded. The period and what is due were worked out from the law."),
    )


@guarded(Perm.EDIT_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def recompute(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Work out periods and deadlines again."""
    return _ask(
        request,
        offender,
        forms.NothingForm(request.POST if request.method == "POST" else None),
        requirements.recompute,
        title=_("Work everything out again"),
        done=_("Periods and deadlines are those of everything recorded now."),
        button=_("Work out again"),
        intro=_("Do this after a conviction or sentence was corrected. What was worked out before is kept."),
    )


def _home(offender: Offender, request: AuthedRequest) -> dict[str, bool]:
    return {"no_fixed_abode": notifications.has_no_home(offender, by=request.user)}


@guarded(Perm.EDIT_CASE, NotificationRequirement)
@require_http_methods(["GET", "HEAD", "POST"])
def notify(request: AuthedRequest, requirement: NotificationRequirement) -> HttpResponse:
    """Record a notification under a requirement."""
    offender = requirement.offender
    hours = value("child_household_hours", offender.area, dates.today())
    return _ask(
        request,
        offender,
        forms.NotificationForm(request.POST or None, child_hours=hours, initial=_home(offender, request)),
        notifications.notify,
        about={"requirement": requirement},
        title=_("Record a notification"),
        done=_("The notification is recorded, and what is due next is dated."),
    )


@guarded(Perm.EDIT_CASE, NotificationRequirement)
@require_http_methods(["GET", "HEAD", "POST"])
def end_requirement(request: AuthedRequest, requirement: NotificationRequirement) -> HttpResponse:
    """Record the end of requirements."""
    today = dates.today()
    first = {"end_reason": "expired", "ended_on": requirement.last_day} if requirement.is_over(today) else {}
    return _ask(
        request,
        requirement.offender,
        forms.EndRequirementForm(request.POST or None, initial=first),
        requirements.end_requirement,
        about={"requirement": requirement},
        title=_("End notification requirements"),
        done=_("The end of the requirements is recorded."),
        warning=_("Nothing is due under these requirements any more once they have ended."),
    )


@guarded(Perm.EDIT_CASE, NotificationRequirement)
@require_http_methods(["GET", "HEAD", "POST"])
def direct_parent(request: AuthedRequest, requirement: NotificationRequirement) -> HttpResponse:
    """Record a direction to a parent."""
    return _ask(
        request,
        requirement.offender,
        forms.ParentForm(request.POST or None),
        requirements.direct_parent,
        about={"requirement": requirement},
        title=_("Record a parental direction"),
        done=_("The direction is recorded."),
    )


@guarded(Perm.EDIT_CASE, NotificationRequirement)
@require_http_methods(["GET", "HEAD", "POST"])
def record_breach(request: AuthedRequest, requirement: NotificationRequirement) -> HttpResponse:
    """Record a breach."""
    return _ask(
        request,
        requirement.offender,
        forms.BreachForm(request.POST or None, initial={"discovered_on": dates.today()}),
        breaches.record_breach,
        about={"requirement": requirement},
        title=_("Record a breach"),
        done=_("The breach is recorded."),
    )


@guarded(Perm.EDIT_CASE, NotificationDue)
@require_http_methods(["GET", "HEAD", "POST"])
def record_missed(request: AuthedRequest, due: NotificationDue) -> HttpResponse:
    """Record that a deadline was missed."""
    today = dates.today()
    first = {"discovered_on": today, "what": f"{due.get_what_display()}. {due.explanation}"}
    return _ask(
        request,
        due.offender,
        forms.BreachForm(request.POST or None, initial=first),
        breaches.record_missed,
        about={"due": due},
        title=_("Record a breach"),
        done=_("The breach is recorded."),
        nothing="" if due.was_missed(today) else breaches.NOT_MISSED,
    )


@guarded(Perm.EDIT_CASE, NotificationBreach)
@require_http_methods(["GET", "HEAD", "POST"])
def decide_breach(request: AuthedRequest, breach: NotificationBreach) -> HttpResponse:
    """Record what was done about a breach."""
    return _ask(
        request,
        breach.offender,
        forms.BreachActionForm(request.POST or None),
        breaches.decide_breach,
        about={"breach": breach},
        title=_("Record what was done about a breach"),
        done=_("What was done is recorded."),
    )


@guarded(Perm.EDIT_CASE, NotificationRequirement)
@require_http_methods(["GET", "HEAD", "POST"])
def apply_for_review(request: AuthedRequest, requirement: NotificationRequirement) -> HttpResponse:
    """Record an application that indefinite requirements end."""
    return _ask(
        request,
        requirement.offender,
        forms.ReviewApplicationForm(request.POST or None),
        requirements.apply_for_review,
        about={"requirement": requirement},
        title=_("Record an application for review"),
        done=_("The application is recorded."),
    )


@guarded(Perm.EDIT_CASE, RequirementReview)
@require_http_methods(["GET", "HEAD", "POST"])
def determine_review(request: AuthedRequest, review: RequirementReview) -> HttpResponse:
    """Record what the police determined on an application."""
    return _ask(
        request,
        review.offender,
        forms.DeterminationForm(request.POST or None),
        requirements.determine_review,
        about={"review": review},
        title=_("Record the determination of a review"),
        done=_("The determination is recorded."),
    )


@guarded(Perm.EDIT_CASE, Notification)
@require_http_methods(["GET", "HEAD", "POST"])
def notice_outcome(request: AuthedRequest, row: Notification) -> HttpResponse:
    """Say what came of a notice given in advance."""
    nothing = (
        "" if row.is_open_notice else _("What came of this notice is recorded already, or it is no notice in advance.")
    )
    intro = _("%(kind)s, told on %(told)s and expected on %(expected)s.") % {
        "kind": row.get_kind_display(),
        "told": long_date(row.given_on),
        "expected": long_date(row.expected_on),
    }
    return _ask(
        request,
        row.offender,
        forms.OutcomeForm(request.POST or None),
        notifications.tell_outcome,
        about={"notification": row},
        title=_("What came of the advance notice?"),
        done=_("The outcome is recorded, and what follows from it is dated."),
        intro=intro,
        nothing=nothing,
    )


@guarded(Perm.EDIT_CASE, Notification)
@require_http_methods(["GET", "HEAD", "POST"])
def strike_notification(request: AuthedRequest, row: Notification) -> HttpResponse:
    """Strike out a notification recorded in error."""
    return _ask(
        request,
        row.offender,
        forms.StrikeForm(request.POST or None),
        notifications.strike_notification,
        about={"notification": row},
        title=_("Strike out a notification"),
        done=_("The notification is struck out. It stays on the record."),
        button=_("Strike out"),
    )


@guarded(Perm.EDIT_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def record_stay(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record a stay at other premises."""
    return _ask(
        request,
        offender,
        forms.StayForm(request.POST or None),
        stays.record_stay,
        title=_("Record a stay at other premises"),
        done=_("The stay is recorded, and the days there are counted."),
    )


@guarded(Perm.EDIT_CASE, Stay)
@require_http_methods(["GET", "HEAD", "POST"])
def end_stay(request: AuthedRequest, stay: Stay) -> HttpResponse:
    """Record the last day of a stay."""
    return _ask(
        request,
        stay.offender,
        forms.LastDayForm(request.POST or None),
        stays.end_stay,
        about={"stay": stay},
        title=_("Record the last day of a stay"),
        done=_("The last day is recorded."),
    )


@guarded(Perm.EDIT_CASE, OtherPremises)
@require_http_methods(["GET", "HEAD", "POST"])
def notify_premises(request: AuthedRequest, premises: OtherPremises) -> HttpResponse:
    """Record that other premises were notified."""
    return _ask(
        request,
        premises.offender,
        forms.GivenForm(request.POST or None, initial={"what": premises.address} | _home(premises.offender, request)),
        notifications.notify_premises,
        about={"premises": premises},
        title=_("Record that other premises were notified"),
        done=_("The notification is recorded, and what is due next is dated."),
    )


@guarded(Perm.EDIT_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_travel(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record travel abroad."""
    return _ask(
        request,
        offender,
        forms.TravelForm(request.POST or None),
        travel.plan_travel,
        title=_("Record travel abroad"),
        done=_("The journey is recorded. Record its notice once the person has given it."),
    )


@guarded(Perm.EDIT_CASE, ForeignTravel)
@require_http_methods(["GET", "HEAD", "POST"])
def travel_return(request: AuthedRequest, row: ForeignTravel) -> HttpResponse:
    """Record the return from abroad."""
    return _ask(
        request,
        row.offender,
        forms.ReturnForm(request.POST or None),
        travel.record_return,
        about={"travel": row},
        title=_("Record the return"),
        done=_("The return is recorded, and its notification is dated."),
    )


@guarded(Perm.EDIT_CASE, ForeignTravel)
@require_http_methods(["GET", "HEAD", "POST"])
def call_off_travel(request: AuthedRequest, row: ForeignTravel) -> HttpResponse:
    """Call a journey off."""
    return _ask(
        request,
        row.offender,
        forms.NothingForm(request.POST if request.method == "POST" else None),
        travel.call_off_travel,
        about={"travel": row},
        title=_("Call a journey off"),
        done=_("The journey is called off. It stays on the record."),
        button=_("The person did not travel"),
    )


@guarded(Perm.EDIT_CASE, ForeignTravel)
@require_http_methods(["GET", "HEAD", "POST"])
def notify_leaving(request: AuthedRequest, row: ForeignTravel) -> HttpResponse:
    """Record the notice of leaving."""
    return _ask(
        request,
        row.offender,
        forms.GivenForm(request.POST or None, initial={"what": row.destination}),
        notifications.notify_leaving,
        about={"travel": row},
        title=_("Record the notice of leaving the United Kingdom"),
        done=_("The notice is recorded."),
    )


@guarded(Perm.EDIT_CASE, ForeignTravel)
@require_http_methods(["GET", "HEAD", "POST"])
def notify_return(request: AuthedRequest, row: ForeignTravel) -> HttpResponse:
    """Record the notification of the return."""
    return _ask(
        request,
        row.offender,
        forms.GivenForm(request.POST or None, initial={"what": row.destination}),
        notifications.notify_return,
        about={"travel": row},
        title=_("Record the notification of the return"),
        done=_("The notification is recorded."),
    )
