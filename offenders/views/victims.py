"""The pages of the victims' compartment. What they show is shown nowhere else; each read of them is recorded by name."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.models import User
from audit.models import Act
from mappa import dates
from mappa.forms import Form
from mappa.templatetags.mappa import due_words, long_date
from offenders import victims as verbs
from offenders.forms.victims import (
    AnswerForm,
    ContactForm,
    OfficerForm,
    RequestForm,
    SchemeForm,
    SentenceForm,
    VictimEndForm,
    VictimForm,
    WarningForm,
    WarningOfficerForm,
    WhichWarningForm,
    in_short,
)
from offenders.models import (
    CaseWarning,
    ContactScheme,
    EarlierVictim,
    Offender,
    Victim,
    VictimContact,
    VictimRequest,
)
from offenders.models.victim import FACTS, VictimFacts
from offenders.timeline import page_from
from offenders.views.record import Card, Line, Link, Part, ask, show

PROMPTS = 20  # answered ones that the page lists
ANSWER_COLOURS = {"": "grey", "granted": "green", "partly": "yellow", "refused": "red"}


@guarded(Perm.VIEW_VICTIMS, Offender, act=Act.REVEAL)
@require_safe
def victims(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """The victims and people at risk of a case, and the warnings that others see."""
    rows = list(offender.victims.visible_to(request.user).select_related("scheme__officer", "ended_by"))
    warnings = list(offender.warnings.visible_to(request.user).select_related("kind", "officer", "agency", "ended_by"))
    may = allowed(request.user, Perm.VICTIMS, on=offender)
    reference = [offender.reference]
    people = Part(
        slug="people",
        title=_("Victims and people at risk"),
        cards=[_victim_card(row) for row in rows if not row.ended_on],
        past=[_victim_card(row) for row in rows if row.ended_on],
        add=Link(reverse("offenders:add_victim", args=reference), _("Add a victim or person at risk")) if may else None,
        empty=_("Nobody is recorded."),
    )
    shown = Part(
        slug="warnings",
        title=_("Warnings that others see"),
        intro=_("These stand at the top of every page about the person, for everybody on the case."),
        cards=[_warning_card(row, offender, may=may) for row in warnings if not row.ended_on],
        past=[_warning_card(row, offender, may=False) for row in warnings if row.ended_on],
        add=Link(reverse("offenders:add_warning", args=reference), _("Add a warning")) if may else None,
        empty=_("There is no warning on the case."),
    )
    # They belong to the room above, and are reached from the case, by name.
    near = offender.drift_prompts.visible_to(request.user).of_the_compartment().order_by("-made_at", "-pk")
    prompts = Part(
        slug="prompts",
        title=_("Prompts to refer or reassess"),
        intro=_("What rests on a victim is shown here and nowhere else."),
        cards=[_prompt_card(row) for row in near.open()],
        past=[_prompt_card(row) for row in near.exclude(outcome="")[:PROMPTS]],
        empty=_("No address is known to be near."),
    )
    intro = _("Only victim liaison, co-ordination and chairs can open this page. Never print or read it out.")
    return show(request, offender, "victims", title=_("Victims"), intro=intro, parts=[people, shown, prompts])


def _prompt_card(prompt: Any) -> Card:
    lines = [Line(_("What it rests on"), prompt.words)]
    if prompt.answer_reason:
        lines.append(Line(_("Why nothing was done"), prompt.answer_reason))
    tag = _("To be answered") if prompt.is_open else prompt.get_outcome_display()
    return Card(
        title=prompt.get_rule_display(),
        lines=lines,
        links=[Link(prompt.get_absolute_url(), _("Open"))],
        tag=tag,
        colour="yellow" if prompt.is_open else "grey",
    )


def _victim_card(victim: Victim) -> Card:
    scheme: ContactScheme | None = getattr(victim, "scheme", None)
    lines = [Line(_("Relation to the offender"), victim.relation), Line(_("Never disclose"), victim.never_disclose)]
    if victim.ended_on and victim.ended_by:
        words = _("%(date)s by %(who)s: %(why)s")
        known = {"date": long_date(victim.ended_on), "who": victim.ended_by.name, "why": victim.end_reason}
        lines.append(Line(_("Ended"), words % known))
    else:
        lines.append(Line(_("Liaison officer"), scheme.officer.name if scheme and scheme.officer else ""))
        lines.append(Line(_("Next contact or review"), _next_due(scheme)))
    return Card(
        title=victim.name,
        tag=victim.get_kind_display(),
        colour="purple" if victim.kind == Victim.Kind.VICTIM else "blue",
        lines=lines,
        links=[Link(victim.get_absolute_url(), _("Open"))],
    )


def _next_due(scheme: ContactScheme | None) -> str:
    if scheme is None or scheme.state == ContactScheme.State.OPTED_OUT:
        return ""
    if scheme.first_contact_on is None:
        return _("First contact: %s") % due_words(scheme.contact_due_on, dates.today())
    return due_words(scheme.next_contact_on, dates.today())


def _warning_card(warning: CaseWarning, offender: Offender, *, may: bool) -> Card:
    lines = [Line(_("Whom to ask"), f"{warning.officer.name}, {warning.agency.name}")]
    lines.append(Line(_("Added"), long_date(warning.added_at)))
    if warning.ended_on and warning.ended_by:
        known = {"date": long_date(warning.ended_on), "who": warning.ended_by.name}
        lines.append(Line(_("Ended"), _("%(date)s by %(who)s") % known))
    change = Link(reverse("offenders:change_warning", args=[offender.reference]), _("Change whom to ask"))
    end = Link(reverse("offenders:end_warning", args=[offender.reference]), _("End"))
    return Card(title=warning.kind.words, lines=lines, links=[change, end] if may else [])


@guarded(Perm.VIEW_VICTIMS, Victim)
@require_safe
def victim(request: AuthedRequest, victim: Victim) -> HttpResponse:
    """One victim or person at risk: what is known, the contact scheme, what was asked for, and every contact."""
    offender, place = victim.offender, request.GET.get("from", "")
    may = allowed(request.user, Perm.VICTIMS, on=victim) and not victim.ended_on
    scheme = ContactScheme.objects.visible_to(request.user).filter(victim=victim).select_related("officer").first()
    contacts = VictimContact.objects.visible_to(request.user).filter(victim=victim).select_related("by", "corrects")
    set_aside = set(contacts.filter(corrects__isnull=False).values_list("corrects", flat=True))
    shown, older = page_from(place, contacts)
    requests = VictimRequest.objects.visible_to(request.user).filter(victim=victim)
    earlier = EarlierVictim.objects.visible_to(request.user).filter(victim=victim).select_related("changed_by")
    parts = [
        _facts_part(victim, list(earlier), may=may),
        _scheme_part(victim, scheme, may=may),
        _requests_part(victim, list(requests), may=may, may_answer=allowed(request.user, Perm.VICTIMS, on=victim)),
        Part(
            slug="contacts",
            title=_("Contacts"),
            cards=[_contact_card(row, is_set_aside=row.pk in set_aside) for row in shown],
            add=_to("record_contact", victim, _("Record a contact"), may=may),
            empty=_("No contact is recorded."),
        ),
    ]
    return show(
        request,
        offender,
        "victims",
        title=_("Victim or person at risk"),
        parts=parts,
        warnings=[_("Never disclose: %s") % victim.never_disclose] if victim.never_disclose else [],
        next=f"{request.path}?{urlencode({'from': older})}" if older else "",
        newest=request.path if place else "",
    )


def _to(route: str, victim: Victim, text: str, *, may: bool) -> Link | None:
    return Link(reverse(f"offenders:{route}", args=[victim.reference]), text) if may else None


def _facts(row: VictimFacts) -> list[Line]:
    age = _("About %s") % row.about_age if row.about_age is not None else ""
    return [
        Line(_("Relation to the offender"), row.relation),
        Line(_("Date of birth or age"), long_date(row.born_on) if row.born_on else age),
        Line(_("Under 18"), _("Yes") if row.is_child else _("No")),
        Line(_("Wants to be contacted"), row.get_preference_display()),
        Line(_("Address, telephone and email"), row.contact),
        Line(_("Vulnerability"), row.vulnerability),
        Line(_("Never disclose"), row.never_disclose),
    ]


def _facts_part(victim: Victim, earlier: list[EarlierVictim], *, may: bool) -> Part:
    links = [_to("change_victim", victim, _("Change"), may=may), _to("end_victim", victim, _("End"), may=may)]
    until = _("Until %(date)s, changed by %(who)s")
    return Part(
        slug="known",
        title=_("What is known"),
        cards=[
            Card(
                title=victim.name,
                tag=victim.get_kind_display(),
                colour="purple" if victim.kind == Victim.Kind.VICTIM else "blue",
                lines=_facts(victim),
                links=[link for link in links if link],
            )
        ],
        past=[
            Card(
                title=row.name,
                lines=[
                    Line(_("Known"), until % {"date": long_date(row.changed_at), "who": row.changed_by.name}),
                    *_facts(row),
                ],
            )
            for row in earlier
        ],
    )


def _scheme_part(victim: Victim, scheme: ContactScheme | None, *, may: bool) -> Part:
    title = _("Victim Contact Scheme")
    if scheme is None:
        add = _to("begin_scheme", victim, _("Bring into the scheme"), may=may)
        return Part(slug="scheme", title=title, add=add, empty=_("Not in the scheme."))
    links = [
        _to("assign_officer", victim, _("Assign another officer"), may=may),
        _to("correct_sentence", victim, _("Correct the date of sentence"), may=may),
    ]
    first = long_date(scheme.first_contact_on) if scheme.first_contact_on else ""
    return Part(
        slug="scheme",
        title=title,
        cards=[
            Card(
                title=scheme.reference,
                tag=scheme.get_state_display(),
                lines=[
                    Line(_("Basis"), scheme.get_basis_display()),
                    *([Line(_("Reason"), scheme.reason)] if scheme.reason else []),
                    Line(_("Date of sentence"), long_date(scheme.sentenced_on)),
                    Line(_("First contact due"), due_words(scheme.contact_due_on, dates.today())),
                    Line(_("First contact made"), first),
                    Line(_("Next contact or review"), _next_due(scheme)),
                    Line(_("Liaison officer"), scheme.officer.name if scheme.officer else ""),
                ],
                links=[link for link in links if link],
            )
        ],
    )


def _requests_part(victim: Victim, rows: list[VictimRequest], *, may: bool, may_answer: bool) -> Part:
    return Part(
        slug="requests",
        title=_("Representations, zones and no contact"),
        intro=_("Who may impose a licence condition decides. A MAPPA meeting proposes."),
        cards=[_request_card(row, may=may_answer) for row in rows],
        add=_to("make_request", victim, _("Record a representation or request"), may=may),
        empty=_("Nothing was asked for."),
    )


def _request_card(row: VictimRequest, *, may: bool) -> Card:
    lines = [Line(_("Asked for"), row.words), Line(_("Sent"), f"{row.sent_to}, {long_date(row.sent_on)}")]
    if not row.answer and row.answer_due_on:
        lines.append(Line(_("Answer expected"), due_words(row.answer_due_on, dates.today())))
    if row.answer and row.answered_on:
        lines.append(Line(_("Decided"), f"{long_date(row.answered_on)}. {row.answer_words}"))
    link = Link(reverse("offenders:answer_request", args=[row.reference]), _("Record the answer"))
    return Card(
        title=row.get_kind_display(),
        tag=row.get_answer_display(),
        colour=ANSWER_COLOURS[row.answer],
        lines=lines,
        links=[link] if may and not row.answer else [],
    )


def _contact_card(row: VictimContact, *, is_set_aside: bool) -> Card:
    lines = [Line(_("In words"), row.words), Line(_("Recorded"), f"{row.by.name}, {long_date(row.at)}")]
    if row.corrects:
        lines.insert(0, Line(_("Sets aside"), in_short(row.corrects)))
    tag = _("Set aside by a correction") if is_set_aside else ""
    return Card(title=f"{row.get_kind_display()}, {long_date(row.on)}", lines=lines, tag=tag)


def _ask(request: AuthedRequest, whose: Victim, form: Form, verb: Callable[..., object], **words: Any) -> HttpResponse:
    """One question about a victim, then back to the page about him or her."""
    nothing = _("The record of this person has ended.") if whose.ended_on else ""
    return ask(
        request,
        whose.offender,
        "record",
        form,
        verb,
        back=whose.get_absolute_url(),
        **({"nothing": nothing, "about": {"victim": whose}} | words),
    )


@guarded(Perm.VICTIMS, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def add_victim(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record a victim or a person at risk."""
    return ask(
        request,
        offender,
        "record",
        VictimForm(request.POST or None),
        verbs.add_victim,
        back=reverse("offenders:victims", args=[offender.reference]),
        title=_("Add a victim or person at risk"),
        intro=_("Nobody else on the case learns that somebody is recorded here. Warnings are added separately."),
        button=_("Add to the record"),
        done=_("The person is recorded, for the readers of this page only."),
    )


@guarded(Perm.VICTIMS, Victim)
@require_http_methods(["GET", "HEAD", "POST"])
def change_victim(request: AuthedRequest, victim: Victim) -> HttpResponse:
    """Change what is known of a victim."""
    return _ask(
        request,
        victim,
        VictimForm(request.POST or None, initial={name: getattr(victim, name) for name in FACTS}),
        verbs.change_victim,
        title=_("Change what is known"),
        intro=_("What was known before stays on the page, under earlier."),
        button=_("Save the changes"),
        done=_("The record of the person is changed."),
    )


@guarded(Perm.VICTIMS, Victim)
@require_http_methods(["GET", "HEAD", "POST"])
def end_victim(request: AuthedRequest, victim: Victim) -> HttpResponse:
    """End the record of a person who is no longer a victim or at risk."""
    return _ask(
        request,
        victim,
        VictimEndForm(request.POST or None),
        verbs.end_victim,
        title=_("End the record of this person"),
        warning=_("Nobody is reminded of this person any more. Warnings on the case stay until they are ended."),
        button=_("End the record"),
        done=_("The record of the person has ended."),
    )


@guarded(Perm.VICTIMS, Victim)
@require_http_methods(["GET", "HEAD", "POST"])
def begin_scheme(request: AuthedRequest, victim: Victim) -> HttpResponse:
    """Bring a victim into the contact scheme."""
    officers = verbs.liaison_officers(victim.offender)
    sentenced_on = verbs.sentenced_by_law(victim, by=request.user)
    return _ask(
        request,
        victim,
        SchemeForm(
            request.POST or None,
            among=officers,
            initial={"officer": request.user.email, "sentenced_on": sentenced_on},
        ),
        verbs.begin_scheme,
        title=_("Victim Contact Scheme"),
        intro=_(
            "A conviction on this record brings its victims into the scheme by law. Check that this person is a victim of that offence: contact is dated from its sentence."
        )
        if sentenced_on
        else _(
            "No conviction on this record brings this person into the scheme by law. It can be offered by decision."
        ),
        button=_("Bring into the scheme"),
        done=_("The person is in the scheme, and contact is dated."),
    )


@guarded(Perm.VICTIMS, Victim)
@require_http_methods(["GET", "HEAD", "POST"])
def correct_sentence(request: AuthedRequest, victim: Victim) -> HttpResponse:
    """Put the date of sentence right."""
    return _ask(
        request,
        victim,
        SentenceForm(request.POST or None),
        verbs.correct_sentence,
        title=_("Correct the date of sentence"),
        intro=_("First contact is then due by the right date. The correction stands among the contacts."),
        button=_("Correct the date"),
        done=_("The date of sentence is corrected."),
    )


@guarded(Perm.VICTIMS, Victim)
@require_http_methods(["GET", "HEAD", "POST"])
def assign_officer(request: AuthedRequest, victim: Victim) -> HttpResponse:
    """Name another liaison officer."""
    officers: list[User] = verbs.liaison_officers(victim.offender)
    return _ask(
        request,
        victim,
        OfficerForm(request.POST or None, among=officers),
        verbs.assign_officer,
        title=_("Assign a liaison officer"),
        button=_("Assign"),
        done=_("The liaison officer is assigned."),
    )


@guarded(Perm.VICTIMS, Victim)
@require_http_methods(["GET", "HEAD", "POST"])
def record_contact(request: AuthedRequest, victim: Victim) -> HttpResponse:
    """Record a contact, an offer, a choice, information given or a review."""
    return _ask(
        request,
        victim,
        ContactForm(
            request.POST or None,
            among=verbs.correctable(victim, by=request.user),
            initial={"on": dates.today()},
        ),
        verbs.record_contact,
        title=_("Record a contact"),
        intro=_("An entry is never changed: a correction is another entry, and can set one aside."),
        button=_("Record the contact"),
        done=_("The contact is recorded."),
    )


@guarded(Perm.VICTIMS, Victim)
@require_http_methods(["GET", "HEAD", "POST"])
def make_request(request: AuthedRequest, victim: Victim) -> HttpResponse:
    """Record a representation, or a zone or no contact that a victim asks for."""
    return _ask(
        request,
        victim,
        RequestForm(request.POST or None),
        verbs.make_request,
        title=_("Record a representation or request"),
        button=_("Record the request"),
        done=_("The request is recorded, and waits for its answer."),
    )


@guarded(Perm.VICTIMS, VictimRequest)
@require_http_methods(["GET", "HEAD", "POST"])
def answer_request(request: AuthedRequest, asked: VictimRequest) -> HttpResponse:
    """Record what was decided about a request."""
    return _ask(
        request,
        asked.victim,
        AnswerForm(request.POST or None),
        verbs.answer_request,
        about={"request": asked},
        title=_("Record the answer"),
        intro=_("Asked for: %s") % asked.words,
        nothing=_("The answer is recorded already.") if asked.answer else "",
        button=_("Record the answer"),
        done=_("The answer is recorded."),
    )


@guarded(Perm.VICTIMS, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def add_warning(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Warn everybody on the case."""
    officers = verbs.liaison_officers(offender)
    return ask(
        request,
        offender,
        "record",
        WarningForm(request.POST or None, among=officers, initial={"officer": request.user.email}),
        verbs.add_warning,
        back=reverse("offenders:victims", args=[offender.reference]),
        title=_("Add a warning"),
        intro=_("Everybody on the case sees it at the top of every page, with the officer’s name and agency."),
        button=_("Add the warning"),
        done=_("The warning is on every page about the person."),
    )


@guarded(Perm.VICTIMS, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def change_warning(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Name another officer to ask."""
    rows = offender.warnings.visible_to(request.user).standing().select_related("kind")
    kinds = [row.kind for row in rows]
    initial = {"officer": request.user.email, "warning": kinds[0].code if len(kinds) == 1 else None}
    officers = verbs.liaison_officers(offender)
    return ask(
        request,
        offender,
        "record",
        WarningOfficerForm(request.POST or None, officers=officers, among=kinds, initial=initial),
        verbs.change_warning,
        back=reverse("offenders:victims", args=[offender.reference]),
        title=_("Change whom to ask"),
        nothing="" if kinds else _("There is no warning on the case."),
        button=_("Change whom to ask"),
        done=_("The warning names the officer on every page about the person."),
    )


@guarded(Perm.VICTIMS, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def end_warning(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Take a warning off the case."""
    rows = offender.warnings.visible_to(request.user).standing().select_related("kind")
    kinds = [row.kind for row in rows]
    return ask(
        request,
        offender,
        "record",
        WhichWarningForm(request.POST or None, among=kinds),
        verbs.end_warning,
        back=reverse("offenders:victims", args=[offender.reference]),
        title=_("End a warning"),
        nothing="" if kinds else _("There is no warning on the case."),
        button=_("End the warning"),
        done=_("The warning is shown no more."),
    )
