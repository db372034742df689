"""What every view of the API of cases begins with: who asks, what he may see, and one page of it."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar, TypeVar

from django.db import models, transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from agencies.access import Perm, require
from agencies.api.authentication import asker, token_of
from agencies.api.permissions import HasScope
from agencies.api.recording import RecordedAPIView
from agencies.api.sent_once import Made, once
from audit.models import Act
from audit.record import record
from mappa import dates
from mappa.forms import FIRST_YEAR, YEARS_AHEAD
from mappa.reference_numbers import reference_in
from offenders.models import Offender
from offenders.models.offender import CaseModel

M = TypeVar("M", bound=models.Model)
PAGE, LONGEST_PAGE = 25, 100
# The same days as on the pages: from others no period can be counted.
FAR = gettext_lazy("The date must have a year from %(first)s, and at most %(ahead)s years ahead")
YEARS = {"first": FIRST_YEAR, "ahead": YEARS_AHEAD}
REFERENCE_LENGTH = 12


def _is_far(day: date) -> bool:
    return not FIRST_YEAR <= day.year <= dates.today().year + YEARS_AHEAD


def is_person(request: Request) -> bool:
    """Does the system act on behalf of somebody?"""
    return bool(asker(request).pk != token_of(request).user_id)


def seen(request: Request, model: type[M]) -> QuerySet[M]:
    """The rows that the system sees and, when it acts for a person, that he sees too."""
    rows: QuerySet[M] = model.objects.visible_to(token_of(request).user)  # type: ignore[attr-defined]
    if is_person(request):
        his = model.objects.visible_to(asker(request))  # type: ignore[attr-defined]
        rows = rows.filter(pk__in=his.order_by().values("pk"))
    return rows


class CasesAPIView(RecordedAPIView):
    """A view about cases: a token with the view's scope; `write_scope` for anything but reading."""

    permission: ClassVar[Perm] = Perm.VIEW_CASE
    scope: ClassVar[str] = "cases:read"
    write_scope: ClassVar[str] = ""
    # The name under which a read is recorded.
    event = "api.case_read"
    permission_classes = (HasScope,)
    queryset = Offender.objects.none()

    def case(self, request: Request, **known: Any) -> Offender:
        """The case, its read recorded; 404 when it is not there for whoever asks.

        Raises PermissionDenied when the system acts for a person who has not said what he needs the case for today.
        """
        rows = seen(request, Offender).select_related("area", "lead_agency")
        offender = rows.filter(**known).first() or self._standing_for(request, rows, known)
        self.opened(request, offender, offender)
        return offender

    def opened(self, request: Request, about: Offender | CaseModel, offender: Offender) -> None:
        """Record a read of a case or of something about it, for a person with what he needs it for, as the pages do.

        Raises PermissionDenied while a person has not said that.
        """
        purpose = ""
        if is_person(request):
            require(asker(request), self.permission, on=about)
            why = about.why(asker(request))
            if why.ask and self.event != "api.purpose":
                words = _("Say first what the case is needed for: POST to cases/%s/purposes/.")
                raise PermissionDenied(words % offender.reference)
            purpose = why.name
        told = {"token": token_of(request).pk, **self.told()}
        record(self.event, by=asker(request), about=about, act=self.act, purpose=purpose, **told)

    def told(self) -> dict[str, Any]:
        """Of a row of a case, by which reference it was asked for: the record of a read is about the case."""
        is_of_a_case = "reference" in self.kwargs and "row" in self.kwargs
        return {"row": reference_in(self.kwargs["row"])} if is_of_a_case else {}

    def _standing_for(self, request: Request, rows: Any, known: dict[str, Any]) -> Offender:
        """The record of which a merged one is part, by its old reference. Raises Http404."""
        old = known.get("reference", "")
        offender: Offender | None = rows.standing_for(old).first() if old else None
        if offender is None:
            raise Http404
        record("case.reference_followed", by=asker(request), about=offender, act=Act.VIEW, old=old)
        return offender

    def row(self, request: Request, model: type[M], offender: Offender, reference: str, *along: str) -> M:
        """A row of the case, for whoever asks, with what is read along. Raises Http404."""
        rows = seen(request, model).filter(offender=offender, reference=reference)
        found = (rows.select_related(*along) if along else rows).first()
        if found is None:
            raise Http404
        found.offender = offender  # type: ignore[attr-defined]
        return found

    def chosen(self, request: Request, model: type[M], offender: Offender, field: str, reference: str) -> M:
        """A row of the case that is named in what was sent. Raises ValidationError beside `field`."""
        try:
            return self.row(request, model, offender, reference)
        except Http404:
            raise ValidationError({field: [_("Give the reference of a row of this case.")]}) from None

    def asked(
        self, request: Request, serializer: type[BaseSerializer[Any]], *, partial: bool = False
    ) -> dict[str, Any]:
        """What was sent, checked; `partial` of what stays as it was without it. Raises ValidationError by field."""
        read = serializer(data=request.data, partial=partial)
        read.is_valid(raise_exception=True)
        found = dict(read.validated_data)
        if far := {
            name: [str(FAR) % YEARS] for name, value in found.items() if isinstance(value, date) and _is_far(value)
        }:
            raise ValidationError(far)
        return found

    def made(self, request: Request, verb: Callable[..., Made], **asked: Any) -> Response:
        """Do a verb; the reference of what it made, 201, or 200 when the key was sent before."""
        reference, is_new = self.write(request, verb, **asked)
        return Response({"reference": reference}, status=201 if is_new else 200)

    def page(
        self, request: Request, rows: QuerySet[Any], serializer: type[BaseSerializer[Any]], **told: Any
    ) -> Response:
        """Some rows by reference: `?limit=`, and `?after=` the last one read; and what else is `told` with them."""
        limit, after = _limit(request), request.query_params.get("after", "")
        if len(after) > REFERENCE_LENGTH or "\x00" in after:
            raise ValidationError({"after": [_("Give the reference of the last row you read.")]})
        found = list(rows.filter(reference__gt=after).order_by("reference")[: limit + 1])
        shown = found[:limit]
        more = shown[-1].reference if len(found) > limit else None
        return Response({"results": serializer(shown, many=True).data, "next": more, **told})

    def write(self, request: Request, verb: Callable[..., Made], **asked: Any) -> tuple[str, bool]:
        """Do a verb for the person on whose behalf the system acts, once for each key."""
        if not is_person(request):
            raise PermissionDenied(_("Writing is done on behalf of a person: send On-Behalf-Of."))
        reference, is_new = once(request, lambda: verb(**asked, by=asker(request)))
        by, token = asker(request), token_of(request).pk
        record("api.written", act=Act.SEND, by=by, reference=reference, token=token, route=self.event, again=not is_new)
        return reference, is_new

    def check_permissions(self, request: Request) -> None:
        """Counted first, so that what is refused counts too."""
        super().check_throttles(request)
        super().check_permissions(request)

    def check_throttles(self, request: Request) -> None:
        """Done before the permissions."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """One transaction for an answer: what cannot be recorded is not told."""
        with transaction.atomic():
            return super().dispatch(request, *args, **kwargs)


def _limit(request: Request) -> int:
    typed = request.query_params.get("limit", str(PAGE))
    if not typed.isascii() or not typed.isdigit() or len(typed) > 3 or not 1 <= int(typed) <= LONGEST_PAGE:
        raise ValidationError({"limit": [_("Give a whole number from 1 to %s.") % LONGEST_PAGE]})
    return int(typed)
