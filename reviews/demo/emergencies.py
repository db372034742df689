"""Records that an officer of the next area opened in an emergency: one reviewed, one that waits for its review."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from agencies import working_days
from agencies.models.user import system_user
from assurance.models import EmergencyRemark
from mappa import dates
from offenders.models import EmergencyAccess, Offender
from reviews.demo.agencies import Place

Category = EmergencyAccess.Category
CUSTODY = "Brought in at night without a name. Staff in the cell block need to know whether he harms himself or others."
SOUGHT = "Seen near a school on a false name. Which address would he go to, and is anybody there at risk?"
FOUND = "The custody record shows that he was there, and only the first pages were opened."


def begin(place: Place, elsewhere: Place) -> None:
    """Two openings of cases of a place by an officer of another one."""
    officer, area = elsewhere.people["police"], place.area
    cases = Offender.objects.visible_to(system_user()).current().filter(area=area, restricted=False).order_by("pk")[:2]
    reviewer = place.people["information-officer"]
    for case, days, category, words in zip(
        cases, (9, 1), (Category.PRESENT, Category.SOUGHT), (CUSTODY, SOUGHT), strict=True
    ):
        day = dates.today() - timedelta(days=days)
        opened_at = timezone.make_aware(datetime.combine(day, time(3, 12)))
        row = EmergencyAccess(
            offender=case,
            user=officer,
            agency=elsewhere.agencies["police"],
            category=category,
            words=words,
            opened_at=opened_at,
            expires_at=opened_at + timedelta(minutes=60),
            ended_at=opened_at + timedelta(minutes=24),
            ended_by=officer,
            review_due_on=working_days.after(day, 2, area),
        )
        if days > 2:
            row.finding, row.reviewed_by = EmergencyAccess.Finding.JUSTIFIED, reviewer
            row.reviewed_at = opened_at + timedelta(hours=9)
        row.full_clean()
        row.save()
        if row.finding:
            EmergencyRemark.objects.create(access=row, kind=row.finding, words=FOUND, by=reviewer)
