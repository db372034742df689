"""The audit in monthly parts, with the agency and the act of each event; the history of changes; the seals.

What is there is carried over. The parts of months, the functions, triggers and rights are made after each migration, by
audit/installing.py: here only a part for what fits nowhere.
"""

from django.db import migrations, models

ACT = [
    ("V", "Viewed"), ("L", "Listed"), ("S", "Searched"), ("R", "Revealed"), ("D", "Downloaded"), ("P", "Printed"),
    ("E", "Exported"), ("C", "Changed"), ("F", "Sent a form"), ("M", "Merged records"), ("X", "Disclosed"),
    ("Z", "Erased"), ("B", "Opened in an emergency"), ("N", "Told"),
]

ACCESS = """
ALTER TABLE audit_accessevent RENAME TO audit_accessevent_before;
CREATE SEQUENCE audit_accessevent_ids;
CREATE TABLE audit_accessevent (
    id bigint NOT NULL DEFAULT nextval('audit_accessevent_ids'),
    at timestamptz NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    epoch smallint NOT NULL DEFAULT 1,
    event varchar(60) NOT NULL,
    act varchar(1) NOT NULL,
    outcome varchar(1) NOT NULL,
    actor_id bigint,
    agency_id bigint,
    kind varchar(60) NOT NULL,
    object_id bigint,
    case_id bigint,
    reference varchar(40) NOT NULL,
    purpose varchar(40) NOT NULL,
    request_id varchar(32) NOT NULL,
    session varchar(16) NOT NULL,
    ip inet,
    detail jsonb NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
ALTER SEQUENCE audit_accessevent_ids OWNED BY audit_accessevent.id;
CREATE TABLE audit_accessevent_other PARTITION OF audit_accessevent DEFAULT;
INSERT INTO audit_accessevent (id, at, event, act, outcome, actor_id, kind, object_id, case_id, reference, purpose,
    request_id, session, ip, detail)
SELECT id, at, event, CASE WHEN event LIKE '%.opened' THEN 'V' WHEN event LIKE '%.sent' THEN 'F' ELSE 'C' END, outcome,
    actor_id, kind, object_id, case_id, reference, left(coalesce(detail ->> 'purpose', ''), 40), request_id, session, ip,
    detail
FROM audit_accessevent_before;
SELECT setval('audit_accessevent_ids', greatest(max(id), 1), max(id) IS NOT NULL) FROM audit_accessevent_before;
DROP TABLE audit_accessevent_before;
CREATE INDEX access_by_case ON audit_accessevent (case_id, at) WHERE case_id IS NOT NULL;
CREATE INDEX access_by_actor ON audit_accessevent (actor_id, at) WHERE actor_id IS NOT NULL;
CREATE INDEX access_by_agency ON audit_accessevent (agency_id, at) WHERE agency_id IS NOT NULL;
CREATE INDEX access_by_xid ON audit_accessevent (xid);
"""

SIGN_IN = """
ALTER TABLE audit_signinevent RENAME TO audit_signinevent_before;
CREATE SEQUENCE audit_signinevent_ids;
CREATE TABLE audit_signinevent (
    id bigint NOT NULL DEFAULT nextval('audit_signinevent_ids'),
    at timestamptz NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    epoch smallint NOT NULL DEFAULT 1,
    event varchar(40) NOT NULL,
    actor_id bigint,
    agency_id bigint,
    request_id varchar(32) NOT NULL,
    session varchar(16) NOT NULL,
    ip inet,
    detail jsonb NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
ALTER SEQUENCE audit_signinevent_ids OWNED BY audit_signinevent.id;
CREATE TABLE audit_signinevent_other PARTITION OF audit_signinevent DEFAULT;
INSERT INTO audit_signinevent (id, at, event, actor_id, request_id, session, ip, detail)
SELECT id, at, event, actor_id, request_id, '', ip, detail FROM audit_signinevent_before;
SELECT setval('audit_signinevent_ids', greatest(max(id), 1), max(id) IS NOT NULL) FROM audit_signinevent_before;
DROP TABLE audit_signinevent_before;
CREATE INDEX sign_ins_by_actor ON audit_signinevent (actor_id, at) WHERE actor_id IS NOT NULL;
CREATE INDEX sign_ins_by_agency ON audit_signinevent (agency_id, at) WHERE agency_id IS NOT NULL;
CREATE INDEX sign_ins_by_xid ON audit_signinevent (xid);
"""

CHANGE = """
CREATE SEQUENCE audit_change_ids;
CREATE TABLE audit_change (
    id bigint NOT NULL DEFAULT nextval('audit_change_ids'),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    epoch smallint NOT NULL DEFAULT 1,
    operation varchar(1) NOT NULL,
    table_name varchar(63) NOT NULL,
    row_id varchar(64) NOT NULL,
    case_id bigint,
    old jsonb,
    new jsonb,
    salt uuid DEFAULT gen_random_uuid(),
    actor_id bigint,
    agency_id bigint,
    request_id varchar(32) NOT NULL,
    session varchar(16) NOT NULL,
    ip inet,
    origin varchar(120) NOT NULL,
    purpose varchar(40) NOT NULL,
    db_user varchar(63) NOT NULL DEFAULT session_user,
    backend integer NOT NULL DEFAULT pg_backend_pid(),
    certificate varchar(40) NOT NULL DEFAULT '',
    kept bytea,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
ALTER SEQUENCE audit_change_ids OWNED BY audit_change.id;
CREATE TABLE audit_change_other PARTITION OF audit_change DEFAULT;
CREATE INDEX changes_by_case ON audit_change (case_id, at) WHERE case_id IS NOT NULL;
CREATE INDEX changes_by_actor ON audit_change (actor_id, at) WHERE actor_id IS NOT NULL;
CREATE INDEX changes_by_agency ON audit_change (agency_id, at) WHERE agency_id IS NOT NULL;
CREATE INDEX changes_by_row ON audit_change (table_name, row_id, at);
CREATE INDEX changes_by_xid ON audit_change (xid);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            ACCESS,
            state_operations=[
                migrations.AddField("accessevent", "act", models.CharField(choices=ACT, default="C", max_length=1)),
                migrations.AddField("accessevent", "agency_id", models.BigIntegerField(null=True)),
                migrations.AddField("accessevent", "purpose", models.CharField(blank=True, max_length=40)),
                migrations.RemoveIndex("accessevent", "access_by_case"),
                migrations.RemoveIndex("accessevent", "access_by_actor"),
                *(
                    migrations.AddIndex(
                        "accessevent",
                        models.Index(
                            fields=[f"{of}_id", "at"],
                            condition=models.Q((f"{of}_id__isnull", False)),
                            name=f"access_by_{of}",
                        ),
                    )
                    for of in ("case", "actor", "agency")
                ),
            ],
        ),
        migrations.RunSQL(
            SIGN_IN,
            state_operations=[
                migrations.AddField("signinevent", "agency_id", models.BigIntegerField(null=True)),
                migrations.AddField("signinevent", "session", models.CharField(blank=True, max_length=16)),
                migrations.RemoveIndex("signinevent", "sign_ins_by_actor"),
                *(
                    migrations.AddIndex(
                        "signinevent",
                        models.Index(
                            fields=[f"{of}_id", "at"],
                            condition=models.Q((f"{of}_id__isnull", False)),
                            name=f"sign_ins_by_{of}",
                        ),
                    )
                    for of in ("actor", "agency")
                ),
            ],
        ),
        migrations.RunSQL(
            CHANGE,
            state_operations=[
                migrations.CreateModel(
                    name="Change",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                        ("at", models.DateTimeField()),
                        ("operation", models.CharField(choices=[("I", "Added"), ("U", "Changed"), ("D", "Removed")], max_length=1)),
                        ("table_name", models.CharField(max_length=63)),
                        ("row_id", models.CharField(max_length=64)),
                        ("case_id", models.BigIntegerField(null=True)),
                        ("old", models.JSONField(null=True)),
                        ("new", models.JSONField(null=True)),
                        ("actor_id", models.BigIntegerField(null=True)),
                        ("agency_id", models.BigIntegerField(null=True)),
                        ("request_id", models.CharField(max_length=32)),
                        ("session", models.CharField(max_length=16)),
                        ("ip", models.GenericIPAddressField(null=True)),
                        ("origin", models.CharField(max_length=120)),
                        ("purpose", models.CharField(max_length=40)),
                        ("db_user", models.CharField(max_length=63)),
                        ("backend", models.IntegerField()),
                        ("certificate", models.CharField(max_length=40)),
                    ],
                    options={
                        "indexes": [
                            *(
                                models.Index(
                                    fields=[f"{of}_id", "at"],
                                    condition=models.Q((f"{of}_id__isnull", False)),
                                    name=f"changes_by_{of}",
                                )
                                for of in ("case", "actor", "agency")
                            ),
                            models.Index(fields=["table_name", "row_id", "at"], name="changes_by_row"),
                        ],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("made_at", models.DateTimeField()),
                ("epoch", models.SmallIntegerField()),
                ("low", models.BigIntegerField()),
                ("high", models.BigIntegerField()),
                ("rows", models.IntegerField()),
                ("root", models.BinaryField()),
                ("leaves", models.BinaryField()),
                ("previous", models.BinaryField()),
                ("hash", models.BinaryField()),
            ],
            options={"ordering": ["id"], "indexes": [models.Index(fields=["made_at"], name="seals_by_day")]},
        ),
    ]
