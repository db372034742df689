"""Convictions, cautions and findings: how each stands with what was imposed for it, and what is asked about it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.access import AuthedRequest, Perm, guarded
from mappa.forms import attempt
from mappa.templatetags.mappa import long_date
from offenders import actions, lengths
from offenders.forms import convictions as forms
from offenders.forms.withdrawing import WithdrawForm
from offenders.models import Conviction, Disposal, Offender
from offenders.sentencing import imposed
from offenders.timeline import page_from
from offenders.views.cases import about_person
from offenders.views.offences import schedules
from offenders.views.record import Card, Line, Link, Part, ask


def convictions(request: AuthedRequest, offender: Offender, *, may: bool) -> tuple[Part, str]:
    """One page of them, and from where the older ones are read."""
    rows = offender.convictions.visible_to(request.user).with_sentence(request.user)
    rows = rows.select_related("correction", "added_by", "set_aside_by", "correction__added_by")
    place = request.GET.get("from", "")
    shown, older = page_from(place, rows.order_by("-added_at", "-pk"), field="added_at")
    of_these = Disposal.objects.visible_to(request.user).filter(conviction__in=[row.pk for row in shown])
    past = of_these.filter(Q(replacement__isnull=False) | Q(withdrawn_at__isnull=False))
    earlier: dict[int, list[str]] = {}
    for disposal in past.select_related("replacement__added_by", "withdrawn_by"):
        earlier.setdefault(disposal.conviction_id, []).append(_replaced_words(disposal))
    card = partial(_card, earlier=earlier, may=may)
    shown.sort(key=lambda row: (row.is_index, row.dealt_with_on, row.pk), reverse=True)
    add = Link(
        reverse("offenders:add_conviction", args=[offender.reference]), _("Add a conviction, caution or finding")
    )
    part = Part(
        slug="convictions",
        title=_("Convictions, cautions and findings"),
        cards=[card(row) for row in shown if _stands(row)],
        past=[card(row) for row in shown if not _stands(row)],
        add=add if may else None,
        empty=_("No conviction, caution or finding is recorded."),
    )
    return part, older


def _stands(row: Conviction) -> bool:
    return not (row.set_aside_on or row.withdrawn_at or hasattr(row, "correction"))


def _replaced_words(disposal: Disposal) -> str:
    if disposal.withdrawn_at and disposal.withdrawn_by:
        words = _("%(what)s, taken back as wrong on %(date)s by %(who)s: %(reason)s")
        about = {"date": long_date(disposal.withdrawn_at), "who": disposal.withdrawn_by.name}
        return words % (about | {"what": disposal.get_kind_display(), "reason": disposal.withdrawal_reason})
    new = disposal.replacement
    words = _("%(what)s, %(why)s on %(date)s by %(who)s: %(reason)s") % {
        "what": disposal.get_kind_display(),
        "why": new.get_replaced_why_display().lower(),
        "date": long_date(new.added_at),
        "who": new.added_by.name,
        "reason": new.replacement_reason,
    }
    return f"{words} ({new.replaced_court})" if new.replaced_court else words


def _card(row: Conviction, *, earlier: dict[int, list[str]], may: bool) -> Card:
    stands = _stands(row)
    lines = [
        Line(_("Found"), row.get_outcome_display()),
        Line(_("On"), long_date(row.dealt_with_on)),
        Line(_("Court"), _court(row)),
        Line(_("Offence date"), _offence_dates(row)),
        Line(_("Statute"), row.offence.statute),
        Line(_("Counts for"), schedules(row.offence) or _("No schedule of MAPPA")),
    ]
    if row.count:
        lines.insert(0, Line(_("Count"), row.count))
    if depends := row.offence.registers_if(row.dealt_with_on, row.outcome):
        lines.append(Line(_("Registration"), _registration_words(row, [str(each) for each in depends])))
    lines += [Line(_("Sentence"), _sentence_words(disposal)) for disposal in row.disposals.all()]
    if row.pk in earlier:
        lines.append(Line(_("Earlier sentence"), "\n".join(earlier[row.pk])))
    lines += _past_lines(row)
    tag, colour = (_("Index offence"), "blue") if row.is_index else ("", "grey")
    if not stands:
        tag, colour = (_("Quashed"), "red") if row.set_aside_on else (_("Corrected"), "grey")
        tag = _("Taken back") if row.withdrawn_at else tag
    return Card(row.title, lines, _links(row) if may and stands else (), tag, colour)


def _registration_words(row: Conviction, depends: list[str]) -> str:
    """What registration depends on, and what was said of it."""
    said = {True: _("It counts"), False: _("It does not count"), None: _("Not said")}[row.schedule_3_met]
    return _("%(said)s. It depends on this: %(what)s") % {"said": said, "what": "; ".join(depends)}


def _court(row: Conviction) -> str:
    return row.court if row.is_here else ", ".join(filter(None, [row.court, _("outside England and Wales")]))


def _past_lines(row: Conviction) -> list[Line]:
    lines = []
    if row.correction_reason:
        lines.append(Line(_("Corrects an earlier row"), f"{row.correction_reason} ({row.added_by.name})"))
    if hasattr(row, "correction"):
        new = row.correction
        words = _("By %(who)s on %(date)s: %(reason)s")
        about = {"who": new.added_by.name, "date": long_date(new.added_at), "reason": new.correction_reason}
        lines.append(Line(_("Corrected"), words % about))
    if row.set_aside_on and row.set_aside_by:
        words = _("By %(court)s on %(date)s: %(reason)s (recorded by %(who)s)")
        about = {"court": row.set_aside_court, "date": long_date(row.set_aside_on), "reason": row.set_aside_reason}
        lines.append(Line(_("Quashed"), words % (about | {"who": row.set_aside_by.name})))
    if row.withdrawn_at and row.withdrawn_by:
        words = _("On %(date)s by %(who)s: %(reason)s")
        about = {"date": long_date(row.withdrawn_at), "who": row.withdrawn_by.name, "reason": row.withdrawal_reason}
        lines.append(Line(_("Taken back"), words % about))
    return lines


def _offence_dates(row: Conviction) -> str:
    if row.committed_from and row.committed_until:
        span = {"first": long_date(row.committed_from), "last": long_date(row.committed_until)}
        return _("%(first)s to %(last)s") % span
    return long_date(row.committed_from)


def _sentence_words(disposal: Disposal) -> str:
    """What was imposed, when, how long, and until when."""
    question = imposed(disposal)
    parts = [_("%(kind)s of %(date)s") % {"kind": disposal.get_kind_display(), "date": long_date(disposal.imposed_on)}]
    if question.terms:
        parts.append(lengths.together(list(question.terms)))
    if question.overlap:
        parts.append(_("%s of them together") % lengths.words(question.overlap))
    if question.extension:
        parts.append(_("extended by %s") % lengths.words(question.extension))
    if len(question.terms) > 1 or question.overlap or question.extension:
        parts.append(_("counts as %s") % lengths.counted(question.length))
    if question.discharge:
        parts.append(lengths.words(question.discharge))
    if disposal.suspended:
        parts.append(_("suspended"))
    if disposal.ends_on:
        parts.append(_("licence or order until %s") % long_date(disposal.ends_on))
    return "; ".join(parts)


def _links(row: Conviction) -> list[Link]:
    about = row.title
    links = [
        Link(reverse("offenders:correct_conviction", args=[row.reference]), _("Correct"), about),
        Link(reverse("offenders:quash", args=[row.reference]), _("Record an appeal"), about),
        Link(reverse("offenders:add_disposal", args=[row.reference]), _("Add a sentence"), about),
        Link(reverse("offenders:withdraw_conviction", args=[row.reference]), _("Take back as wrong"), about),
    ]
    for disposal in row.disposals.all():
        what = f"{disposal.get_kind_display()}, {about}"
        url = reverse("offenders:replace_disposal", args=[disposal.reference])
        links.append(Link(url, _("Change “%s”") % disposal.get_kind_display(), what))
        if disposal.kind in Disposal.CUSTODY:
            links.append(Link(reverse("offenders:add_term", args=[disposal.reference]), _("Add a term"), what))
        url = reverse("offenders:withdraw_disposal", args=[disposal.reference])
        links.append(Link(url, _("Take back “%s”") % disposal.get_kind_display(), what))
    return links


def _ask(
    request: AuthedRequest,
    offender: Offender,
    form: forms.FoundForm,
    verb: Any,
    *,
    about: Mapping[str, object],
    done: str,
    **words: Any,
) -> HttpResponse:
    """What was found. Words typed to find an offence only make its list shorter: nothing is done yet."""
    back = reverse("offenders:sentences", args=[offender.reference])
    if "search" in request.POST or ("enter" in request.POST and form.words_changed):
        form.forgive()
    elif request.method == "POST" and attempt(form, verb, **about, by=request.user):
        messages.success(request, done)
        return redirect(back)
    context = about_person(request, offender, "record") | {"form": form, "back": back}
    return render(request, "offenders/conviction.html", context | words)


@guarded(Perm.EDIT_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def add_conviction(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record a conviction, caution or finding with its first sentence."""
    return _ask(
        request,
        offender,
        forms.ConvictionForm(request.POST or None),
        actions.add_conviction,
        about={"offender": offender},
        title=_("Add a conviction, caution or finding"),
        button=_("Save"),
        done=_("The conviction, caution or finding is recorded."),
    )


@guarded(Perm.EDIT_CASE, Conviction)
@require_http_methods(["GET", "HEAD", "POST"])
def correct_conviction(request: AuthedRequest, conviction: Conviction) -> HttpResponse:
    """Put right what is recorded wrongly about a conviction."""
    before = {name: getattr(conviction, name) for name in forms.FOUND}
    return _ask(
        request,
        conviction.offender,
        forms.CorrectConvictionForm(request.POST or None, initial=before),
        actions.correct_conviction,
        about={"conviction": conviction},
        title=_("Correct a conviction, caution or finding"),
        button=_("Save the correction"),
        done=_("The correction is recorded. The row as it was is kept, under what is earlier."),
        nothing=no_longer_stands(request, conviction),
    )


def no_longer_stands(request: AuthedRequest, conviction: Conviction) -> str:
    """Why nothing can be changed about a conviction, or nothing."""
    stands = Conviction.objects.visible_to(request.user).in_force().filter(pk=conviction.pk).exists()
    return "" if stands else _("This has been corrected, quashed or taken back already.")


@guarded(Perm.EDIT_CASE, Conviction)
@require_http_methods(["GET", "HEAD", "POST"])
def quash(request: AuthedRequest, conviction: Conviction) -> HttpResponse:
    """Record that a court set the conviction aside."""
    return ask(
        request,
        conviction.offender,
        "record",
        forms.QuashForm(request.POST or None),
        actions.quash,
        back=conviction.get_absolute_url(),
        about={"conviction": conviction},
        title=_("Record that the conviction was quashed"),
        intro=_(
            "It stays on the record and no longer counts. If the court only varied the sentence, go back and change "
            "the sentence instead."
        ),
        button=_("Record"),
        done=_("The conviction is recorded as quashed. Check whether the person is still eligible for MAPPA."),
        nothing=no_longer_stands(request, conviction),
    )


@guarded(Perm.EDIT_CASE, Conviction)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_conviction(request: AuthedRequest, conviction: Conviction) -> HttpResponse:
    """Take back what was recorded by mistake."""
    return ask(
        request,
        conviction.offender,
        "record",
        WithdrawForm(request.POST or None),
        actions.withdraw_conviction,
        back=conviction.get_absolute_url(),
        about={"conviction": conviction},
        title=_("Take a conviction, caution or finding back as wrong"),
        intro=_(
            "%s. Only for what should never have been on this record, such as the conviction of another person. If only an "
            "answer is wrong, go back and correct it; if a court decided, record the appeal."
        )
        % conviction.title,
        button=_("Take it back"),
        done=_("It is taken back. Check whether the person is still eligible, and whether requirements still stand."),
        nothing=no_longer_stands(request, conviction),
    )
