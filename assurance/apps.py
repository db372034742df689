from django.apps import AppConfig


class AssuranceConfig(AppConfig):
    name = "assurance"

    def ready(self) -> None:
        """Hear of sign-ins from the first on."""
        from assurance import limits  # noqa: F401  imported for its receiver
