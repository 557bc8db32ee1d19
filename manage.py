#!/usr/bin/env python
"""Django's command line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    from django.core.management import execute_from_command_line

    import shop.celery  # noqa: F401  commands that write orders or mail ring the configured broker

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
