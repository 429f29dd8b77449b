"""The order of commits, and what mirrors are told; drafts no longer move the data version."""

from django.db import migrations, models

# A transaction that asks the gate before it ends comes here more than once and keeps its position.
# ``atlas_seen`` and ``atlas_tell`` are written after each migrate, see atlas/kit/changes/telling.py.
# The row of kit_dataversion stays locked until the transaction ends, so positions are given out in
# the order of commits, and whoever has seen one has seen all below it.
COMMIT = """
CREATE OR REPLACE FUNCTION atlas_commit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE reached bigint; place bigint; seen int;
BEGIN
  PERFORM atlas_refresh();
  seen := atlas_seen()::int;
  SELECT o.position INTO place FROM kit_commitorder o JOIN kit_dataversion v
    ON o.position = v.commits WHERE o.xid = txid_current();
  UPDATE kit_dataversion SET commits = commits + (place IS NULL)::int, version = version + seen,
    changed_at = CASE seen WHEN 1 THEN clock_timestamp() ELSE changed_at END
    RETURNING version, coalesce(place, commits) INTO reached, place;
  INSERT INTO kit_commitorder (xid, position) VALUES (txid_current(), place)
    ON CONFLICT (xid) DO UPDATE SET position = excluded.position;
  IF seen = 1 THEN
    INSERT INTO kit_changed (noun, record_id, version)
      SELECT noun, record_id, reached FROM kit_touched
      WHERE xid = txid_current() AND right(noun, 1) <> '*'
      ON CONFLICT (noun, record_id) DO UPDATE SET version = excluded.version;
    PERFORM atlas_tell(place, clock_timestamp());
  END IF;
  DELETE FROM kit_touched WHERE xid = txid_current();
  DELETE FROM kit_commit WHERE xid = txid_current();
  RETURN NULL;
END $$;
"""

BEFORE = """
CREATE OR REPLACE FUNCTION atlas_commit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE reached bigint;
BEGIN
  PERFORM atlas_refresh();
  UPDATE kit_dataversion SET version = version + 1, changed_at = clock_timestamp()
    RETURNING version INTO reached;
  INSERT INTO kit_changed (noun, record_id, version)
    SELECT noun, record_id, reached FROM kit_touched WHERE xid = txid_current()
    ON CONFLICT (noun, record_id) DO UPDATE SET version = excluded.version;
  DELETE FROM kit_touched WHERE xid = txid_current();
  DELETE FROM kit_commit WHERE xid = txid_current();
  RETURN NULL;
END $$;
"""

# what was noted before, in the order in which it was noted
PAST = """
INSERT INTO kit_commitorder (xid, position)
  SELECT xid, row_number() OVER (ORDER BY min(id)) FROM kit_publicchange GROUP BY xid;
INSERT INTO kit_feedentry (noun, record_id, xid, position, at, public)
  SELECT p.noun, p.record_id, p.xid, o.position, p.at, p.public
  FROM kit_publicchange p JOIN kit_commitorder o USING (xid) ORDER BY p.id;
UPDATE kit_dataversion SET commits = (SELECT count(*) FROM kit_commitorder);
"""


class Migration(migrations.Migration):
    dependencies = [("kit", "0006_changed")]

    operations = [
        migrations.CreateModel(
            name="CommitOrder",
            fields=[
                ("xid", models.BigIntegerField(primary_key=True, serialize=False)),
                ("position", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="FeedEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("noun", models.CharField(max_length=20)),
                ("record_id", models.BigIntegerField()),
                ("xid", models.BigIntegerField()),
                ("position", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("public", models.BooleanField()),
            ],
            options={
                "indexes": [models.Index(fields=["position", "id"], name="feedentry_in_order")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("noun", "record_id", "xid"), name="feedentry_once_a_transaction"
                    )
                ],
            },
        ),
        migrations.AddField("dataversion", "commits", models.BigIntegerField(default=0)),
        migrations.RunSQL([PAST, COMMIT], BEFORE),
    ]
