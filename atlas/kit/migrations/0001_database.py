"""Everything the tables stand on: extensions, text search, dates, comparison, the commit queue."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

TEXT_SEARCH = """
CREATE TEXT SEARCH CONFIGURATION atlas (COPY = english);
ALTER TEXT SEARCH CONFIGURATION atlas
  ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
CREATE FUNCTION atlas_sort_key(value text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, value)) $$;
"""

# Scheme, "www." and a closing slash do not make another page; the query string does.
ADDRESSES = r"""
CREATE FUNCTION atlas_url_hash(url text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN url = '' THEN NULL ELSE encode(sha256(convert_to(
    lower(split_part(rest, '/', 1)) || rtrim(substr(rest, length(split_part(rest, '/', 1)) + 1), '/'),
    'UTF8')), 'hex') END
  FROM (SELECT regexp_replace(regexp_replace(url, '#.*$', ''), '^[a-z]+://(www\.)?', '', 'i') AS rest) u
$$;
"""

# The same profile as atlas/kit/dates.py; a test holds both to one table.
DATES = r"""
CREATE FUNCTION atlas_edtf_point(value text, last boolean) RETURNS date
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE first date;
BEGIN
  IF value !~ '^(19\d\d|20\d\d|2100)(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?[?~%]?$' THEN
    RETURN NULL;
  END IF;
  value := rtrim(value, '?~%');
  IF length(value) = 4 THEN
    RETURN CASE WHEN last THEN make_date(value::int, 12, 31) ELSE make_date(value::int, 1, 1) END;
  END IF;
  first := make_date(left(value, 4)::int, substr(value, 6, 2)::int, 1);
  IF length(value) = 7 THEN
    RETURN CASE WHEN last THEN (first + interval '1 month - 1 day')::date ELSE first END;
  END IF;
  first := first + (right(value, 2)::int - 1);
  RETURN CASE WHEN extract(month FROM first)::int = substr(value, 6, 2)::int THEN first END;
END $$;
CREATE FUNCTION atlas_edtf_bound(value text, last boolean) RETURNS date
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE cut int; a text; b text; early date; late date;
BEGIN
  IF value = '' THEN RETURN NULL; END IF;
  cut := strpos(value, '/');
  IF cut = 0 THEN RETURN atlas_edtf_point(value, last); END IF;
  a := left(value, cut - 1);
  b := substr(value, cut + 1);
  IF a = '..' AND b = '..' THEN RETURN NULL; END IF;
  early := atlas_edtf_point(a, false);
  late := atlas_edtf_point(b, true);
  IF (a <> '..' AND early IS NULL) OR (b <> '..' AND late IS NULL) OR early > late THEN
    RETURN NULL;
  END IF;
  RETURN CASE WHEN last THEN late ELSE early END;
END $$;
"""

# Whether what a source says supports our value; see atlas/kit/facts.py for the kinds.
COMPARISON = r"""
CREATE FUNCTION atlas_prose_hash(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT 'sha256:' || left(encode(sha256(convert_to(btrim(value, E' \t\r\n'), 'UTF8')), 'hex'), 16) $$;
CREATE FUNCTION atlas_plain(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT lower(btrim(regexp_replace(value, '\s+', ' ', 'g'))) $$;
CREATE FUNCTION atlas_supports(kind text, value text, says text) RETURNS boolean
  LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE early date; late date; says_early date; says_late date;
BEGIN
  IF value = says AND kind <> 'prose' THEN RETURN true; END IF;
  CASE kind
    WHEN 'choice' THEN RETURN false;
    WHEN 'ref' THEN RETURN EXISTS (
      SELECT FROM kit_redirect r WHERE r.old_slug = says AND r.slug = value);
    WHEN 'prose' THEN RETURN atlas_prose_hash(value) = says;
    WHEN 'text' THEN RETURN atlas_plain(value) = atlas_plain(says);
    WHEN 'number' THEN
      RETURN CASE WHEN says ~ '^-?\d+(\.\d+)?$' THEN says::numeric = value::numeric ELSE false END;
    WHEN 'edtf' THEN
      early := coalesce(atlas_edtf_bound(value, false), '-infinity');
      late := coalesce(atlas_edtf_bound(value, true), 'infinity');
      says_early := atlas_edtf_bound(says, false);
      says_late := atlas_edtf_bound(says, true);
      IF says_early IS NULL AND says_late IS NULL THEN RETURN false; END IF;
      says_early := coalesce(says_early, '-infinity');
      says_late := coalesce(says_late, 'infinity');
      RETURN (says_early <= early AND late <= says_late)
          OR (early <= says_early AND says_late <= late);
  END CASE;
END $$;
"""

# Touched records wait here until their transaction commits; see atlas/kit/history.py.
COMMIT_QUEUE = """
CREATE UNLOGGED TABLE kit_touched (
  xid bigint NOT NULL, noun text NOT NULL, record_id bigint NOT NULL,
  PRIMARY KEY (xid, noun, record_id));
CREATE UNLOGGED TABLE kit_commit (xid bigint PRIMARY KEY);
CREATE FUNCTION atlas_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM atlas_refresh();
  UPDATE kit_dataversion SET version = version + 1, changed_at = clock_timestamp();
  DELETE FROM kit_touched WHERE xid = txid_current();
  DELETE FROM kit_commit WHERE xid = txid_current();
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER atlas_gate AFTER INSERT ON kit_commit
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION atlas_commit();
"""


class Migration(migrations.Migration):
    initial = True

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(TEXT_SEARCH, "DROP FUNCTION atlas_sort_key(text)"),
        migrations.RunSQL(ADDRESSES, "DROP FUNCTION atlas_url_hash(text)"),
        migrations.RunSQL(DATES, migrations.RunSQL.noop),
        migrations.RunSQL(COMPARISON, migrations.RunSQL.noop),
        migrations.RunSQL(COMMIT_QUEUE, "DROP TABLE kit_commit, kit_touched"),
    ]
