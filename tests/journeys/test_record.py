"""Every page and every form of the record, in a browser: with JavaScript and without, wide and narrow."""

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.urls import URLResolver
from playwright.sync_api import Error

from assessments import urls as assessments
from disclosures import urls as disclosures
from offenders import urls
from tests.journeys.conftest import AXE, WCAG
from tests.journeys.record_forms import ELSEWHERE, FIRST, FORMS, OTHER, PAGES, TODAY

BOXES = "#main-content form[method=post] :is(input:not([type=hidden]), select, textarea)"


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
    """The addresses of every page and, twice over, of every form, each with a row of its own."""
    lines = {name: line.state or usual(name) for forms in FORMS.values() for name, line in forms.items()}
    wanted = [(f"{mode} {name}", name, lines.get(name) or usual(name)) for mode in MODES for name in [*lines, *PAGES]]
    asked = [(key, guards(name), state) for key, name, state in wanted if guards(name)]
    found = stack.cases(*((key, table.__name__, state) for key, table, state in asked))
    return {key: address_of(name, found.get(key, "")) for key, name, _state in wanted}


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
    run = "([within, tags]) => axe.run(within, {runOnly: {type: 'tag', values: tags}})"
    found = page.evaluate(run, [within, WCAG])["violations"]
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


DESCRIBE = """boxes => boxes.map(box => ({
  name: box.name, type: box.tagName == "SELECT" ? "select" : box.tagName == "TEXTAREA" ? "textarea" : box.type,
  value: box.value, checked: box.checked, multiple: box.multiple,
  optional: !!(box.closest(".govuk-form-group:not(.govuk-date-input__item *)") || box).querySelector?.(".app-optional"),
  grouped: box.type == "checkbox" && !!box.closest("fieldset"),
  first: box.tagName == "SELECT" ? ([...box.options].find(o => o.value) || {}).value : "",
}))"""


def boxes(page):
    return page.locator(BOXES).evaluate_all(DESCRIBE)


def box(page, name, value=None):
    which = f"[name='{name}']" + (f"[value='{value}']" if value is not None else "")
    return page.locator(f"#main-content form[method=post] {which}").first


def put(page, name, kind, value):
    if kind == "select":
        box(page, name).select_option(value)
    elif kind == "file":
        box(page, name).set_input_files(value)
    elif kind == "radio":
        box(page, name, value).check()
    elif kind == "checkbox":
        for one in value if isinstance(value, list) else [value]:
            (box(page, name) if one is True else box(page, name, one)).check()
    else:
        box(page, name).fill(str(value))


def without_parts(name):
    """A date's three boxes are one answer."""
    for part in ("day", "month", "year"):
        if name.endswith(f"_{part}"):
            return name.removesuffix(f"_{part}"), part
    return name, ""


def answer(page, fill, other):
    """Answer what has to be answered, as the line says or else with anything fitting."""
    done, fill = set(), {name: other if value is OTHER else standing(value) for name, value in fill.items()}
    there = boxes(page)
    for one in there:
        name, part = without_parts(one["name"])
        key = name if part and one["type"] == "text" else one["name"]
        if one["name"] in done:
            continue
        if key not in fill:
            value = None if one["optional"] else anything(there, one, part)
        else:
            value = getattr(fill[key], part) if key != one["name"] and fill[key] is not None else fill[key]
        if value is FIRST:
            value = one["first"]
        if value is not None:
            put(page, one["name"], one["type"], value)
        done.add(one["name"])


def anything(there, one, part):
    """An answer for a box of which the line says nothing; None where it has one already."""
    if one["type"] == "select":
        return None if one["value"] else one["first"]
    if one["type"] == "radio":
        chosen = any(other["checked"] for other in there if other["name"] == one["name"])
        return None if chosen else one["value"]
    if one["type"] == "checkbox":
        return one["value"] if one["grouped"] else None
    if one["type"] in {"text", "textarea"} and not one["value"]:
        return getattr(TODAY, part) if part else "Set down in the browser"
    return None


def standing(value):
    """An answer, or what makes one: two runs of one form must not both give the same number."""
    return value() if callable(value) else value


def leave_empty(page):
    """Empty every box but what may be left empty anyway, where something is typed that must be kept."""
    kept = {}
    for one in boxes(page):
        _name, part = without_parts(one["name"])
        if one["type"] not in {"text", "textarea", "email"}:
            if one["type"] == "select" and page.locator(f"[name='{one['name']}'] option[value='']").count():
                box(page, one["name"]).select_option("")
            continue
        words = ("31" if part == "day" else "") if part else "Kept as typed" if one["optional"] else ""
        box(page, one["name"]).fill(words)
        if words:
            kept[one["name"]] = words
    return kept


def send(page):
    page.locator("#main-content form[method=post] button:not([formaction])").last.click()
    page.wait_for_load_state()


def refuse(person, where, faults):
    """Sent empty: the summary names each mistake, has the focus, and leads to its box; what was typed is there."""
    page = person.page
    kept = leave_empty(page)
    send(page)
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
        faults.note(where, box(page, name).input_value() == words, f"what was typed in {name} is lost")


def succeed(person, where, line, other, faults):
    """Filled in, it leads where "Cancel" would have led, or where its line says."""
    page = person.page
    cancel = page.locator("#main-content form[method=post] a.govuk-link", has_text="Cancel")
    wanted = urlsplit(cancel.first.get_attribute("href")).path if cancel.count() else ""
    answer(page, line.fill, other)
    send(page)
    if page.locator(".govuk-error-summary").count():
        faults.note(where, False, page.locator(".govuk-error-summary").inner_text())  # noqa: FBT003
        return
    at = urlsplit(page.url).path
    right = re.search(line.lands, at) if line.lands else at == wanted
    faults.note(where, right, f"leads to {at} and not to {line.lands or wanted or 'anywhere known'}")
    faults.note(where, not page.title().startswith(("Error", "Sorry", "Page not")), page.title())


@pytest.mark.parametrize("noun", sorted(FORMS))
def test_the_forms_of_the_record(person, addresses, noun):
    faults, people = Faults(), {}
    for mode, javascript in MODES.items():
        for name, line in FORMS[noun].items():
            key = (line.who, javascript)
            sitting = people.get(key) or people.setdefault(key, person(line.who, javascript=javascript))
            try:
                fill_in(sitting, f"{mode} {name}", *addresses[f"{mode} {name}"], line, faults)
            except Error as trouble:  # a box that cannot be filled is a fault of this form, not the end of the others
                faults.append(f"{mode} {name}: {trouble}")
    assert not faults, "\n".join(["", *faults])


def fill_in(sitting, where, address, other, line, faults):
    status = sitting.opens(address)
    if status != 200 or not sitting.page.locator("#main-content form[method=post] button").count():
        faults.append(f"{where}: {address} answers {status}, {sitting.page.locator('main').inner_text()[-200:]}")
        return
    if sitting.javascript and line.needs:
        refuse(sitting, where, faults)  # which looks at the page too: it is the same, and more
        sitting.opens(address)
    elif sitting.javascript:
        look(sitting, where, faults, "#main-content")
    succeed(sitting, where, line, other, faults)


def test_every_page_of_the_record(person, addresses):
    faults, people = Faults(), {}
    for name, who in PAGES.items():
        sitting = people.get(who) or people.setdefault(who, person(who))
        address, _other = addresses[f"with JavaScript {name}"]
        status = sitting.opens(address)
        faults.note(name, status == 200, f"{address} answers {status}")
        look(sitting, name, faults)
    assert not faults, "\n".join(["", *faults])
