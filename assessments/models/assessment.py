"""Risk of serious harm, per group of people at risk, in the community and in custody."""

from functools import partial
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from mappa import dates
from mappa.reference_numbers import new_reference
from mappa.templatetags.mappa import long_date
from offenders.models import Offender
from offenders.models.offender import CaseModel, CaseQuerySet

GROUPS = {
    "children": _("Children"),
    "public": _("Public"),
    "known_adult": _("Known adult"),
    "staff": _("Staff"),
    "prisoners": _("Prisoners"),
    "to_self": _("Self"),
}
# Serious harm is harm to others: a level of risk to the person himself is kept beside it, and raises no overall level.
OTHERS = tuple(group for group in GROUPS if group != "to_self")
COMMUNITY = tuple(GROUPS)
CUSTODY = tuple(f"custody_{group}" for group in GROUPS)

# What HMPPS asks of a summary of risk of serious harm (whoIsAtRisk, natureOfRisk and so on).
WORDS = {
    "who_is_at_risk": _("Who is at risk?"),
    "nature_of_risk": _("What is the nature of the risk?"),
    "risk_imminence": _("When is the risk likely to be greatest?"),
    "risk_increase_factors": _("What makes it more likely?"),
    "risk_mitigation_factors": _("What makes it less likely?"),
}


def _level(group: str) -> Any:
    """Empty while it is not known."""
    return models.PositiveSmallIntegerField(GROUPS[group], choices=Offender.Rosh, null=True, blank=True)


class AssessmentQuerySet(CaseQuerySet["Assessment"]):
    def open(self) -> Self:
        """Assessments that no later one has replaced."""
        return self.filter(superseded_on__isnull=True)

    def unsigned(self) -> Self:
        """Of these, those that a manager has still to look at."""
        return self.open().filter(
            countersign_due_on__isnull=False, countersigned_at__isnull=True, returned_at__isnull=True
        )

    def returned(self) -> Self:
        """Of these, those that a manager sent back."""
        return self.open().filter(returned_at__isnull=False)


class Assessment(CaseModel):
    """An assessment of risk of serious harm, as one person made it on one day. What it says is never changed.

    It counts from the moment it is recorded; a manager then countersigns it or sends it back, and a review takes its
    place. The overall level is the highest known of risk to others; levels are those of the Guidance (domain.md 5.1).
    """

    class Change(models.TextChoices):
        CHANGED = "changed", _("Something changed")
        UNCHANGED = "unchanged", _("Nothing changed")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "AS"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="assessments")
    previous = models.OneToOneField("self", models.PROTECT, related_name="successor", null=True, blank=True)
    assessed_on = models.DateField(_("date of the assessment"))
    children = _level("children")
    public = _level("public")
    known_adult = _level("known_adult")
    staff = _level("staff")
    prisoners = _level("prisoners")
    to_self = _level("to_self")
    custody_children = _level("children")
    custody_public = _level("public")
    custody_known_adult = _level("known_adult")
    custody_staff = _level("staff")
    custody_prisoners = _level("prisoners")
    custody_to_self = _level("to_self")
    # What is not known is not low: it is said what will be done about it.
    unknown_plan = models.TextField(blank=True)
    who_is_at_risk = models.TextField(WORDS["who_is_at_risk"])
    nature_of_risk = models.TextField(WORDS["nature_of_risk"], db_column="nature")
    risk_imminence = models.TextField(WORDS["risk_imminence"])
    risk_increase_factors = models.TextField(WORDS["risk_increase_factors"])
    risk_mitigation_factors = models.TextField(WORDS["risk_mitigation_factors"])
    # Of a review: whether anything changed, and why; empty in a first assessment.
    change = models.CharField(max_length=10, choices=Change, blank=True)
    change_reason = models.TextField(blank=True)
    review_on = models.DateField(null=True, blank=True)
    assessed_at = models.DateTimeField(auto_now_add=True)
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Empty in those of the time before assessments were countersigned.
    countersign_due_on = models.DateField(null=True, blank=True)
    countersigned_at = models.DateTimeField(null=True, blank=True)
    countersigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    return_reason = models.TextField(blank=True)
    superseded_on = models.DateField(null=True, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-assessed_at", "-pk"]
        get_latest_by = "assessed_at"
        constraints = [
            models.CheckConstraint(
                condition=Q(countersigned_at__isnull=True, countersigned_by__isnull=True)
                | Q(countersigned_at__isnull=False, countersigned_by__isnull=False),
                name="a_countersignature_says_whose_it_is",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True, returned_by__isnull=True, return_reason="")
                | (Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(return_reason="")),
                name="an_assessment_sent_back_says_by_whom_and_why",
            ),
            models.CheckConstraint(
                condition=Q(countersigned_at__isnull=True) | Q(returned_at__isnull=True),
                name="an_assessment_is_countersigned_or_sent_back",
            ),
            models.CheckConstraint(
                condition=(Q(countersigned_by__isnull=True) | ~Q(countersigned_by=F("assessed_by")))
                & (Q(returned_by__isnull=True) | ~Q(returned_by=F("assessed_by"))),
                name="nobody_countersigns_his_own_assessment",
                violation_error_message=_("You made this assessment: another manager countersigns it."),
            ),
            models.CheckConstraint(
                condition=Q(previous__isnull=True) | ~Q(previous=F("pk")), name="no_assessment_reviews_itself"
            ),
        ]
        indexes = [
            models.Index(fields=["review_on"], name="assessments_open", condition=Q(superseded_on__isnull=True)),
            models.Index(
                fields=["returned_at"],
                name="assessments_returned",
                condition=Q(returned_at__isnull=False, superseded_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("assessments:assessment", args=[self.reference])

    def clean(self) -> None:
        problems = {
            "assessed_on": self._wrong_day(),
            "unknown_plan": self._unplanned(),
            "change": self._wrong_change(),
            "change_reason": self._unexplained(),
        }
        if found := {field: problem for field, problem in problems.items() if problem}:
            raise ValidationError(found)

    def _wrong_day(self) -> str:
        if self.assessed_on > dates.today():
            return __("The date of the assessment must be today or in the past")
        if self.assessed_on < self.offender.born_on:
            return __("The date of the assessment must be after the person’s date of birth")
        if self.previous is not None and self.assessed_on < self.previous.assessed_on:
            words = __("The date must be the same as or after the last assessment, %s: a review is not older than it")
            return words % long_date(self.previous.assessed_on)
        return ""

    def _unplanned(self) -> str:
        """A level that counts where the person is now may be unknown only with a word on how it becomes known."""
        counts = COMMUNITY + (CUSTODY if self.offender.whereabouts == Offender.Whereabouts.CUSTODY else ())
        if self.unknown_plan.strip() or all(getattr(self, name) is not None for name in counts):
            return ""
        return __("Enter what will be done about the levels that are not known")

    def _wrong_change(self) -> str:
        if self.previous is None:
            return __("Leave this empty: there is no earlier assessment") if self.change else ""
        if not self.change:
            return __("Select whether anything changed")
        differs = self.differences(self.previous)
        if self.change == self.Change.UNCHANGED and differs:
            words = __("You selected that nothing changed, and these differ from the last assessment: %s")
            return words % ", ".join(differs)
        if self.change == self.Change.CHANGED and not differs:
            return __(
                "You selected that something changed, and all levels and words are those of the last assessment: change them, or select that nothing changed"
            )
        return ""

    def _unexplained(self) -> str:
        if self.previous is None or self.change_reason.strip():
            return ""
        return __("Enter what changed and why, or why nothing did")

    def differences(self, other: "Assessment") -> list[str]:
        """What differs from another assessment, by name and not by what it says."""
        names = {name: str(GROUPS[name]) for name in COMMUNITY}
        custody = __("%s (custody)")
        names |= {f"custody_{group}": custody % label for group, label in GROUPS.items()}
        names |= {name: str(label).rstrip("?") for name, label in WORDS.items()}
        return [label for name, label in names.items() if _plain(getattr(self, name)) != _plain(getattr(other, name))]

    @property
    def overall(self) -> int | None:
        """The highest known level of risk to others in the community; None while none is known."""
        return self._highest(OTHERS)

    @property
    def overall_in_custody(self) -> int | None:
        """The same in custody."""
        return self._highest(tuple(f"custody_{group}" for group in OTHERS))

    def _highest(self, names: tuple[str, ...]) -> int | None:
        return max((level for name in names if (level := getattr(self, name)) is not None), default=None)

    def by_group(self) -> list[tuple[str, int | None, int | None]]:
        """Each group at risk by name, with its level in the community and in custody."""
        return [
            (str(label), getattr(self, group), getattr(self, f"custody_{group}")) for group, label in GROUPS.items()
        ]

    def is_unsigned(self) -> bool:
        """A manager has still to countersign it, or to send it back."""
        waits = self.countersign_due_on is not None and self.superseded_on is None
        return waits and self.countersigned_at is None and self.returned_at is None

    def is_by(self, user: User) -> bool:
        """It is the user's own work."""
        return self.assessed_by_id == user.pk

    def stage(self) -> str:
        """How far it is, in words."""
        if self.countersigned_by is not None:
            about = {"who": self.countersigned_by.name, "date": long_date(self.countersigned_at)}
            return __("Countersigned by %(who)s, %(date)s") % about
        if self.returned_by is not None:
            return __("Sent back by %(who)s, %(date)s") % {
                "who": self.returned_by.name,
                "date": long_date(self.returned_at),
            }
        if self.countersign_due_on is None:
            return __("Recorded before assessments were countersigned")
        return __("Not countersigned") if self.superseded_on else __("Waiting to be countersigned")


def _plain(value: Any) -> Any:
    """Words as they compare: a browser ends lines in its own way."""
    return " ".join(value.split()) if isinstance(value, str) else value
