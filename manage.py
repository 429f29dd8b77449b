#!/usr/bin/env python
"""Django's command line, with the embedded database started where one is needed."""

import os
import sys

WITHOUT_DATABASE = {"help", "version", "--help", "-h", "--version", "makemessages", "collectstatic"}


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atlas.settings")
    if len(sys.argv) > 1 and sys.argv[1] not in WITHOUT_DATABASE:
        from atlas.postgres import PostgresError, data_root, ensure_url

        secret = data_root() / "secret_key"
        if not os.environ.get("SECRET_KEY") and secret.exists():  # made by `make run`
            os.environ["SECRET_KEY"] = secret.read_text().strip()
        try:
            ensure_url()
        except PostgresError as error:
            sys.exit(str(error))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
