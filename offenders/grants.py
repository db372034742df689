"""Sharing a case and ending that: the only writer of the ledger of grants."""

from datetime import date

from django.contrib.auth.models import Permission

from agencies.models import Agency, AgencyKind, User
from audit.record import record
from mappa import dates
from offenders.models import Offender, OffenderGroupObjectPermission
from offenders.models.grant import Basis
from offenders.visibility import forget_scopes

Grant = OffenderGroupObjectPermission


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
        permission = Permission.objects.get(codename="view_offender", content_type__app_label="offenders")
        row = Grant(
            content_object=offender, group_id=agency.group_id, permission=permission, basis=basis, source=source
        )
    elif row.until is None or (until is not None and row.until > until):
        until = row.until
    row.reason, row.given_by, row.from_on, row.until = reason, by, dates.today(), until
    row.save()
    record("case.shared", by=by, about=offender, agency=agency.pk, basis=str(basis), source=source)
    forget_scopes()


def end(*, offender: Offender, agency: Agency, basis: Basis, source: str, by: User) -> None:
    """End what one basis gave: the agency keeps what other bases give."""
    rows = Grant.objects.about(offender).filter(group=agency.group_id, basis=basis, source=source)
    yesterday = dates.today() - dates.ONE_DAY
    if rows.update(until=yesterday):
        record("case.share_ended", by=by, about=offender, agency=agency.pk, basis=str(basis), source=source)
    forget_scopes()
