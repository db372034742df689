from celery import shared_task

from panels.actions import information, invitations, referring


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def forget_old_referrals() -> None:
    """Delete referrals that were never sent and nobody has gone on with for weeks."""
    referring.forget_old_referrals()


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def tell_invited() -> None:
    """Tell agencies what they are wanted for, where that changed. Run often; nobody hears the same twice."""
    invitations.tell_all()


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def forget_drafts() -> None:
    """Delete what was typed for meetings whose minutes are approved, and never sent."""
    information.forget_drafts()
