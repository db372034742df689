from celery import shared_task

from agencies.api.sent_once import forget_old
from agencies.outbox import send_waiting


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def send_outbox() -> None:
    """Send the mail that waits."""
    send_waiting()


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def forget_old_keys() -> None:
    """Forget the keys under which systems sent their writes, once they are old."""
    forget_old()
