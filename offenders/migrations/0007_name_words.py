"""Give every case the words by which it is found. It may be stopped at any time, and run again."""

from django.db import migrations, transaction

from offenders import names

AT_ONCE = 2000


def fill(apps, schema_editor):
    """In the order of the keys, some thousands in a transaction: cases keep being written meanwhile."""
    Offender, NameWord, NameForm = (apps.get_model("offenders", name) for name in ("Offender", "NameWord", "NameForm"))
    database = schema_editor.connection.alias
    last = 0
    while True:
        waiting = Offender.objects.using(database).filter(pk__gt=last, name_words=[]).order_by("pk")
        with transaction.atomic(using=database):
            rows = list(waiting.only("pk", "surname", "forenames").select_for_update()[:AT_ONCE])
            if not rows:
                return
            for row in rows:
                row.name_words = list(names.words_of(row.surname, row.forenames))
                row.search_name = names.fold(f"{row.surname} {row.forenames}")[:201]
            Offender.objects.using(database).bulk_update(rows, ["name_words", "search_name"])
            words = sorted({word for row in rows for word in names.single_words(row.surname, row.forenames)})
            NameWord.objects.using(database).bulk_create(
                [NameWord(word=word, sound=names.sound(word)) for word in words], ignore_conflicts=True
            )
            NameForm.objects.using(database).bulk_create(
                [NameForm(form=form, word=word) for word in words for form in sorted(names.shorter(word))],
                ignore_conflicts=True,
                batch_size=5000,
            )
        last = rows[-1].pk


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("offenders", "0006_names")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
