"""Brings this copy's catalogues and data up to date; repeating it changes nothing.

What `load_demo` prints (the demo sign-ins), or why there is no demo, is kept for `serve.py` to show once
the web answers.
"""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# In a process of its own: this one would go on with the catalogues it found when it began.
subprocess.run(
    [sys.executable, "manage.py", "translations", "--compile", "--verbosity", "0"], cwd=ROOT, check=True
)

import django
from django.conf import settings
from django.core.management import CommandError, call_command

WITHOUT_DEMO = """{reason}
To sign in, make an administrator (.venv/bin/python manage.py createsuperuser), or give somebody a password
(.venv/bin/python manage.py changepassword NAME).
"""

django.setup()
call_command("migrate", interactive=False, verbosity=0)
call_command("load_codes")
call_command("load_calendar")
call_command("load_definitions")
if not settings.PRODUCTION:
    told, sign_ins = Path(settings.VAR_DIR) / "demo.txt", StringIO()
    try:
        call_command("load_demo", stdout=sign_ins)
        told.write_text(sign_ins.getvalue(), encoding="utf-8")
    except CommandError as refusal:
        if not told.exists():  # sign-ins that were told before still hold
            told.write_text(WITHOUT_DEMO.format(reason=refusal), encoding="utf-8")
