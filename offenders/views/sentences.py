"""The page of offences and sentences, what is asked there, and the list of offences."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from mappa import dates
from mappa.forms import Form, attempt
from mappa.templatetags.mappa import long_date
from offenders import actions, lengths
from offenders.forms import sentences as forms
from offenders.licence_ends import licence_warnings
from offenders.models import Conviction, Disposal, KeyDate, Offence, Offender, Recall, WhereaboutsPeriod
from offenders.sentencing import imposed, passed_together
from offenders.timeline import page_from
from offenders.views.cases import about_person
from offenders.views.record import Card, Line, Link, Part, ask, show

CURRENT = "sentences"


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def sentences(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Convictions with what was imposed, key dates, and where the person was and is."""
    may = allowed(request.user, Perm.EDIT_CASE, on=offender)
    convictions, older = _convictions(request, offender, may=may)
    parts = [
        convictions,
        _key_dates(request, offender, may=may),
        _whereabouts(request, offender, may=may),
        _recalls(request, offender, may=may),
    ]
    return show(
        request,
        offender,
        CURRENT,
        title=_("Offences and sentences"),
        parts=parts,
        warnings=_warnings(request, offender),
        next=f"{request.path}?{urlencode({'from': older})}" if older else "",
        newest=request.path if request.GET.get("from") else "",
    )


def _warnings(request: AuthedRequest, offender: Offender) -> list[str]:
    warnings = licence_warnings(offender, request.user)
    if offender.whereabouts == Offender.Whereabouts.DECEASED and not offender.ended_on:
        warnings.insert(
            0, _("The person is recorded as deceased. The case stays open until somebody confirms the exit.")
        )
    standing = list(offender.convictions.visible_to(request.user).in_force().with_sentence(request.user))
    for row in standing:
        if row.schedule_3_is_unanswered:
            words = _(
                "%(offence)s of %(day)s: nobody has said whether it counts for registration. Correct it and say so."
            )
            warnings.append(words % {"offence": row.title, "day": long_date(row.dealt_with_on)})
    for day in passed_together(standing):
        words = _(
            "Custody for several Schedule 3 offences was imposed on %s. If the terms are consecutive or partly "
            "concurrent, enter all of them with one conviction: they count together (Sexual Offences Act 2003 s.82(3) "
            "and (4))."
        )
        warnings.append(words % long_date(day))
    return warnings


def _convictions(request: AuthedRequest, offender: Offender, *, may: bool) -> tuple[Part, str]:
    rows = offender.convictions.visible_to(request.user).with_sentence(request.user)
    rows = rows.select_related("correction", "added_by", "set_aside_by", "correction__added_by")
    place = request.GET.get("from", "")
    shown, older = page_from(place, rows.order_by("-added_at", "-pk"), field="added_at")
    of_these = Disposal.objects.visible_to(request.user).filter(conviction__in=[row.pk for row in shown])
    past = of_these.filter(Q(replacement__isnull=False) | Q(withdrawn_at__isnull=False))
    earlier: dict[int, list[str]] = {}
    for disposal in past.select_related("replacement__added_by", "withdrawn_by"):
        earlier.setdefault(disposal.conviction_id, []).append(_replaced_words(disposal))
    card = partial(_conviction_card, earlier=earlier, may=may)
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


def _conviction_card(row: Conviction, *, earlier: dict[int, list[str]], may: bool) -> Card:
    stands = _stands(row)
    lines = [
        Line(_("Found"), row.get_outcome_display()),
        Line(_("On"), long_date(row.dealt_with_on)),
        Line(_("Court"), _court(row)),
        Line(_("Offence date"), _offence_dates(row)),
        Line(_("Statute"), row.offence.statute),
        Line(_("Counts for"), _schedules(row.offence) or _("No schedule of MAPPA")),
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
    return Card(row.title, lines, _conviction_links(row) if may and stands else (), tag, colour)


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


def _schedules(offence: Offence) -> str:
    """The schedules that the offence is in, in words."""
    marks = [
        (offence.schedule_3, _("Schedule 3 of the Sexual Offences Act 2003")),
        (offence.schedule_15_part, _("Schedule 15 Part %s of the CJA 2003") % offence.schedule_15_part),
        (offence.murder, _("Murder")),
        (offence.section_327_4a, _("CJA 2003 s.327(4A)")),
        (offence.relevant_terrorist, _("Relevant terrorist offence")),
    ]
    return ", ".join(words for wanted, words in marks if wanted)


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


def _conviction_links(row: Conviction) -> list[Link]:
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


def _key_dates(request: AuthedRequest, offender: Offender, *, may: bool) -> Part:
    rows = offender.key_dates.visible_to(request.user)
    rows = rows.select_related("added_by", "withdrawn_by", "replacement__added_by")
    today = dates.today()
    standing: list[Card] = []
    past: list[Card] = []
    for row in rows:
        is_open = not row.withdrawn_at and not hasattr(row, "replacement")
        (standing if is_open else past).append(_key_date_card(row, today, may=may and is_open))
    add = Link(reverse("offenders:add_key_date", args=[offender.reference]), _("Add a key date"))
    return Part(
        slug="key-dates",
        title=_("Key dates"),
        cards=standing,
        past=past,
        add=add if may else None,
        empty=_("No key date is recorded."),
    )


def _key_date_card(row: KeyDate, today: date, *, may: bool) -> Card:
    lines = [Line(_("Date"), long_date(row.on)), Line(_("From"), f"{row.source} ({row.added_by.name})")]
    if row.reason:
        lines.append(Line(_("Why it changed"), row.reason))
    tag, colour = how_far(row.on, today), "blue" if row.on >= today else "grey"
    if row.withdrawn_at and row.withdrawn_by:
        tag, colour = _("Withdrawn"), "grey"
        lines.append(Line(_("Withdrawn"), f"{row.withdrawal_reason} ({row.withdrawn_by.name})"))
    elif hasattr(row, "replacement"):
        tag, colour = _("Changed"), "grey"
        words = _("To %(date)s by %(who)s: %(reason)s")
        new = row.replacement
        about = {"date": long_date(new.on), "who": new.added_by.name, "reason": new.reason}
        lines.append(Line(_("Changed"), words % about))
    links = [
        Link(reverse("offenders:change_key_date", args=[row.reference]), _("Change")),
        Link(reverse("offenders:withdraw_key_date", args=[row.reference]), _("Withdraw")),
    ]
    return Card(row.get_kind_display(), lines, links if may else (), tag, colour)


def how_far(day: date, today: date) -> str:
    """How far a date is from today: "in 3 months", "in 12 days", "today", "past"."""
    days = (day - today).days
    if days < 0:
        return _("Past")
    if days < 2:
        return _("Tomorrow") if days else _("Today")
    if days < 60:
        return _("In %s days") % days
    months = (day.year - today.year) * 12 + day.month - today.month - (day.day < today.day)
    return _("In %s months") % months if months < 24 else _("In %s years") % (months // 12)


def _whereabouts(request: AuthedRequest, offender: Offender, *, may: bool) -> Part:
    rows = list(offender.whereabouts_periods.visible_to(request.user).select_related("added_by", "withdrawn_by"))
    last = next((row for row in rows if not row.withdrawn_at), None)
    now = [row for row in rows if row == last]
    add = Link(reverse("offenders:move", args=[offender.reference]), _("Record a move"))
    known = _("Recorded as: %s. Since when has not been recorded.") % offender.get_whereabouts_display()
    return Part(
        slug="whereabouts",
        title=_("Where the person is"),
        cards=[_stay_card(row, links=may) for row in now],
        past=[_stay_card(row, links=False) for row in rows if row != last],
        add=add if may and offender.whereabouts != Offender.Whereabouts.DECEASED else None,
        empty=known,
    )


def _stay_card(row: WhereaboutsPeriod, *, links: bool) -> Card:
    span = {"first": long_date(row.from_on), "last": long_date(row.until)}
    lines = [
        Line(_("When"), (_("%(first)s to %(last)s") if row.until else _("Since %(first)s")) % span),
        Line(_("How"), f"{row.get_move_display()} ({row.added_by.name})"),
    ]
    lines += [Line(_("Where"), row.place)] if row.place else []
    lines += [Line(_("Section"), row.section)] if row.section else []
    lines += [Line(_("Notes"), row.notes)] if row.notes else []
    if row.withdrawn_at and row.withdrawn_by:
        lines.append(Line(_("Taken back"), f"{row.withdrawal_reason} ({row.withdrawn_by.name})"))
    undo = Link(reverse("offenders:withdraw_move", args=[row.reference]), _("Take back as wrong"))
    tag = _("Taken back") if row.withdrawn_at else "" if row.until else _("Now")
    return Card(row.get_kind_display(), lines, [undo] if links else (), tag, "blue" if tag == _("Now") else "grey")


def _recalls(request: AuthedRequest, offender: Offender, *, may: bool) -> Part:
    everything = offender.recalls.visible_to(request.user)
    rows = list(everything.select_related("added_by", "returned_by", "withdrawn_by", "licence"))
    outstanding = [row for row in rows if row.is_outstanding]
    died = offender.whereabouts == Offender.Whereabouts.DECEASED
    add = Link(reverse("offenders:recall", args=[offender.reference]), _("Record a recall"))
    return Part(
        slug="recalls",
        title=_("Recalls"),
        cards=[_recall_card(row, may=may, died=died) for row in outstanding],
        past=[_recall_card(row, may=may, died=died) for row in rows if not row.is_outstanding],
        add=add if may and not died and not outstanding else None,
        empty=_("No recall is outstanding."),
    )


def _recall_card(row: Recall, *, may: bool, died: bool) -> Card:
    lines = [
        Line(_("Decided by"), row.get_decided_by_display()),
        Line(_("Why"), f"{row.reason} ({row.added_by.name})"),
    ]
    lines += [Line(_("Suspends"), row.licence.get_kind_display())] if row.licence else []
    if row.returned_on and row.returned_by:
        lines.append(Line(_("Returned to custody"), f"{long_date(row.returned_on)} ({row.returned_by.name})"))
    if row.resumed_on:
        lines.append(Line(_("The licence holds again"), f"{long_date(row.resumed_on)}. {row.resumed_why}"))
    if row.withdrawn_at and row.withdrawn_by:
        lines.append(Line(_("Taken back"), f"{row.withdrawal_reason} ({row.withdrawn_by.name})"))
    return Card(
        _("Recall of %s") % long_date(row.decided_on),
        lines,
        _recall_links(row, died=died) if may and not row.withdrawn_at else (),
        *_recall_state(row, died=died),
    )


def _recall_state(row: Recall, *, died: bool) -> tuple[str, str]:
    if row.withdrawn_at:
        return _("Taken back"), "grey"
    if row.is_outstanding:
        return (_("Died before the return"), "grey") if died else (_("Not returned yet"), "red")
    return (_("Returned"), "grey") if row.returned_on else (_("Rescinded"), "grey")


def _recall_links(row: Recall, *, died: bool) -> list[Link]:
    links = []
    if row.is_outstanding and not died:
        back = reverse("offenders:return_to_custody", args=[row.reference])
        links.append(Link(back, _("Record the return to custody")))
    if row.may_hold_again:
        again = reverse("offenders:resume_licence", args=[row.reference])
        links.append(Link(again, _("Holds again"), _("the licence")))
    if row.returned_on and not row.resumed_on:
        undo = reverse("offenders:undo_return", args=[row.reference])
        links.append(Link(undo, _("Take the return back as wrong")))
    wrong = reverse("offenders:withdraw_recall", args=[row.reference])
    return [*links, Link(wrong, _("Take the recall back as wrong"))]


# --- what is asked ---


def _ask(request: AuthedRequest, offender: Offender, form: Form, verb: Any, *, done: str, **words: Any) -> HttpResponse:
    """A question of this page. Words typed to find an offence only make its list shorter: nothing is done yet."""
    back = reverse("offenders:sentences", args=[offender.reference])
    if isinstance(form, forms.FindingOffences):
        if "search" in request.POST or ("enter" in request.POST and form.words_changed):
            form.forgive()
        elif request.method == "POST" and attempt(form, verb, **words.pop("about"), by=request.user):
            messages.success(request, done)
            return redirect(back)
        words.pop("about", None)
        context = about_person(request, offender, "record") | {"form": form, "back": back}
        return render(request, "offenders/conviction.html", context | words)
    return ask(request, offender, "record", form, verb, back=back, done=done, **words)


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
        nothing=_nothing(request, conviction),
    )


def _nothing(request: AuthedRequest, conviction: Conviction) -> str:
    """Why nothing can be changed about a conviction, or nothing."""
    stands = Conviction.objects.visible_to(request.user).in_force().filter(pk=conviction.pk).exists()
    return "" if stands else _("This has been corrected, quashed or taken back already.")


@guarded(Perm.EDIT_CASE, Conviction)
@require_http_methods(["GET", "HEAD", "POST"])
def quash(request: AuthedRequest, conviction: Conviction) -> HttpResponse:
    """Record that a court set the conviction aside."""
    return _ask(
        request,
        conviction.offender,
        forms.QuashForm(request.POST or None),
        actions.quash,
        about={"conviction": conviction},
        title=_("Record that the conviction was quashed"),
        intro=_(
            "It stays on the record and no longer counts. If the court only varied the sentence, go back and change "
            "the sentence instead."
        ),
        button=_("Record"),
        done=_("The conviction is recorded as quashed. Check whether the person is still eligible for MAPPA."),
        nothing=_nothing(request, conviction),
    )


@guarded(Perm.EDIT_CASE, Conviction)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_conviction(request: AuthedRequest, conviction: Conviction) -> HttpResponse:
    """Take back what was recorded by mistake."""
    return _ask(
        request,
        conviction.offender,
        forms.WithdrawForm(request.POST or None),
        actions.withdraw_conviction,
        about={"conviction": conviction},
        title=_("Take a conviction, caution or finding back as wrong"),
        intro=_(
            "%s. Only for what should never have been on this record, such as the conviction of another person. If only an "
            "answer is wrong, go back and correct it; if a court decided, record the appeal."
        )
        % conviction.title,
        button=_("Take it back"),
        done=_("It is taken back. Check whether the person is still eligible, and whether requirements still stand."),
        nothing=_nothing(request, conviction),
    )


@guarded(Perm.EDIT_CASE, Disposal)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_disposal(request: AuthedRequest, disposal: Disposal) -> HttpResponse:
    """Take back a sentence that was recorded by mistake."""
    return _ask(
        request,
        disposal.offender,
        forms.WithdrawForm(request.POST or None),
        actions.withdraw_disposal,
        about={"disposal": disposal},
        title=_("Take a sentence back as wrong"),
        intro=f"{disposal.get_kind_display()}, {disposal.conviction.title}",
        button=_("Take it back"),
        done=_("The sentence is taken back. It is kept with the conviction."),
        nothing=_replaced(request, disposal),
    )


@guarded(Perm.EDIT_CASE, Conviction)
@require_http_methods(["GET", "HEAD", "POST"])
def add_disposal(request: AuthedRequest, conviction: Conviction) -> HttpResponse:
    """Record another sentence or order for a conviction."""
    return _ask(
        request,
        conviction.offender,
        forms.DisposalForm(request.POST or None),
        actions.add_disposal,
        about={"conviction": conviction},
        title=_("Add a sentence"),
        intro=_(
            "%s. Imprisonment and detention for one conviction are added up. Of a term that runs together with one that is "
            "recorded, enter only what goes beyond it; one that runs together as a whole is not entered."
        )
        % conviction.title,
        button=_("Save"),
        done=_("The sentence is recorded."),
        nothing=_nothing(request, conviction),
    )


def _terms(request: AuthedRequest, disposal: Disposal) -> Sequence[Any]:
    return [term.length for term in disposal.terms.visible_to(request.user)]


@guarded(Perm.EDIT_CASE, Disposal)
@require_http_methods(["GET", "HEAD", "POST"])
def replace_disposal(request: AuthedRequest, disposal: Disposal) -> HttpResponse:
    """Correct a sentence, or record how a court varied it."""
    before = {name: getattr(disposal, name) for name in forms.IMPOSED if name != "terms"}
    return _ask(
        request,
        disposal.offender,
        forms.ReplaceDisposalForm(request.POST or None, initial=before | {"terms": _terms(request, disposal)}),
        actions.replace_disposal,
        about={"disposal": disposal},
        title=_("Correct or vary a sentence"),
        intro=disposal.conviction.title,
        button=_("Save"),
        done=_("The sentence is changed. The row as it was is kept with the conviction."),
        nothing=_replaced(request, disposal),
    )


def _replaced(request: AuthedRequest, disposal: Disposal) -> str:
    stands = Disposal.objects.visible_to(request.user).standing().filter(pk=disposal.pk).exists()
    gone = _("This sentence has been corrected, varied or taken back already.")
    return _nothing(request, disposal.conviction) or ("" if stands else gone)


@guarded(Perm.EDIT_CASE, Disposal)
@require_http_methods(["GET", "HEAD", "POST"])
def add_term(request: AuthedRequest, disposal: Disposal) -> HttpResponse:
    """Add a consecutive term."""
    return _ask(
        request,
        disposal.offender,
        forms.TermForm(request.POST or None),
        actions.add_term,
        about={"disposal": disposal},
        title=_("Add a consecutive term"),
        intro=disposal.conviction.title,
        button=_("Add the term"),
        done=_("The term is recorded."),
        nothing=_replaced(request, disposal),
    )


@guarded(Perm.EDIT_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def add_key_date(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record a date of the sentence."""
    return _ask(
        request,
        offender,
        forms.KeyDateForm(request.POST or None),
        actions.add_key_date,
        title=_("Add a key date"),
        button=_("Save"),
        done=_("The date is recorded."),
    )


@guarded(Perm.EDIT_CASE, KeyDate)
@require_http_methods(["GET", "HEAD", "POST"])
def change_key_date(request: AuthedRequest, key_date: KeyDate) -> HttpResponse:
    """Put another date in its place."""
    return _ask(
        request,
        key_date.offender,
        forms.ChangeKeyDateForm(request.POST or None, initial={"on": key_date.on, "source": key_date.source}),
        actions.change_key_date,
        about={"key_date": key_date},
        title=_("Change a key date"),
        intro=key_date.get_kind_display(),
        button=_("Save"),
        done=_("The date is changed. The one before is kept."),
    )


@guarded(Perm.EDIT_CASE, KeyDate)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_key_date(request: AuthedRequest, key_date: KeyDate) -> HttpResponse:
    """Say that a date no longer holds."""
    return _ask(
        request,
        key_date.offender,
        forms.WithdrawForm(request.POST or None),
        actions.withdraw_key_date,
        about={"key_date": key_date},
        title=_("Withdraw a key date"),
        intro=f"{key_date.get_kind_display()}, {long_date(key_date.on)}",
        button=_("Withdraw"),
        done=_("The date is withdrawn. It is kept under what is earlier."),
    )


@guarded(Perm.EDIT_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record that the person moved."""
    return _ask(
        request,
        offender,
        forms.MoveForm(request.POST or None),
        actions.move,
        title=_("Record a move"),
        intro=_("Recorded now: %s. The last move comes last: record moves in their order.")
        % offender.get_whereabouts_display(),
        button=_("Save"),
        done=_("The move is recorded."),
    )


@guarded(Perm.EDIT_CASE, WhereaboutsPeriod)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_move(request: AuthedRequest, period: WhereaboutsPeriod) -> HttpResponse:
    """Take the last move back as wrong."""
    return _ask(
        request,
        period.offender,
        forms.WithdrawForm(request.POST or None),
        actions.withdraw_move,
        about={"period": period},
        title=_("Take a move back as wrong"),
        intro=f"{period.get_move_display()}, {long_date(period.from_on)}",
        button=_("Take it back"),
        done=_("The move is taken back. Where the person was before holds again."),
    )


@guarded(Perm.EDIT_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def recall(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record that the licence was revoked."""
    return _ask(
        request,
        offender,
        forms.RecallForm(request.POST or None),
        actions.recall,
        title=_("Record a recall"),
        intro=_("Record the return to custody when the person is there: until then he is where he is recorded."),
        button=_("Record the recall"),
        done=_("The recall is recorded, and the licence suspended. Record the return to custody when it has happened."),
    )


@guarded(Perm.EDIT_CASE, Recall)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_recall(request: AuthedRequest, recalled: Recall) -> HttpResponse:
    """Take a recall back that was recorded by mistake."""
    return _ask(
        request,
        recalled.offender,
        forms.WithdrawForm(request.POST or None),
        actions.withdraw_recall,
        about={"recalled": recalled},
        title=_("Take a recall back as wrong"),
        intro=_("Recall of %s. Where the person is recorded to be stays as it is.") % long_date(recalled.decided_on),
        button=_("Take it back"),
        done=_("The recall is taken back. It is kept under what is earlier."),
        nothing=_("This recall has been taken back already.") if recalled.withdrawn_at else "",
    )


@guarded(Perm.EDIT_CASE, Recall)
@require_http_methods(["GET", "HEAD", "POST"])
def undo_return(request: AuthedRequest, recalled: Recall) -> HttpResponse:
    """Take back that a recalled person returned to custody."""
    return _ask(
        request,
        recalled.offender,
        forms.WithdrawForm(request.POST or None),
        actions.undo_return,
        about={"recalled": recalled},
        title=_("Take the return to custody back as wrong"),
        intro=_("Recall of %s, outstanding again. If the stay in custody is wrong too, take that move back next.")
        % long_date(recalled.decided_on),
        button=_("Take it back"),
        done=_("The return is taken back, and the recall is outstanding."),
        nothing="" if recalled.returned_on else _("No return of this recall is recorded."),
    )


@guarded(Perm.EDIT_CASE, Recall)
@require_http_methods(["GET", "HEAD", "POST"])
def return_to_custody(request: AuthedRequest, recalled: Recall) -> HttpResponse:
    """Record that a recalled person is back in custody."""
    return _ask(
        request,
        recalled.offender,
        forms.ReturnForm(request.POST or None),
        actions.return_to_custody,
        about={"recalled": recalled},
        title=_("Record the return to custody"),
        intro=_("Recall of %s") % long_date(recalled.decided_on),
        button=_("Record the return"),
        done=_("The return to custody is recorded."),
    )


@guarded(Perm.VIEW_CASE)
@require_safe
def offences(request: AuthedRequest) -> HttpResponse:
    """The offences that can be chosen, with the schedules that make them count."""
    form = forms.OffencesForm(request.GET or None)
    words = form.cleaned_data["words"] if form.is_bound and form.is_valid() else ""
    found = Offence.objects.in_use().matching(words)
    rows = [
        {"title": row.title, "code": row.code, "statute": row.statute, "schedules": _schedules(row)} for row in found
    ]
    return render(request, "offenders/offences.html", {"form": form, "rows": rows, "words": words})
