from celery import shared_task

from agencies.api.sent_once import forget_old
from agencies.delivery.arrivals import ask_what_became
from agencies.outbox import send_waiting
from agencies.pulse import pulse


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def send_outbox() -> None:
    """Send the mail that waits."""
    with pulse("send") as beat:
        beat.done = send_waiting()


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def ask_after_mail() -> None:
    """Ask the provider whether what it took has arrived."""
    with pulse("ask-after-mail") as beat:
        beat.done = ask_what_became()


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def forget_old_keys() -> None:
    """Forget the keys under which systems sent their writes, once they are old."""
    forget_old()
