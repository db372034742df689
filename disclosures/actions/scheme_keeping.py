"""The verbs beside the stages of an application: match it to a case, hand it over, put it off, add a note, disclose."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from disclosures.actions.drafts import begin_draft
from disclosures.actions.scheme import decide_anew, disclosure_of, enter, first_protect, locked
from disclosures.models import DisclosureDraft, SchemeApplication, SchemeEntry
from disclosures.models.scheme import officers_of
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.actions import lock, refuse_twice
from offenders.actions.case import reason_in_words
from offenders.models import Offender

Stage, Outcome, Kind = SchemeApplication.Stage, SchemeApplication.Outcome, SchemeEntry.Kind


@transaction.atomic
def match_application(*, application: SchemeApplication, case: str, identified_by: str, by: User) -> SchemeApplication:
    """Say that the person asked about is a person on record, whose case whoever says so sees.

    The case learns nothing of it. What was decided without it goes back to a manager. From then on nobody sees the
    application who is excluded from the case or, where it is restricted, not named on it: whoever matched it deals with
    it, where the officer no longer sees it.
    """
    require(by, Perm.RECORD_DISCLOSURE, on=application)
    cases, asked = Offender.objects.visible_to(by), case.strip().upper()
    found = cases.filter(reference=asked).first() or cases.standing_for(asked).first()
    if found is None:
        raise ValidationError({"case": _("Enter the reference of a case that you see, for example MA-7Q2F-K9XD")})
    offender = lock(found, by=by)
    row = locked(application, by=by)
    if why := why_not_match(row):
        raise ValidationError(why)
    text = reason_in_words(identified_by, field="identified_by", missing=_("Enter how you know that it is this person"))
    row.offender = offender
    decide_anew(row, by=by)
    row.full_clean()
    row.save()
    enter(row, Kind.MATCHED, text, by=by)
    if not SchemeApplication.objects.visible_to(row.officer).filter(pk=row.pk).exists():
        row.officer = by
        row.save(update_fields=["officer"])
    record("scheme.matched", by=by, about=row)
    return row


def case_of(row: SchemeApplication, user: User) -> Offender | None:
    """The record to which it is matched, for whoever sees that record."""
    rows = Offender.objects.visible_to(user)
    return rows.filter(pk=row.offender_id).first() if row.offender_id else None


def why_not_match(row: SchemeApplication) -> str:
    """In words, why it cannot be matched; empty when it can."""
    if not row.is_open:
        return _("This application is closed.")
    return _("It is matched already. Take it from that record first.") if row.offender_id else ""


@transaction.atomic
def unmatch_application(*, application: SchemeApplication, reason: str, by: User) -> SchemeApplication:
    """Take it from a record that is of somebody else. What was decided because of it is decided anew."""
    require(by, Perm.RECORD_DISCLOSURE, on=application)
    row = locked(application, by=by)
    if why := why_not_unmatch(row):
        raise ValidationError(why)
    text = reason_in_words(reason)
    record("scheme.unmatched", by=by, about=row)
    row.offender = None
    decide_anew(row, by=by)
    row.full_clean()
    row.save()
    enter(row, Kind.UNMATCHED, text, by=by)
    return row


def why_not_unmatch(row: SchemeApplication) -> str:
    """In words, why it cannot be taken from its record; empty when it can."""
    if row.offender_id is None:
        return _("It is matched to no record.")
    if row.outcome == Outcome.DISCLOSE:
        return _("It is decided to disclose about this person. Correct the record of disclosure on the case instead.")
    return "" if row.is_open else _("This application is closed.")


@transaction.atomic
def hand_over_application(*, application: SchemeApplication, officer: User, by: User) -> SchemeApplication:
    """Give it to another officer of the same agency, who sees it."""
    require(by, Perm.RECORD_DISCLOSURE, on=application)
    row = locked(application, by=by)
    if not row.is_open:
        raise ValidationError(_("This application is closed."))
    sees = SchemeApplication.objects.visible_to(officer).filter(pk=row.pk).exists()
    if not sees or not officers_of(row.agency).filter(pk=officer.pk).exists():
        raise ValidationError({"officer": _("Choose an officer of your agency who may see this application")})
    if officer.pk == row.officer_id:
        raise ValidationError({"officer": _("Choose another officer: this one deals with it already")})
    row.officer = officer
    row.save(update_fields=["officer"])
    enter(row, Kind.HANDED_OVER, officer.name, by=by)
    record("scheme.handed_over", by=by, about=row, to=officer.pk)
    return row


# Which date a stage goes by; the checks of the first day are not put off.
CLOCKS = {
    Stage.MEETING: "meeting_due_on",
    Stage.ASSESSMENT: "decision_due_on",
    Stage.DECISION: "decision_due_on",
    Stage.TELLING: "whole_due_on",
}


@transaction.atomic
def put_off_application(*, application: SchemeApplication, until: date, reason: str, by: User) -> SchemeApplication:
    """Put off what is due, for a reason that is out of the ordinary. It is kept what was due before."""
    require(by, Perm.RECORD_DISCLOSURE, on=application)
    row = locked(application, by=by)
    if why := why_not_put_off(row):
        raise ValidationError(why)
    was = row.due_on
    if was is None or until <= max(was, dates.today()):
        raise ValidationError({"until": _("The new day must be after today and after the one that is due now")})
    text = reason_in_words(reason)
    setattr(row, CLOCKS[Stage(row.stage)], until)
    row.whole_due_on = max(row.whole_due_on, until)
    row.due_on = row.falls_due()
    row.full_clean()
    row.save()
    words = _("From %(was)s to %(until)s: %(why)s")
    enter(row, Kind.PUT_OFF, words % {"was": long_date(was), "until": long_date(until), "why": text}, by=by)
    record("scheme.put_off", by=by, about=row)
    return row


def why_not_put_off(row: SchemeApplication) -> str:
    """In words, why nothing can be put off; empty when something can."""
    if row.is_urgent:
        return first_protect()
    if row.stage == Stage.CHECKS:
        return _("The initial checks are not put off: whether a child is at risk must be known at once.")
    return "" if row.is_open else _("This application is closed.")


@transaction.atomic
def note_application(*, application: SchemeApplication, text: str, by: User) -> SchemeEntry:
    """Add what became known, or put right what was written: stages are never changed. Also after it is closed."""
    require(by, Perm.RECORD_DISCLOSURE, on=application)
    row = locked(application, by=by)
    if not text.strip():
        raise ValidationError({"text": _("Enter the note")})
    same = row.entries.visible_to(by).filter(kind=Kind.NOTE, by=by, text=text.strip())
    refuse_twice(same.filter(at__date=dates.today()))
    entry = enter(row, Kind.NOTE, text, by=by)
    record("scheme.noted", by=by, about=row)
    return entry


@transaction.atomic
def draft_disclosure(*, application: SchemeApplication, by: User) -> DisclosureDraft:
    """Begin the record of disclosure on the case, with what was assessed about children, and nothing about the applicant.

    What one has begun already is gone on with.
    """
    require(by, Perm.RECORD_DISCLOSURE, on=application)
    row = locked(application, by=by)
    offender = case_of(row, by)
    if offender is None or why_not_disclose(row, by):
        raise ValidationError(why_not_disclose(row, by))
    if begun := DisclosureDraft.objects.visible_to(by).filter(application=row, offender=offender).first():
        return begun
    children: dict[str, Any] = {
        "child_sex_offender": row.child_sex_offender,
        "serious_harm_to_children": row.serious_harm_to_children,
        "necessary_for_children": row.necessary_for_children,
        "asked_for": True,
    }
    answers = {
        "children": {name: "yes" if answer else "no" for name, answer in children.items()},
        "decision": {"decision": "yes"},
    }
    return begin_draft(offender=offender, answers=answers, application=row, by=by)


def why_not_disclose(row: SchemeApplication, user: User) -> str:
    """In words, why no record of disclosure is to be written for it; empty when one is."""
    if row.stage != Stage.TELLING or row.outcome != Outcome.DISCLOSE:
        return _("It is not decided that this is disclosed by a record on a case.")
    if disclosure_of(row):
        return _("The record of disclosure exists already.")
    if case_of(row, user) is None:
        return _("You do not see the person’s record. Ask somebody who does to write the disclosure.")
    return ""
