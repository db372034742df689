"""Django's command line, with mappa's settings."""

import os
import sys

from django.core.management import execute_from_command_line

from mappa import eyes

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mappa.settings")
    eyes.outside_requests(eyes.EVERYTHING)  # whoever may run a command on this machine may see what it does
    execute_from_command_line(sys.argv)
