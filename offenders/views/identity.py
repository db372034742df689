"""Who a person is: two pages of the record, and for each noun the questions that add, correct, end and withdraw."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.models import User
from mappa import dates
from mappa.templatetags.mappa import long_date
from mappa.throttle import counted_as_search
from offenders import actions
from offenders.forms import identity as forms
from offenders.models import (
    Address,
    Alias,
    BirthDate,
    Characteristic,
    Contact,
    DatedFact,
    Fact,
    Identifier,
    Occupation,
    Offender,
    Precision,
    Relationship,
    Vehicle,
)
from offenders.models.characteristic import Kind, sees_restricted
from offenders.timeline import page_from
from offenders.views.record import Card, Line, Link, Part, ask, show

View = Callable[..., HttpResponse]
PAST = 5  # earlier rows that a page folds away; the rest are on a page of their own
MOST, MOST_CHARACTERISTICS = 40, 120  # rows that one page reads
WHO_READS = gettext_lazy(
    "The police, probation and prison service of the area and the lead agency. It says nothing of whether anything is recorded."
)
WARNINGS = {
    Kind.REASSIGNMENT: gettext_lazy(
        "Protected information. Do not disclose it without a lawful exception: to disclose that somebody has applied for "
        "or holds a gender recognition certificate can be an offence (Gender Recognition Act 2004 s.22). Take legal advice."
    )
}


@dataclass(frozen=True)
class Noun:
    """One kind of fact: what its page says, and how a row of it reads."""

    name: str  # in routes: add_address
    slug: str  # in addresses: identity/addresses/add/
    model: type[Fact]
    form: Any
    title: Any
    add: Any
    empty: Any
    lines: Callable[[Any], tuple[str, Sequence[Line]]]
    verb: Callable[..., object] | None = None


def _dates(row: DatedFact) -> list[Line]:
    if row.from_on is None and row.until is None:
        return []
    from_on = long_date(row.from_on) if row.from_on else _("not known")
    until = long_date(row.until) if row.until else ""
    words = _("%(from)s to %(until)s") if until else _("From %(from)s")
    return [Line(_("When"), words % {"from": from_on, "until": until})]


def _some(*lines: tuple[str, str]) -> list[Line]:
    return [Line(label, value) for label, value in lines if value]


def _alias(row: Alias) -> tuple[str, Sequence[Line]]:
    kind = _("%s, until then the recorded one") if row.was_recorded else "%s"
    return row.full_name, [Line(_("Kind"), kind % row.get_kind_display()), *_dates(row)]


def _birth(row: BirthDate) -> tuple[str, Sequence[Line]]:
    return row.in_words, [Line(_("Where from"), row.get_kind_display()), *_some((_("How known"), row.source))]


def _identifier(row: Identifier) -> tuple[str, Sequence[Line]]:
    typed = "" if row.typed == row.value else row.typed
    since = long_date(row.superseded_on)
    by = row.superseded_by.value if row.superseded_by else ""
    letter = (
        "" if row.check_ok else _("The check letter does not fit: the number may be wrong. Check it with its source.")
    )
    lines = _some((_("As typed"), typed), (_("Warning"), letter), (_("Superseded on"), since), (_("Superseded by"), by))
    return f"{row.get_kind_display()} {row.value}", lines


def _address(row: Address) -> tuple[str, Sequence[Line]]:
    where = "\n".join(part for part in (row.address, row.postcode) if part)
    return row.get_kind_display(), [Line(_("Address"), where), *_dates(row), *_some((_("Notes"), row.notes))]


def _contact(row: Contact) -> tuple[str, Sequence[Line]]:
    lines = [Line(row.get_kind_display(), row.value), *_some((_("Site or app"), row.service))]
    return row.typed, [*lines, *_dates(row), *_some((_("Notes"), row.notes))]


def _vehicle(row: Vehicle) -> tuple[str, Sequence[Line]]:
    lines = _some((_("Make and model"), row.make), (_("Colour"), row.colour))
    return row.mark or row.make, [*lines, *_dates(row), *_some((_("Notes"), row.notes))]


def _occupation(row: Occupation) -> tuple[str, Sequence[Line]]:
    near = Line(_("Contact with children or vulnerable people"), row.get_vulnerable_contact_display())
    lines = [Line(_("Kind"), row.get_kind_display()), *_some((_("Role"), row.role), (_("Where"), row.place)), near]
    return row.organisation, [*lines, *_dates(row), *_some((_("Notes"), row.notes))]


def _relationship(row: Relationship) -> tuple[str, Sequence[Line]]:
    """To whoever sees both cases, or to a name; `_related` says the rest."""
    name = f"{row.other.full_name} ({row.other.reference})" if row.other else row.name
    lines = [
        Line(_("Relationship"), row.get_relation_display()),
        *_some((_("Date of birth"), long_date(row.born_on))),
        Line(_("Child, under 18"), row.is_child_on(dates.today())),
    ]
    return name, [*lines, *_dates(row), *_some((_("Notes"), row.notes))]


def _characteristic(row: Characteristic) -> tuple[str, Sequence[Line]]:
    needed = {True: _("Needed"), False: _("Not needed")}.get(row.interpreter, "") if row.interpreter is not None else ""
    return row.value.name, [*_some((_("Details"), row.detail), (_("Interpreter"), needed)), *_dates(row)]


def _characteristic_of_its_kind(row: Characteristic) -> tuple[str, Sequence[Line]]:
    """Where it stands under no heading: "Polish" may be a language or a nationality."""
    title, lines = _characteristic(row)
    return _("%(kind)s: %(answer)s") % {"kind": row.get_kind_display(), "answer": title}, lines


NOUNS = (
    Noun(
        "alias",
        "names",
        Alias,
        forms.AliasForm,
        gettext_lazy("Names"),
        gettext_lazy("Add another name"),
        "",
        _alias,
    ),
    Noun(
        "birth_date",
        "births",
        BirthDate,
        forms.OtherBirthForm,
        gettext_lazy("Dates of birth"),
        gettext_lazy("Add another date of birth"),
        "",
        _birth,
    ),
    Noun(
        "identifier",
        "numbers",
        Identifier,
        forms.IdentifierForm,
        gettext_lazy("Numbers"),
        gettext_lazy("Add a number"),
        gettext_lazy("No numbers are recorded."),
        _identifier,
        actions.add_identifier,
    ),
    Noun(
        "address",
        "addresses",
        Address,
        forms.AddressForm,
        gettext_lazy("Addresses"),
        gettext_lazy("Add an address"),
        gettext_lazy("No address is recorded."),
        _address,
        actions.add_address,
    ),
    Noun(
        "contact",
        "contacts",
        Contact,
        forms.ContactForm,
        gettext_lazy("Telephone and online"),
        gettext_lazy("Add a telephone number or an online name"),
        gettext_lazy("No telephone numbers or online names are recorded."),
        _contact,
    ),
    Noun(
        "vehicle",
        "vehicles",
        Vehicle,
        forms.VehicleForm,
        gettext_lazy("Vehicles"),
        gettext_lazy("Add a vehicle"),
        gettext_lazy("No vehicles are recorded."),
        _vehicle,
    ),
    Noun(
        "occupation",
        "occupations",
        Occupation,
        forms.OccupationForm,
        gettext_lazy("Work, education and volunteering"),
        gettext_lazy("Add work, education or volunteering"),
        gettext_lazy("No work, education or volunteering is recorded."),
        _occupation,
    ),
    Noun(
        "relationship",
        "relationships",
        Relationship,
        forms.RelationshipForm,
        gettext_lazy("Relationships"),
        gettext_lazy("Add a relationship"),
        gettext_lazy("No relationships are recorded."),
        _relationship,
    ),
)
CHARACTERISTIC = Noun(
    "characteristic",
    "characteristics",
    Characteristic,
    None,
    gettext_lazy("Characteristics"),
    gettext_lazy("Record"),
    gettext_lazy("None recorded."),
    _characteristic,
)


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def identity(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Who the person is: names, dates of birth, numbers, addresses and how to reach him, work, and whom he knows."""
    can_edit = allowed(request.user, Perm.EDIT_CASE, on=offender)
    parts = [_part(noun, offender, request.user, can_edit=can_edit) for noun in NOUNS]
    return show(request, offender, "identity", title=_("Identity"), parts=parts)


def _part(noun: Noun, offender: Offender, user: User, *, can_edit: bool) -> Part:
    rows = list(_all(noun, offender, user)[: MOST + 1])
    now, past = _now_and_past(noun, rows[:MOST], can_edit=can_edit)
    if noun.model is Alias:
        now = [_named(offender, can_edit=can_edit), *now]
    if noun.model is BirthDate:
        now = [_born(offender, rows, can_edit=can_edit), *now]
    if noun.model is Relationship:
        now += _from_other_cases(offender, user) + _hidden(offender, user)
    return Part(
        slug=noun.slug,
        title=str(noun.title),
        cards=now,
        past=[*past[:PAST], *_all_of_them(noun, offender)] if len(past) > PAST or len(rows) > MOST else past,
        add=Link(_route("add", noun, offender), str(noun.add)) if can_edit else None,
        empty=str(noun.empty),
    )


def _all(noun: Noun, offender: Offender, user: User) -> Any:
    """What stands first, then what ended or was withdrawn, the latest first."""
    related = {Identifier: ["superseded_by"], Relationship: ["other"], Characteristic: ["value"]}.get(noun.model, [])
    rows = noun.model._default_manager.visible_to(user)  # type: ignore[attr-defined]
    rows = rows.filter(offender=offender).select_related("added_by", "withdrawn_by", *related)
    end = {Identifier: "superseded_on", BirthDate: "withdrawn_at"}.get(noun.model, "until")
    standing = (F("withdrawn_at").desc(nulls_first=True), F(end).desc(nulls_first=True))
    return rows.order_by(*standing, "-added_at", "-pk")


def _now_and_past(noun: Noun, rows: Iterable[Fact], *, can_edit: bool) -> tuple[list[Card], list[Card]]:
    """The cards of what holds today, and of what held once or was withdrawn."""
    now: list[Card] = []
    past: list[Card] = []
    for row in rows:
        if _is_recorded_birth(row) and not row.withdrawn_at:
            continue  # it is the case's own date, and stands above
        is_past = row.withdrawn_at is not None or row.has_ended(dates.today())
        (past if is_past else now).append(_card(noun, row, can_edit=can_edit))
    return now, past


def _card(noun: Noun, row: Fact, *, can_edit: bool) -> Card:
    title, lines = noun.lines(row)
    tag, colour = _tag(row)
    if tag:
        lines = [*lines, *_provenance(row)]
    verbs = {"correct": _("Correct"), "end": _("End"), "withdraw": _("Withdraw")}
    if isinstance(row, BirthDate) or row.has_ended(date.max):
        del verbs["end"]
    links = [
        Link(_route(verb, noun, row), words, f"{noun.model._meta.verbose_name}: {title}")
        for verb, words in verbs.items()
        if can_edit and not row.withdrawn_at
    ]
    main = isinstance(row, Address) and row.is_main and not tag
    return Card(title, lines, links, _("Main address") if main else tag, "blue" if main else colour)


def _tag(row: Fact) -> tuple[str, str]:
    """The state of a row in a word; none for what holds today."""
    if row.withdrawn_at:
        return (_("Corrected"), "grey") if row.is_corrected else (_("Withdrawn"), "red")
    if row.has_ended(dates.today()):
        return (_("Superseded") if isinstance(row, Identifier) else _("Ended")), "grey"
    if row.starts and row.starts > dates.today():
        return _("Planned"), "yellow"
    return "", "grey"


def _provenance(row: Fact) -> list[Line]:
    """Who recorded it and when, and who withdrew it and why."""
    who = row.added_by.name if row.added_by_id else _("at registration")
    lines = [Line(_("Recorded"), f"{long_date(row.added_at)}, {who}")]
    if row.withdrawn_at and row.withdrawn_by:
        words = f"{long_date(row.withdrawn_at)}, {row.withdrawn_by.name}: {row.withdrawn_because}"
        lines.append(Line(_("Withdrawn"), words))
    return lines


def _route(verb: str, noun: Noun, about: Offender | Fact) -> str:
    return reverse(f"offenders:{verb}_{noun.name}", args=[about.reference])


def _all_of_them(noun: Noun, offender: Offender) -> list[Card]:
    return [Card(_("More"), links=[Link(_route("all", noun, offender), _("See all"), str(noun.title))])]


def _named(offender: Offender, *, can_edit: bool) -> Card:
    """The recorded name: corrected where it was wrong from the beginning, changed where the person took another."""
    links = [
        Link(reverse(f"offenders:{verb}_name", args=[offender.reference]), words, _("the recorded name"))
        for verb, words in (("correct", _("Correct")), ("change", _("Change")))
        if can_edit
    ]
    return Card(offender.full_name, [Line(_("Kind"), _("Recorded name"))], links)


def _born(offender: Offender, rows: Iterable[Fact], *, can_edit: bool) -> Card:
    """The recorded date of birth, as exactly as it is known, with how it is known where it was ever changed."""
    url = reverse("offenders:change_birth", args=[offender.reference])
    known = "" if offender.born_is == Precision.DAY else _("Not exact: ages and periods are worked out from %s")
    row = next((row for row in rows if _is_recorded_birth(row) and not row.withdrawn_at), None)
    source = row.source if isinstance(row, BirthDate) else ""
    lines = _some((_("How known"), source), (_("Note"), known and known % _day(offender)))
    return Card(
        offender.born_in_words,
        [Line(_("Where from"), _("Recorded date of birth")), *lines, *(_provenance(row) if row else [])],
        [Link(url, _("Change"), _("the recorded date of birth"))] if can_edit else [],
    )


def _day(offender: Offender) -> str:
    return long_date(offender.born_on)


def _from_other_cases(offender: Offender, user: User) -> list[Card]:
    """Relationships that are recorded in another case, which the user sees too, and lead here."""
    rows = Relationship.objects.visible_to(user).standing().filter(other=offender).select_related("offender")
    return [
        Card(
            f"{row.offender.full_name} ({row.offender.reference})",
            [Line(_("Relationship"), row.inverse), *_dates(row), Line(_("Recorded in"), row.offender.reference)],
            [Link(reverse("offenders:identity", args=[row.offender.reference]), _("Open that record"))],
        )
        for row in rows[:MOST]
        if not row.has_ended(dates.today())
    ]


def _hidden(offender: Offender, user: User) -> list[Card]:
    """That this case has relationships to cases which the user does not see, and nothing else of them.

    One that is recorded in such a case is part of that case, and is not hinted at: there is no such case for him.
    """
    seen = Relationship.objects.visible_to(user).order_by().values("pk")
    if not Relationship.objects.outline_of(offender).standing().exclude(pk__in=seen).exists():
        return []
    return [Card(_("Restricted"), [Line(_("Related case"), _("You do not see the case at the other end."))])]


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def characteristics(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Sex, ethnicity, language, disability and the rest, with what was recorded before.

    To whoever may not read the restricted ones, all of them are "Restricted", recorded or not.
    """
    can_edit = allowed(request.user, Perm.EDIT_CASE, on=offender)
    may_read = sees_restricted(request.user, offender)
    rows: dict[str, list[Characteristic]] = {}
    found = list(_all(CHARACTERISTIC, offender, request.user)[: MOST_CHARACTERISTICS + 1])
    for row in found[:MOST_CHARACTERISTICS]:
        rows.setdefault(row.kind, []).append(row)
    parts = []
    for kind in Kind:
        if kind in Characteristic.RESTRICTED and not may_read:
            parts.append(
                Part(kind, str(kind.label), [Card(_("Restricted"), [Line(_("Who reads this"), str(WHO_READS))])])
            )
            continue
        now, past = _now_and_past(CHARACTERISTIC, rows.get(kind, []), can_edit=can_edit)
        add = _("Add: %s") if kind in Characteristic.SEVERAL else _("Change: %s") if now else _("Record: %s")
        url = reverse(f"offenders:record_{kind}", args=[offender.reference])
        link = Link(url, add % kind.label) if can_edit else None
        parts.append(Part(kind, str(kind.label), now, past, link, str(WARNINGS.get(kind, "")), _("None recorded.")))
    if len(found) > MOST_CHARACTERISTICS:
        parts.append(Part("more", _("More"), _all_of_them(CHARACTERISTIC, offender)))
    return show(request, offender, "characteristics", title=_("Characteristics"), parts=parts)


def _all_rows(noun: Noun, current: str) -> View:
    """A page with every row of a noun, also those that ended or were withdrawn, the newest first."""
    if noun is CHARACTERISTIC:
        noun = replace(noun, lines=_characteristic_of_its_kind)

    def view(request: AuthedRequest, offender: Offender) -> HttpResponse:
        place = request.GET.get("from", "")
        rows = _all(noun, offender, request.user).order_by("-added_at", "-pk")
        shown, older = page_from(place, rows, field="added_at")
        can_edit = allowed(request.user, Perm.EDIT_CASE, on=offender)
        cards = [_card(noun, row, can_edit=can_edit and not _is_recorded_birth(row)) for row in shown]
        words = {"url": request.path, "from": urlencode({"from": older})}
        links = [Link("{url}?{from}".format(**words), _("Older"))] if older else []
        part = Part("all", _("Newest first"), [*cards, *([Card(_("More"), links=links)] if links else [])])
        title = _("All: %s") % noun.title
        return show(request, offender, current, title=title, parts=[part])

    return _page(Perm.VIEW_CASE, Offender, require_safe, view, f"all_{noun.name}")


def _is_recorded_birth(row: Fact) -> bool:
    return isinstance(row, BirthDate) and row.kind == BirthDate.Kind.RECORDED


def _page(perm: Perm, model: Any, methods: Callable[[View], View], view: View, name: str) -> View:
    """Open a view that was made for a noun; its name is what the audit writes."""
    view.__name__ = view.__qualname__ = name
    return guarded(perm, model)(methods(view))


_ASKS = require_http_methods(["GET", "HEAD", "POST"])


def _counted(noun: Noun, view: View) -> View:
    """A number is refused where another case has it: whoever sends one looks for it too."""
    return counted_as_search(view) if noun.model is Identifier else view


def _add(noun: Noun) -> View:
    def view(request: AuthedRequest, offender: Offender) -> HttpResponse:
        form = noun.form(request.POST or None, offender=offender, user=request.user)
        verb = noun.verb or partial(actions.add_fact, of=noun.model)
        return _ask(request, offender, noun, form, verb, title=str(noun.add), button=_("Save"))

    return _page(Perm.EDIT_CASE, Offender, _ASKS, _counted(noun, view), f"add_{noun.name}")


def _record(kind: Kind) -> View:
    def view(request: AuthedRequest, offender: Offender) -> HttpResponse:
        if kind in Characteristic.RESTRICTED and not sees_restricted(request.user, offender):
            raise PermissionDenied(kind)
        make = forms.CharacteristicForm.of(kind)
        form = make(request.POST or None, offender=offender, user=request.user)
        words = {"title": str(kind.label), "button": _("Save"), "intro": WARNINGS.get(kind, "")}
        verb = partial(actions.record_characteristic, kind=kind.value)
        return _ask(request, offender, CHARACTERISTIC, form, verb, **words)

    # One name for all: the audit must not tell that it was religion or disability that was asked.
    return _page(Perm.EDIT_CASE, Offender, _ASKS, view, "record_characteristic")


def _correct(noun: Noun) -> View:
    def view(request: AuthedRequest, fact: Fact) -> HttpResponse:
        make = noun.form or forms.CharacteristicForm.of(fact.kind)  # type: ignore[attr-defined]
        form = make(request.POST or None, offender=fact.offender, user=request.user, fact=fact)
        words = {"title": _("Correct: %s") % fact._meta.verbose_name, "button": _("Save the correction")}
        words["intro"] = _("For what was wrong from the beginning. What has changed since is ended, and the new added.")
        return _ask(request, fact.offender, noun, form, actions.correct_fact, about={"fact": fact}, **words)

    return _page(Perm.EDIT_CASE, noun.model, _ASKS, _counted(noun, view), f"correct_{noun.name}")


def _end(noun: Noun) -> View:
    def view(request: AuthedRequest, fact: Fact) -> HttpResponse:
        form = forms.EndForm(request.POST or None)
        words = {"title": _("End: %s") % fact._meta.verbose_name, "button": _("Save the end")}
        words["intro"] = _("%s. It stays on the record, and still finds the person.") % noun.lines(fact)[0]
        return _ask(request, fact.offender, noun, form, actions.end_fact, about={"fact": fact}, **words)

    return _page(Perm.EDIT_CASE, noun.model, _ASKS, view, f"end_{noun.name}")


def _withdraw(noun: Noun) -> View:
    def view(request: AuthedRequest, fact: Fact) -> HttpResponse:
        form = forms.WithdrawForm(request.POST or None)
        words = {"title": _("Withdraw: %s") % fact._meta.verbose_name, "button": _("Withdraw")}
        words["intro"] = _("%s. Only for what was recorded by mistake.") % noun.lines(fact)[0]
        return _ask(request, fact.offender, noun, form, actions.withdraw_fact, about={"fact": fact}, **words)

    return _page(Perm.EDIT_CASE, noun.model, _ASKS, view, f"withdraw_{noun.name}")


def _ask(
    request: AuthedRequest, offender: Offender, noun: Noun, form: Any, verb: Callable[..., object], **words: Any
) -> HttpResponse:
    page = "characteristics" if noun is CHARACTERISTIC else "identity"
    back = reverse(f"offenders:{page}", args=[offender.reference])
    return ask(request, offender, "record", form, verb, back=back, done=_("Saved."), **words)


@guarded(Perm.EDIT_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def change_birth(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Put the recorded date of birth right."""
    return ask(
        request,
        offender,
        "record",
        forms.BirthForm(request.POST or None, offender=offender, user=request.user),
        actions.change_birth,
        title=_("Change the recorded date of birth"),
        warning=_("Age, category and notification periods follow from it, and are worked out anew."),
        button=_("Save the date of birth"),
        back=reverse("offenders:identity", args=[offender.reference]),
        done=_("The date of birth is changed. See whether the category and the periods that follow from it are right."),
    )


@guarded(Perm.EDIT_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def correct_name(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Put right a name that was recorded wrongly."""
    return ask(
        request,
        offender,
        "record",
        forms.NameForm(request.POST or None, offender=offender),
        actions.correct_name,
        title=_("Correct the recorded name"),
        intro=_("For what was wrong from the beginning. A name that the person has changed since is changed instead."),
        button=_("Save the correction"),
        back=reverse("offenders:identity", args=[offender.reference]),
        done=_("The name is corrected. Searches find nobody by the wrong one any more."),
    )


@guarded(Perm.EDIT_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def change_name(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record the name by which the person goes now."""
    return ask(
        request,
        offender,
        "record",
        forms.NewNameForm(request.POST or None, offender=offender),
        actions.change_name,
        title=_("Change the recorded name"),
        intro=_("For a name that the person has taken since. The old one stays as a former name, and still finds him."),
        button=_("Save the name"),
        back=reverse("offenders:identity", args=[offender.reference]),
        done=_("The name is changed. The one before is kept as a former name."),
    )


def routes() -> list[URLPattern]:
    """The addresses of every question, below people/: literal, so that the walking tests find each of them."""
    found = [
        path("<str:reference>/identity/date-of-birth/", change_birth, name="change_birth"),
        path("<str:reference>/identity/name/correct/", correct_name, name="correct_name"),
        path("<str:reference>/identity/name/change/", change_name, name="change_name"),
    ]
    for noun in (*NOUNS, CHARACTERISTIC):
        page = "characteristics" if noun is CHARACTERISTIC else "identity"
        found.append(path(f"<str:reference>/{noun.slug}/all/", _all_rows(noun, page), name=f"all_{noun.name}"))
        if noun.form:
            found.append(path(f"<str:reference>/{noun.slug}/add/", _add(noun), name=f"add_{noun.name}"))
        for verb, make in (("correct", _correct), ("end", _end), ("withdraw", _withdraw)):
            if verb == "end" and noun.model is BirthDate:
                continue  # a date of birth does not end
            found.append(path(f"{noun.slug}/<str:reference>/{verb}/", make(noun), name=f"{verb}_{noun.name}"))
    found += [path(f"<str:reference>/characteristics/{kind}/", _record(kind), name=f"record_{kind}") for kind in Kind]
    return found
