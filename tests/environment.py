"""Loaded by pytest before Django's settings: the environment of the tests.

The suite runs on the embedded server, or on the one DATABASE_URL names (its role must be allowed
to create databases).
"""

import os

from atlas.postgres import data_root, ensure_url

os.environ["DEBUG"] = "0"
os.environ["HTTPS"] = "0"
os.environ["SECRET_KEY"] = "tests-only-" + "x" * 50
os.environ.pop("ALLOWED_HOSTS", None)
os.environ["ATLAS_SECOND_FACTOR"] = "0"  # tests/test_doors.py asks for it
os.environ["ATLAS_READS_A_MINUTE"] = "0"  # one address asks for everything here
(data_root() / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise looks there
ensure_url()
