"""Particular groups: one page of the record, and for each kind of row the questions that record and change it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.models import User
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders import actions
from offenders import groups as facts
from offenders.forms import groups as forms
from offenders.forms.identity import WithdrawForm
from offenders.models import (
    ArmedService,
    CounterTerrorism,
    DatedFact,
    Immigration,
    Offender,
    Patient,
    PatientStep,
    Transition,
)
from offenders.models.group import GroupFact
from offenders.models.patient import Notified, sees_patients
from offenders.timeline import page_from
from offenders.views import group_cards as cards
from offenders.views.record import Card, Line, Link, Part, ask, show

View = Callable[..., HttpResponse]
PAST = 8  # earlier rows that the page folds away
WHO_READS = gettext_lazy(
    "Health information. The police, probation and prison service of the area, the lead agency and NHS agencies on the "
    "case read it. This says nothing of whether anything is recorded."
)


@dataclass(frozen=True)
class Kept:
    """One kind of row: what its pages say, and how a row of it reads."""

    name: str
    model: type[DatedFact]
    title: Any
    lines: Callable[[Any], tuple[str, Sequence[Line]]]
    form: Any = None


PATIENT = Kept("patient", Patient, gettext_lazy("Section and hospital"), cards.patient, forms.PatientForm)
STEP = Kept("step", PatientStep, gettext_lazy("Leave, hearings, discharge and recall"), cards.step)
IMMIGRATION = Kept(
    "immigration", Immigration, gettext_lazy("Immigration status"), cards.immigration, forms.ImmigrationForm
)
TERRORISM = Kept(
    "terrorism", CounterTerrorism, gettext_lazy("Counter-terrorism"), cards.terrorism, forms.CounterTerrorismForm
)
SERVICE = Kept("service", ArmedService, gettext_lazy("Armed forces"), cards.service, forms.ArmedServiceForm)
TRANSITION = Kept("transition", Transition, gettext_lazy("Transition at 18"), cards.transition, forms.TransitionForm)
ONE_AT_A_TIME = (PATIENT, TRANSITION, IMMIGRATION, TERRORISM, SERVICE)
KEPT = (*ONE_AT_A_TIME, STEP)
STEP_WORDS = {
    PatientStep.Kind.LEAVE: gettext_lazy("Record leave"),
    PatientStep.Kind.TRIBUNAL: gettext_lazy("Record a Tribunal hearing"),
    PatientStep.Kind.DISCHARGE: gettext_lazy("Record a discharge"),
    PatientStep.Kind.RECALL: gettext_lazy("Record a recall"),
    PatientStep.Kind.ABSENCE: gettext_lazy("Record an absence"),
}


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def groups(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """The groups to which the person belongs, and the record kept for each.

    To whoever may not read patients, that part is "Restricted" on every case, whatever is recorded.
    """
    known = facts.read(offender, request.user)
    may = allowed(request.user, Perm.EDIT_CASE, on=offender)
    found = facts.applying(known)
    here = {group.slug for group in found}
    parts = [
        _applying_part(found),
        *_patient_parts(known, here, may=may),
        _part("young", _("Children and young people"), TRANSITION, known, known.transitions, here, may=may),
        _part("foreign", _("Foreign nationals"), IMMIGRATION, known, known.immigration, here, may=may),
        _part("terrorism", _("Terrorism"), TERRORISM, known, known.terrorism, here, may=may),
        _part("forces", _("Armed forces"), SERVICE, known, known.service, here, may=may),
    ]
    return show(request, offender, "groups", title=_("Particular groups"), parts=parts)


def _applying_part(found: Sequence[facts.Group]) -> Part:
    return Part(
        slug="applies",
        title=_("Groups that apply"),
        intro=_("Worked out from the record today. What is recorded wrongly is put right where it is recorded."),
        cards=[Card(group.name, [Line(_("Because"), "\n".join(group.why))]) for group in found],
        empty=_("The record says of no particular group that the person belongs to it."),
    )


def _patient_parts(known: facts.Known, here: set[str], *, may: bool) -> list[Part]:
    title = _("Mentally disordered offenders")
    if not known.reads_patients:
        return [Part("patients", title, [Card(_("Restricted"), [Line(_("Who reads this"), str(WHO_READS))])])]
    stays = _part("patients", title, PATIENT, known, known.patients, here, may=may)
    now, past = _now_and_past(STEP, known.steps, may=may)
    links = [
        Link(reverse(f"offenders:record_{kind}", args=[known.offender.reference]), str(words))
        for kind, words in STEP_WORDS.items()
    ]
    more = Link(reverse("offenders:all_steps", args=[known.offender.reference]), _("See all"), str(STEP.title))
    steps = Part(
        slug="steps",
        title=str(STEP.title),
        cards=[*([Card(_("What happened?"), links=links)] if may else []), *now],
        past=[*past[:PAST], Card(_("More"), links=[more])]
        if len(past) > PAST or len(known.steps) == facts.MOST
        else past,
    )
    return [stays, steps]


def _part(
    slug: str, title: str, kept: Kept, known: facts.Known, rows: Sequence[DatedFact], here: set[str], *, may: bool
) -> Part:
    now, past = _now_and_past(kept, rows, may=may)
    words = _("Change: %s") if now else _("Record: %s")
    url = reverse(f"offenders:record_{kept.name}", args=[known.offender.reference])
    return Part(
        slug=slug,
        title=title,
        cards=[*(cards.next_steps(slug, known) if slug in here else []), *now],
        past=past,
        add=Link(url, words % kept.title) if may else None,
        empty=_("Nothing is recorded."),
    )


def _now_and_past(kept: Kept, rows: Sequence[DatedFact], *, may: bool) -> tuple[list[Card], list[Card]]:
    now: list[Card] = []
    past: list[Card] = []
    for row in rows:
        is_past = row.withdrawn_at is not None or row.has_ended(dates.today())
        (past if is_past else now).append(_card(kept, row, may=may))
    return now, past


def _card(kept: Kept, row: DatedFact, *, may: bool) -> Card:
    title, lines = kept.lines(row)
    tag, colour = _tag(row)
    verbs = {"notice": _("Record MAPPA I"), "correct": _("Correct"), "end": _("End"), "withdraw": _("Withdraw")}
    if not isinstance(row, Notified) or row.notice_given_on or not row.notice_due_on:
        del verbs["notice"]
    if row.has_ended(date.max):
        del verbs["end"]
    routes = {"notice": f"offenders:notify_of_{kept.name}"}
    links = [
        Link(reverse(routes.get(verb, f"offenders:{verb}_{kept.name}"), args=[row.reference]), words, title)
        for verb, words in verbs.items()
        if may and not row.withdrawn_at
    ]
    return Card(title, [*lines, *_provenance(row)], links, tag, colour)


def _tag(row: DatedFact) -> tuple[str, str]:
    if row.withdrawn_at:
        return (_("Corrected"), "grey") if row.is_corrected else (_("Withdrawn"), "red")
    if row.has_ended(dates.today()):
        return _("Ended"), "grey"
    if row.starts and row.starts > dates.today():
        return _("Planned"), "yellow"
    if isinstance(row, PatientStep) and row.kind == PatientStep.Kind.ABSENCE:
        return _("Absent now"), "red"
    if isinstance(row, Patient) and row.restricted:
        return _("Restricted patient"), "red"
    return "", "grey"


def _provenance(row: DatedFact) -> list[Line]:
    lines = [Line(_("Recorded"), f"{long_date(row.added_at)}, {row.added_by.name}")]
    if row.withdrawn_at and row.withdrawn_by:
        words = f"{long_date(row.withdrawn_at)}, {row.withdrawn_by.name}: {row.withdrawn_because}"
        lines.append(Line(_("Withdrawn"), words))
    return lines


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def all_steps(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Every leave, hearing, discharge, recall and absence, the newest first."""
    may = allowed(request.user, Perm.EDIT_CASE, on=offender)
    rows = offender.patient_steps.visible_to(request.user).select_related("added_by", "withdrawn_by")
    place = request.GET.get("from", "")
    shown, older = page_from(place, rows.order_by("-added_at", "-pk"), field="added_at")
    if sees_patients(request.user, offender):
        found = [_card(STEP, row, may=may) for row in shown]
    else:
        found = [Card(_("Restricted"), [Line(_("Who reads this"), str(WHO_READS))])]
    part = Part("all", _("Newest first"), found, empty=_("Nothing is recorded."))
    older_url = f"{request.path}?{urlencode({'from': older})}" if older else ""
    newest = request.path if place else ""
    return show(request, offender, "groups", title=str(STEP.title), parts=[part], next=older_url, newest=newest)


_ASKS = require_http_methods(["GET", "HEAD", "POST"])


def _page(model: Any, view: View, name: str) -> View:
    """Open a view that was made for a kind of row. Its name, which the audit writes, tells of no group."""
    view.__name__ = view.__qualname__ = name
    return guarded(Perm.EDIT_CASE, model)(_ASKS(view))


def _ask(
    request: AuthedRequest, offender: Offender, form: Any, verb: Callable[..., object], **words: Any
) -> HttpResponse:
    back = reverse("offenders:groups", args=[offender.reference])
    return ask(request, offender, "record", form, verb, back=back, done=_("Saved."), **words)


def _refuse_strangers(kept: Kept, user: User, offender: Offender) -> None:
    """Who may not read patients may not be told by the form what is recorded, nor write it."""
    if kept in (PATIENT, STEP) and not sees_patients(user, offender):
        raise PermissionDenied(kept.name)


def _record(kept: Kept) -> View:
    def view(request: AuthedRequest, offender: Offender) -> HttpResponse:
        _refuse_strangers(kept, request.user, offender)
        rows = kept.model._default_manager.visible_to(request.user).standing()  # type: ignore[attr-defined]
        present = rows.filter(offender=offender, until__isnull=True).first()
        form = kept.form(request.POST or None, offender=offender, user=request.user, fact=present, new=True)
        verb = partial(actions.record_group, of=cast(type[GroupFact], kept.model))
        intro = (
            _("It begins with what is recorded. That ends, and stays readable, when this is saved.") if present else ""
        )
        return _ask(request, offender, form, verb, title=str(kept.title), button=_("Save"), intro=intro)

    return _page(Offender, view, "record_group")


def _record_step(kind: str) -> View:
    def view(request: AuthedRequest, offender: Offender) -> HttpResponse:
        _refuse_strangers(STEP, request.user, offender)
        form = forms.STEPS[kind](request.POST or None, offender=offender, user=request.user)
        verb = partial(actions.record_step, kind=kind)
        return _ask(request, offender, form, verb, title=str(STEP_WORDS[PatientStep.Kind(kind)]), button=_("Save"))

    return _page(Offender, view, "record_group")


def _correct(kept: Kept) -> View:
    def view(request: AuthedRequest, fact: DatedFact) -> HttpResponse:
        make = forms.STEPS[fact.kind] if isinstance(fact, PatientStep) else kept.form
        form = make(request.POST or None, offender=fact.offender, user=request.user, fact=fact)
        words = {"title": _("Correct: %s") % fact._meta.verbose_name, "button": _("Save the correction")}
        words["intro"] = (
            _("%s. For what was wrong from the beginning; what has changed since is recorded anew.")
            % (kept.lines(fact)[0])
        )
        return _ask(request, fact.offender, form, actions.correct_group, about={"fact": fact}, **words)

    return _page(kept.model, view, "correct_group")


def _end(kept: Kept) -> View:
    def view(request: AuthedRequest, fact: DatedFact) -> HttpResponse:
        form = forms.EndGroupForm(request.POST or None)
        words = {"title": _("End: %s") % fact._meta.verbose_name, "button": _("Save the end")}
        words["intro"] = _("%s. It stays on the record.") % kept.lines(fact)[0]
        return _ask(request, fact.offender, form, actions.end_group, about={"fact": fact}, **words)

    return _page(kept.model, view, "end_group")


def _withdraw(kept: Kept) -> View:
    def view(request: AuthedRequest, fact: DatedFact) -> HttpResponse:
        form = WithdrawForm(request.POST or None)
        words = {"title": _("Withdraw: %s") % fact._meta.verbose_name, "button": _("Withdraw")}
        words["intro"] = _("%s. Only for what was recorded by mistake.") % kept.lines(fact)[0]
        return _ask(request, fact.offender, form, actions.withdraw_group, about={"fact": fact}, **words)

    return _page(kept.model, view, "withdraw_group")


def _notice(kept: Kept) -> View:
    def view(request: AuthedRequest, fact: Patient | PatientStep) -> HttpResponse:
        form = forms.NoticeForm(request.POST or None, initial={"notice_given_on": dates.today()})
        nothing = "" if fact.notice_given_on is None else _("This was recorded already.")
        words = {"title": _("Record MAPPA I"), "button": _("Save"), "nothing": nothing}
        words["intro"] = (
            _("%s. The hospital sends the form to MAPPA co-ordination; here you record that it went.")
            % (kept.lines(fact)[0])
        )
        return _ask(request, fact.offender, form, actions.give_notice, about={"fact": fact}, **words)

    return _page(kept.model, view, "give_notice")


notify_of_patient = _notice(PATIENT)
notify_of_step = _notice(STEP)


def routes() -> list[URLPattern]:
    """The addresses of every question, below people/: literal, so that the walking tests find each of them."""
    found = [path(f"<str:reference>/groups/{k.name}/", _record(k), name=f"record_{k.name}") for k in ONE_AT_A_TIME]
    found += [
        path(f"<str:reference>/groups/{kind.value}/", _record_step(kind.value), name=f"record_{kind.value}")
        for kind in STEP_WORDS
    ]
    slugs = {kept.name: f"group-{kept.name}s" if kept in (PATIENT, STEP) else f"group-{kept.name}" for kept in KEPT}
    for kept in KEPT:
        for verb, make in (("correct", _correct), ("end", _end), ("withdraw", _withdraw)):
            found.append(path(f"{slugs[kept.name]}/<str:reference>/{verb}/", make(kept), name=f"{verb}_{kept.name}"))
    return found
