from celery import shared_task
from django.utils import timezone

from agencies.models.user import system_user
from agencies.pulse import pulse
from assurance import carrying_out
from assurance.models import RecordDisposal
from assurance.unusual import look, sample
from mappa import dates


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def look_at_news() -> None:
    """Look for unusual access in what was recorded since the last look. Run each hour."""
    with pulse("unusual-access") as beat:
        beat.done = look.look_at_news(now=timezone.now(), by=system_user())


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def look_at_yesterday() -> None:
    """Judge everybody's whole day once more. Run several times a night; each day is judged once."""
    look.look_at_day(on=dates.today() - dates.ONE_DAY, by=system_user())


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def draw_access_samples() -> None:
    """Draw last month's accesses to be looked at. What is drawn is not drawn again."""
    sample.draw_samples(on=dates.today(), by=system_user())


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def dispose(pk: int) -> None:
    """Carry out a disposal that two people decided."""
    row = RecordDisposal.objects.visible_to(system_user()).filter(pk=pk, state=RecordDisposal.State.APPROVED).first()
    if row is not None:
        carrying_out.carry_out(row)


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def go_on_with_disposals() -> None:
    """Carry out what is approved and was not, take away files that were out of reach, and list what is not listed. Run each hour."""
    rows = RecordDisposal.objects.visible_to(system_user())
    with pulse("disposals") as beat:
        for row in rows.filter(state=RecordDisposal.State.APPROVED):
            beat.done += carrying_out.carry_out(row)
        for row in rows.filter(state=RecordDisposal.State.DONE).exclude(files_left=[]):
            carrying_out.take_away_files(row)
        beat.is_whole = carrying_out.list_for_restores()
