"""The minutes of before under the headings of the Guidance, and the first edition of the confidentiality statement.

Approved minutes keep the heading by which they were sealed: their seal is computed with it.
"""

import datetime

from django.db import migrations

from mappa.reference_numbers import new_reference

HEADINGS = {
    "01-reason": "06-relevant",
    "02-information": "09-agencies",
    "03-victims": "10-victims",
    "04-risk": "14-risk",
    "05-plan": "15-plan",
}
FIRST = (
    "06-relevant",
    "07-tools",
    "08-safeguarding",
    "09-agencies",
    "10-victims",
    "11-accommodation",
    "12-rights",
    "13-disclosure",
    "14-risk",
    "15-plan",
    "17-visor",
)
STATEMENT = """\
This meeting is held because the risk to the public, or to somebody in particular, is so great that safety outweighs the confidentiality that each agency otherwise owes.
What is shared here is shared for public safety, to prevent crime and disorder, to protect health and morals, and to protect the rights and freedoms of others (European Convention on Human Rights, Article 8(2)), as far as it is necessary and in proportion.
Everything said, written or shown is OFFICIAL-SENSITIVE. Minutes are closed under the Freedom of Information Act 2000: sections 30(1)(b) (investigations), 38 (health and safety), 40 (personal information) and 41 (information given in confidence).
Nothing is copied or passed on outside this meeting unless the chair agrees, and then only to those who need to know, what is necessary and in proportion. Each agency keeps its copies in a restricted part of its files and does not carry them elsewhere.
What another agency told the meeting stays that agency’s information. Ask it, through the chair, before you use it for anything else.
We treat everyone who is discussed here, and each other, with respect. We do not discriminate because of age, disability, gender reassignment, marriage or civil partnership, pregnancy or maternity, race, religion or belief, sex or sexual orientation, and we say so when somebody does. Whether a person’s characteristics call for something different is asked of every case.
"""


def put_under_headings(apps, schema_editor):
    Paragraph = apps.get_model("panels", "Paragraph")
    AgendaItem = apps.get_model("panels", "AgendaItem")
    for row in Paragraph.objects.filter(reference__isnull=True).select_related("item__meeting").iterator(500):
        is_sealed = row.item.meeting.state == "approved"
        row.reference = new_reference("PG")
        row.sealed_section = row.section if is_sealed and row.section in HEADINGS else ""
        row.section = HEADINGS.get(row.section, row.section)
        row.save(update_fields=["reference", "section", "sealed_section"])
    for item in AgendaItem.objects.exclude(meeting__state="approved").iterator(500):
        there = set(Paragraph.objects.filter(item=item).values_list("section", flat=True))
        Paragraph.objects.bulk_create(
            Paragraph(
                item=item,
                section=section,
                reference=new_reference("PG"),
                audience="authority" if section == "10-victims" else "everyone",
            )
            for section in FIRST
            if section not in there
        )


def write_the_statement(apps, schema_editor):
    apps.get_model("panels", "Statement").objects.get_or_create(
        edition="1",
        defaults={
            "from_on": datetime.date(2020, 1, 1),
            "text": STATEMENT,
            "citation": "Our words of the MAPPA D statement (marking of 2014 to 2018); the area may put its own edition here.",
        },
    )


class Migration(migrations.Migration):
    dependencies = [("panels", "0012_workspace")]

    operations = [
        migrations.RunPython(put_under_headings, migrations.RunPython.noop),
        migrations.RunPython(write_the_statement, migrations.RunPython.noop),
    ]
