"""Which records changed in which data version, so that readers in memory can follow."""

from django.db import migrations

# One row a record, whether it still exists or not.  Versions are given out under the lock of the
# one row of kit_dataversion, so whoever has seen a version has seen everything below it.
CHANGED = """
CREATE TABLE kit_changed (
  noun text NOT NULL, record_id bigint NOT NULL, version bigint NOT NULL,
  PRIMARY KEY (noun, record_id));
CREATE INDEX kit_changed_version ON kit_changed (version);
"""

COMMIT = """
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

BEFORE = """
CREATE OR REPLACE FUNCTION atlas_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM atlas_refresh();
  UPDATE kit_dataversion SET version = version + 1, changed_at = clock_timestamp();
  DELETE FROM kit_touched WHERE xid = txid_current();
  DELETE FROM kit_commit WHERE xid = txid_current();
  RETURN NULL;
END $$;
DROP TABLE kit_changed;
"""


class Migration(migrations.Migration):
    dependencies = [("kit", "0005_search")]

    operations = [migrations.RunSQL([CHANGED, COMMIT], BEFORE)]
