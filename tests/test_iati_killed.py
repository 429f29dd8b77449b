"""Strategy: the command in a process of its own, killed while it writes to its own database."""

import os
import signal
import subprocess
import sys
import time

from django.db import connection

from tests.conftest import ROOT, url_for
from tests.iati_files import many, row_counts


def test_a_killed_import_leaves_the_database_as_it_was(committed_db, django_db_blocker, tmp_path):
    path = many(tmp_path, 3000)
    with django_db_blocker.unblock():
        before = row_counts()
        command = [sys.executable, "manage.py", "import_iati", str(path)]
        address = {**os.environ, "DATABASE_URL": url_for(committed_db)}
        importing = subprocess.Popen(command, cwd=ROOT, env=address)
        writing = "state = 'active' AND query LIKE '%%initiatives_initiativecitation%%'"
        assert wait_for(writing), "the import never came to writing"
        importing.kill()
        assert importing.wait() == -signal.SIGKILL
        assert wait_for("true", gone=True)
        assert row_counts() == before


def wait_for(condition: str, gone: bool = False) -> bool:
    """Until another session of this database meets the condition, or none does any more."""
    for _ in range(1200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND"
                f" datname = current_database() AND backend_type = 'client backend' AND {condition}"
            )
            if bool(cursor.fetchone()[0]) != gone:
                return True
        time.sleep(0.05)
    return False
