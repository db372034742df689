"""Every key has its system by now (0011)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agencies", "0011_keys_by_system")]

    operations = [
        migrations.RemoveConstraint(model_name="sentonce", name="a_key_is_used_once"),
        migrations.RemoveField(model_name="sentonce", name="token"),
        migrations.AlterField(
            model_name="sentonce",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="sentonce",
            constraint=models.UniqueConstraint(models.F("user"), models.F("key"), name="a_key_is_used_once"),
        ),
    ]
