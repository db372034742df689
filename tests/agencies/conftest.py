"""Bob has a password, and may have an app."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP

from tests.agencies.signing_in import PASSWORD, SECRET


@pytest.fixture
def bob(practitioner):
    practitioner.set_password(PASSWORD)
    practitioner.save()
    return practitioner


@pytest.fixture
def app(bob):
    """Bob's authenticator app."""
    return TOTP.activate(bob, SECRET)
