"""The verbs of the victims' compartment. Each asks `require` first; none of them tells the timeline of a victim.

Everybody on the case reads the timeline, and nobody but the compartment's readers may learn that there is a victim. Of
the warnings, which everybody reads, the timeline is told.
"""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Parts, Perm, allowed, memberships, require
from agencies.models import Agency, Membership, Role, User
from agencies.models.standard import value
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.actions import lock, refuse_twice, tell
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


def can_liaise(officer: User, offender: Offender, parts: Parts) -> bool:
    """Does the officer still see the case and open its compartment? Whoever was moved, excluded or left does not."""
    return scope_of(officer).sees(offender) and allowed(officer, Perm.VICTIMS, on=parts)


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
    _follow_contacts(scheme, offender, by=by)
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
    _follow_contacts(scheme, victim.offender, by=by)
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
    *,
    victim: Victim,
    kind: str,
    on: date,
    words: str,
    next_contact_on: date | None,
    by: User,
    corrects: VictimContact | None = None,
) -> VictimContact:
    """Write down what happened with a victim, and when contact is due next; without a date, as late as the standard allows.

    The first time that the victim was reached answers the contact that is due after the sentence. An offer, and what
    the victim chose, become the state of the scheme. A correction may name the entry that it sets aside.
    """
    require(by, Perm.VICTIMS, on=victim)
    victim = _standing(victim, by=by)
    refuse_twice(VictimContact.objects.visible_to(by).filter(victim=victim, kind=kind, on=on, words=words, by=by))
    scheme = ContactScheme.objects.visible_to(by).filter(victim=victim).first()
    if scheme is None and kind in State.values:
        raise ValidationError({"kind": _("This person is not in the contact scheme yet: begin that first")})
    if scheme is None and next_contact_on is not None:
        words = _("Leave this empty: dates are kept for people in the contact scheme")
        raise ValidationError({"next_contact_on": words})
    if corrects is not None:
        _refuse_correction(corrects, victim, kind, by=by)
    _refuse_next(next_contact_on, on, victim.offender)
    row = _log(victim, kind, on, words, by=by, next_contact_on=next_contact_on, corrects=corrects)
    if scheme is not None:
        _follow_contacts(scheme, victim.offender, by=by)
    record("victim.contact_recorded", by=by, about=row, kind=kind)
    return row


def entries(victim: Victim, *, by: User) -> list[VictimContact]:
    """The contacts with a victim that no correction has set aside, in the order of their days."""
    rows = list(VictimContact.objects.visible_to(by).filter(victim=victim).order_by("on", "pk"))
    set_aside = {row.corrects_id for row in rows}
    return [row for row in rows if row.pk not in set_aside]


def correctable(victim: Victim, *, by: User) -> dict[str, VictimContact]:
    """The entries that a correction can set aside, by their number in the order of typing, which never changes."""
    rows = VictimContact.objects.visible_to(by).filter(victim=victim).order_by("pk")
    standing = set(entries(victim, by=by))
    numbered = {str(number): row for number, row in enumerate(rows, start=1)}
    return {number: row for number, row in numbered.items() if row in standing and row.kind not in VictimContact.KEPT}


def _refuse_correction(corrects: VictimContact, victim: Victim, kind: str, *, by: User) -> None:
    if kind != Kind.CORRECTION:
        raise ValidationError({"corrects": _("Leave this empty, or choose that this is a correction")})
    if corrects not in correctable(victim, by=by).values():
        raise ValidationError({"corrects": _("Choose an entry that still stands")})


def _review_months(offender: Offender) -> int:
    return value("victim_review_months", offender.area, dates.today())


def _refuse_next(next_on: date | None, on: date, offender: Offender) -> None:
    """The next contact is chosen in the future, and within the standard of the day on which this one was."""
    if next_on is None:
        return
    limit = dates.add_months(on, _review_months(offender))
    if limit <= dates.today():
        words = _("Leave this empty: by this date the next contact has been due since %s")
        raise ValidationError({"next_contact_on": words % long_date(limit)})
    if not dates.today() < next_on <= limit:
        words = _("Enter a date after today and not later than %s, the standard for victim contact")
        raise ValidationError({"next_contact_on": words % long_date(limit)})


def _follow_contacts(scheme: ContactScheme, offender: Offender, *, by: User) -> None:
    """State, first and next contact, from what happened in the order of its days and not of its typing."""
    found, months = entries(scheme.victim, by=by), _review_months(offender)
    reached = [row.on for row in found if row.kind in VictimContact.REACHED and row.on >= scheme.sentenced_on]
    chosen = [row.kind for row in found if row.kind in State.values]
    scheme.first_contact_on = min(reached, default=None)
    scheme.state = State(chosen[-1]) if chosen else State.TO_OFFER
    scheme.next_contact_on = dates.add_months(timezone.localdate(scheme.begun_at), months)
    for row in found:
        # An attempt, a correction and another officer leave the date as it is, unless another is chosen.
        if row.next_contact_on or row.kind in VictimContact.COUNTS:
            scheme.next_contact_on = row.next_contact_on or dates.add_months(row.on, months)
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
    due_on = sent_on + value("victim_answer_weeks", victim.offender.area, max(sent_on, BEGAN)) * WEEK
    row = VictimRequest(
        offender=victim.offender,
        victim=victim,
        kind=kind,
        words=words,
        sent_to=sent_to,
        sent_on=sent_on,
        answer_due_on=due_on,
        made_by=by,
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
    agency = _agency_of(officer, offender)
    row = CaseWarning(offender=offender, kind=kind, officer=officer, agency=agency, added_by=by)
    row.full_clean()
    row.save()
    record("case.warning_added", by=by, about=row, kind=kind.code)
    tell(offender, _("Warning added"), kind.words, by=by)
    return row


@transaction.atomic
def end_warning(*, offender: Offender, warning: WarningKind, by: User) -> None:
    """The warning is shown no more."""
    require(by, Perm.VICTIMS, on=offender)
    offender = lock(offender, by=by)
    row = _standing_warning(offender, warning, by=by)
    _end(row, by=by)
    record("case.warning_ended", by=by, about=row, kind=warning.code)
    tell(offender, _("Warning ended"), warning.words, by=by)


@transaction.atomic
def change_warning(*, offender: Offender, warning: WarningKind, officer: User, by: User) -> CaseWarning:
    """The warning stands, and names another officer to ask. Who was named before stands among those that ended."""
    require(by, Perm.VICTIMS, on=offender)
    offender = lock(offender, by=by)
    row = _standing_warning(offender, warning, by=by)
    if row.officer_id == officer.pk:
        raise ValidationError({"officer": _("The warning names this officer already: choose another")})
    _refuse_officer(officer, offender)
    _end(row, by=by)
    new = CaseWarning(
        offender=offender, kind=row.kind, officer=officer, agency=_agency_of(officer, offender), added_by=by
    )
    new.full_clean()
    new.save()
    record("case.warning_changed", by=by, about=new, kind=warning.code, officer=officer.pk)
    tell(offender, _("Warning: another officer to ask"), warning.words, by=by)
    return new


def warning_words(offender: Offender, *, to: User) -> list[str]:
    """The warnings of a case, as everybody on it reads them: with the officer to ask, while he can still answer."""
    rows = list(offender.warnings.visible_to(to).standing().select_related("kind", "officer", "agency"))
    if not rows:
        return []
    parts = offender.parts()
    there = {row.officer_id: can_liaise(row.officer, offender, parts) for row in rows}
    return [row.in_words() if there[row.officer_id] else row.in_words_of_the_area() for row in rows]


def _standing_warning(offender: Offender, kind: WarningKind, *, by: User) -> CaseWarning:
    row = offender.warnings.visible_to(by).standing().select_related("kind").filter(kind=kind).first()
    if row is None:
        raise ValidationError({"warning": _("This warning is not on the case")})
    return row


def _end(warning: CaseWarning, *, by: User) -> None:
    warning.ended_on, warning.ended_by = dates.today(), by
    warning.full_clean()
    warning.save(update_fields=["ended_on", "ended_by"])


def _agency_of(officer: User, offender: Offender) -> Agency:
    """Of the agencies for which the officer liaises, the one of the case's area before the others."""
    held = [m.agency for m in memberships(officer) if m.role_id == Role.Code.VICTIM_LIAISON]
    return next((agency for agency in held if agency.area_id == offender.area_id), held[0])


def _refuse_officer(officer: User, offender: Offender) -> None:
    if officer not in liaison_officers(offender):
        raise ValidationError({"officer": _("Choose a victim liaison officer whose agency has a part in this case")})


def _log(victim: Victim, kind: str, on: date, words: str, *, by: User, **more: Any) -> VictimContact:
    row = VictimContact(offender=victim.offender, victim=victim, kind=kind, on=on, words=words, by=by, **more)
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
