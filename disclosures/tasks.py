from celery import shared_task

from disclosures import actions


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def forget_old_drafts() -> None:
    """Delete records that somebody began and has not gone on with for weeks."""
    actions.forget_old_drafts()
