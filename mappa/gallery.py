"""The page /components/: every piece of page furniture with made-up contents, to look at and to test against."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mappa.charts import Bars, Heat, Line, Stacked
from mappa.forms import DateField, Form
from mappa.paper import Table

TODAY = date(2026, 11, 22)


class SampleForm(Form):
    """One field of each kind."""

    widths = {"crn": 10, "level": 10}
    inline = ("agreed",)

    crn = forms.CharField(
        label=gettext_lazy("CRN"),
        help_text=gettext_lazy("1 letter and 6 numbers, for example X123456."),
        error_messages={"required": gettext_lazy("Enter the CRN")},
    )
    category = forms.ChoiceField(
        label=gettext_lazy("Which MAPPA category applies?"),
        widget=forms.RadioSelect,
        choices=[
            ("1", gettext_lazy("Category 1: registered sexual offender")),
            ("2", gettext_lazy("Category 2: violent or other sexual offender")),
            ("3", gettext_lazy("Category 3: other dangerous offender")),
        ],
        error_messages={"required": gettext_lazy("Select the MAPPA category")},
    )
    agreed = forms.ChoiceField(
        label=gettext_lazy("Has your manager agreed?"),
        widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        error_messages={"required": gettext_lazy("Select yes if your manager has agreed")},
    )
    agencies = forms.MultipleChoiceField(
        label=gettext_lazy("Which agencies are already involved?"),
        help_text=gettext_lazy("Select all that apply."),
        widget=forms.CheckboxSelectMultiple,
        choices=[("police", gettext_lazy("Police")), ("housing", gettext_lazy("Local authority housing"))],
        required=False,
    )
    release = DateField(
        label=gettext_lazy("When is the earliest release date?"),
        what=gettext_lazy("release date"),
        help_text=gettext_lazy("For example, 27 3 2026."),
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Level requested"),
        choices=[("", gettext_lazy("Choose a level")), ("2", gettext_lazy("Level 2")), ("3", gettext_lazy("Level 3"))],
        error_messages={"required": gettext_lazy("Select the level requested")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why does this case need multi-agency management?"),
        help_text=gettext_lazy("Do not include victims’ addresses."),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Enter why this case needs multi-agency management")},
    )
    plan = forms.FileField(label=gettext_lazy("Risk management plan"), required=False)
    accurate = forms.BooleanField(
        label=gettext_lazy("These minutes are accurate"),
        help_text=gettext_lazy("This is your signature."),
        error_messages={"required": gettext_lazy("Confirm that the minutes are accurate")},
    )


def sample_form(*, wrong: bool) -> SampleForm:
    """The form as first opened, or with every kind of mistake."""
    if not wrong:
        return SampleForm()
    form = SampleForm(
        {"wrong-release_day": "27", "wrong-release_year": "2026", "wrong-crn": ""}, prefix="wrong", auto_id="id_%s"
    )
    form.add_error(None, _("This person was referred on 12 November. Open that referral instead."))
    return form


def gallery(request: HttpRequest) -> HttpResponse:
    """Show everything once."""
    return render(request, "components/gallery.html", {"today": TODAY} | furniture() | person() | figures())


def furniture() -> dict[str, Any]:
    """Forms, lists and tables."""
    return {
        "sample": sample_form(wrong=False),
        "wrong": sample_form(wrong=True),
        "links": [{"url": "#breadcrumbs", "label": _("My work")}, {"url": "#breadcrumbs", "label": _("People")}],
        "colours": ["grey", "green", "teal", "blue", "purple", "magenta", "red", "orange", "yellow"],
        "rows": [
            {"label": _("Lead agency"), "value": _("Probation Service"), "url": "#summary"},
            {"label": _("Accommodation"), "value": ""},
            {"label": _("Why Level 2"), "value": _("Three agencies hold part of the risk.\nNone can manage it alone.")},
        ],
        "headings": [_("Agency"), _("Came to"), _("Sent information")],
        "cells": [[_("Police"), "99%", "98%"], [_("Housing"), "70%", "84%"]],
    }


def person() -> dict[str, Any]:
    """A made-up person with boxes, tabs, timeline and tasks."""
    return {
        "person": {
            "name": _("Ashdown, Peter"),
            "reference": "MA-7Q2F-K9XD",
            "crn": "X123456",
            "pnc": "2004/0712343W",
            "born": _("14 May 1981 (45 years old)"),
            "lead_agency": _("Probation Service"),
            "flags": [
                {"text": _("Very high ROSH"), "tone": "severe"},
                {"text": _("Category 2, Level 2"), "tone": "alert"},
                {"text": _("Risk to children"), "tone": "risk"},
                {"text": _("In custody"), "tone": "plain"},
            ],
        },
        "mappa": {
            "category": 2,
            "level": 2,
            "lead_agency": _("Probation Service"),
            "next_review": _("Overdue by 3 days"),
            "next_review_tone": "over",
            "changed": _("12 November 2026"),
            "url": "#boxes",
            "link": _("Book a review meeting"),
        },
        "no_mappa": {"category": None, "url": "#boxes", "link": _("Refer to MAPPA")},
        "rosh": {
            "level": "VH",
            "rows": [
                {"who": _("Children"), "community": "VH", "custody": "L"},
                {"who": _("Public"), "community": "H", "custody": "L"},
                {"who": _("Known adult"), "community": "M", "custody": "M"},
                {"who": _("Staff"), "community": "L", "custody": None},
            ],
            "custody": True,
            "source": _("OASys"),
            "updated": _("3 November 2026"),
        },
        "no_rosh": {"level": None},
        "tabs": [
            {"url": "#tabs", "label": _("Overview"), "current": True},
            {"url": "#tabs", "label": _("Risk and plan")},
            {"url": "#tabs", "label": _("Actions"), "count": 3, "about": _("open")},
            {"url": "#tabs", "label": _("Timeline")},
        ],
        "events": [
            {
                "title": _("Disclosure decision recorded"),
                "by": _("S Patel, Police"),
                "when": _("18 November 2026 at 2:10pm"),
                "text": _("Disclosure to employer agreed. Review 18 December."),
                "url": "#timeline",
            },
            {"title": _("Level 2 meeting held"), "by": _("K Mensah"), "when": _("12 November 2026 at 10am")},
        ],
        "tasks": [sample_task(-3, "Ashdown, Peter"), sample_task(1, "Lowe, Martin"), sample_task(20, "Okafor, Daniel")],
    }


def sample_task(days: int, who: str) -> dict[str, Any]:
    """A task that falls due so many days from the sample's today."""
    return {
        "subject": who,
        "detail": "X123456",
        "url": "#tasks",
        "what": _("Level 2 review"),
        "due": TODAY + timedelta(days=days),
        "next": _("Book a review meeting"),
        "next_url": "#tasks",
    }


def figures() -> dict[str, Any]:
    """Sample charts."""
    return {
        "bars": Bars(
            title=_("Meetings each agency attended"),
            summary=_("Housing came to 7 in 10 meetings, the lowest of any agency."),
            rows=[(_("Police"), 99), (_("Probation Service"), 100), (_("Housing"), 70), (_("Youth justice"), 4)],
            unit="%",
            target=90,
        ),
        "line": Line(
            title=_("People managed at Level 2 and 3"),
            summary=_("The number has risen from 41 to 58 in 6 months."),
            rows=[(_("Jun"), 41), (_("Jul"), 43), (_("Aug"), 47), (_("Sep"), 46), (_("Oct"), 52), (_("Nov"), 58)],
            target=50,
        ),
        "stacked": Stacked(
            title=_("Actions overdue, by age"),
            summary=_("Housing has the most, 5 of 7."),
            rows=[(_("Housing"), 5), (_("Police"), 2)],
            parts=[_("Up to 28 days"), _("More than 28 days")],
            numbers=[[3, 2], [2, 0]],
        ),
        "heat": Heat(
            title=_("Attendance, month by month"),
            summary=_("Housing missed most, 9 of 22, in 2 of 3 months."),
            rows=[(_("Police"), 98), (_("Housing"), 59)],
            unit="%",
            columns=[_("Sep"), _("Oct"), _("Nov")],
            cells=[[(100, "100"), (94, "94"), (None, "–")], [(40, "40"), (66, "66"), (100, "3/3")]],
        ),
        "heat_table": Table(
            _("Attendance, month by month"),
            [_("Agency"), _("September"), _("October"), _("November")],
            [[_("Police"), "9 of 9", "16 of 17", "–"], [_("Housing"), "4 of 10", "6 of 9", "3 of 3"]],
        ),
        "rough": Bars(
            title=_("Attendance, from rounded numbers"),
            summary=_("Housing came to 5 to 7 in 10."),
            rows=[(_("Housing"), 50)],
            upto=[70],
            said=[_("5 to 7 in 10")],
            full=100,
        ),
    }
