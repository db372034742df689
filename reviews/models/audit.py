"""Quality audits: the published forms, a random sample a month, what each audit found and what is done about it.

The forms are those of the MAPPA document set of 2012 (domain.md 3.6). Their items are data with an edition: another edition is
other rows, and what was scored by an old one keeps it.
"""

from datetime import date
from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Perm, Why, areas_granting
from agencies.models import Area, User
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.reference_numbers import new_reference
from offenders.models import Offender
from offenders.visibility import scope_of
from panels.models import Meeting

WORST, BEST = 1, 4
SATISFACTORY = 3


class Kind(models.TextChoices):
    """What is audited."""

    CASE = "case", _("Cases")
    MEETING = "meeting", _("Meetings")


class AuditForm(models.Model):
    """An edition of a published form: never changed, for what was scored by it says what it said then."""

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=80)
    edition = models.CharField(max_length=20)
    source = models.CharField(max_length=200)
    certainty = models.CharField(max_length=10, blank=True, help_text=_("How far the source was checked."))
    from_on = models.DateField(help_text=_("Samples drawn from this day on are scored by it."))

    class Meta:
        ordering = ["kind", "-from_on"]
        constraints = [models.UniqueConstraint("kind", "from_on", name="one_audit_form_of_a_day")]

    def __str__(self) -> str:
        return f"{self.name}, {self.edition}"


class AuditQuestion(models.Model):
    """One box of a form, and by which words it is scored."""

    class Scale(models.TextChoices):
        FOUR = "four", _("Excellent to poor")
        YES_NO = "yes-no", _("Yes or no")
        MISSING = "missing", _("How many were missing")
        REPORTS = "reports", _("How many reported")

    form = models.ForeignKey(AuditForm, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=80)
    text = models.CharField(max_length=200)
    scale = models.CharField(max_length=10, choices=Scale, default=Scale.FOUR)
    may_not_apply = models.BooleanField(default=False)

    class Meta:
        ordering = ["form", "position"]
        constraints = [models.UniqueConstraint("form", "position", name="one_audit_question_at_a_place")]

    def __str__(self) -> str:
        return self.text


# The words of each scale, best first (domain.md 3.6).
SCALES = {
    AuditQuestion.Scale.FOUR: ((4, _("Excellent")), (3, _("Satisfactory")), (2, _("Unsatisfactory")), (1, _("Poor"))),
    AuditQuestion.Scale.YES_NO: ((3, _("Yes")), (1, _("No"))),
    AuditQuestion.Scale.MISSING: (
        (3, _("All attended")),
        (2, _("One was missing")),
        (1, _("Two or more were missing")),
    ),
    AuditQuestion.Scale.REPORTS: (
        (4, _("All sent a report")),
        (3, _("Most did")),
        (2, _("Mostly they did not")),
        (1, _("None did")),
    ),
}


class SampleQuerySet(GuardedQuerySet["AuditSample"]):
    def visible_to(self, user: User) -> Self:
        """Samples of the areas whose board business the user prepares or decides."""
        if user.is_system:
            return self.scoped(Q(pk__isnull=False))
        return self.scoped(Q(area__in=areas_granting(user, Perm.BOARD_PREPARE)))


class AuditSample(ProtectedModel):
    """What is audited of a month, drawn at random (reviews/sampling.py).

    With the seed and the frame, the list from which it was drawn, anybody can draw it again. The frame names cases: no page
    shows it.
    """

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "AS"), editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    month = models.DateField()  # its first day
    form = models.ForeignKey(AuditForm, models.PROTECT, related_name="+")
    seed = models.CharField(max_length=32, editable=False)
    frame = models.JSONField(default=list, editable=False)  # pairs of a stratum and a reference
    digest = models.CharField(max_length=64, editable=False)
    asked = models.PositiveSmallIntegerField()
    drawn_at = models.DateTimeField(auto_now_add=True)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = SampleQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "kind"]
        constraints = [
            models.UniqueConstraint(
                "area",
                "kind",
                "month",
                name="one_audit_sample_a_month",
                violation_error_message=_("The sample of this month is drawn already. It is not drawn a second time."),
            )
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("reviews:audit_sample", args=[self.reference])

    def case_id_for_audit(self) -> None:
        return None

    def parts(self) -> Parts:
        return Parts(area=self.area_id)

    def why(self, user: User) -> Why:
        """A sample is opened for its numbers; each case is opened as itself."""
        return Why("audit")

    @property
    def stock(self) -> int:
        return len(self.frame)

    @property
    def title(self) -> str:
        return f"{self.get_kind_display()}, {dateformat.format(self.month, 'F Y')}"


class AuditQuerySet(GuardedQuerySet["Audit"]):
    def visible_to(self, user: User) -> Self:
        """Audits of the user's boards; and his own, while he sees what he audits. Never of a case he is kept from."""
        scope = scope_of(user)
        if scope.everything:
            return self.scoped(Q(pk__isnull=False))
        meetings = Meeting.objects.visible_to(user).order_by().values("pk")
        own = Q(auditor=user.pk) & (scope.rule("offender__") | Q(meeting__in=meetings))
        rule = Q(sample__area__in=areas_granting(user, Perm.BOARD_PREPARE)) | own
        return self.scoped(rule & ~Q(offender__in=sorted(scope.excluded)))

    def with_sample(self) -> Self:
        """With the sample and who audits, for lists: without the frame, which is long."""
        return self.select_related("sample__area", "auditor").defer("sample__frame")

    def unfinished(self) -> Self:
        return self.exclude(state__in=[Audit.State.SIGNED, Audit.State.SET_ASIDE])


class Audit(ProtectedModel):
    """One case or meeting of a sample: who audits it, and who agreed to what he found.

    Whoever is not shown the case learns from it no more than its stratum: it has a reference of its own.
    """

    class State(models.TextChoices):
        TO_ASSIGN = "to-assign", _("Needs an auditor")
        TO_DO = "to-do", _("Being audited")
        TO_CHECK = "to-check", _("To be checked")
        TO_SIGN = "to-sign", _("To be signed off")
        SIGNED = "signed", _("Signed off")
        SET_ASIDE = "set-aside", _("Set aside")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "AU"), editable=False)
    sample = models.ForeignKey(AuditSample, models.PROTECT, related_name="audits")
    place = models.PositiveIntegerField()  # in the frame
    stratum = models.CharField(max_length=160)
    offender = models.ForeignKey(Offender, models.PROTECT, related_name="audits", null=True, blank=True)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="audits", null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.TO_ASSIGN)
    # By when whoever has the next step takes it.
    due_on = models.DateField(null=True, blank=True)
    auditor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    # Why it came back last, and from whom.
    returned_because = models.CharField(max_length=300, blank=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    set_aside_because = models.CharField(max_length=300, blank=True)
    set_aside_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["sample", "place"]
        constraints = [
            models.UniqueConstraint("sample", "place", name="one_audit_of_a_place"),
            models.CheckConstraint(
                condition=Q(offender__isnull=False, meeting__isnull=True)
                | Q(offender__isnull=True, meeting__isnull=False),
                name="an_audit_is_of_a_case_or_a_meeting",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["to-assign", "set-aside"])
                | Q(auditor__isnull=False, due_on__isnull=False)
                | Q(auditor__isnull=False, state="signed"),
                name="an_audit_under_way_has_an_auditor_and_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["to-sign", "signed"]) | Q(checked_at__isnull=False, checked_by__isnull=False),
                name="an_audit_is_checked_before_it_is_signed",
            ),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="a_signed_audit_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state="set-aside") | (Q(set_aside_by__isnull=False) & ~Q(set_aside_because="")),
                name="an_audit_set_aside_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(checked_by=F("auditor")) & ~Q(signed_by=F("auditor")) & ~Q(signed_by=F("checked_by")),
                name="nobody_signs_an_audit_of_his_own",
                violation_error_message=_("Someone else signs: nobody agrees to what he wrote or checked himself."),
            ),
        ]
        indexes = [models.Index(fields=["auditor", "state"], name="audits_of_an_auditor")]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("reviews:audit", args=[self.reference])

    def case_id_for_audit(self) -> int | None:
        return self.offender_id

    def parts(self) -> Parts:
        named = frozenset({self.auditor_id} - {None})
        return Parts(area=self.sample.area_id, named=named)  # type: ignore[arg-type]

    def why(self, user: User) -> Why:
        """Of the case nothing is shown here; the auditor opens it as itself, and says why."""
        return Why("audit")

    @property
    def is_written(self) -> bool:
        """Its auditor may still write it."""
        return self.state == self.State.TO_DO


class OfAuditQuerySet(GuardedQuerySet["AuditScore"]):
    def visible_to(self, user: User) -> Self:
        """Scores of the audits that the user sees."""
        return self.scoped(Q(audit__in=Audit.objects.visible_to(user).order_by().values("pk")))


class AuditScore(ProtectedModel):
    """What was scored in one box. Without a score: it does not apply."""

    audit = models.ForeignKey(Audit, models.CASCADE, related_name="scores")
    question = models.ForeignKey(AuditQuestion, models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    words = models.TextField(blank=True)

    objects = OfAuditQuerySet.as_manager()

    class Meta:
        ordering = ["question__position"]
        constraints = [
            models.UniqueConstraint("audit", "question", name="a_box_is_scored_once"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=WORST, score__lte=BEST), name="a_score_is_of_four"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.score}"

    def case_id_for_audit(self) -> int | None:
        return self.audit.case_id_for_audit()

    def parts(self) -> Parts:
        return self.audit.parts()

    def why(self, user: User) -> Why:
        return self.audit.why(user)

    @property
    def said(self) -> str:
        """The score in the words of its scale."""
        words = dict(SCALES[AuditQuestion.Scale(self.question.scale)])
        return str(words[self.score]) if self.score else str(_("Does not apply"))


class FindingQuerySet(GuardedQuerySet["AuditFinding"]):
    def visible_to(self, user: User) -> Self:
        """Findings of the audits that the user sees; and his to act on, once the audit is signed off."""
        scope = scope_of(user)
        if scope.everything:
            return self.scoped(Q(pk__isnull=False))
        audits = Audit.objects.visible_to(user).order_by().values("pk")
        rule = Q(audit__in=audits) | Q(owner=user.pk, audit__state=Audit.State.SIGNED)
        return self.scoped(rule & ~Q(audit__offender__in=sorted(scope.excluded)))

    def open(self) -> Self:
        """What is to be done: of an audit that two people have agreed to."""
        return self.filter(done_on__isnull=True, audit__state=Audit.State.SIGNED)

    def late(self, on: date) -> Self:
        return self.open().filter(due_on__lt=on)


class AuditFinding(ProtectedModel):
    """What an audit found, and what somebody does about it by a day. It names nobody."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "AF"), editable=False)
    audit = models.ForeignKey(Audit, models.PROTECT, related_name="findings")
    words = models.TextField()
    action = models.CharField(max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_on = models.DateField()
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    outcome = models.TextField(blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                "audit", "action", name="a_finding_once", violation_error_message=_("This is recorded already.")
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True, done_by__isnull=True)
                | (Q(done_on__isnull=False, done_by__isnull=False) & ~Q(outcome="")),
                name="a_finding_done_says_what_came_of_it",
                violation_error_message=_("Enter what was done."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("reviews:audit_finding", args=[self.reference])

    def case_id_for_audit(self) -> int | None:
        return self.audit.case_id_for_audit()

    def parts(self) -> Parts:
        return Parts(area=self.audit.sample.area_id, owner_user=self.owner_id)

    def why(self, user: User) -> Why:
        return self.audit.why(user)
