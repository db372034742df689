from django.apps import AppConfig


class AssuranceConfig(AppConfig):
    name = "assurance"

    def ready(self) -> None:
        """Hear of sign-ins from the first on."""
        from assurance import limits

        assert limits  # noqa: S101  imported for its receiver
