"""Each journey, each of the other premises and each notice has an open deadline of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("offenders", "0022_documents")]

    operations = [
        migrations.RemoveConstraint(model_name="notificationdue", name="one_open_due_of_a_kind"),
        migrations.AddConstraint(
            model_name="notificationdue",
            constraint=models.UniqueConstraint(
                models.F("offender"),
                models.F("regime"),
                models.F("what"),
                models.F("about"),
                condition=models.Q(("done_by__isnull", True), ("superseded_on__isnull", True)),
                name="one_open_due_of_a_kind",
            ),
        ),
    ]
