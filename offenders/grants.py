"""Sharing a case with an agency, naming a person on it, and ending that: the only writer of the ledger of grants."""

from datetime import date

from django.contrib.auth.models import Permission

from agencies.models import Agency, AgencyKind, Area, User
from agencies.models.standard import value
from audit.record import record, record_each
from mappa import dates
from mappa.eyes import past_sight
from offenders.models import Offender, OffenderGroupObjectPermission, OffenderUserObjectPermission
from offenders.models.grant import Basis, in_force
from offenders.visibility import forget_scopes

Grant = OffenderGroupObjectPermission
Name = OffenderUserObjectPermission


def sees_by_area(agency: Agency, offender: Offender) -> bool:
    """A Responsible Authority agency of the case's area needs no grant (access.md, rule 1)."""
    return agency.area_id == offender.area_id and agency.kind.duty == AgencyKind.Duty.RESPONSIBLE_AUTHORITY


def share(
    *, offender: Offender, agency: Agency, basis: Basis, source: str, reason: str, until: date | None, by: User
) -> None:
    """Let an agency see a case, on one basis, until a day. Given again, it lasts until the later day."""
    if sees_by_area(agency, offender):
        return
    row = Grant.objects.about(offender).filter(group=agency.group_id, basis=basis, source=source).first()
    if row is None:
        row = Grant(
            content_object=offender, group_id=agency.group_id, permission=_to_view(), basis=basis, source=source
        )
    elif row.until is None or (until is not None and row.until > until):
        until = row.until
    row.reason, row.given_by, row.from_on, row.until = reason, by, dates.today(), until
    with past_sight("what gives sight of a case is written before it does, and while what gave it ends"):
        row.save()
    record("case.shared", by=by, about=offender, agency=agency.pk, basis=str(basis), source=source)
    forget_scopes()


def invited_until(held_on: date, area: Area) -> date:
    """Until when an invitation lets an agency see the case: the minutes' retention for invitees (access.md, rule 3)."""
    return dates.add_months(held_on, value("invitee_access_months", area, dates.today()))


def last_until(*, offender: Offender, basis: Basis, source: str, until: date, by: User) -> None:
    """Whatever one source gives lasts until another day, later or earlier: what it was given for was moved."""
    rows = Grant.objects.about(offender).filter(in_force(dates.today()), basis=basis, source=source)
    if rows.exclude(until=until).update(until=until):
        record("case.share_moved", by=by, about=offender, basis=str(basis), source=source, until=until.isoformat())
    forget_scopes()


def end(*, offender: Offender, agency: Agency, basis: Basis, source: str, by: User) -> None:
    """End what one basis gave: the agency keeps what other bases give."""
    rows = Grant.objects.about(offender).filter(group=agency.group_id, basis=basis, source=source)
    yesterday = dates.today() - dates.ONE_DAY
    if rows.update(until=yesterday):
        record("case.share_ended", by=by, about=offender, agency=agency.pk, basis=str(basis), source=source)
    forget_scopes()


def end_source(*, offender: Offender, basis: Basis, source: str, by: User) -> None:
    """End whatever one source gave on a basis, whichever agencies it was."""
    rows = Grant.objects.about(offender).filter(in_force(dates.today()), basis=basis, source=source)
    for agency in Agency.objects.filter(group__in=list(rows.values_list("group", flat=True))):
        end(offender=offender, agency=agency, basis=basis, source=source, by=by)


def name(*, offender: Offender, person: User, reason: str, until: date | None, by: User) -> None:
    """Let one person see a case, even a restricted one, until a day or without an end."""
    row = Name.objects.about(offender).filter(user=person, basis=Basis.HAND, source="").first()
    if row is None:
        row = Name(content_object=offender, user=person, permission=_to_view(), basis=Basis.HAND, source="")
    row.reason, row.given_by, row.from_on, row.until = reason, by, dates.today(), until
    row.save()
    record("case.person_named", by=by, about=offender, person=person.pk)
    forget_scopes()


def end_naming(*, offender: Offender, person: User, by: User) -> None:
    """Whatever named the person on the case ends."""
    rows = Name.objects.about(offender).filter(in_force(dates.today()), user=person)
    if rows.update(until=dates.today() - dates.ONE_DAY):
        record("case.naming_ended", by=by, about=offender, person=person.pk)
    forget_scopes()


def end_every_naming(person: User, by: User) -> int:
    """Whatever names somebody ends, on every case: he works for another agency now, or for none (docs/people.md)."""
    rows = Name.objects.naming(person).filter(in_force(dates.today())).select_related("content_object")
    cases = {row.content_object_id: row.content_object for row in rows}
    rows.update(until=dates.today() - dates.ONE_DAY)
    record_each("case.naming_ended", by=by, rows=[(case, {"person": person.pk}) for case in cases.values()])
    forget_scopes()
    return len(cases)


def _to_view() -> Permission:
    return Permission.objects.get(codename="view_offender", content_type__app_label="offenders")
