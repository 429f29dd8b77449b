"""What a trigram index cannot find alone: two characters of Japanese; words that are alike."""

from django.db import migrations

# the same ranges as WIDE in atlas/kit/search/words.py; a test holds both to one table
PAIRS = r"""
CREATE FUNCTION atlas_pairs(value text) RETURNS text[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN value ~ '[\u0E00-\uFAFF\U00020000-\U0003FFFF]' THEN ARRAY(
    SELECT DISTINCT substr(run[1], i, size) COLLATE "C" AS pair
    FROM regexp_matches(value, '([\u0E00-\u109F\u1780-\u17FF\u3005-\u3007\u3041-\u30FA\u30FC-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF\U00020000-\U0003FFFF]+)', 'g') AS run,
      generate_series(1, 2) AS size, generate_series(1, length(run[1]) - size + 1) AS i
    ORDER BY pair) ELSE '{}' END
$$;
"""

# A name has a word that is like the term; names and term are folded.  Not for parallel work: that
# would look first for what is only to be looked for when nothing else is found.
ALIKE = r"""
CREATE FUNCTION atlas_alike(name text, term text) RETURNS boolean
  LANGUAGE sql IMMUTABLE STRICT PARALLEL RESTRICTED AS $$
  SELECT CASE WHEN term LIKE '% %' THEN word_similarity(term, name) >= 0.55
  ELSE EXISTS (SELECT FROM regexp_split_to_table(name, '[^[:alnum:]]+') AS word
    WHERE similarity(word, term) >= 0.35 AND abs(length(word) - length(term)) < 3) END
$$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('kit', '0004_public_changes'),
    ]

    operations = [
        migrations.RunSQL(PAIRS, "DROP FUNCTION atlas_pairs(text)"),
        migrations.RunSQL(ALIKE, "DROP FUNCTION atlas_alike(text, text)"),
    ]
