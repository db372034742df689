"""Emergency access ("break-glass"): one person opened one case that he did not see, for so many minutes (access.md, rule 5)."""

from functools import partial
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Perm, Why, areas_granting
from agencies.models import Agency, User
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.reference_numbers import new_reference
from offenders.models.offender import Offender
from offenders.visibility import scope_of

SHORTEST, LONGEST = 20, 500  # characters of the reason in words


class EmergencyAccessQuerySet(GuardedQuerySet["EmergencyAccess"]):
    def visible_to(self, user: User) -> Self:
        """A person's own, and for review those of the officer's area; they give no case.

        An officer who is excluded from a case learns nothing of it here either.
        """
        scope = scope_of(user)
        if scope.everything:
            return self.scoped(Q(pk__isnull=False))
        to_review = Q(offender__area__in=areas_granting(user, Perm.REVIEW_EMERGENCY))
        if scope.excluded:
            to_review &= ~Q(offender__in=sorted(scope.excluded))
        return self.scoped(Q(user=user.pk) | to_review)

    def about(self, offender: Offender) -> Self:
        """Those of a case that the caller already holds: what the deciding query counts, with its people."""
        return self.scoped(Q(offender=offender))

    def running(self) -> Self:
        """Those that give a case at this moment, if nothing else is against it."""
        return self.filter(ended_at__isnull=True, expires_at__gt=timezone.now())

    def run_out(self) -> Self:
        """Those whose time is over, and of which that has not been recorded."""
        return self.filter(ended_at__isnull=True, expires_at__lte=timezone.now())

    def unreviewed(self) -> Self:
        return self.filter(reviewed_at__isnull=True)


class EmergencyAccess(ProtectedModel):
    """That somebody opened a case in an emergency: why, until when, and what was found of it. Never deleted.

    It gives the case only while `offenders/visibility.py` counts it, which asks for the role and the time each time anew.
    """

    # It names a case and is no part of it: nobody who merges records is told of it.
    is_apart = True

    class Category(models.TextChoices):
        LIFE = "life", _("Somebody’s life or safety is at immediate risk")
        CHILD = "child", _("A child or an adult at risk must be protected now")
        SOUGHT = "sought", _("The person is missing, wanted or unlawfully at large")
        PRESENT = "present", _("The person is here: arrest, custody, hospital or visit")
        DUTY = "duty", _("A decision on duty that cannot wait for office hours")
        OTHER = "other", _("Another emergency")

    class Finding(models.TextChoices):
        JUSTIFIED = "justified", _("Justified")
        NOT_JUSTIFIED = "not-justified", _("Not justified")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "EA"), editable=False)
    offender = models.ForeignKey(Offender, models.PROTECT, related_name="emergencies")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")  # for which he acted
    category = models.CharField(max_length=10, choices=Category)
    words = models.CharField(max_length=LONGEST)
    was_restricted = models.BooleanField(default=False)
    # It was not the first of that day by this person, or the case was restricted: looked into at once.
    is_urgent = models.BooleanField(default=False)
    opened_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    # When it ended, by somebody or, found later, by itself.
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    review_due_on = models.DateField()
    finding = models.CharField(max_length=15, choices=Finding, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    # Asked for more, and not answered yet: by then.
    answer_due_on = models.DateField(null=True, blank=True)

    objects = EmergencyAccessQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "offender", "user", name="one_emergency_at_a_time", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("opened_at")), name="an_emergency_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True) | Q(ended_at__isnull=False), name="an_emergency_is_ended_at_and_by"
            ),
            models.CheckConstraint(
                condition=Q(finding="", reviewed_at__isnull=True, reviewed_by__isnull=True)
                | (~Q(finding="") & Q(reviewed_at__isnull=False, reviewed_by__isnull=False)),
                name="an_emergency_is_reviewed_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=models.F("user")),
                name="nobody_reviews_his_own_emergency",
                violation_error_message=_("You opened this yourself: another information officer reviews it."),
            ),
        ]
        indexes = [
            models.Index(fields=["user"], name="emergencies_running", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["offender"], name="emergencies_on_a_case", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["review_due_on"], name="emergencies_to_review", condition=Q(reviewed_at__isnull=True)),
            models.Index(fields=["user", "opened_at"], name="emergencies_of_a_person"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("assurance:emergency", args=[self.reference])

    def clean(self) -> None:
        if len(self.words.strip()) < SHORTEST:
            words = _("Say in at least %s characters what the emergency is, and what you need to know")
            raise ValidationError({"words": words % SHORTEST})

    @property
    def is_running(self) -> bool:
        return self.ended_at is None and self.expires_at > timezone.now()

    def case_id_for_audit(self) -> int:
        return self.offender_id

    def parts(self) -> Parts:
        """Of the area that reviews it, and of the person himself: nobody else has a part in it."""
        return Parts(area=self.offender.area_id, owner_user=self.user_id)

    def why(self, user: User) -> Why:
        """No case is opened by it."""
        return Why("own emergency access" if user.pk == self.user_id else "review of emergency access")
