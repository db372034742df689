"""Answering a person who asks for the record: take the request, decide row by row, have it checked, hand it over."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from agencies.models.standard import value
from assurance import gathering
from assurance.models import AccessRequest, PackDecision
from audit.models import Act
from audit.record import record
from mappa import dates
from mappa.paper import Paper, Section, Table
from offenders.actions import lock
from offenders.actions.case import refuse_twice
from offenders.copies import copy_for
from offenders.models import Offender

State = AccessRequest.State


@transaction.atomic
def take_request(
    *, offender: Offender, asker: str, identity: str, wanted: str, received_on: date, by: User
) -> AccessRequest:
    """Note that somebody asked, and by when he must be answered."""
    require(by, Perm.ANSWER_PERSON, on=offender)
    offender, today = lock(offender, by=by), dates.today()
    if received_on > today:
        raise ValidationError({"received_on": _("The day it was received must be today or in the past")})
    same = AccessRequest.objects.visible_to(by).open().filter(offender=offender, received_on=received_on, asker=asker)
    refuse_twice(same)
    row = AccessRequest(
        offender=offender,
        asker=asker,
        identity=identity,
        wanted=wanted,
        received_on=received_on,
        due_on=dates.add_months(received_on, value("subject_access_months", offender.area, today)),
        recorded_by=by,
    )
    row.full_clean()
    row.save()
    record("access_request.taken", by=by, about=row)
    return row


@transaction.atomic
def extend_request(*, request: AccessRequest, reason: str, by: User) -> None:
    """Take longer, once, where the request is complex; the person is told why within the first month."""
    row = _locked(request, by, *AccessRequest.OPEN)
    if row.extended_because:
        raise ValidationError(_("It was extended already. It cannot be extended again."))
    today = dates.today()
    if today > row.due_on:
        raise ValidationError(_("Its day has passed: it can be extended only before. Answer it as soon as you can."))
    months = sum(
        value(name, row.offender.area, today) for name in ("subject_access_months", "subject_access_extension_months")
    )
    row.due_on, row.extended_because = dates.add_months(row.received_on, months), reason
    row.full_clean()
    row.save(update_fields=["due_on", "extended_because"])
    record("access_request.extended", by=by, about=row)


@transaction.atomic
def decide_rows(*, request: AccessRequest, label: str, decisions: Mapping[int, tuple[str, str]], by: User) -> None:
    """Decide rows of one kind. By row: the digest of what was read, and the exemption, which is empty where it is given.

    Raises ValidationError where a row says something else by now.
    """
    row = _locked(request, by, State.BEING_PREPARED)
    kind = gathering.kind_named(label, row.offender, by)
    if kind is None:
        raise ValidationError(_("There is nothing of this kind any more. Go back to the request."))
    now = {entry.row: entry.digest for entry in gathering.entries(kind.model, row.offender, by)}
    for pk, (digest, exemption) in decisions.items():
        if now.get(pk) != digest:
            raise ValidationError(_("The record was changed meanwhile. Read what it says now, and decide again."))
        PackDecision.objects.visible_to(by).update_or_create(
            request=row,
            model=label,
            row=pk,
            defaults={"offender": row.offender, "digest": digest, "exemption": exemption, "decided_by": by},
        )
    record("access_request.decided", by=by, about=row, kind=label, rows=len(decisions))


@transaction.atomic
def send_to_check(*, request: AccessRequest, by: User) -> None:
    """Put the answer before a second person. Every row must be decided, as it is now."""
    row = _locked(request, by, State.BEING_PREPARED)
    _refuse_undecided(row, by)
    # What went from the record since it was decided is not part of the answer any more.
    row.decisions.visible_to(by).filter(pk__in=gathering.gone(row, by)).delete()
    row.state, row.prepared_by, row.checked_by, row.sent_back_because = State.TO_CHECK, by, None, ""
    row.full_clean()
    row.save(update_fields=["state", "prepared_by", "checked_by", "sent_back_because"])
    record("access_request.prepared", by=by, about=row)


@transaction.atomic
def check_pack(*, request: AccessRequest, agree: bool, reason: str, by: User) -> None:
    """A second person, who decided none of it and sees all of it, agrees or sends it back."""
    row = _locked(request, by, State.TO_CHECK, State.CHECKED)
    if row.prepared_by_id == by.pk or row.decisions.visible_to(by).filter(decided_by=by).exists():
        raise ValidationError(_("You prepared it. Somebody else checks it."))
    if not agree and not reason.strip():
        raise ValidationError({"reason": _("Say what must be decided again")})
    if agree:
        _refuse_undecided(row, by)
        if gathering.unseen(row, by):
            words = _(
                "You do not see everything that was decided, or some of it is gone. Let somebody check it who does, or send it back."
            )
            raise ValidationError(words)
    row.state = State.CHECKED if agree else State.BEING_PREPARED
    row.checked_by, row.sent_back_because = (by, "") if agree else (None, reason.strip())
    row.full_clean()
    row.save(update_fields=["state", "checked_by", "sent_back_because"])
    record("access_request.checked" if agree else "access_request.sent_back", by=by, about=row)


def _refuse_undecided(row: AccessRequest, by: User) -> None:
    if number := gathering.undecided(row, by):
        words = _("%s rows are not decided, or say something else by now. Decide them first.")
        raise ValidationError(words % number)


@transaction.atomic
def answer_request(*, request: AccessRequest, given: bool, answer: str, by: User) -> None:
    """Note that it was handed over and how, or that it is refused and why."""
    row = _locked(request, by, *AccessRequest.OPEN)
    if given and row.state != State.CHECKED:
        raise ValidationError({"given": _("A second person must check it first")})
    row.state = State.ANSWERED if given else State.REFUSED
    row.answered_on, row.answered_by, row.answer = dates.today(), by, answer
    row.full_clean()
    row.save(update_fields=["state", "answered_on", "answered_by", "answer"])
    event = "access_request.answered" if given else "access_request.refused"
    record(event, act=Act.DISCLOSE if given else Act.CHANGE, by=by, about=row)


def _locked(request: AccessRequest, by: User, *states: str) -> AccessRequest:
    require(by, Perm.ANSWER_PERSON, on=request)
    rows = AccessRequest.objects.visible_to(by).select_for_update(of=("self",)).select_related("offender__area")
    row = rows.get(pk=request.pk)
    if row.state not in states:
        raise ValidationError(_("It has gone on meanwhile. Open the page again to see how it stands."))
    return row


def pack_paper(request: AccessRequest, reader: User) -> Paper:
    """The pack: what is given, that something is withheld and by which laws it may be, and which agencies opened the record.

    Raises ValidationError when a row was changed after it was checked, or the reader does not see all that is given.
    """
    _refuse_undecided(request, reader)
    if gathering.unseen(request, reader):
        words = _(
            "You do not see all that is given, or some of it is gone. Let whoever prepared or checked it print it, or send it back."
        )
        raise ValidationError(words)
    sections = [
        Section(kind.title, paragraphs=[entry.text for entry in lines])
        for kind, lines in gathering.given(request, reader)
    ]
    agencies = [(name, str(number)) for name, number in gathering.who_opened(request.offender)]
    if agencies:
        table = Table(_("Times that pages were opened, by agency"), [_("Agency"), _("Times")], agencies)
        sections.append(Section(_("Who has opened the record"), tables=[table]))
    opening = [
        _("This is what is held about you under the multi-agency public protection arrangements and can be given to you."),
        _("You can ask that what is wrong be put right, ask for this decision to be looked at again, and complain to the Information Commissioner."),
    ]  # fmt: skip
    if gathering.withheld(request, reader):
        opening.insert(
            1,
            _(
                "Some information is withheld where the law allows it (Data Protection Act 2018 s.45(4) and Schedules 2 and 3)."
            ),
        )
    return Paper(
        title=_("What is held about you"), opening=opening, sections=sections, copy=copy_for(reader, request.reference)
    )
