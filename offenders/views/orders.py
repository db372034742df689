"""The pages of orders, licences and monitoring: one to read, and one for each change."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from mappa import dates
from mappa.forms import ANSWERS, Form, sent
from mappa.templatetags.mappa import long_date
from offenders.actions import licences
from offenders.actions import order_breaches as breaches
from offenders.actions import orders as verbs
from offenders.actions.whereabouts import resume_licence as resume
from offenders.forms import orders as forms
from offenders.models import Breach, ConditionText, Licence, LicenceCondition, Monitoring, Offender, Order, Recall
from offenders.views.order_cards import orders_and_licence
from offenders.views.record import ask, show


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def orders(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Orders, the licence with its conditions, and electronic monitoring."""
    can_edit = allowed(request.user, Perm.EDIT_CASE, on=offender)
    parts, warnings = orders_and_licence(offender, request.user, can_edit=can_edit)
    return show(request, offender, "orders", title=_("Orders and licence"), parts=parts, warnings=warnings)


@guarded(Perm.EDIT_CASE, Offender)
@ANSWERS
def record_order(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record an order that a court made."""
    return ask(
        request,
        offender,
        "record",
        forms.OrderForm(sent(request)),
        verbs.record_order,
        back=_back(offender),
        done=_("The order is on the record."),
        title=_("Record an order"),
        button=_("Record the order"),
    )


@guarded(Perm.EDIT_CASE, Order)
@ANSWERS
def add_order_term(request: AuthedRequest, order: Order) -> HttpResponse:
    """Add a prohibition or a positive requirement."""
    return ask(
        request,
        order.offender,
        "record",
        forms.OrderTermForm(sent(request)),
        verbs.add_order_term,
        back=order.get_absolute_url(),
        done=_("The term is on the record."),
        about={"order": order},
        title=_("Add a prohibition or requirement"),
        button=_("Add it"),
        nothing=_ended(order),
    )


@guarded(Perm.EDIT_CASE, Order)
@ANSWERS
def vary_order(request: AuthedRequest, order: Order) -> HttpResponse:
    """Record a variation. What held before is kept."""
    return ask(
        request,
        order.offender,
        "record",
        forms.VariationForm(sent(request), order=order, user=request.user),
        verbs.vary_order,
        back=order.get_absolute_url(),
        done=_("The variation is on the record. What held before is kept under it."),
        about={"order": order},
        title=_("Vary the order"),
        button=_("Record the variation"),
        nothing=_ended(order),
    )


@guarded(Perm.EDIT_CASE, Order)
@ANSWERS
def order_breach(request: AuthedRequest, order: Order) -> HttpResponse:
    """Record a breach of an order."""
    return _breach(request, order, forms.BreachForm(sent(request)), title=_("Record a breach of the order"))


@guarded(Perm.EDIT_CASE, Order)
@ANSWERS
def end_order(request: AuthedRequest, order: Order) -> HttpResponse:
    """Record how an order ended."""
    initial = {"ended_on": order.ends_on} if order.has_run_out(dates.today()) else None
    return ask(
        request,
        order.offender,
        "record",
        forms.OrderEndForm(sent(request), initial=initial),
        verbs.end_order,
        back=order.get_absolute_url(),
        done=_("The end of the order is on the record."),
        about={"order": order},
        title=_("Record the end of the order"),
        button=_("Record the end"),
        nothing=_ended(order),
    )


@guarded(Perm.EDIT_CASE, Offender)
@ANSWERS
def record_licence(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record a licence, with its standard conditions."""
    return ask(
        request,
        offender,
        "record",
        forms.LicenceForm(sent(request)),
        licences.record_licence,
        back=_back(offender),
        done=_("The licence is on the record."),
        title=_("Record a licence"),
        button=_("Record the licence"),
    )


@guarded(Perm.EDIT_CASE, Licence)
@ANSWERS
def standard_conditions(request: AuthedRequest, licence: Licence) -> HttpResponse:
    """Add the standard conditions that the licence does not have."""
    return _of_licence(
        request,
        licence,
        Form(sent(request)),
        licences.add_standard_conditions,
        done=_("The standard conditions are on the licence."),
        title=_("Add the standard conditions"),
        button=_("Add the standard conditions"),
    )


@guarded(Perm.EDIT_CASE, Licence)
@ANSWERS
def add_condition(request: AuthedRequest, licence: Licence) -> HttpResponse:
    """Choose a condition, then fill in its blanks."""
    code = request.GET.get("condition", "")
    wording = ConditionText.objects.filter(code=code, is_active=True).first()
    if wording is None:
        return _choose_condition(request, licence)
    initial = {"text": wording.text, "added_on": dates.today(), "imposed_by": licence.made_by}
    return ask(
        request,
        licence.offender,
        "record",
        forms.ConditionForm(sent(request), initial=initial),
        licences.add_condition,
        back=licence.get_absolute_url(),
        done=_("The condition is on the licence."),
        about={"licence": licence, "wording": wording},
        title=wording.title,
        button=_("Add the condition"),
        nothing=_ended(licence),
    )


def _choose_condition(request: AuthedRequest, licence: Licence) -> HttpResponse:
    form = forms.WordingForm(None if licence.ended_on else sent(request))
    if form.is_valid():
        return redirect(f"{request.path}?{urlencode({'condition': form.cleaned_data['condition']})}")
    return ask(
        request,
        licence.offender,
        "record",
        form,
        licences.add_condition,
        back=licence.get_absolute_url(),
        done="",
        title=_("Add a licence condition"),
        button=_("Continue"),
        nothing=_ended(licence),
    )


@guarded(Perm.EDIT_CASE, Licence)
@ANSWERS
def change_standard(request: AuthedRequest, licence: Licence) -> HttpResponse:
    """Choose which standard condition is varied or removed."""
    form = forms.StandardConditionForm(None if licence.ended_on else sent(request), licence=licence, user=request.user)
    if form.is_valid():
        route = f"offenders:{form.cleaned_data['change']}_condition"
        return redirect(reverse(route, args=[form.cleaned_data["condition"].reference]))
    return ask(
        request,
        licence.offender,
        "record",
        form,
        licences.vary_condition,
        back=licence.get_absolute_url(),
        done="",
        title=_("Vary or remove a standard condition"),
        button=_("Continue"),
        nothing=_ended(licence),
    )


@guarded(Perm.EDIT_CASE, LicenceCondition)
@ANSWERS
def vary_condition(request: AuthedRequest, condition: LicenceCondition) -> HttpResponse:
    """Put another text in a condition's place."""
    initial = {"text": condition.text, "added_on": dates.today(), "imposed_by": condition.imposed_by}
    return _of_condition(
        request,
        condition,
        forms.ConditionForm(sent(request), initial=initial),
        licences.vary_condition,
        done=_("The condition is varied. What it said before is kept."),
        title=_("Vary the condition"),
        button=_("Vary the condition"),
    )


@guarded(Perm.EDIT_CASE, LicenceCondition)
@ANSWERS
def remove_condition(request: AuthedRequest, condition: LicenceCondition) -> HttpResponse:
    """Record that a condition no longer holds."""
    return _of_condition(
        request,
        condition,
        forms.ConditionRemovalForm(sent(request), initial=forms.today_first("removed_on")),
        licences.remove_condition,
        done=_("The condition is removed. It stays on the record."),
        title=_("Remove the condition"),
        button=_("Remove the condition"),
    )


@guarded(Perm.EDIT_CASE, Licence)
@ANSWERS
def licence_breach(request: AuthedRequest, licence: Licence) -> HttpResponse:
    """Record a breach of one of the conditions."""
    form = forms.LicenceBreachForm(sent(request), licence=licence, user=request.user)
    return ask(
        request,
        licence.offender,
        "record",
        form,
        breaches.record_breach,
        back=licence.get_absolute_url(),
        done=_("The breach is on the record."),
        about={"is_alert": False},
        title=_("Record a breach of a licence condition"),
        button=_("Record the breach"),
    )


@guarded(Perm.EDIT_CASE, Recall)
@ANSWERS
def resume_licence(request: AuthedRequest, recalled: Recall) -> HttpResponse:
    """Record that a suspended licence holds again."""
    return ask(
        request,
        recalled.offender,
        "record",
        forms.ResumptionForm(sent(request)),
        resume,
        back=(recalled.licence or recalled).get_absolute_url(),
        done=_("The licence holds again."),
        about={"recalled": recalled},
        title=_("Record that the licence holds again"),
        intro=_("Recall of %s") % long_date(recalled.decided_on),
        button=_("Record it"),
        nothing="" if recalled.may_hold_again else _("No licence is suspended by this recall."),
    )


@guarded(Perm.EDIT_CASE, Licence)
@ANSWERS
def end_licence(request: AuthedRequest, licence: Licence) -> HttpResponse:
    """Record how a licence ended."""
    initial = {"ended_on": licence.ends_on} if licence.has_run_out(dates.today()) else None
    return _of_licence(
        request,
        licence,
        forms.LicenceEndForm(sent(request), initial=initial),
        licences.end_licence,
        done=_("The end of the licence is on the record."),
        title=_("Record the end of the licence"),
        button=_("Record the end"),
    )


@guarded(Perm.EDIT_CASE, Offender)
@ANSWERS
def fit_monitoring(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record that equipment was fitted."""
    form = forms.MonitoringForm(sent(request), offender=offender, user=request.user)
    return ask(
        request,
        offender,
        "record",
        form,
        licences.fit_monitoring,
        back=_back(offender),
        done=_("The monitoring is on the record."),
        title=_("Record electronic monitoring"),
        button=_("Record the monitoring"),
    )


@guarded(Perm.EDIT_CASE, Monitoring)
@ANSWERS
def remove_monitoring(request: AuthedRequest, monitoring: Monitoring) -> HttpResponse:
    """Record that equipment was taken off."""
    return ask(
        request,
        monitoring.offender,
        "record",
        forms.MonitoringRemovalForm(sent(request), initial=forms.today_first("removed_on")),
        licences.remove_monitoring,
        back=monitoring.get_absolute_url(),
        done=_("The removal is on the record."),
        about={"monitoring": monitoring},
        title=_("Record the removal"),
        button=_("Record the removal"),
        nothing=_("The removal is recorded already.") if monitoring.removed_on else "",
    )


@guarded(Perm.EDIT_CASE, Monitoring)
@ANSWERS
def monitoring_alert(request: AuthedRequest, monitoring: Monitoring) -> HttpResponse:
    """Record an alert or a breach of monitoring."""
    return _breach(request, monitoring, forms.AlertForm(sent(request)), title=_("Record an alert or breach"))


@guarded(Perm.EDIT_CASE, Breach)
@ANSWERS
def settle_breach(request: AuthedRequest, breach: Breach) -> HttpResponse:
    """Record how a breach came out."""
    return ask(
        request,
        breach.offender,
        "record",
        forms.OutcomeForm(sent(request), initial=forms.today_first("settled_on")),
        breaches.settle_breach,
        back=breach.get_absolute_url(),
        done=_("The outcome is on the record."),
        about={"breach": breach},
        title=_("Record the outcome"),
        button=_("Record the outcome"),
        nothing=_("The outcome is recorded already.") if breach.settled_on else "",
    )


def _back(offender: Offender) -> str:
    return reverse("offenders:orders", args=[offender.reference])


def _ended(row: Order | Licence) -> str:
    return _("This has ended: it can no longer be changed.") if row.ended_on else ""


def _breach(request: AuthedRequest, subject: breaches.Subject, form: Form, *, title: str) -> HttpResponse:
    return ask(
        request,
        subject.offender,
        "record",
        form,
        breaches.record_breach,
        back=subject.get_absolute_url(),
        done=_("It is on the record."),
        about={"subject": subject},
        title=title,
        button=_("Record it"),
    )


def _of_licence(request: AuthedRequest, licence: Licence, form: Form, verb: Any, **words: Any) -> HttpResponse:
    about = {"licence": licence}
    back = licence.get_absolute_url()
    return ask(
        request, licence.offender, "record", form, verb, back=back, about=about, nothing=_ended(licence), **words
    )


def _of_condition(
    request: AuthedRequest, condition: LicenceCondition, form: Form, verb: Any, **words: Any
) -> HttpResponse:
    stands = condition.removed_on is None
    return ask(
        request,
        condition.offender,
        "record",
        form,
        verb,
        back=condition.get_absolute_url(),
        about={"condition": condition},
        intro=condition.wording.title,
        nothing="" if stands else _("This condition no longer stands."),
        **words,
    )
