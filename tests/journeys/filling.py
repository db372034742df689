"""How a form of the record is filled in and sent: in a browser, or as a browser without script does it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from lxml import html

from tests.journeys.record_forms import FIRST, OTHER, TODAY

FORM = "#main-content form[method=post]"
BOXES = f"{FORM} :is(input:not([type=hidden]), select, textarea)"
DESCRIBE = """boxes => boxes.map(box => ({
  name: box.name, type: box.tagName == "SELECT" ? "select" : box.tagName == "TEXTAREA" ? "textarea" : box.type,
  value: box.value, checked: box.checked,
  optional: !!(box.closest(".govuk-form-group:not(.govuk-date-input__item *)") || box).querySelector?.(".app-optional"),
  grouped: box.type == "checkbox" && !!box.closest("fieldset"),
  first: box.tagName == "SELECT" ? ([...box.options].find(o => o.value) || {}).value : "",
}))"""


class InBrowser:
    """The page that a browser shows, and the form in it."""

    def __init__(self, person):
        self.page = person.page

    def opens(self, address):
        return self.page.goto(address).status

    def can_be_sent(self):
        return bool(self.page.locator(f"{FORM} button").count())

    def words(self):
        return self.page.locator("main").inner_text()

    def title(self):
        return self.page.title()

    def path(self):
        return urlsplit(self.page.url).path

    def cancel(self):
        """Where "Cancel" leads, if there is one."""
        link = self.page.locator(f"{FORM} a.govuk-link", has_text="Cancel")
        return urlsplit(link.first.get_attribute("href")).path if link.count() else ""

    def errors(self):
        summary = self.page.locator(".govuk-error-summary")
        return summary.inner_text() if summary.count() else ""

    def boxes(self):
        return self.page.locator(BOXES).evaluate_all(DESCRIBE)

    def box(self, name, value=None):
        which = f"[name='{name}']" + (f"[value='{value}']" if value is not None else "")
        return self.page.locator(f"{FORM} {which}").first

    def put(self, name, kind, value):
        if kind == "select":
            self.box(name).select_option(value)
        elif kind == "file":
            self.box(name).set_input_files(value)
        elif kind == "radio":
            self.box(name, value).check()
        elif kind == "checkbox":
            for one in value if isinstance(value, list) else [value]:
                (self.box(name) if one is True else self.box(name, one)).check()
        else:
            self.box(name).fill(str(value))

    def send(self):
        self.page.locator(f"{FORM} button:not([formaction])").last.click()
        self.page.wait_for_load_state()


class Plainly:
    """The page as it was served, and what a browser without script sends of its form, without the browser.

    The cookies are those of the person's browser, and go back there.
    """

    def __init__(self, person):
        self.request = person.context.request

    def opens(self, address):
        return self._took(self.request.get(address))

    def _took(self, response):
        self.url, self.files, self.document = response.url, {}, html.document_fromstring(response.text())
        return response.status

    def _form(self, within=""):
        return self.document.xpath(f"//*[@id='main-content']//form[@method='post']{within}")

    def can_be_sent(self):
        return bool(self._form("//button"))

    def words(self):
        return self.document.find(".//main").text_content()

    def title(self):
        return " ".join(self.document.findtext(".//title").split())

    def path(self):
        return urlsplit(self.url).path

    def cancel(self):
        links = [link for link in self._form("//a") if is_of(link, "govuk-link") and "Cancel" in link.text_content()]
        return urlsplit(links[0].get("href")).path if links else ""

    def errors(self):
        return "".join(each.text_content() for each in self.document.iter() if is_of(each, "govuk-error-summary"))

    def boxes(self):
        return [described(box) for box in self._boxes()]

    def _boxes(self):
        return [
            box
            for box in self._form("//*[self::input or self::select or self::textarea]")
            if box.get("type") != "hidden"
        ]

    def box(self, name, value=None):
        """The first of this name, perhaps with this value, into which something can be put."""
        for box in self._boxes():
            if box.get("name") == name and value in {None, box.get("value")}:
                if box.get("disabled") is not None or box.xpath("ancestor-or-self::*[@hidden]"):
                    raise LookupError(f"{name} cannot be filled in")
                return box
        raise LookupError(f"there is no {name} {value or ''}")

    def put(self, name, kind, value):
        if kind == "file":
            self.files[name] = SimpleUploadedFile(value["name"], value["buffer"], value["mimeType"])
        elif kind in {"radio", "checkbox"}:
            self._check(name, kind, value if isinstance(value, list) else [value])
        elif kind == "select":
            self._choose(self.box(name), value)
        elif kind == "textarea":
            self.box(name).text = str(value)
        else:
            self.box(name).set("value", str(value))

    def _check(self, name, kind, values):
        for other in self._boxes() if kind == "radio" else ():
            if other.get("name") == name:
                other.attrib.pop("checked", None)
        for one in values:
            (self.box(name) if one is True else self.box(name, one)).set("checked", "")

    def _choose(self, box, value):
        options = list(box.iter("option"))
        chosen = [each for each in options if value in {value_of(each), each.text_content().strip()}]
        if not chosen:
            raise LookupError(f"{box.get('name')} does not offer {value}")
        for each in options:
            each.attrib.pop("selected", None)
        chosen[0].set("selected", "")

    def send(self):
        button = [each for each in self._form("//button") if each.get("formaction") is None][-1]
        form = next(button.iterancestors("form"))
        held: dict[str, list[Any]] = {}
        for name, value in [*self._holds(form), (button.get("name"), button.get("value", ""))]:
            if name:
                held.setdefault(name, []).append(value)
        if form.get("enctype") == "multipart/form-data":
            kind, body = MULTIPART_CONTENT, encode_multipart(BOUNDARY, held)
        else:
            kind, body = "application/x-www-form-urlencoded", urlencode(held, doseq=True).encode()
        headers = {"Content-Type": kind, "Referer": self.url, "Origin": urljoin(self.url, "/").rstrip("/")}
        self._took(self.request.post(urljoin(self.url, form.get("action", "")), data=body, headers=headers))

    def _holds(self, form) -> Iterator[tuple[str, Any]]:
        """What a form sends: names and values, by the rules of HTML."""
        for box in form.xpath(".//*[self::input or self::select or self::textarea]"):
            name, kind = box.get("name"), box.get("type", "text")
            if box.get("disabled") is not None or (kind in {"radio", "checkbox"} and box.get("checked") is None):
                continue
            if box.tag == "select":
                yield name, described(box)["value"]
            elif box.tag == "textarea":
                yield name, described(box)["value"].replace("\n", "\r\n")
            elif kind == "file":
                yield name, self.files.get(name) or SimpleUploadedFile("", b"")
            elif kind not in {"submit", "button", "reset", "image"}:
                yield name, described(box)["value"]


def is_of(element, name):
    return name in (element.get("class") or "").split()


def value_of(option):
    return option.get("value", option.text_content().strip())


def described(box):
    """As DESCRIBE does."""
    options = list(box.iter("option"))
    if box.tag == "select":
        chosen = [each for each in options if each.get("selected") is not None] or options
        kind, value = "select", value_of(chosen[0]) if chosen else ""
    elif box.tag == "textarea":
        kind, value = "textarea", (box.text or "").removeprefix("\n")
    else:
        kind = box.get("type", "text")
        value = box.get("value", "on" if kind in {"radio", "checkbox"} else "")
    groups = (
        each
        for each in box.iterancestors()
        if is_of(each, "govuk-form-group")
        and not any(is_of(above, "govuk-date-input__item") for above in each.iterancestors())
    )
    group = next(groups, None)
    return {
        "name": box.get("name", ""),
        "type": kind,
        "value": value,
        "checked": box.get("checked") is not None,
        "optional": group is not None and any(is_of(each, "app-optional") for each in group.iter()),
        "grouped": kind == "checkbox" and next(box.iterancestors("fieldset"), None) is not None,
        "first": next((value_of(each) for each in options if value_of(each)), None),
    }


def without_parts(name):
    """A date's three boxes are one answer."""
    for part in ("day", "month", "year"):
        if name.endswith(f"_{part}"):
            return name.removesuffix(f"_{part}"), part
    return name, ""


def answer(form, fill, other):
    """Answer what has to be answered, as the line says or else with anything fitting."""
    done, fill = set(), {name: other if value is OTHER else standing(value) for name, value in fill.items()}
    there = form.boxes()
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
            form.put(one["name"], one["type"], value)
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
