"""What falls due of the victims' compartment, in words that say nothing of it."""

from collections.abc import Callable
from typing import Any

from django.db.models import DateField, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import User
from mappa import dates
from offenders.models import CaseWarning, ContactScheme, VictimRequest
from reviews.deadlines.kind import Kind, to
from reviews.deadlines.parts import Colleagues, Keepers, Part, Person


def _first_contacts(user: User) -> QuerySet[Any]:
    rows = ContactScheme.objects.visible_to(user).running().filter(first_contact_on__isnull=True)
    return rows.filter(offender__ended_on__isnull=True).select_related("offender")


def _next_contacts(user: User) -> QuerySet[Any]:
    # Until there was a first one, that is what is due.
    rows = ContactScheme.objects.visible_to(user).running().filter(first_contact_on__isnull=False)
    return rows.filter(offender__ended_on__isnull=True).select_related("offender")


def _answers(user: User) -> QuerySet[Any]:
    # Also of people whose own record has ended: what was asked for still waits.
    rows = VictimRequest.objects.visible_to(user).filter(answer="", answer_due_on__isnull=False)
    rows = rows.filter(offender__ended_on__isnull=True).select_related("offender")
    found: QuerySet[Any] = rows.annotate(officer=Coalesce("victim__scheme__officer", "made_by"))
    return found


def _warnings(user: User) -> QuerySet[Any]:
    # Whoever reads a warning without anybody to ask is helped today, and not on a day of its own.
    rows = CaseWarning.objects.visible_to(user).standing().filter(offender__ended_on__isnull=True)
    return rows.select_related("offender").annotate(falls_on=Value(dates.today(), DateField()))


def liaison(path: str, open_rows: Callable[[User], QuerySet[Any]]) -> tuple[Part, ...]:
    """The officer who liaises; where he cannot any more, whoever liaises in the area, and else its co-ordination."""
    return Person(path), Colleagues(path, open_rows), Keepers(open_rows)


VICTIMS: tuple[Kind, ...] = (
    Kind(
        slug="first-contact",
        title=gettext_lazy("First contacts by liaison"),
        # Of what kind the contact is, and of which case, a mail does not say.
        words=lambda scheme: _("First contact by liaison"),
        open=_first_contacts,
        due="contact_due_on",
        standard=gettext_lazy("The sentence, and so many weeks"),
        figures=("victim_contact_weeks",),
        done=gettext_lazy("A first contact is recorded"),
        area="offender__area_id",
        whose=liaison("officer_id", _first_contacts),
        next_step=gettext_lazy("Record the contact"),
        url=lambda scheme: reverse("offenders:victims", args=[scheme.offender.reference]),
        closed=True,
        stages=(-10, -5, 0, 1, 5),
    ),
    Kind(
        slug="next-contact",
        title=gettext_lazy("Next contacts by liaison"),
        words=lambda scheme: _("Next contact by liaison"),
        open=_next_contacts,
        due="next_contact_on",
        standard=gettext_lazy("The day chosen with the last contact, within so many months of it"),
        figures=("victim_review_months",),
        done=gettext_lazy("A contact or a review is recorded"),
        area="offender__area_id",
        whose=liaison("officer_id", _next_contacts),
        next_step=gettext_lazy("Record the contact"),
        url=lambda scheme: reverse("offenders:victims", args=[scheme.offender.reference]),
        closed=True,
        stages=(-5, 0, 1, 5),
    ),
    Kind(
        slug="answer",
        title=gettext_lazy("Answers to be asked for"),
        # To what, of whom and by whom, a mail does not say.
        words=lambda request: _("Answer to be asked for"),
        open=_answers,
        due="answer_due_on",
        standard=gettext_lazy("The day on which the request was sent, and so many weeks"),
        figures=("victim_answer_weeks",),
        done=gettext_lazy("The answer is recorded"),
        area="offender__area_id",
        whose=liaison("officer", _answers),
        next_step=gettext_lazy("Record the answer"),
        url=to("offenders:answer_request"),
        stages=(-5, 0, 1, 5),
        closed=True,
    ),
    Kind(
        slug="warning",
        title=gettext_lazy("Warnings that name nobody to ask"),
        words=lambda warning: _("A warning names nobody who can be asked"),
        open=_warnings,
        due="falls_on",
        standard=gettext_lazy("Every day, until it is mended"),
        done=gettext_lazy("The warning names somebody who can be asked"),
        area="offender__area_id",
        whose=(Colleagues("officer_id", _warnings),),
        next_step=gettext_lazy("Change whom to ask"),
        url=lambda warning: reverse("offenders:change_warning", args=[warning.offender.reference]),
        # It is due every day until it is mended: My work says so, and no mail does.
        stages=(),
        reference="offender__reference",
    ),
)
