"""The verbs of information requests: ask an agency, answer, ask again, withdraw. Each asks `require` first."""

from collections.abc import Collection
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import outbox, working_days
from agencies.access import Perm, granting, require
from agencies.models import Agency, User
from agencies.models.standard import value
from agencies.models.user import system_user
from audit.models import Act
from audit.record import record
from disclosures.identifying import details_of
from disclosures.models import InformationAnswer, InformationChase, InformationRequest
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.actions import Topic, lock, refuse_twice, telling
from offenders.actions.case import reason_in_words
from offenders.actions.sharing import SHAREABLE
from offenders.models import Offender

tell = telling(Topic.RISK)

State = InformationRequest.State


@transaction.atomic
def request_information(
    *,
    offender: Offender,
    agency: Agency,
    purpose: str,
    gateway: str,
    gateway_words: str,
    questions: str,
    details: Collection[str],
    due_on: date | None,
    by: User,
) -> InformationRequest:
    """Ask an agency what it holds about the person. It is told the name, the `details` chosen and the questions.

    Without a date the standard says when the answer is due. Nothing of the case is shared. Raises ValidationError for a
    case that has left MAPPA or is restricted, for an agency that has no part in MAPPA, and for the agency of whoever asks.
    """
    require(by, Perm.RECORD_DISCLOSURE, on=offender)
    membership = granting(by, Perm.RECORD_DISCLOSURE, on=offender)
    offender = lock(offender, by=by)
    if membership is None:
        raise ValidationError(_("Only a person asks, for an agency of his."))
    if why := why_not_ask(offender):
        raise ValidationError(why)
    if not agency.is_active or agency.kind.duty not in SHAREABLE:
        raise ValidationError({"agency": _("Choose an agency that takes part in MAPPA")})
    due_on = due_on or usual_due(offender)
    row = InformationRequest(
        offender=offender,
        agency=agency,
        asking_agency=membership.agency,
        gateway=gateway,
        gateway_words=gateway_words.strip() if gateway == InformationRequest.Gateway.OTHER else "",
        purpose=purpose.strip(),
        questions=questions.strip(),
        name=offender.full_name,
        details=_given(offender, details, by=by),
        due_on=due_on,
        chase_on=working_days.after(due_on, 1, offender.area),
        asked_by=by,
    )
    row.full_clean()
    open_ones = offender.information_requests.visible_to(by).open()
    refuse_twice(open_ones.filter(agency=agency, purpose=row.purpose, questions=row.questions, due_on=due_on))
    row.save()
    record("information.requested", by=by, about=row, agency=agency.pk, gateway=gateway, details=len(row.details))
    tell(offender, _("Information asked for"), agency.name, by=by)
    _tell_asked(row, "asked", _("Request for information"))
    return row


def why_not_ask(offender: Offender) -> str:
    """In words, why no agency is asked about the person; empty when one may be."""
    if offender.ended_on is not None:
        return _("This person is no longer managed under MAPPA. Decide first that the person is managed again.")
    if offender.restricted:
        return _("This case is restricted: no agency would see the request. Name a person on the case instead.")
    return ""


def why_not_chase(request: InformationRequest) -> str:
    """In words, why the asked agency is not reminded; empty when it may be. What is asked may be withdrawn still."""
    if not request.is_open:
        return _("This request was answered or withdrawn already.")
    if request.offender.ended_on is not None:
        return _("This person is no longer managed under MAPPA. Withdraw the request.")
    if request.offender.restricted:
        return _("This case is restricted now, and the agency sees the request no more. Withdraw it.")
    return ""


def usual_due(offender: Offender) -> date:
    """By when an answer is due when nothing else is said."""
    today = dates.today()
    return working_days.after(today, value("information_request_answer_days", offender.area, today), offender.area)


def _given(offender: Offender, codes: Collection[str], *, by: User) -> list[list[str]]:
    known = {detail.code: detail for detail in details_of(offender, by)}
    if not set(codes) <= known.keys():
        raise ValidationError({"details": _("These details have changed meanwhile. Choose again what to give")})
    return [[detail.label, detail.value] for code, detail in known.items() if code in codes]


@transaction.atomic
def answer_information(
    *, request: InformationRequest, kind: str, text: str, audience: str, by: User
) -> InformationAnswer:
    """Say what the agency holds, that it holds nothing, or why it does not share it, for an audience.

    What is added or put right later is another answer. It gives the agency no sight of the case.
    """
    require(by, Perm.SEND_INFORMATION, on=request)
    # Whoever was asked does not see the case: the system locks it for him.
    request = _locked(request, by=by, locked_by=system_user())
    if request.state == State.WITHDRAWN:
        raise ValidationError(_("This request was withdrawn: nothing was sent, and nothing needs to be."))
    row = InformationAnswer(
        offender=request.offender, request=request, kind=kind, text=text.strip(), audience=audience, by=by
    )
    row.full_clean()
    refuse_twice(request.answers.visible_to(by).filter(kind=kind, text=row.text, audience=audience))
    row.save()
    if request.is_open:
        request.state, request.answered_on = State.ANSWERED, dates.today()
        _close(request, "answered_on")
    record("information.answered", act=Act.DISCLOSE, by=by, about=row, request=request.reference, audience=audience)
    tell(request.offender, _("Request for information answered"), request.agency.name, by=by)
    _tell_asker(request, row)
    return row


@transaction.atomic
def chase_request(*, request: InformationRequest, by: User) -> InformationChase:
    """Remind the agency that was asked: recorded, and mailed without a name. Once a day at most."""
    require(by, Perm.RECORD_DISCLOSURE, on=request)
    request = _waiting(request, by=by)
    if why := why_not_chase(request):
        raise ValidationError(why)
    row = InformationChase(offender=request.offender, request=request, by=by)
    row.full_clean()
    row.save()
    today, area = dates.today(), request.offender.area
    request.chase_on = working_days.after(
        max(today, request.due_on), value("information_request_chase_days", area, today), area
    )
    request.save(update_fields=["chase_on"])
    record("information.chased", by=by, about=request)
    tell(request.offender, _("Information asked for again"), request.agency.name, by=by)
    _tell_asked(request, f"chased:{today}", _("Reminder: request for information"))
    return row


@transaction.atomic
def withdraw_request(*, request: InformationRequest, reason: str, by: User) -> InformationRequest:
    """Take a request back that was not answered. From then on its page tells the asked agency nothing of the person."""
    require(by, Perm.RECORD_DISCLOSURE, on=request)
    request = _waiting(request, by=by)
    request.state, request.withdrawn_on, request.withdrawn_by = State.WITHDRAWN, dates.today(), by
    request.withdrawal_reason = reason_in_words(reason)
    _close(request, "withdrawn_on", "withdrawn_by", "withdrawal_reason")
    record("information.withdrawn", by=by, about=request)
    tell(request.offender, _("Request for information withdrawn"), request.agency.name, by=by)
    _tell_asked(request, "withdrawn", _("Withdrawn: request for information"))
    return request


def _close(request: InformationRequest, *changed: str) -> None:
    """The agency sees what it was asked and said for some time, and then no more."""
    today = dates.today()
    weeks = value("information_request_seen_weeks", request.offender.area, today)
    request.seen_until = today + timedelta(weeks=weeks)
    request.full_clean()
    request.save(update_fields=["state", "seen_until", *changed])


def _locked(request: InformationRequest, *, by: User, locked_by: User) -> InformationRequest:
    """The request, fresh, its case locked. Raises ValidationError when it is out of sight by now."""
    offender = lock(request.offender, by=locked_by)
    rows = InformationRequest.objects.visible_to(by).select_related("agency", "asking_agency", "asked_by")
    found = rows.filter(pk=request.pk).first()
    if found is None:
        raise ValidationError(_("This request was closed meanwhile: nothing was sent."))
    found.offender = offender
    return found


def _waiting(request: InformationRequest, *, by: User) -> InformationRequest:
    """The same, for whoever sees the case. Raises ValidationError when it was answered or withdrawn."""
    found = _locked(request, by=by, locked_by=by)
    if not found.is_open:
        raise ValidationError(_("This request was answered or withdrawn meanwhile. Open the list again to see it."))
    return found


def _tell_asked(request: InformationRequest, key: str, what: str) -> None:
    """Mail the agency: what, a reference, by when, and a link. Who it is about is read after signing in."""
    day = long_date(request.due_on)
    outbox.tell_agency(
        request.agency,
        about=request,
        key=f"information:{request.reference}:{key}",
        subject=_("%(what)s, due %(day)s") % {"what": what, "day": day},
        words=_("%(what)s: %(reference)s\nDue on %(day)s\n\nSign in to see it. Do not reply to this message.")
        % {"what": what, "reference": request.reference, "day": day},
        path=request.get_absolute_url(),
    )


def _tell_asker(request: InformationRequest, answer: InformationAnswer) -> None:
    """Mail whoever asked that an answer came, if he still sees the case."""
    asker = request.asked_by
    if asker == answer.by or not Offender.objects.visible_to(asker).filter(pk=request.offender_id).exists():
        return
    path = reverse("disclosures:requests", args=[request.offender.reference])
    outbox.post(
        key=f"information:{request.reference}:answer:{answer.reference}",
        to=asker,
        about=request.offender,
        subject=_("An answer to your request for information"),
        body=_("Answered: %(reference)s\n\n%(link)s\n\nSign in to see it. Do not reply to this message.")
        % {"reference": request.reference, "link": f"{settings.BASE_URL}{path}"},
    )
