from celery import shared_task

from agencies.outbox import send_waiting


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def send_outbox() -> None:
    """Send the mail that waits."""
    send_waiting()
