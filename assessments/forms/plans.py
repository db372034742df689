"""What the pages of the plan ask."""

from collections.abc import Sequence, Set
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from agencies.access import Perm, allowed
from agencies.models import Agency, User
from assessments import terms
from assessments.models import PILLARS, Audience, Heading, Measure, Plan, PlanTerm
from assessments.validity import agencies_on
from mappa.forms import DateField, Form
from offenders.models import Offender

LEFT_OUT = "left-out"
NAME_NO_VICTIM = _("Name no victim: write “the victim”.")


class SectionForm(Form):
    """What stands under one heading, as it was when `version` was read."""

    section = forms.ChoiceField(choices=Heading)
    text = forms.CharField(required=False, strip=False, max_length=20_000)
    audience = forms.ChoiceField(choices=Audience)
    version = forms.IntegerField(min_value=0)


def _what() -> forms.CharField:
    return forms.CharField(
        label=_("What will be done?"),
        help_text=NAME_NO_VICTIM,
        max_length=300,
        error_messages={"required": _("Enter what will be done")},
    )


def _person() -> forms.CharField:
    return forms.CharField(
        label=_("Who there does it?"), help_text=_("A name or a post."), max_length=120, required=False
    )


def _checked() -> forms.CharField:
    return forms.CharField(
        label=_("How is it checked?"),
        help_text=_("For example “Police inspect the phone each month and note the result”."),
        max_length=300,
        error_messages={"required": _("Enter how it is checked")},
    )


def _version() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0)


def _pillar() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Under which heading?"),
        choices=[(pillar.value, pillar.label) for pillar in PILLARS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the heading")},
    )


def _agency() -> Any:
    return forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Which agency does it?"),
        error_messages={"required": _("Choose which agency does it")},
    )


class MeasureForm(Form):
    """A measure: within which pillar, what, who, by when, how it is checked, and who reads it."""

    widths: ClassVar = {"person": 30}

    pillar = _pillar()
    text = _what()
    agency = _agency()
    person = _person()
    due_on = DateField(label=_("By when?"), what=_("day by which it is done"))
    checked_how = _checked()
    audience = forms.ChoiceField(
        label=_("Who may read it?"),
        help_text=_("The agency that does it always may."),
        choices=[("", _("As usual under this heading")), *Audience.choices],
        required=False,
    )
    override_reason = forms.CharField(
        label=_("Why must refused words stand?"),
        help_text=_(
            "Only for co-ordination and chairs, when the check refused the words. It is kept with the measure."
        ),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, offender: Offender, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = Q(area=offender.area_id) | Q(pk=offender.lead_agency_id) | Q(pk__in=agencies_on(offender))
        agencies = Agency.objects.filter(there, is_active=True).order_by("name")
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]
        if not allowed(user, Perm.TAKE_MINUTES, on=offender):
            self.fields["override_reason"].widget = forms.HiddenInput()

    @staticmethod
    def known(measure: Measure) -> dict[str, Any]:
        """What is asked first: the measure as it is."""
        names = (
            "pillar",
            "text",
            "agency",
            "person",
            "due_on",
            "checked_how",
            "audience",
            "override_reason",
            "version",
        )
        return {name: getattr(measure, name) for name in names}


class ChangeMeasureForm(MeasureForm):
    """The same of a measure that is there."""

    audience = forms.ChoiceField(
        label=_("Who may read it?"),
        help_text=_("The agency that does it always may."),
        choices=Audience,
        error_messages={"required": _("Choose who may read it")},
    )
    version = _version()


class ProposalForm(Form):
    """A measure that an agency proposes to do itself."""

    widths: ClassVar = {"person": 30}

    pillar = _pillar()
    text = _what()
    agency = _agency()
    person = _person()
    due_on = DateField(label=_("By when?"), what=_("day by which it is done"))
    checked_how = _checked()

    def __init__(self, *args: Any, agencies: Sequence[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Agency.objects.filter(pk__in=[agency.pk for agency in agencies]).order_by("name")
        self.fields["agency"].queryset = own  # type: ignore[attr-defined]
        if len(agencies) == 1:
            self.fields["agency"].widget = forms.HiddenInput()
            self.fields["agency"].initial = agencies[0].pk


class DraftMeasureForm(Form):
    """What an agency words of its own measure."""

    widths: ClassVar = {"person": 30}

    text = _what()
    person = _person()
    due_on = DateField(label=_("By when?"), what=_("day by which it is done"))
    checked_how = _checked()
    version = _version()


class ReportForm(Form):
    """What came of a measure."""

    outcome = forms.CharField(
        label=_("What was done, and what came of it?"),
        help_text=NAME_NO_VICTIM,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        error_messages={"required": _("Enter what was done and what came of it")},
    )


class TermsForm(Form):
    """Each running condition, order and flag: under which heading the plan answers it, or why it is left out."""

    says_optional = False

    version = _version()

    def __init__(self, *args: Any, plan: Plan, user: User, **kwargs: Any) -> None:
        self.running = {term.row.reference: term for term in terms.running(plan.offender, user)}
        said = terms.answers(plan, user)
        first: dict[str, Any] = {"version": plan.terms_version}
        super().__init__(*args, initial=first, **kwargs)
        places = [("", __("Not settled yet")), *Heading.choices, (LEFT_OUT, __("Left out of the plan"))]
        for reference, term in self.running.items():
            row = said.get(term.key)
            if row is not None:
                first |= {f"place-{reference}": row.heading or LEFT_OUT, f"why-{reference}": row.left_out_reason}
            hint = format_lazy(_("{text} Saved now: {saved}."), text=term.text, saved=_saved_words(row))
            self.fields[f"place-{reference}"] = forms.ChoiceField(
                label=term.title, help_text=hint, choices=places, required=False
            )
            self.fields[f"why-{reference}"] = forms.CharField(
                label=format_lazy(_("If left out, why? ({title})"), title=term.title), max_length=300, required=False
            )
        self.redress()

    def clean(self) -> dict[str, Any]:
        """What the action is given: the answers by what they are about, and the version that was read."""
        found = super().clean() or {}
        settled = {}
        for reference, term in self.running.items():
            place, why = found.get(f"place-{reference}", ""), found.get(f"why-{reference}", "")
            if place == LEFT_OUT and not why:
                self.add_error(f"why-{reference}", __("Enter why it is left out: %s") % term.title)
            elif place:
                settled[term.key] = ("" if place == LEFT_OUT else place, why)
        return {"settled": settled, "version": found.get("version", 0)}


def _saved_words(row: PlanTerm | None) -> str:
    if row is None:
        return __("not settled")
    return row.get_heading_display() if row.heading else __("left out: %s") % row.left_out_reason


class SendPlanForm(Form):
    """When the plan is reviewed at the latest."""

    review_on = DateField(
        label=_("When is the plan reviewed?"),
        what=_("date of the review"),
        help_text=_("Leave empty for the last day that the standard of the level allows."),
        required=False,
    )


class ReturnPlanForm(Form):
    """What has to be put right."""

    reason = forms.CharField(
        label=_("What has to be put right?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        error_messages={"required": _("Enter what has to be put right")},
    )


class SharePlanForm(Form):
    """The agencies that are given the plan: those that see the case and have not been given it."""

    agencies = forms.ModelMultipleChoiceField(
        Agency.objects.none(),
        label=_("Which agencies act by the plan?"),
        help_text=_("Those that see the case. Whoever owns a measure must be among them."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the agencies")},
    )

    def __init__(self, *args: Any, offender: Offender, given: Set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = Agency.objects.filter(pk__in=agencies_on(offender) - given).order_by("name")
        self.fields["agencies"].queryset = self.offered  # type: ignore[attr-defined]
