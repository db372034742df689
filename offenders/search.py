"""Finding people: the words of a search, the filters beside it, and one page of what they give.

Words never stand in an address, where logs and browsers would keep them: they wait in the session under a random key.
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import User
from audit.models import Act
from audit.record import record
from mappa import dates
from mappa.forms import Form
from mappa.plain import plain
from offenders import finding, numbers
from offenders.law import identifiers
from offenders.models import Offender
from offenders.models.offender import OffenderQuerySet
from offenders.visibility import known_elsewhere

PAGE = 25
COUNT_TO = 1000
KEPT_SEARCHES = 5
LONGEST_WORDS = 120
SESSION_KEY = "people_searches"


def keep_words(session: SessionBase, words: str) -> str:
    """Put the words of a search aside and return their key. The last few are kept, for pages open side by side."""
    kept = list(session.get(SESSION_KEY, []))
    key = secrets.token_urlsafe(6)
    session[SESSION_KEY] = [*kept, [key, words]][-KEPT_SEARCHES:]
    return key


def kept_words(session: SessionBase, key: str) -> str:
    """The words under a key; none when they were kept too long ago."""
    kept: dict[str, str] = dict(session.get(SESSION_KEY, []))
    return kept.get(key, "")


def asked_for(request: HttpRequest, form: Form) -> HttpResponse:
    """To the list: the words that were sent are kept in the session, and the other answers stand in the address."""
    words = plain(request.POST.get("words", "")).strip()[:LONGEST_WORDS]
    key = keep_words(request.session, words) if words else ""
    sent = {name: str(value)[:40] for name, value in request.POST.items() if name != "words"}
    # A date comes in parts: since_day, since_month, since_year.
    known = {name: value for name, value in sent.items() if {name, name.rpartition("_")[0]} & form.fields.keys()}
    return redirect(address(request.path, known, search=key))


def with_words(request: HttpRequest) -> dict[str, str]:
    """The answers of an address, with the words that were kept under its key."""
    return request.GET.dict() | {"words": kept_words(request.session, request.GET.get("search", ""))}


@dataclass(frozen=True)
class Page:
    """One page of people, and where the pages beside it begin."""

    people: list[Offender]
    total: int  # no more than COUNT_TO + 1
    previous: str = ""
    next: str = ""


def matching(user: User, words: str, filters: Mapping[str, Any]) -> OffenderQuerySet:
    """The cases a user sees that the words name and the filters let through; current ones unless asked otherwise.

    A number is answered whatever the filters say. With words, each case has a `rank`: the smaller, the better.
    """
    cases = Offender.objects.visible_to(user)
    if is_reference(words):
        asked = words.strip().upper()
        return (cases.filter(reference=asked) | cases.standing_for(asked)).distinct()
    if (found := _numbered(cases, words)) is not None:
        return found
    if not filters.get("ended"):
        cases = cases.current()
    if words.strip():
        cases = finding.matching(cases, words, dates.today())
    return cases.filter(*conditions(filters, user))


def _numbered(cases: OffenderQuerySet, words: str) -> OffenderQuerySet | None:
    """The cases with a number that the words are, or begin; None where they are to be read as a name and a date.

    What can only be a number is answered as one, by nobody too. What may be a name as well ("Ng 1990", "03/1981") is a
    number only where somebody has it.
    """
    year = dates.today().year
    spelt = identifiers.spellings(words, year)
    exact = Q(identifiers__value__in=spelt, identifiers__withdrawn_at__isnull=True) if spelt else None
    for rule in (exact, _other_numbers(words)):
        if rule is not None and (found := cases.filter(rule).distinct()).exists():
            return found
    begun = identifiers.beginnings(words, year)
    if begun and (found := cases.filter(_numbered_like(begun)).distinct()).exists():
        return found
    return cases.none() if spelt and not finding.born_in(words.casefold(), dates.today())[1] else None


def _numbered_like(begun: list[str]) -> Q:
    """Numbers that begin so: ranges, which an index answers."""
    ranges = (Q(identifiers__value__gte=part, identifiers__value__lt=part + "\uffff") for part in begun)
    return reduce(or_, ranges) & Q(identifiers__withdrawn_at__isnull=True)


def _other_numbers(words: str) -> Q | None:
    """A ViSOR reference, a telephone number or a registration mark, whole, where the words look like one or several.

    A reference has no form of its own: what looks like a mark or a telephone number may be one.
    """
    rules = []
    if telephone := numbers.telephone_in(words):
        rules.append(Q(contacts__value=telephone, contacts__withdrawn_at__isnull=True))
    if mark := numbers.mark_in(words):
        rules.append(Q(vehicles__mark=mark, vehicles__withdrawn_at__isnull=True))
    if reference := identifiers.visor_in(words):
        rules.append(Q(identifiers__kind="visor", identifiers__value=reference, identifiers__withdrawn_at__isnull=True))
    return reduce(or_, rules) if rules else None


def is_reference(words: str) -> bool:
    """MA-7Q2F-K9XD, as it stands on every page about a person."""
    return re.fullmatch(r"MA-[0-9A-Z]{4}-[0-9A-Z]{4}", words.strip().upper()) is not None


def tried_reference(words: str) -> str:
    """The words as a reference; nothing where they are none, so that no name gets into the audit."""
    return words.strip().upper() if is_reference(words) else ""


def record_refused(words: str, *, by: User) -> None:
    """Where the words are a reference that leads the person nowhere, record that he tried it: whether a case bears it or not."""
    if reference := tried_reference(words):
        record("case.reference_refused", by=by, denied=True, act=Act.SEARCH, reference=reference)


# The filters that ask a column of the case row for just what was chosen.
COLUMNS = ("area", "level", "lead_agency", "whereabouts")


def conditions(filters: Mapping[str, Any], user: User) -> list[Q]:
    """The filters that were chosen. Each is answered by an index of the case row (docs/search.md)."""
    chosen = [Q(**{name: filters[name]}) for name in COLUMNS if filters.get(name)]
    chosen += [_this_or_none(name, filters[name]) for name in ("rosh", "category") if filters.get(name)]
    if filters.get("mine"):
        chosen.append(Q(lead_officer=user.pk))
    if filters.get("overdue"):
        chosen.append(Q(next_review_on__lt=dates.today()))
    return chosen


def _this_or_none(name: str, wanted: int) -> Q:
    """A value below nought asks for those who have none."""
    return Q(**{name: wanted}) if wanted > 0 else Q(**{f"{name}__isnull": True})


def elsewhere(user: User, words: str) -> str | None:
    """The area to ask, when the words are exactly an identifier of a case that the user cannot see."""
    spelt = identifiers.spellings(words, dates.today().year)
    visor = identifiers.visor_in(words)
    return known_elsewhere(spelt, to=user, visor=visor)


def numbers_in(texts: Iterable[str]) -> list[str]:
    """Every number that these may be, in its one form."""
    year = dates.today().year
    return [number for text in texts if text.strip() for number in identifiers.spellings(text, year)]


def filters_in_words(form: Form) -> dict[str, str]:
    """The filters that were chosen, as an address carries them; the words of the search are none of them."""
    given = {name: form[name].data for name in form.cleaned_data if name != "words" and form.cleaned_data[name]}
    return {name: str(value) for name, value in given.items()}


def page_of(cases: OffenderQuerySet, *, user: User, after: str, before: str) -> Page:
    """Twenty-five people, those that fit best first and then by name, beginning after or ending before the person with a reference.

    References and not names stand in the address. A place that is not among these (any more) is the beginning.
    """
    order = ["rank", "search_name", "pk"] if "rank" in cases.query.annotations else ["search_name", "pk"]
    ordered = cases.order_by(*order)
    place = None
    if is_reference(after or before):
        place = cases.filter(reference=after or before).first()
    backwards = place is not None and not after
    if place is not None:
        ordered = ordered.filter(_beyond(place, order, backwards=backwards))
    if backwards:
        ordered = ordered.reverse()
    found = list(ordered.select_related("lead_agency", "area")[: PAGE + 1])
    more, people = len(found) > PAGE, found[:PAGE]
    if backwards:
        people.reverse()
    return Page(
        people=people,
        total=cases.order_by()[: COUNT_TO + 1].count(),
        previous=people[0].reference if people and (more if backwards else place is not None) else "",
        next=people[-1].reference if people and (more or backwards) else "",
    )


def _beyond(place: Offender, order: list[str], *, backwards: bool) -> Q:
    """What comes after a place in this order: the first part beyond it, or the same and the next beyond it."""
    side, rule = "lt" if backwards else "gt", Q()
    for name in reversed(order):
        here = getattr(place, name)
        rule = Q(**{f"{name}__{side}": here}) | (Q(**{name: here}) & rule if rule else Q())
    return rule


def address(path: str, answers: Mapping[str, str], **changes: str) -> str:
    """An address with some answers changed; an empty one is left out, and so is the place in the list."""
    kept = {name: value for name, value in answers.items() if name not in {"after", "before"}} | changes
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"{path}?{query}" if query else path


def count_words(total: int, words: str) -> str:
    """How many people were found, and for which words."""
    if total > COUNT_TO:
        number = _("more than %s") % intcomma(COUNT_TO)
        return _("%(n)s results for ‘%(words)s’") % {"n": number, "words": words} if words else _("%s people") % number
    if words:
        found = ngettext("%(n)s result for ‘%(words)s’", "%(n)s results for ‘%(words)s’", total)
        return found % {"n": total, "words": words}
    return ngettext("%(n)s person", "%(n)s people", total) % {"n": total}


def chosen(form: Form, path: str, answers: Mapping[str, str]) -> list[dict[str, str]]:
    """Each filter in force, with the address of the list without it."""
    found = []
    for name, value in form.cleaned_data.items():
        if value:
            asked = {name: "", "search": ""} if name == "words" else {name: ""}
            found.append({"label": _in_words(form, name, value), "url": address(path, answers, **asked)})
    return found


# Filters whose answers have words of their own.
WORDED = frozenset({"level", "category", "whereabouts", "rosh"})


def _in_words(form: Form, name: str, value: Any) -> str:
    label = str(form.fields[name].label)
    if value is True:
        return label
    options = dict(getattr(form.fields[name], "choices", ())) if name in WORDED else {}
    if name == "rosh" or value == -1:
        return f"{label}: {options[value]}"
    return str(options.get(value) or f"{label}: {value}")
