"""Victims and people at risk: a compartment of the case, and the warnings that others see without seeing it."""

from datetime import date
from functools import partial
from typing import Any, Self, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import HELD_FOR_AN_AREA, Perm, cells_of, memberships
from agencies.models import Agency, Membership, Role, User
from mappa import dates
from mappa.plain import NameField
from mappa.reference_numbers import new_reference
from offenders.models.grant import OffenderGroupObjectPermission, in_force
from offenders.models.offender import CaseModel, CaseQuerySet, Offender
from offenders.visibility import scope_of

M = TypeVar("M", bound=models.Model)
OLDEST = 120


def compartment(user: User) -> Q:
    """The cases whose victims the user may look at, of those that he sees: `Perm.VIEW_VICTIMS`, as a filter.

    A victim liaison officer has it where his agency has a part in the case or he is named on it; a coordinator and a
    chair have it in their area (access.md, Doing). tests/offenders/test_victims.py holds it against `allowed`.
    """
    if scope_of(user).everything:
        return Q(offender__isnull=False)
    cells = cells_of(Perm.VIEW_VICTIMS)
    rule = Q(pk__in=[])
    for membership in memberships(user):
        if Role.Code(membership.role_id) in cells:
            rule |= _part(membership, user)
    return rule & scope_of(user).shut()


def _part(membership: Membership, user: User) -> Q:
    """The cases in which the agency of one membership has a part, or which name the user ("yes" and "view")."""
    agency = membership.agency
    live = OffenderGroupObjectPermission.objects.visible_to(user).filter(in_force(dates.today()), group=agency.group_id)
    in_area = Q(offender__area=agency.area_id)
    part = Q(offender__lead_agency=agency.pk) | Q(offender__in=sorted(scope_of(user).named))
    part |= Q(offender__in=live.order_by().values("content_object"))
    if agency.is_responsible_authority:
        part |= in_area
    return part & in_area if Role.Code(membership.role_id) in HELD_FOR_AN_AREA else part


class VictimQuerySet(CaseQuerySet[M]):
    """Rows of the compartment: for those who see the case and hold, there, a role that opens it."""

    def visible_to(self, user: User) -> Self:
        cases = Offender.objects.visible_to(user)
        return self.scoped(Q(offender__in=cases.order_by().values("pk")) & compartment(user))

    def standing(self) -> Self:
        """People who are still victims or at risk."""
        return self.filter(ended_on__isnull=True)


class VictimFacts(CaseModel):
    """What is known of a victim or a person at risk. An address is nowhere in this service but here."""

    class Kind(models.TextChoices):
        VICTIM = "victim", _("Victim")
        AT_RISK = "at-risk", _("Person at risk")

    class Preference(models.TextChoices):
        TELEPHONE = "telephone", _("By telephone")
        LETTER = "letter", _("By letter")
        EMAIL = "email", _("By email")
        PERSON = "person", _("In person")
        THROUGH = "through", _("Through somebody else")
        NONE = "none", _("No contact")
        UNKNOWN = "unknown", _("Not known yet")

    kind = models.CharField(max_length=10, choices=Kind)
    name = NameField(max_length=120)
    relation = models.CharField(max_length=120)
    born_on = models.DateField(null=True, blank=True)
    about_age = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(OLDEST)])
    is_child = models.BooleanField(default=False)
    preference = models.CharField(max_length=10, choices=Preference, default=Preference.UNKNOWN)
    contact = models.TextField(blank=True)
    vulnerability = models.TextField(blank=True)
    never_disclose = models.TextField(blank=True)

    class Meta:
        abstract = True

    def clean(self) -> None:
        born_on: date | None = self.born_on
        if born_on is not None and born_on > dates.today():
            raise ValidationError({"born_on": _("The date of birth must be in the past")})
        if born_on is not None and self.about_age is not None:
            raise ValidationError({"about_age": _("Enter a date of birth or an age, not both")})
        if born_on is not None and (dates.age(born_on, dates.today()) < 18) != self.is_child:
            words = _("Tick this for everybody under 18, and for nobody else: look at the date of birth")
            raise ValidationError({"is_child": words})


FACTS = (
    "kind",
    "name",
    "relation",
    "born_on",
    "about_age",
    "is_child",
    "preference",
    "contact",
    "vulnerability",
    "never_disclose",
)


class Victim(VictimFacts):
    """A victim or a person at risk, as known now. What was known before is kept in `EarlierVictim`."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "VI"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="victims")
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    end_reason = models.TextField(blank=True)

    objects = VictimQuerySet["Victim"].as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(born_on__isnull=True) | Q(about_age__isnull=True), name="a_victim_has_a_birth_or_an_age"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_by__isnull=True, end_reason="")
                | (Q(ended_on__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")),
                name="an_ended_victim_says_by_whom_and_why",
            ),
        ]
        indexes = [models.Index(fields=["offender"], name="victims_of_a_case", condition=Q(ended_on__isnull=True))]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("offenders:victim", args=[self.reference])


class EarlierVictim(VictimFacts):
    """What was known of a victim until somebody changed it. Never changed itself."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="earlier_victims")
    victim = models.ForeignKey(Victim, models.CASCADE, related_name="earlier")
    changed_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = VictimQuerySet["EarlierVictim"].as_manager()

    class Meta:
        ordering = ["-changed_at", "-pk"]

    def __str__(self) -> str:
        return f"earlier {self.victim_id}"


class SchemeQuerySet(VictimQuerySet["ContactScheme"]):
    def running(self) -> Self:
        """Of people who still are victims or at risk, and have not opted out."""
        return self.filter(victim__ended_on__isnull=True).exclude(state=ContactScheme.State.OPTED_OUT)


class ContactScheme(CaseModel):
    """The Victim Contact Scheme for one victim: who liaises, what was chosen, and when contact is due."""

    class Basis(models.TextChoices):
        STATUTE = (
            "statute",
            _("By law: a specified violent or sexual offence with 12 months’ custody or a hospital order"),
        )
        DECISION = "decision", _("By decision: the law does not ask for it")

    class State(models.TextChoices):
        TO_OFFER = "to-offer", _("To be offered")
        OFFERED = "offered", _("Offered, not answered")
        OPTED_IN = "opted-in", _("Opted in")
        OPTED_OUT = "opted-out", _("Opted out")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "VC"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="contact_schemes")
    victim = models.OneToOneField(Victim, models.CASCADE, related_name="scheme")
    basis = models.CharField(max_length=10, choices=Basis)
    reason = models.TextField(blank=True)
    sentenced_on = models.DateField()
    # By the standard in force on the day of the sentence; moved by nobody.
    contact_due_on = models.DateField()
    first_contact_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.TO_OFFER)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    next_contact_on = models.DateField()
    begun_at = models.DateTimeField(auto_now_add=True)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = SchemeQuerySet.as_manager()

    class Meta:
        ordering = ["contact_due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(basis="statute") | ~Q(reason=""), name="contact_by_decision_says_why"),
            models.CheckConstraint(
                condition=Q(contact_due_on__gte=models.F("sentenced_on")), name="contact_is_due_after_the_sentence"
            ),
        ]
        indexes = [
            models.Index(
                fields=["contact_due_on"], name="first_contacts_due", condition=Q(first_contact_on__isnull=True)
            ),
            models.Index(fields=["next_contact_on"], name="next_contacts_due"),
        ]

    def __str__(self) -> str:
        return self.reference


class VictimContact(CaseModel):
    """What happened with a victim, in order. Never changed: what was wrong is put right by another entry."""

    class Kind(models.TextChoices):
        CONTACT = "contact", _("Contact")
        ATTEMPT = "attempt", _("Contact tried, not reached")
        OFFERED = "offered", _("Scheme offered")
        OPTED_IN = "opted-in", _("Opted in")
        OPTED_OUT = "opted-out", _("Opted out")
        INFORMATION = "information", _("Information given at a key stage")
        REVIEW = "review", _("Reviewed")
        OFFICER = "officer", _("Liaison officer assigned")
        CORRECTION = "correction", _("Correction of an earlier entry")

    # By these the victim was reached: they count as the first contact (VCS: within 8 weeks of sentence).
    REACHED = frozenset({Kind.CONTACT, Kind.OFFERED, Kind.OPTED_IN, Kind.OPTED_OUT, Kind.INFORMATION})
    # From these the next contact or review is dated.
    COUNTS = REACHED | {Kind.REVIEW}
    # What no correction sets aside.
    KEPT = frozenset({Kind.OFFICER, Kind.CORRECTION})

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="victim_contacts")
    victim = models.ForeignKey(Victim, models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=12, choices=Kind)
    on = models.DateField()
    words = models.TextField()
    # What was chosen with this entry; without a choice the standard says when.
    next_contact_on = models.DateField(null=True, blank=True)
    # The entry that a correction sets aside: it stands here, and counts for nothing.
    corrects = models.OneToOneField("self", models.PROTECT, related_name="+", null=True, blank=True, editable=False)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = VictimQuerySet["VictimContact"].as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.kind

    def clean(self) -> None:
        on: date | None = self.on
        if on is not None and on > dates.today():
            raise ValidationError({"on": _("The date must be today or in the past")})


class VictimRequest(CaseModel):
    """What a victim asks for: representations on licence conditions, an exclusion zone, no contact; and the answer."""

    class Kind(models.TextChoices):
        REPRESENTATION = "representation", _("Representation on licence conditions or release")
        ZONE = "zone", _("Exclusion zone")
        NO_CONTACT = "no-contact", _("No contact")

    class Answer(models.TextChoices):
        WAITING = "", _("Not answered")
        GRANTED = "granted", _("Granted")
        PARTLY = "partly", _("Granted in part")
        REFUSED = "refused", _("Refused")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "VR"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="victim_requests")
    victim = models.ForeignKey(Victim, models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=15, choices=Kind)
    words = models.TextField()
    sent_to = models.CharField(max_length=160)
    sent_on = models.DateField()
    # By the standard of the day on which it was recorded: then whoever was asked is asked again.
    answer_due_on = models.DateField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=Answer, blank=True, default=Answer.WAITING)
    # The wording of the licence condition, or why it was refused.
    answer_words = models.TextField(blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = VictimQuerySet["VictimRequest"].as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_on__isnull=True, answered_by__isnull=True, answer_words="")
                | (~Q(answer="") & Q(answered_on__isnull=False, answered_by__isnull=False) & ~Q(answer_words="")),
                name="an_answer_has_day_person_and_words",
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True) | Q(answered_on__gte=models.F("sent_on")),
                name="answered_after_it_was_sent",
                violation_error_message=_("The answer must not be before the day on which the request was sent."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class WarningKind(models.Model):
    """What everybody on a case may be told, in words that say nothing of a victim."""

    code = models.SlugField(max_length=40, unique=True)
    words = models.CharField(max_length=160, unique=True)
    is_active = models.BooleanField(_("may be added"), default=True)
    citation = models.CharField(max_length=200)

    class Meta:
        ordering = ["words"]

    def __str__(self) -> str:
        return self.words


class WarningQuerySet(CaseQuerySet["CaseWarning"]):
    def standing(self) -> Self:
        return self.filter(ended_on__isnull=True)


class CaseWarning(CaseModel):
    """A warning at the top of every page about the person, with whom to ask.

    Everybody on the case reads it, so that it points at no victim, and stands once whoever or however many it is for.
    """

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="warnings")
    kind = models.ForeignKey(WarningKind, models.PROTECT, related_name="+")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = WarningQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "offender",
                "kind",
                condition=Q(ended_on__isnull=True),
                name="one_warning_of_a_kind",
                violation_error_message=_("This warning is on the case already."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_by__isnull=True)
                | Q(ended_on__isnull=False, ended_by__isnull=False),
                name="warning_ended_on_and_by_together",
            ),
        ]

    def __str__(self) -> str:
        return self.kind.code

    def in_words(self) -> str:
        """As the pages show it. Needs `kind`, `officer` and `agency` loaded."""
        known: dict[str, Any] = {"warning": self.kind.words, "officer": self.officer.name, "agency": self.agency.name}
        return str(_("%(warning)s. Ask %(officer)s, %(agency)s")) % known

    def in_words_of_the_area(self) -> str:
        """The same where the officer can no longer be asked: who liaises in the area of the case knows whom to ask."""
        known = {"warning": self.kind.words, "area": self.offender.area.name}
        return str(_("%(warning)s. Ask victim liaison of %(area)s")) % known
