"""What the tests of boards have in common."""

from datetime import date

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def typed(name: str, day: date) -> dict[str, int]:
    """A date as it is typed in three boxes."""
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def send(client, user, url, sent):
    client.force_login(user, backend=BACKEND)
    return client.post(url, sent)


def look(client, user, url):
    client.force_login(user, backend=BACKEND)
    return client.get(url)
