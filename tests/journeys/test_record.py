"""Every page and every form of the record, in a browser: with JavaScript and without, wide and narrow."""

import re
from collections import Counter

import pytest
from django.urls import URLResolver
from playwright.sync_api import Error

from assessments import urls as assessments
from disclosures import urls as disclosures
from offenders import urls
from tests.journeys.conftest import AXE, LOOK, WCAG
from tests.journeys.filling import InBrowser, Plainly, answer, without_parts
from tests.journeys.record_forms import ELSEWHERE, FORMS, PAGES


def walk(patterns, prefix="/"):
    for entry in patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from walk(entry.url_patterns, address)
        else:
            yield entry.name, address, entry.callback


MODES = {"with JavaScript": True, "without JavaScript": False}
ROUTES = {
    name: (address, view)
    for patterns, prefix in (
        (urls.urlpatterns, "/"),
        (assessments.urlpatterns, "/people/"),
        (disclosures.urlpatterns, "/people/"),
    )
    for name, address, view in walk(patterns, prefix)
}


def test_every_route_of_the_record_has_its_line():
    lines = Counter([*PAGES, *(name for forms in FORMS.values() for name in forms), *ELSEWHERE])

    assert {route(name) for name in lines} == set(ROUTES)
    assert max(lines.values()) == 1


def route(name):
    """A line's name is that of its route, and perhaps a query."""
    return name.partition("?")[0]


@pytest.fixture(scope="session")
def addresses(stack):
    """The addresses of every form, twice over, and of every page, each with a row of its own."""
    lines = {name: line.state or usual(name) for forms in FORMS.values() for name, line in forms.items()}
    asked = [(f"{mode} {name}", name, state) for mode in MODES for name, state in lines.items()]
    asked += [(name, name, usual(name)) for name in PAGES]
    found = stack.cases(*((key, guards(name).__name__, state) for key, name, state in asked if guards(name)))
    return {key: address_of(name, found.get(key, "")) for key, name, _state in asked}


def usual(name):
    """The state of a row whose smallest one would not do."""
    table = guards(name)
    return (
        {
            "PremisesPlace": "placed",
            "SavedView": "kept",
            "ImportRun": "brought",
            "ImportRow": "waiting",
            "Plan": "whole-plan",
            "SchemeApplication": "taken",
        }.get(table.__name__, "")
        if table
        else ""
    )


def guards(name):
    """The table whose row an address names, if it names one."""
    return ROUTES[route(name)][1].guards


def address_of(name, references):
    """`references` names the row and, after a slash, the other that an address or an answer needs. Both are answered."""
    reference, _slash, other = references.partition("/")
    address = ROUTES[route(name)][0].replace("<str:reference>", reference).replace("<str:other>", other)
    return address + name.removeprefix(route(name)), other


class Faults(list):
    """What is wrong, form by form, so that one run tells of everything."""

    def note(self, where, holds, what):
        if not holds:
            self.append(f"{where}: {what}")


def wcag(page, within):
    """What axe finds, in short."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found = page.evaluate(LOOK, [within, WCAG])
    return [(v["id"], v["nodes"][0]["html"][:120]) for v in found]


def beyond(page):
    """By how many pixels a page is wider than a telephone."""
    page.set_viewport_size({"width": 320, "height": 640})
    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    return max(wider, 0)


def look(person, where, faults, within="body"):
    """The page, wide and narrow. What stands around a form is the same on every page, and looked at there."""
    page = person.page
    violations = wcag(page, within)
    faults.note(where, not violations, f"axe: {violations}")
    faults.note(where, (wider := beyond(page)) == 0, f"scrolls sideways by {wider} px at 320 px")
    faults.note(where, not person.problems, person.problems[:])
    person.problems.clear()
    faults.note(where, page.locator("h1").count() == 1, f"{page.locator('h1').count()} headings of level 1")


def leave_empty(form):
    """Empty every box but what may be left empty anyway, where something is typed that must be kept."""
    kept = {}
    for one in form.boxes():
        _name, part = without_parts(one["name"])
        if one["type"] not in {"text", "textarea", "email"}:
            if one["type"] == "select" and form.page.locator(f"[name='{one['name']}'] option[value='']").count():
                form.put(one["name"], "select", "")
            continue
        words = ("31" if part == "day" else "") if part else "Kept as typed" if one["optional"] else ""
        form.put(one["name"], "text", words)
        if words:
            kept[one["name"]] = words
    return kept


def refuse(person, where, faults):
    """Sent empty: the summary names each mistake, has the focus, and leads to its box; what was typed is there."""
    page, form = person.page, InBrowser(person)
    kept = leave_empty(form)
    form.send()
    faults.note(where, page.title().startswith("Error: "), f"sent empty, the title is {page.title()!r}")
    if not page.locator(".govuk-error-summary").count():
        faults.note(where, False, "sent empty, there is no summary of errors")  # noqa: FBT003
        return
    focused = page.evaluate("document.activeElement.matches('.govuk-error-summary')")
    faults.note(where, focused, "the summary of errors has not the focus")
    look(person, f"{where}, sent empty", faults, "#main-content")
    for link in page.locator(".govuk-error-summary a").all():
        target = (link.get_attribute("href") or "").removeprefix("#")
        link.click()
        there = page.evaluate("document.activeElement.id")
        faults.note(where, there == target, f"the link “{link.inner_text()}” leads to {there!r}, not {target!r}")
    for name, words in kept.items():
        faults.note(where, form.box(name).input_value() == words, f"what was typed in {name} is lost")


def succeed(form, where, line, other, faults):
    """Filled in, it leads where "Cancel" would have led, or where its line says."""
    wanted = form.cancel()
    answer(form, line.fill, other)
    form.send()
    if refused := form.errors():
        faults.note(where, False, refused)  # noqa: FBT003
        return
    right = re.search(line.lands, form.path()) if line.lands else form.path() == wanted
    faults.note(where, right, f"leads to {form.path()} and not to {line.lands or wanted or 'anywhere known'}")
    faults.note(where, not form.title().startswith(("Error", "Sorry", "Page not")), form.title())


@pytest.mark.parametrize("noun", sorted(FORMS))
def test_the_forms_of_the_record(person, addresses, noun):
    """Without JavaScript a browser types in the first form of each noun; of the others it is enough what the server gets."""
    faults, people, first = Faults(), {}, next(iter(FORMS[noun]))
    for mode, javascript in MODES.items():
        for name, line in FORMS[noun].items():
            key = (line.who, javascript)
            sitting = people.get(key) or people.setdefault(key, person(line.who, javascript=javascript))
            form = InBrowser(sitting) if javascript or name == first else Plainly(sitting)
            try:
                fill_in(sitting, form, f"{mode} {name}", *addresses[f"{mode} {name}"], line, faults)
            except (Error, LookupError) as trouble:  # a fault of this form, not the end of the others
                faults.append(f"{mode} {name}: {trouble}")
    assert not faults, "\n".join(["", *faults])


def fill_in(sitting, form, where, address, other, line, faults):
    status = form.opens(address)
    if status != 200 or not form.can_be_sent():
        faults.append(f"{where}: {address} answers {status}, {form.words()[-200:]}")
        return
    if sitting.javascript and line.needs:
        refuse(sitting, where, faults)  # which looks at the page too: it is the same, and more
        form.opens(address)
    elif sitting.javascript:
        look(sitting, where, faults, "#main-content")
    succeed(form, where, line, other, faults)


def test_every_page_of_the_record(person, addresses):
    faults, people = Faults(), {}
    for name, who in PAGES.items():
        sitting = people.get(who) or people.setdefault(who, person(who))
        address, _other = addresses[name]
        status = sitting.opens(address)
        faults.note(name, status == 200, f"{address} answers {status}")
        look(sitting, name, faults)
    assert not faults, "\n".join(["", *faults])
