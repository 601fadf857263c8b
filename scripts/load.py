"""Brings this copy's catalogues and data up to date; repeating it changes nothing.

What `load_demo` prints (the demo sign-ins) is kept for `serve.py` to show once the web answers.
"""

import os
import sys
from io import StringIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django
from django.conf import settings
from django.core.management import call_command

django.setup()
call_command("translations", compile_only=True, verbosity=0)
call_command("migrate", interactive=False, verbosity=0)
call_command("load_codes")
call_command("load_calendar")
call_command("load_definitions")
if not settings.PRODUCTION:
    sign_ins = StringIO()
    call_command("load_demo", stdout=sign_ins)
    (Path(settings.VAR_DIR) / "demo.txt").write_text(sign_ins.getvalue(), encoding="utf-8")
