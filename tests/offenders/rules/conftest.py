"""How every rule is asked here: as Bob, signed in."""

import pytest

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def ask(client, practitioner):
    """Ask one rule and get its answer, or with `status` its refusal."""
    client.force_login(practitioner, backend=BACKEND)

    def post(name, question, status=200):
        response = client.post(f"/api/v1/rules/{name}/", question, content_type="application/json")
        assert response.status_code == status, response.text
        answer = response.json()
        if status == 200:
            assert answer["authority"]
            assert answer["explanation"].endswith(".")
        return answer

    return post
