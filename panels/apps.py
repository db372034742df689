from django.apps import AppConfig


class PanelsConfig(AppConfig):
    name = "panels"

    def ready(self) -> None:
        # Not before the models are there.
        from offenders.sight import COMPARTMENTS
        from panels import sight

        COMPARTMENTS.append(sight.minutes)
