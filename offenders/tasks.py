from celery import shared_task

from agencies.models.user import system_user
from mappa import dates
from offenders import duplicates
from offenders.actions.emergency import end_what_ran_out
from offenders.imports import verbs as imports
from offenders.rederivation import rederive_all


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def look_for_duplicates() -> None:
    """Look by night for records that may be of one person. Each pair is put before people once."""
    duplicates.look_for_duplicates()


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def rederive_categories() -> None:
    """Propose what follows from every current case's bases. Run often; each proposal is made once."""
    rederive_all(on=dates.today(), by=system_user())


IMPORT_SECONDS = 50  # of one turn: then other work has its turn, and the next goes on


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def go_on_with_imports() -> None:
    """Check and load the files that were brought, from where each stands. Run often; safe beside itself."""
    imports.go_on_with_all(IMPORT_SECONDS)


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def forget_old_imports() -> None:
    """Delete files that were checked and never loaded."""
    imports.forget_old()


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def record_ends_of_emergencies() -> None:
    """Write down that emergency access ended by its time, and tell who reviews it. Nothing waits for it to end."""
    end_what_ran_out(by=system_user())
