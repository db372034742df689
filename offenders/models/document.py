"""Documents: files that the agencies bring to a case, each for its audience."""

from datetime import date
from functools import partial
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from mappa import dates
from mappa.reference_numbers import new_reference
from offenders.models.note import of_the_authority
from offenders.models.offender import CaseModel, CaseQuerySet, Offender
from offenders.models.stored import StoredFile, followed_in, kept_whole
from offenders.visibility import scope_of


class DocumentQuerySet(CaseQuerySet["Document"]):
    def visible_to(self, user: User) -> Self:
        """Documents of cases the user sees, for an audience he belongs to; always those he uploaded himself."""
        scope = scope_of(user)
        rows = Q(offender__in=Offender.objects.visible_to(user).order_by().values("pk"))
        if scope.everything:
            return self.scoped(rows)
        named = DocumentAgency.objects.scoped(Q(agency__in=sorted(scope.agencies))).order_by().values("document")
        mine = (
            Q(audience=Document.Audience.EVERYONE)
            | Q(audience=Document.Audience.AUTHORITY) & of_the_authority(scope)
            | Q(audience=Document.Audience.AGENCIES, pk__in=named) & scope.shut()
            | Q(by=user.pk)
        )
        return self.scoped(rows & mine)

    def outline_of(self, offender: Offender) -> Self:
        """Every document of a case that the caller already holds: only to say that one is there, never which."""
        return self.scoped(Q(offender=offender))

    def newest_versions(self) -> Self:
        """Documents in whose place no later version stands; one that was withdrawn does not."""
        return self.filter(~followed_in(Document.objects.scoped(Q())))


class Document(StoredFile):
    """A file on a case. Never changed: a new version supersedes it, or somebody withdraws it and says why."""

    class Kind(models.TextChoices):
        OASYS = "oasys", _("OASys assessment")
        PRE_SENTENCE = "pre-sentence", _("Pre-sentence report")
        PAROLE = "parole", _("Parole dossier")
        PSYCHIATRIC = "psychiatric", _("Psychiatric or psychological report")
        COURT_ORDER = "court-order", _("Court order")
        MINUTES = "minutes", _("Minutes from elsewhere")
        LETTER = "letter", _("Letter")
        OTHER = "other", _("Other")

    # Government Security Classifications: OFFICIAL-SENSITIVE is a caveat on OFFICIAL, with handling words where needed.
    class Marking(models.TextChoices):
        SENSITIVE = "official-sensitive", _("OFFICIAL-SENSITIVE")
        OFFICIAL = "official", _("OFFICIAL")

    class Audience(models.TextChoices):
        EVERYONE = "everyone", _("Everyone on the case")
        AUTHORITY = "authority", _("Responsible Authority only")
        AGENCIES = "agencies", _("Named agencies only")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "DO"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="documents")
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=15, choices=Kind)
    dated_on = models.DateField(_("date of the document"))
    marking = models.CharField(max_length=20, choices=Marking, default=Marking.SENSITIVE)
    handling = models.CharField(_("handling words"), max_length=120, blank=True)
    audience = models.CharField(max_length=10, choices=Audience)
    file_name = models.CharField(max_length=120, editable=False)
    supersedes = models.ForeignKey("self", models.PROTECT, related_name="successors", null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta(StoredFile.Meta):
        abstract = False
        constraints = kept_whole("document")
        indexes = [models.Index(fields=["offender", "-at"], name="documents_of_a_case")]

    def get_absolute_url(self) -> str:
        return reverse("offenders:document", args=[self.reference])

    def clean(self) -> None:
        dated_on: date | None = self.dated_on
        if dated_on is not None and dated_on > dates.today():
            raise ValidationError({"dated_on": _("The date of the document must be today or in the past")})

    @property
    def marked(self) -> str:
        """The marking with its handling words, as it stands on every copy."""
        return f"{self.get_marking_display()} {self.handling}".strip()


class DocumentAgencyQuerySet(CaseQuerySet["DocumentAgency"]):
    def visible_to(self, user: User) -> Self:
        """For whom a document is: told to whoever may read it."""
        return self.scoped(Q(document__in=Document.objects.visible_to(user).order_by().values("pk")))


class DocumentAgency(CaseModel):
    """An agency that a document for named agencies is for."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="document_agencies")
    document = models.ForeignKey(Document, models.CASCADE, related_name="agencies")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")

    objects = DocumentAgencyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("document", "agency", name="an_agency_is_named_once_on_a_document")]

    def __str__(self) -> str:
        return f"document {self.document_id} for agency {self.agency_id}"
