from celery import shared_task

from agencies import audit_watch, own_sessions
from agencies.account import links
from agencies.api.sent_once import forget_old
from agencies.colleagues import lapsing
from agencies.delivery.arrivals import ask_what_became
from agencies.models.user import system_user
from agencies.outbox import send_waiting
from agencies.pulse import pulse
from audit import anchoring, sealing
from mappa import dates


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
def send_password_link(number: str) -> None:
    """Look for the address that was typed, and send a link to whoever it belongs to."""
    links.send(number)


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def forget_old_keys() -> None:
    """Forget the keys under which systems sent their writes, once they are old."""
    forget_old()


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def forget_old_sessions() -> None:
    """Delete sessions whose time is over. Run several times a night."""
    with pulse("old-sessions") as beat:
        beat.done = own_sessions.forget_old()


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def seal_audit() -> None:
    """Seal what was written to the audit. Run each minute."""
    with pulse("seal-audit") as beat:
        beat.done = sealing.seal()


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def verify_audit(*, whole: bool = False) -> None:
    """Compute the seals of the last day anew, or of all days, and tell information officers when something differs."""
    with pulse("verify-whole-audit" if whole else "verify-audit") as beat:
        beat.done = audit_watch.verify_and_tell(whole=whole)


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def verify_audit_hourly() -> None:
    """The same of the last day, but for erasures, which would read the whole history. Run each hour."""
    with pulse("verify-audit-hourly") as beat:
        beat.done = audit_watch.verify_and_tell(whole=False, erasures=False)


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def anchor_audit() -> None:
    """Write the hour's anchor outside the database."""
    with pulse("anchor-audit") as beat:
        beat.done = anchoring.anchor() or 0


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def keep_audit_parts() -> None:
    """Make the parts of the audit for the months ahead."""
    with pulse("audit-parts") as beat:
        sealing.keep_parts()
        beat.done = sealing.parts_ahead()


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def lapse_accounts() -> None:
    """End what ends by itself, and ask agencies who still works there. Run several times a night; each is done once."""
    with pulse("lapse-accounts") as beat:
        beat.done = lapsing.lapse(on=dates.today(), by=system_user())
        beat.done += lapsing.ask_for_lists(on=dates.today(), by=system_user())
