"""The person and the case: one row that lists can filter and order by."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any, Self, TypeVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Why
from agencies.models import Agency, Area, Membership, User
from mappa import dates
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.plain import NameField
from mappa.reference_numbers import new_reference
from mappa.templatetags.mappa import long_date
from offenders import names
from offenders.visibility import scope_of

M = TypeVar("M", bound=models.Model)


class OffenderQuerySet(GuardedQuerySet["Offender"]):
    def visible_to(self, user: User) -> Self:
        """Cases of the user's areas, granted to their agencies, or naming them; never those they are excluded from."""
        return self.scoped(scope_of(user).rule())

    def standing_for(self, reference: str) -> Self:
        """The record that a merged one with this reference is part of."""
        return self.filter(merges__merged_reference=reference, merges__undone_at__isnull=True)

    def outline_of(self, reference: str, areas: Sequence[int]) -> Self:
        """The case of a reference in some areas, for who may know of it by that alone: its area, and whether it is restricted."""
        rows = self.scoped(Q(reference=reference, area__in=areas, merged_into__isnull=True))
        return rows.only("pk", "reference", "area", "restricted", "merged_into", "lead_agency").select_related("area")

    def current(self) -> Self:
        """Cases managed under MAPPA now."""
        return self.filter(ended_on__isnull=True)

    def review_due(self, on: date) -> Self:
        """Cases whose review is due by a day."""
        return self.filter(next_review_on__lte=on)

    def outlines_in(self, areas: Sequence[int], *, to: User) -> Self:
        """Every case of these areas, restricted ones too, but for those that `to` is excluded from.

        For whoever keeps retention there: he is told references and days, and nothing of whom a case is about.
        """
        return self.scoped(Q(area__in=areas, merged_into__isnull=True) & ~Q(pk__in=sorted(scope_of(to).excluded)))

    def officers_gone(self, agencies: Sequence[int], on: date) -> frozenset[int]:
        """Who is named as lead officer of a case of these agencies, and holds no membership of any agency on a day.

        It says who they are, and nothing of any case.
        """
        led = self.scoped(Q(lead_agency__in=agencies, lead_officer__isnull=False))
        named = User.objects.filter(pk__in=led.order_by().values("lead_officer").distinct())
        held = Membership.objects.in_force(on).filter(user=OuterRef("pk"))
        return frozenset(named.exclude(Exists(held)).values_list("pk", flat=True))

    def references_of(self, cases: Iterable[int], *, to: User) -> dict[int, str]:
        """The references of cases by key, for the log of their use, but for those that `to` is excluded from.

        It lets out that, and nothing else of any case.
        """
        rows = self.scoped(Q(pk__in=sorted(set(cases) - scope_of(to).excluded))).order_by()
        return dict(rows.values_list("pk", "reference"))

    def called(self, reference: str, areas: Sequence[int], *, to: User) -> int | None:
        """The key of a case of these areas by its reference, restricted ones too. It lets out that there is one.

        Not to whoever is excluded from it.
        """
        rows = self.scoped(Q(reference=reference, area__in=areas) & ~Q(pk__in=sorted(scope_of(to).excluded)))
        return rows.values_list("pk", flat=True).first()


class Precision(models.TextChoices):
    """How exactly a date of birth is known."""

    DAY = "day", _("The day")
    MONTH = "month", _("The month and year")
    YEAR = "year", _("The year")
    ABOUT = "about", _("About the year")


def birth_words(day: date, precision: str) -> str:
    """14 May 1981, May 1981, 1981, about 1981."""
    if precision == Precision.MONTH:
        return f"{day:%B %Y}"
    if precision == Precision.DAY:
        return long_date(day)
    year = f"{day:%Y}"
    return str(_("about %s")) % year if precision == Precision.ABOUT else year


def search_key(name: str) -> str:
    """A name as it is searched and sorted: lower case without accents and signs, one space between words."""
    return names.fold(name)[:201]


class Offender(ProtectedModel):
    """A person managed under MAPPA."""

    class Category(models.IntegerChoices):
        SEXUAL = 1, _("Category 1: registered sexual offender")
        VIOLENT = 2, _("Category 2: violent or other sexual offender")
        DANGEROUS = 3, _("Category 3: other dangerous offender")
        TERRORIST = 4, _("Category 4: terrorist or terrorism-risk offender")

    class Level(models.IntegerChoices):
        ORDINARY = 1, _("Level 1: ordinary agency management")
        ACTIVE = 2, _("Level 2: active multi-agency management")
        ENHANCED = 3, _("Level 3: active enhanced management")

    class Rosh(models.IntegerChoices):
        LOW = 1, _("Low")
        MEDIUM = 2, _("Medium")
        HIGH = 3, _("High")
        VERY_HIGH = 4, _("Very high")

    class Whereabouts(models.TextChoices):
        COMMUNITY = "community", _("In the community")
        CUSTODY = "custody", _("In custody")
        HOSPITAL = "hospital", _("In hospital")
        DETENTION = "detention", _("In immigration detention")
        ABROAD = "abroad", _("Abroad")
        ABSCONDED = "absconded", _("Unlawfully at large or absconded")
        DECEASED = "deceased", _("Deceased")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "MA"), editable=False)
    surname = NameField(_("last name"), max_length=80)
    forenames = NameField(_("first names"), max_length=120)
    search_name = models.CharField(max_length=201, editable=False)
    # Every word by which the person is found, as offenders/names.py makes them; `alias_words` those of other names.
    name_words = ArrayField(models.TextField(), default=list, blank=True, editable=False)
    alias_words = ArrayField(models.TextField(), default=list, blank=True, editable=False)
    # Where only a month or a year is known, the first day of it: `born_is` says so, and pages write no more than is known.
    born_on = models.DateField(_("date of birth"))
    born_is = models.CharField(max_length=5, choices=Precision, default=Precision.DAY, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    lead_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    lead_officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    whereabouts = models.CharField(max_length=10, choices=Whereabouts, default=Whereabouts.COMMUNITY)
    category = models.PositiveSmallIntegerField(choices=Category, null=True, blank=True)
    level = models.PositiveSmallIntegerField(choices=Level, default=Level.ORDINARY)
    rosh = models.PositiveSmallIntegerField(_("risk of serious harm"), choices=Rosh, null=True, blank=True)
    next_review_on = models.DateField(null=True, blank=True)
    restricted = models.BooleanField(default=False)
    registered_at = models.DateTimeField(auto_now_add=True)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True, blank=True)
    # A record of the same person that stands in place of this one; until that is undone nobody sees this one.
    merged_into = models.ForeignKey("self", models.PROTECT, related_name="+", null=True, blank=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = OffenderQuerySet.as_manager()

    class Meta:
        ordering = ["surname", "forenames", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(category=3, level=1, ended_on__isnull=True),
                name="category_3_is_never_at_level_1",
                violation_error_message=_("A category 3 case is managed at level 2 or 3."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=False) | Q(category__isnull=True) | Q(next_review_on__isnull=False),
                name="managed_cases_have_a_review_date",
                violation_error_message=_("Set the date of the next review."),
            ),
            # No list, count or grant of an area or an agency reaches a restricted case, so none reaches a merged one.
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(restricted=True), name="a_merged_record_is_closed"
            ),
        ]
        indexes = [
            models.Index(
                fields=["area", "search_name", "id"],
                name="cases_by_name",
                condition=Q(ended_on__isnull=True, restricted=False),
            ),
            models.Index(fields=["lead_agency", "lead_officer"], name="cases_by_lead"),
            models.Index(
                fields=["area", "next_review_on", "id"],
                name="cases_by_review",
                condition=Q(ended_on__isnull=True, restricted=False),
            ),
            models.Index(
                fields=["area", "level", "next_review_on", "id"],
                name="cases_by_level",
                condition=Q(ended_on__isnull=True, restricted=False),
            ),
            models.Index(
                fields=["area", "category", "level"],
                name="cases_by_category",
                condition=Q(ended_on__isnull=True, restricted=False),
            ),
            models.Index(
                fields=["area", "rosh", "search_name", "id"],
                name="cases_by_rosh",
                condition=Q(ended_on__isnull=True, restricted=False),
            ),
            models.Index(
                fields=["area", "whereabouts", "search_name", "id"],
                name="cases_by_place",
                condition=Q(ended_on__isnull=True, restricted=False),
            ),
            models.Index(
                fields=["area", "ended_on", "id"],
                name="cases_ended",
                condition=Q(ended_on__isnull=False, merged_into__isnull=True),
            ),
            models.Index(fields=["search_name"], name="all_cases_by_name"),
            models.Index(fields=["born_on"], name="cases_by_birth"),
            GinIndex(fields=["name_words", "alias_words"], name="cases_by_words", fastupdate=False),
            models.Index(fields=["lead_officer", "next_review_on"], name="cases_by_officer"),
        ]

    def __str__(self) -> str:
        return self.reference

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What a search goes by follows the name, in the same transaction (docs/search.md)."""
        self.search_name = search_key(f"{self.surname} {self.forenames}")
        self.name_words = list(names.words_of(self.surname, self.forenames))
        wanted = kwargs.get("update_fields")
        renamed = wanted is None or not {"surname", "forenames"}.isdisjoint(wanted)
        if wanted is not None and renamed:
            kwargs["update_fields"] = {*wanted, "search_name", "name_words"}
        super().save(*args, **kwargs)
        if renamed:
            self.learn_words()

    def learn_words(self) -> None:
        """Put the words of the name into the dictionary from which searches take what may have been meant."""
        from offenders.models.name import NameWord

        NameWord.learn(names.single_words(self.surname, self.forenames))

    def clean(self) -> None:
        born_on: date | None = self.born_on
        if born_on is not None and not date(1900, 1, 1) <= born_on <= dates.today():
            raise ValidationError({"born_on": _("The date of birth must be in the past and after 1900")})

    @property
    def full_name(self) -> str:
        """As lists write it: last name first."""
        return f"{self.surname}, {self.forenames}"

    @property
    def born_in_words(self) -> str:
        """The date of birth, as exactly as it is known."""
        return birth_words(self.born_on, self.born_is)

    @property
    def born_at_the_earliest(self) -> date:
        """The first day on which the person may have been born: "about" a year reaches into the year before."""
        year = self.born_on.year
        return date(year - 1, 1, 1) if self.born_is == Precision.ABOUT else self.born_on

    def get_absolute_url(self) -> str:
        return reverse("offenders:overview", args=[self.reference])

    def case_id_for_audit(self) -> int:
        return self.pk

    def parts(self) -> Parts:
        """Which agencies and people have a part in the case, for agencies/access.py."""
        from offenders.models.grant import parts_of

        return parts_of(self)

    def why(self, user: User) -> Why:
        """Why the user opens the case, or where he is asked (access.md, Purpose)."""
        from offenders.models.purpose import whys

        return whys([self], user)[self.pk]

    def can_be_referred_to(self, level: int) -> bool:
        return self.ended_on is None and level > self.level


class CaseQuerySet(GuardedQuerySet[M]):
    """Whatever belongs to a case is seen by whoever sees the case."""

    def visible_to(self, user: User) -> Self:
        cases = Offender.objects.visible_to(user)
        return self.scoped(Q(offender__in=cases.order_by().values("pk")))


class CaseModel(ProtectedModel):
    """A row of one case."""

    offender: models.ForeignKey[Offender, Offender]

    class Meta:
        abstract = True

    def case_id_for_audit(self) -> int:
        case_id: int = self.offender_id  # type: ignore[attr-defined]
        return case_id

    def parts(self) -> Parts:
        return self.offender.parts()

    def why(self, user: User) -> Why:
        return self.offender.why(user)
