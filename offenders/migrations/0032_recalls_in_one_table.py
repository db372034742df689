"""What was recorded as a recall of a licence becomes the recall of the person, with its licence."""

from django.db import migrations, transaction

from mappa.reference_numbers import new_reference


def gather(apps, schema_editor):
    """Each recall once, however often this runs. The same day in both tables is one recall."""
    Old, Recall = apps.get_model("offenders", "LicenceRecall"), apps.get_model("offenders", "Recall")
    database = schema_editor.connection.alias
    for old in Old.objects.using(database).select_related("licence").order_by("recalled_on", "pk").iterator():
        with transaction.atomic(using=database):
            mine = Recall.objects.using(database).filter(offender_id=old.offender_id)
            row = mine.filter(decided_on=old.recalled_on).first() or _new(apps, database, Recall, old)
            row.licence_id, row.decided_by = old.licence_id, old.decided_by
            row.resumed_on, row.resumed_why = old.resumed_on, old.resumed_why
            if row.resumed_on is None and row.returned_on is None and _is_over(mine.exclude(pk=row.pk), old):
                row.resumed_on = max(old.licence.ended_on or old.recalled_on, old.recalled_on)
                row.resumed_why = old.licence.end_reason or "The return to custody was not recorded"
            row.save(using=database)


def _new(apps, database, Recall, old):
    """A new row. Whoever has been in custody since was returned, though nobody recorded it with the recall."""
    Period = apps.get_model("offenders", "WhereaboutsPeriod")
    stays = Period.objects.using(database).filter(offender_id=old.offender_id, kind="custody", withdrawn_at=None)
    stay = stays.filter(from_on__gte=old.recalled_on).order_by("from_on", "pk").first()
    return Recall(
        reference=new_reference("RE"),
        offender_id=old.offender_id,
        decided_on=old.recalled_on,
        reason=old.reason,
        added_by_id=old.by_id,
        returned_on=stay.from_on if stay else None,
        returned_by_id=stay.added_by_id if stay else None,
    )


def _is_over(others, old):
    """The licence has ended, or another recall of the person is outstanding: this one cannot be, beside it."""
    outstanding = others.filter(returned_on__isnull=True, resumed_on__isnull=True)
    return old.licence.ended_on is not None or outstanding.exists()


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("offenders", "0031_one_recall")]

    operations = [migrations.RunPython(gather, migrations.RunPython.noop)]
