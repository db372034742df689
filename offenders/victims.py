"""The verbs of the victims' compartment. Each asks `require` first; none of them tells the timeline.

Everybody on the case reads the timeline, and nobody but the compartment's readers may learn that there is a victim.
"""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, allowed, memberships, require
from agencies.models import Agency, Membership, Role, User
from agencies.models.standard import value
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.actions import lock, refuse_twice
from offenders.law.victims import BEGAN, qualifying
from offenders.models import (
    CaseWarning,
    ContactScheme,
    EarlierVictim,
    Offender,
    Victim,
    VictimContact,
    VictimRequest,
    WarningKind,
)
from offenders.models.victim import FACTS
from offenders.sentencing import dealts
from offenders.visibility import scope_of, who_sees

Kind = VictimContact.Kind
State = ContactScheme.State
WEEK = timedelta(days=7)


@transaction.atomic
def add_victim(*, offender: Offender, by: User, **facts: Any) -> Victim:
    """Record a victim or a person at risk, in the compartment and nowhere else."""
    require(by, Perm.VICTIMS, on=offender)
    offender = lock(offender, by=by)
    victim = Victim(offender=offender, added_by=by, **facts)
    victim.full_clean()
    refuse_twice(Victim.objects.visible_to(by).filter(offender=offender, added_by=by, **facts).standing())
    victim.save()
    record("victim.added", by=by, about=victim)
    return victim


@transaction.atomic
def change_victim(*, victim: Victim, by: User, **facts: Any) -> Victim:
    """Change what is known of a victim. What was known before is kept beside it."""
    require(by, Perm.VICTIMS, on=victim)
    victim = _standing(victim, by=by)
    before = {name: getattr(victim, name) for name in FACTS}
    if before == facts:
        raise ValidationError(_("Nothing was changed: change what is wrong, or go back."))
    for name, fact in facts.items():
        setattr(victim, name, fact)
    victim.full_clean()
    victim.save(update_fields=list(facts))
    EarlierVictim.objects.create(offender=victim.offender, victim=victim, changed_by=by, **before)
    record("victim.changed", by=by, about=victim)
    return victim


@transaction.atomic
def end_victim(*, victim: Victim, end_reason: str, by: User) -> Victim:
    """The person is no longer a victim or at risk, and why. The record of it stays."""
    require(by, Perm.VICTIMS, on=victim)
    victim = _standing(victim, by=by)
    victim.ended_on, victim.ended_by, victim.end_reason = dates.today(), by, end_reason
    victim.full_clean()
    victim.save(update_fields=["ended_on", "ended_by", "end_reason"])
    record("victim.ended", by=by, about=victim)
    return victim


def sentenced_by_law(victim: Victim, *, by: User) -> date | None:
    """The latest sentence on record that brings a victim into the contact scheme (offenders/law/victims.py).

    None without one, and for a person at risk: the Act is about victims. The record ties nobody to a conviction: that
    the victim is one of that offence is the word of whoever brings the person in.
    """
    if victim.kind != Victim.Kind.VICTIM:
        return None
    # What was quashed or corrected away brings nobody in, and of several disposals any one may.
    convictions = victim.offender.convictions.visible_to(by).in_force().with_sentence(by)
    found = qualifying(one for conviction in convictions for one in dealts(conviction))
    return max((sentence.dealt_with_on for _flags, sentence in found), default=None)


def liaison_officers(offender: Offender) -> list[User]:
    """The victim liaison officers who see the case and may change its compartment, by name."""
    sights, _kept_out = who_sees(offender)
    people = {person for sight in sights for person in sight.people}
    held = Membership.objects.filter(user__in=people, role=Role.Code.VICTIM_LIAISON).in_force(dates.today())
    officers, parts = User.objects.filter(pk__in=held.values("user")).order_by("name", "pk"), offender.parts()
    # Somebody may see the case by another role of his, where the agency for which he liaises has no part in it.
    return [officer for officer in officers if allowed(officer, Perm.VICTIMS, on=parts)]


def can_liaise(officer: User, offender: Offender) -> bool:
    """Does the officer still see the case and open its compartment? Whoever was moved, excluded or left does not."""
    return scope_of(officer).sees(offender) and allowed(officer, Perm.VICTIMS, on=offender)


@transaction.atomic
def begin_scheme(*, victim: Victim, sentenced_on: date, reason: str, officer: User, by: User) -> ContactScheme:
    """Bring a victim into the Victim Contact Scheme. Contact is due within the standard's weeks of the sentence.

    Where no conviction on record brings the victim in by law, it is done by decision, with a reason.
    Raises ValidationError for a day of sentence to come, and for an officer who cannot see the case.
    """
    require(by, Perm.VICTIMS, on=victim)
    victim = _standing(victim, by=by)
    offender = victim.offender
    by_law = sentenced_by_law(victim, by=by) is not None
    _refuse_sentence(sentenced_on, offender)
    if not by_law and not reason.strip():
        words = _("No conviction on this record brings this person in by law. Enter why the scheme is offered")
        raise ValidationError({"reason": words})
    if ContactScheme.objects.visible_to(by).filter(victim=victim).exists():
        raise ValidationError(_("This person is in the scheme already."))
    _refuse_officer(officer, offender)
    today = dates.today()
    scheme = ContactScheme(
        offender=offender,
        victim=victim,
        basis=ContactScheme.Basis.STATUTE if by_law else ContactScheme.Basis.DECISION,
        reason=reason.strip(),
        sentenced_on=sentenced_on,
        contact_due_on=_contact_due(sentenced_on, offender),
        next_contact_on=dates.add_months(today, value("victim_review_months", offender.area, today)),
        officer=officer,
        begun_by=by,
    )
    scheme.full_clean()
    scheme.save()
    record("victim.scheme_begun", by=by, about=scheme)
    return scheme


def _refuse_sentence(sentenced_on: date, offender: Offender) -> None:
    if sentenced_on > dates.today() or sentenced_on < offender.born_on:
        raise ValidationError({"sentenced_on": _("The date of sentence must be in the past")})


def _contact_due(sentenced_on: date, offender: Offender) -> date:
    """By the standard of the day of sentence; before the scheme began, by its first."""
    return sentenced_on + value("victim_contact_weeks", offender.area, max(sentenced_on, BEGAN)) * WEEK


@transaction.atomic
def correct_sentence(*, victim: Victim, sentenced_on: date, reason: str, by: User) -> ContactScheme:
    """Put the date of sentence right. First contact is due by the right one; what was typed stands among the contacts."""
    require(by, Perm.VICTIMS, on=victim)
    victim = _standing(victim, by=by)
    scheme = _scheme(victim, by=by)
    if sentenced_on == scheme.sentenced_on:
        raise ValidationError({"sentenced_on": _("This is the date on the record already: enter the right one")})
    _refuse_sentence(sentenced_on, victim.offender)
    words = _("Date of sentence %(right)s, not %(wrong)s. %(reason)s")
    known = {"right": long_date(sentenced_on), "wrong": long_date(scheme.sentenced_on), "reason": reason}
    _log(victim, Kind.CORRECTION, dates.today(), words % known, by=by)
    scheme.sentenced_on, scheme.contact_due_on = sentenced_on, _contact_due(sentenced_on, victim.offender)
    scheme.full_clean()
    scheme.save(update_fields=["sentenced_on", "contact_due_on"])
    record("victim.sentence_corrected", by=by, about=scheme)
    return scheme


@transaction.atomic
def assign_officer(*, victim: Victim, officer: User, by: User) -> ContactScheme:
    """Another officer liaises with the victim from now on; who did before stands among the contacts."""
    require(by, Perm.VICTIMS, on=victim)
    victim = _standing(victim, by=by)
    scheme = _scheme(victim, by=by)
    if scheme.officer_id == officer.pk:
        raise ValidationError({"officer": _("This officer liaises already: choose another")})
    _refuse_officer(officer, victim.offender)
    scheme.officer = officer
    scheme.save(update_fields=["officer"])
    _log(victim, Kind.OFFICER, dates.today(), officer.name, by=by)
    record("victim.officer_assigned", by=by, about=scheme, officer=officer.pk)
    return scheme


@transaction.atomic
def record_contact(
    *, victim: Victim, kind: str, on: date, words: str, next_contact_on: date | None, by: User
) -> VictimContact:
    """Write down what happened with a victim, and when contact is due next; without a date, as late as the standard allows.

    The first time that the victim was reached answers the contact that is due after the sentence. An offer, and what
    the victim chose, become the state of the scheme.
    """
    require(by, Perm.VICTIMS, on=victim)
    victim = _standing(victim, by=by)
    offender = victim.offender
    refuse_twice(VictimContact.objects.visible_to(by).filter(victim=victim, kind=kind, on=on, words=words, by=by))
    row = _log(victim, kind, on, words, by=by)
    scheme = ContactScheme.objects.visible_to(by).filter(victim=victim).first()
    if scheme is None and kind in State.values:
        raise ValidationError({"kind": _("This person is not in the contact scheme yet: begin that first")})
    if scheme is not None:
        _advance(scheme, kind, on, next_contact_on, offender)
    elif next_contact_on is not None:
        words = _("Leave this empty: dates are kept for people in the contact scheme")
        raise ValidationError({"next_contact_on": words})
    record("victim.contact_recorded", by=by, about=row, kind=kind)
    return row


def _advance(scheme: ContactScheme, kind: str, on: date, next_on: date | None, offender: Offender) -> None:
    """What one contact changes in the scheme."""
    today = dates.today()
    limit = dates.add_months(today, value("victim_review_months", offender.area, today))
    if next_on is not None and not today < next_on <= limit:
        words = _("Enter a date after today and not later than %s, the standard for victim contact")
        raise ValidationError({"next_contact_on": words % long_date(limit)})
    # An attempt and a correction leave the date as it is, unless another is chosen.
    if next_on is not None or kind not in {Kind.ATTEMPT, Kind.CORRECTION}:
        scheme.next_contact_on = next_on or limit
    if kind in VictimContact.REACHED and on >= scheme.sentenced_on and scheme.first_contact_on is None:
        scheme.first_contact_on = on
    if kind in State.values:
        scheme.state = State(kind)
    scheme.full_clean()
    scheme.save(update_fields=["next_contact_on", "first_contact_on", "state"])


@transaction.atomic
def make_request(*, victim: Victim, kind: str, words: str, sent_to: str, sent_on: date, by: User) -> VictimRequest:
    """Record what a victim asks for, and who was asked to decide it: MAPPA itself imposes nothing (Guidance 17.1)."""
    require(by, Perm.VICTIMS, on=victim)
    victim = _standing(victim, by=by)
    if sent_on > dates.today():
        raise ValidationError({"sent_on": _("The date must be today or in the past")})
    asked = VictimRequest.objects.visible_to(by).filter(victim=victim, kind=kind, words=words, sent_to=sent_to)
    refuse_twice(asked.filter(sent_on=sent_on))
    row = VictimRequest(
        offender=victim.offender, victim=victim, kind=kind, words=words, sent_to=sent_to, sent_on=sent_on, made_by=by
    )
    row.full_clean()
    row.save()
    record("victim.request_made", by=by, about=row, kind=kind)
    return row


@transaction.atomic
def answer_request(*, request: VictimRequest, answer: str, answer_words: str, answered_on: date, by: User) -> None:
    """Record what was decided about a request: the wording of the licence condition, or why not."""
    require(by, Perm.VICTIMS, on=request)
    lock(request.offender, by=by)
    row = VictimRequest.objects.visible_to(by).get(pk=request.pk)
    if row.answer:
        raise ValidationError(_("The answer is recorded already. Nothing was changed."))
    if answered_on > dates.today() or answered_on < row.sent_on:
        words = _("The date must be from %s, when the request was sent, to today")
        raise ValidationError({"answered_on": words % long_date(row.sent_on)})
    row.answer, row.answer_words, row.answered_on, row.answered_by = answer, answer_words, answered_on, by
    row.full_clean()
    row.save(update_fields=["answer", "answer_words", "answered_on", "answered_by"])
    record("victim.request_answered", by=by, about=row, answer=answer)


@transaction.atomic
def add_warning(*, offender: Offender, kind: WarningKind, officer: User, by: User) -> CaseWarning:
    """Warn everybody on the case, in words of the list, with the liaison officer to ask."""
    require(by, Perm.VICTIMS, on=offender)
    offender = lock(offender, by=by)
    if not kind.is_active:
        raise ValidationError({"kind": _("This warning is no longer added: choose another")})
    _refuse_officer(officer, offender)
    agency = _agency_of(officer)
    row = CaseWarning(offender=offender, kind=kind, officer=officer, agency=agency, added_by=by)
    row.full_clean()
    row.save()
    record("case.warning_added", by=by, about=row, kind=kind.code)
    return row


@transaction.atomic
def end_warning(*, offender: Offender, warning: WarningKind, by: User) -> None:
    """The warning is shown no more."""
    require(by, Perm.VICTIMS, on=offender)
    offender = lock(offender, by=by)
    row = offender.warnings.visible_to(by).standing().filter(kind=warning).first()
    if row is None:
        raise ValidationError({"warning": _("This warning is not on the case")})
    row.ended_on, row.ended_by = dates.today(), by
    row.full_clean()
    row.save(update_fields=["ended_on", "ended_by"])
    record("case.warning_ended", by=by, about=row, kind=warning.code)


def _agency_of(officer: User) -> Agency:
    return next(m.agency for m in memberships(officer) if m.role_id == Role.Code.VICTIM_LIAISON)


def _refuse_officer(officer: User, offender: Offender) -> None:
    if officer not in liaison_officers(offender):
        raise ValidationError({"officer": _("Choose a victim liaison officer whose agency has a part in this case")})


def _log(victim: Victim, kind: str, on: date, words: str, *, by: User) -> VictimContact:
    row = VictimContact(offender=victim.offender, victim=victim, kind=kind, on=on, words=words, by=by)
    row.full_clean()
    row.save()
    return row


def _standing(victim: Victim, *, by: User) -> Victim:
    """The victim, fresh, the case locked. Raises ValidationError when the record of the person was ended meanwhile."""
    offender = lock(victim.offender, by=by)
    found = Victim.objects.visible_to(by).get(pk=victim.pk)
    found.offender = offender
    if found.ended_on:
        raise ValidationError(_("The record of this person has ended. Nothing was changed."))
    return found


def _scheme(victim: Victim, *, by: User) -> ContactScheme:
    scheme = ContactScheme.objects.visible_to(by).filter(victim=victim).first()
    if scheme is None:
        raise ValidationError(_("This person is not in the contact scheme yet: begin that first."))
    return scheme
