from celery import shared_task

from panels.actions import referring


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def forget_old_referrals() -> None:
    """Delete referrals that were never sent and nobody has gone on with for weeks."""
    referring.forget_old_referrals()
