"""`python -m tenfold.web COMMAND` runs a command of Django: makemigrations, migrate, check."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenfold.web.site.settings")
    execute_from_command_line(["python -m tenfold.web", *sys.argv[1:]])
