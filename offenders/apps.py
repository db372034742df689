from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OffendersConfig(AppConfig):
    name = "offenders"

    def ready(self) -> None:
        from mappa import carried
        from mappa.guard import keep_behind
        from offenders import wall

        for model in wall.walled():
            keep_behind(model)
        carried.carry(wall.SETTING, wall.eyes_of)
        post_migrate.connect(wall.build_after_migrating, sender=self, dispatch_uid="offenders.wall")
        # Not before the models are there.
        from agencies.colleagues.leaving import ENDINGS
        from offenders.grants import end_every_naming

        ENDINGS["named on cases"] = end_every_naming
