"""Who was sent approved minutes, and who has opened them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from agencies.models import Membership, User
from mappa import dates
from panels.models import Amendment, Distribution, Meeting, OnwardRequest


@dataclass
class Receipt:
    """One agency: about how many people it was sent minutes, why, and whether somebody there has opened the newest."""

    agency: str
    people: int
    basis: str
    told_at: datetime
    version: int
    unread: int
    read_by: str = ""
    read_at: datetime | None = None


def of_agencies(meeting: Meeting, user: User) -> list[Receipt]:
    """One line for each agency that was sent minutes of people whom the user sees."""
    found: dict[int, Receipt] = {}
    rows = Distribution.objects.visible_to(user).filter(item__meeting=meeting).select_related("agency", "read_by")
    for row in rows:
        is_unread = int(row.read_version < row.version)
        receipt = found.get(row.agency_id)
        if receipt is None:
            receipt = found[row.agency_id] = Receipt(
                row.agency.name, 0, str(row.get_basis_display()), row.told_at, row.version, 0
            )
        receipt.people += 1
        receipt.unread += is_unread
        receipt.version, receipt.told_at = max(receipt.version, row.version), max(receipt.told_at, row.told_at)
        if row.read_by and row.read_at and (receipt.read_at is None or row.read_at > receipt.read_at):
            receipt.read_by, receipt.read_at = row.read_by.name, row.read_at
    return list(found.values())


def agencies_of(readers: Iterable[int]) -> dict[int, str]:
    """For which agencies each reader works today, by his key."""
    rows = Membership.objects.in_force(dates.today()).filter(user__in=list(readers)).select_related("agency")
    found: dict[int, set[str]] = {}
    for row in rows:
        found.setdefault(row.user_id, set()).add(row.agency.name)
    return {reader: ", ".join(sorted(names)) for reader, names in found.items()}


def sent_on(meeting: Meeting, user: User) -> QuerySet[OnwardRequest]:
    """What was asked to be sent on, the newest first."""
    rows = OnwardRequest.objects.visible_to(user).filter(item__meeting=meeting)
    return rows.select_related("agency", "asked_by", "decided_by")


def amendments(meeting: Meeting, user: User) -> QuerySet[Amendment]:
    """What was proposed and decided, the newest first."""
    rows = Amendment.objects.visible_to(user).filter(item__meeting=meeting)
    return rows.select_related("proposed_by", "decided_by")
