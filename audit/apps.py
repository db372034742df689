from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        from audit import acting, installing

        post_migrate.connect(installing.install, sender=self)
        acting.begin()
