"""The verbs of an application under the Child Sex Offender Disclosure Scheme, stage by stage. Each asks `require` first.

Nothing of it is told on a timeline: the applicant's data are for the police alone (ADR 11).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import outbox
from agencies.access import Perm, granting, require
from agencies.models import Agency, Membership, User
from agencies.models.standard import UnknownStandardError, value
from agencies.models.user import system_user
from audit.record import record
from disclosures.actions.third_party import about_children
from disclosures.models import Disclosure, SchemeApplication, SchemeEntry
from disclosures.models.children import AGAINST_PRESUMPTION, IS_ONE, OF_ONE, Words
from disclosures.models.scheme import officers_of, police_of
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.actions import refuse_twice

Stage = SchemeApplication.Stage
Outcome = SchemeApplication.Outcome
Kind, Manner = SchemeEntry.Kind, SchemeApplication.Manner


@dataclass(frozen=True)
class Asked:
    """What an applicant says when he asks."""

    received_at: datetime
    channel: str
    applicant_name: str
    applicant_contact: str
    safe_contact: str
    relation: str
    children: str
    subject_name: str
    subject_access: str
    concern: str
    applicant_born: str = ""
    applicant_address: str = ""
    subject_details: str = ""
    immediate_words: str = ""


@transaction.atomic
def take_application(*, agency: Agency, asked: Asked, by: User) -> SchemeApplication:
    """Take an application for a police agency of one's own; its clock runs from when it was received.

    With words of an immediate risk it is due at once. Raises PermissionDenied for any other agency.
    """
    require(by, Perm.RECORD_DISCLOSURE)
    if agency.pk not in police_of(by):
        raise PermissionDenied(Perm.RECORD_DISCLOSURE)
    if asked.received_at > timezone.now():
        raise ValidationError({"received_on": _("The application must have been made by now")})
    said = {name: text.strip() if isinstance(text, str) else text for name, text in asdict(asked).items()}
    row = SchemeApplication(agency=agency, officer=by, recorded_by=by, **_clock(asked.received_at, agency), **said)
    if row.immediate_words:
        row.immediate_at = timezone.now()
    row.due_on = row.falls_due()
    row.full_clean()
    # No case is locked here: of two clicks at once the second waits for the agency, and finds what the first has saved.
    Agency.objects.select_for_update(no_key=True, of=("self",)).get(pk=agency.pk)
    same = SchemeApplication.objects.visible_to(by).open().filter(agency=agency, applicant_name=row.applicant_name)
    refuse_twice(same.filter(subject_name=row.subject_name, children=row.children, concern=row.concern))
    row.save()
    record("scheme.taken", by=by, about=row, immediate=row.is_urgent)
    if row.is_urgent:
        _sound_the_alarm(row, row.immediate_words, by=by)
    return row


def _clock(received_at: datetime, agency: Agency) -> dict[str, Any]:
    """When each stage is due, by the standards of the area: calendar days, which do not wait for a working one."""
    on = timezone.localdate(received_at)

    def figure(name: str) -> int:
        try:
            return value(f"scheme_{name}", agency.area, on)
        except UnknownStandardError as missing:
            raise ValidationError({"received_on": missing.messages}) from missing

    return {
        # In UTC: on the wall clock, hours over a change of the clocks would be one more or one less.
        "checks_due_at": received_at.astimezone(UTC) + timedelta(hours=figure("checks_hours")),
        "meeting_due_on": on + timedelta(days=figure("meeting_days")),
        "decision_due_on": on + timedelta(days=figure("decision_days")),
        "whole_due_on": on + timedelta(days=figure("whole_days")),
    }


@transaction.atomic
def report_immediate_risk(*, application: SchemeApplication, words: str, by: User) -> SchemeApplication:
    """A child is at immediate risk: at whatever stage, nothing else goes on until it is recorded what was done."""
    require(by, Perm.RECORD_DISCLOSURE, on=application)
    row = locked(application, by=by)
    if not row.is_open:
        raise ValidationError(_("This application is closed. Take a new one, or act as for any child at risk."))
    if row.is_urgent:
        raise ValidationError(_("An immediate risk is reported already. Record what was done."))
    row.immediate_at, row.immediate_words = timezone.now(), words.strip()
    row.protected_at, row.protected_words = None, ""
    _refuse_missing(row, {"immediate_words": _("Enter what the immediate risk is")}, words="immediate_words")
    _save(row)
    record("scheme.immediate", by=by, about=row)
    _sound_the_alarm(row, row.immediate_words, by=by)
    return row


def _sound_the_alarm(row: SchemeApplication, words: str, *, by: User) -> None:
    """Write it down, and mail the agency and whoever deals with it at once: what to do and a reference, and nobody's name.

    Of a restricted case all the police who are named on it are mailed: the contact points may not be among them.
    """
    enter(row, Kind.IMMEDIATE, words, by=by)
    restricted = row.offender is not None and row.offender.restricted
    besides = officers_of(row.agency) if restricted else [row.officer]
    what = _("Disclosure scheme: act at once")
    outbox.tell_agency(
        row.agency,
        about=row,
        key=f"scheme:{row.reference}:immediate:{row.immediate_at:%Y%m%d%H%M%S%f}",
        subject=what,
        words=_("%(what)s: %(reference)s\n\nSign in to see it. Do not reply to this message.")
        % {"what": what, "reference": row.reference},
        path=row.get_absolute_url(),
        besides=[user for user in besides if user.pk != by.pk],
    )


@transaction.atomic
def record_protection(*, application: SchemeApplication, words: str, by: User) -> SchemeApplication:
    """Record what was done at once to protect a child, with whom; then the stages go on."""
    require(by, Perm.RECORD_DISCLOSURE, on=application)
    row = locked(application, by=by)
    if not row.is_urgent:
        raise ValidationError(_("No immediate risk waits here: what was done is recorded already."))
    row.protected_at, row.protected_words = timezone.now(), words.strip()
    _refuse_missing(row, {"protected_words": _("Enter what was done to protect the child")}, words="protected_words")
    _save(row)
    enter(row, Kind.PROTECTED, row.protected_words, by=by)
    record("scheme.protected", by=by, about=row)
    return row


@transaction.atomic
def record_checks(*, application: SchemeApplication, checks: str, checked_on: date, by: User) -> SchemeApplication:
    """Record the initial checks. The applicant is met next."""
    require(by, Perm.RECORD_DISCLOSURE, on=application)
    row = _at(Stage.CHECKS, application, by=by)
    _refuse_day(row, "checked_on", checked_on)
    row.checks, row.checked_on, row.checked_by = checks.strip(), checked_on, by
    _refuse_missing(row, {"checks": _("Enter which records were searched, and what they hold")})
    _go_to(Stage.MEETING, row, by=by)
    return row


@transaction.atomic
def record_meeting(
    *,
    application: SchemeApplication,
    met_on: date,
    met_how: str,
    is_identified: bool,
    identity: str,
    said: str,
    best_placed: str,
    education: str,
    by: User,
) -> SchemeApplication:
    """Record the meeting: who the applicant proved to be, what was said, and what was given to help keep the child safe."""
    require(by, Perm.RECORD_DISCLOSURE, on=application)
    row = _at(Stage.MEETING, application, by=by)
    _refuse_day(row, "met_on", met_on)
    row.met_on, row.met_how, row.met_by, row.is_identified = met_on, met_how, by, is_identified
    row.identity, row.said, row.best_placed, row.education = (
        text.strip() for text in (identity, said, best_placed, education)
    )
    asked = {
        "met_how": _("Choose how you met"),
        "identity": _("Enter which proofs you saw, or why none"),
        "said": _("Enter what the applicant said"),
        "best_placed": _("Enter who can best protect the child"),
        "education": _("Enter what advice and information you gave"),
    }
    _refuse_missing(row, asked)
    _go_to(Stage.ASSESSMENT, row, by=by)
    return row


@transaction.atomic
def assess_application(
    *,
    application: SchemeApplication,
    consulted: str,
    assessment: str,
    child_sex_offender: bool | None,
    serious_harm_to_children: bool | None,
    necessary_for_children: bool | None,
    by: User,
) -> SchemeApplication:
    """Record the full risk assessment, made with the other agencies. A manager decides next."""
    require(by, Perm.RECORD_DISCLOSURE, on=application)
    row = _at(Stage.ASSESSMENT, application, by=by)
    row.consulted, row.assessment = consulted.strip(), assessment.strip()
    row.child_sex_offender = child_sex_offender
    row.serious_harm_to_children = serious_harm_to_children
    row.necessary_for_children = necessary_for_children
    row.assessed_on, row.assessed_by = dates.today(), by
    asked = {
        "consulted": _("Enter which agencies were asked, and what they said"),
        "assessment": _("Enter what the risk to the child is"),
        **IS_ONE,
        **OF_ONE,
    }
    _refuse_missing(row, asked)
    row.presumption = about_children(row).presumption
    _go_to(Stage.DECISION, row, by=by)
    return row


@transaction.atomic
def decide_application(
    *,
    application: SchemeApplication,
    outcome: str,
    reasons: str,
    decided_with: str,
    against_presumption: str = "",
    passed_to: str = "",
    by: User,
) -> SchemeApplication:
    """Decide, at manager rank, on a risk that somebody else assessed; again, where its disclosure came to nothing.

    To disclose about a case leads to a record of disclosure there, which is authorised like any other.
    """
    require(by, Perm.AUTHORISE_DISCLOSURE, on=application)
    row = locked(application, by=by)
    membership = granting(by, Perm.AUTHORISE_DISCLOSURE, on=row)
    if membership is None or row.assessed_by_id == by.pk:
        raise PermissionDenied(Perm.AUTHORISE_DISCLOSURE)
    if why := why_not_decide(row):
        raise ValidationError(why)
    if outcome not in row.DECIDED:
        raise ValidationError({"outcome": _("Choose what is decided")})
    if again := row.stage == Stage.TELLING:
        keep_decision(row, by=by)
        row.disclosure = None
    row.outcome, row.reasons, row.decided_with = outcome, reasons.strip(), decided_with.strip()
    row.against_presumption, row.passed_to = against_presumption.strip(), passed_to.strip()
    _refuse_decision(row, by=by)
    _decided(row, membership, by=by)
    record("scheme.decided", by=by, about=row, outcome=outcome, presumption=row.presumption, again=again)
    return row


def keep_decision(row: SchemeApplication, *, by: User) -> None:
    """Write down the whole decision that another one takes the place of: what, why, with and by whom, and when."""
    name = row.decided_by.name if row.decided_by else ""
    lines = [
        f"{row.get_outcome_display()}: {row.reasons}",
        row.against_presumption,
        row.passed_to,
        _("Decided with: %s") % row.decided_with if row.decided_with else "",
        f"{name}, {long_date(row.decided_on)}, {row.decided_rank}",
    ]
    enter(row, Kind.DECIDED_AGAIN, "\n".join(filter(None, lines)), by=by)


def decide_anew(row: SchemeApplication, *, by: User) -> None:
    """What was decided about another person, or about nobody on record, goes back to a manager once that changes."""
    if row.stage != Stage.TELLING or not row.was_decided:
        return
    keep_decision(row, by=by)
    row.stage, row.decided_on, row.decided_by = Stage.DECISION, None, None
    row.outcome = row.reasons = row.decided_with = row.decided_rank = row.against_presumption = row.passed_to = ""
    row.due_on = row.falls_due()


def why_not_decide(row: SchemeApplication) -> str:
    """In words, why there is nothing to decide; empty when there is. Also where a decision to disclose came to nothing."""
    if row.is_urgent:
        return first_protect()
    if row.stage == Stage.DECISION:
        return ""
    if row.stage == Stage.TELLING and row.outcome == Outcome.DISCLOSE:
        stands = disclosure_of(row)
        failed = stands is not None and (not stands.discloses or stands.outcome == Disclosure.Outcome.REFUSED)
        return "" if failed else _("It is decided already. Only where its disclosure was refused is it decided again.")
    return _("This application is not at that stage.")


def _refuse_decision(row: SchemeApplication, *, by: User) -> None:
    asked: dict[str, Words] = {
        "reasons": _("Enter the reasons for the decision"),
        "decided_with": _("Enter who took part in the decision"),
    }
    if row.outcome == Outcome.CHILDREN:
        asked["passed_to"] = _("Enter to whom the concerns were passed, and when")
    if row.presumption and row.outcome not in row.DISCLOSING:
        asked["against_presumption"] = AGAINST_PRESUMPTION
    _refuse_missing(row, asked)
    if row.outcome == Outcome.DISCLOSE and row.offender is None:
        raise ValidationError({"outcome": _("Match the person to a case first: the disclosure is recorded there")})
    if row.outcome == Outcome.DISCLOSE_ELSEWHERE and row.offender is not None:
        raise ValidationError({"outcome": _("The person has a case here: choose to disclose by a record on the case")})


@transaction.atomic
def end_application(
    *, application: SchemeApplication, outcome: str, reasons: str, passed_to: str = "", by: User
) -> SchemeApplication:
    """End it before a decision: not within the scheme, withdrawn, or for another force. What is done about the concern stays."""
    require(by, Perm.RECORD_DISCLOSURE, on=application)
    row = locked(application, by=by)
    if why := why_not_end(row):
        raise ValidationError(why)
    if outcome not in row.EARLY:
        raise ValidationError({"outcome": _("Choose why it ends")})
    row.outcome, row.reasons, row.passed_to = outcome, reasons.strip(), passed_to.strip()
    asked = {"reasons": _("Enter why it ends, and what is done about the concern")}
    if outcome == Outcome.PASSED_ON:
        asked["passed_to"] = _("Enter to which force it was passed, to whom and when")
    _refuse_missing(row, asked)
    _decided(row, granting(by, Perm.RECORD_DISCLOSURE, on=row), by=by)
    record("scheme.ended", by=by, about=row, outcome=outcome)
    return row


def why_not_end(row: SchemeApplication) -> str:
    """In words, why it cannot end before a decision; empty when it can."""
    if row.is_urgent:
        return first_protect()
    if row.stage in {Stage.CHECKS, Stage.MEETING, Stage.ASSESSMENT}:
        return ""
    return _("The risk is assessed: a manager decides.") if row.stage == Stage.DECISION else _("It has ended already.")


def _decided(row: SchemeApplication, membership: Membership | None, *, by: User) -> None:
    row.decided_on, row.decided_by = dates.today(), by
    if membership:
        rank = membership.rank.name if membership.rank else membership.role.name
        row.decided_rank = f"{rank}, {membership.agency.name}"
    row.stage = Stage.TELLING
    _save(row)


@transaction.atomic
def close_application(
    *,
    application: SchemeApplication,
    told_on: date,
    told_how: str,
    told_words: str = "",
    is_recipient: bool | None = None,
    by: User,
) -> SchemeApplication:
    """Record that the applicant was told what is told (disclosures/telling.py), and close it.

    A disclosure comes first: nothing is closed while somebody is still to be told of a risk.
    """
    require(by, Perm.RECORD_DISCLOSURE, on=application)
    row = locked(application, by=by)
    if why := why_not_close(row):
        raise ValidationError(why)
    _refuse_day(row, "told_on", told_on)
    row.told_on, row.told_by, row.told_how, row.told_words = told_on, by, told_how, told_words.strip()
    asked = {"told_how": _("Choose how the applicant was told")}
    if told_how == Manner.NOT_TOLD:
        asked["told_words"] = _("Enter why the applicant was not told")
    if row.outcome == Outcome.DISCLOSE_ELSEWHERE:
        asked["told_words"] = _("Enter to whom it was disclosed, when and by whom: it is recorded nowhere else here")
    row.is_recipient = is_recipient if row.outcome in row.DISCLOSING else None
    if row.outcome in row.DISCLOSING:
        asked["is_recipient"] = _("Say whether the applicant was the one to whom it was disclosed")
    _refuse_missing(row, asked)
    if row.is_recipient and row.is_identified is False:
        words = _("The applicant’s identity was not proven: nothing is disclosed to them")
        raise ValidationError({"is_recipient": words})
    _go_to(Stage.CLOSED, row, by=by)
    return row


def why_not_close(row: SchemeApplication) -> str:
    """In words, why it cannot be closed; empty when it can."""
    if row.is_urgent:
        return first_protect()
    if row.stage != Stage.TELLING:
        return _("It is closed already.") if not row.is_open else _("It is closed after the decision.")
    if row.outcome == Outcome.DISCLOSE:
        stands = disclosure_of(row)
        if stands is None or stands.delivered_on is None:
            return _("Record first, on the case, that the disclosure was made.")
    return ""


def disclosure_of(row: SchemeApplication) -> Disclosure | None:
    """The record by which it is disclosed, or the last that corrects it: a fact, whoever asks. No page shows it."""
    rows = Disclosure.objects.visible_to(system_user()).select_related("entry")
    found = rows.filter(pk=row.disclosure_id).first() if row.disclosure_id else None
    while found and (later := rows.filter(corrects=found).first()):
        found = later
    return found


def first_protect() -> str:
    """What whoever would go on is told while a child is at immediate risk."""
    return _("A child is at immediate risk. Record first what was done to protect the child.")


def locked(application: SchemeApplication, *, by: User) -> SchemeApplication:
    """The application, fresh and locked until the transaction ends; only for those who see it."""
    rows = SchemeApplication.objects.visible_to(by).select_for_update(of=("self",)).select_related("agency__area")
    found = rows.filter(pk=application.pk).first()
    if found is None:
        raise ValidationError(_("You no longer see this application. Nothing was saved."))
    return found


def enter(row: SchemeApplication, kind: str, text: str, *, by: User) -> SchemeEntry:
    """Add to what happened."""
    entry = SchemeEntry(application=row, kind=kind, text=text.strip(), by=by)
    entry.full_clean()
    entry.save()
    return entry


def _at(stage: Stage, application: SchemeApplication, *, by: User) -> SchemeApplication:
    row = locked(application, by=by)
    if why := why_not_at(stage, row):
        raise ValidationError(why)
    return row


def why_not_at(stage: Stage, row: SchemeApplication) -> str:
    """In words, why a stage cannot be recorded now; empty when it can."""
    if row.is_urgent:
        return first_protect()
    return (
        "" if row.stage == stage else _("This application is not at that stage. Open it again to see what comes next.")
    )


def _go_to(stage: Stage, row: SchemeApplication, *, by: User) -> None:
    was_due_on, row.stage = row.due_on, stage
    _save(row)
    late = was_due_on is not None and dates.today() > was_due_on
    record(f"scheme.{stage.value}", by=by, about=row, late=late)


def _save(row: SchemeApplication) -> None:
    row.due_on = row.falls_due()
    row.full_clean()
    row.save()


def _refuse_missing(row: SchemeApplication, asked: Mapping[str, Words], **box: str) -> None:
    """Raise ValidationError beside each box that is empty; `box` gives the name of one that is not its column's."""
    boxes = {column: name for name, column in box.items()}
    missing = {boxes.get(name, name): words for name, words in asked.items() if getattr(row, name) in {"", None}}
    if missing:
        raise ValidationError(missing)


def _refuse_day(row: SchemeApplication, name: str, on: date) -> None:
    if not timezone.localdate(row.received_at) <= on <= dates.today():
        raise ValidationError({name: _("The day must be today or earlier, and not before the application was made")})
