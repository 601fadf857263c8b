"""What holds in production mode, and what every answer tells the browser."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

ROOT = Path(settings.BASE_DIR)
KEYS = {name: f"{name.lower()}-of-a-test-{'x' * 60}-9Q" for name in ("SECRET_KEY", "DATA_KEY", "AUDIT_KEY")}


def manage(var_dir, *arguments, **environ):
    env = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "VAR_DIR": str(var_dir), "PRODUCTION": "True"}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env | environ, capture_output=True, text=True)


def test_check_for_deployment_finds_nothing(tmp_path):
    done = manage(
        tmp_path, "check", "--deploy", "--fail-level", "WARNING", ALLOWED_HOSTS="jobs.example.edu.cn", **KEYS
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("missing", KEYS)
@pytest.mark.parametrize("value", ["", "short"])
def test_start_without_a_secret_ends_with_words(tmp_path, missing, value):
    done = manage(tmp_path, "check", **(KEYS | {missing: value}))
    assert done.returncode != 0
    assert f"{missing} is missing or shorter than 32 characters" in done.stderr


def test_cookies_of_production_belong_to_this_host_and_to_https(tmp_path):
    code = (
        "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME,"
        "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SECURE_SSL_REDIRECT,"
        "s.SECOND_STEP_ROLES)"
    )
    done = manage(tmp_path, "shell", "--no-imports", "-c", code, **KEYS)
    assert done.stdout.strip() == (
        "__Host-sessionid __Host-csrftoken True True True True ['sysadmin', 'secadmin', 'auditor']"
    )


def test_probes_are_answered_over_http_and_everything_else_is_led_to_https(tmp_path):
    code = (
        "from django.test import Client\n"
        "for path in ('/healthz', '/readyz', '/metrics', '/account/sign-in/', '/healthz/more'):\n"
        "    answer = Client(headers={'Host': 'a.example'}).get(path)\n"
        "    print(answer.status_code, answer.headers.get('Location', ''))\n"
    )
    done = manage(tmp_path, "shell", "--no-imports", "-c", code, ALLOWED_HOSTS="a.example", **KEYS)
    assert done.stdout.splitlines() == [
        "200 ",
        "503 ",  # this database is empty
        "301 https://a.example/metrics",
        "301 https://a.example/account/sign-in/",
        "301 https://a.example/healthz/more",
    ]


@pytest.mark.django_db
def test_every_answer_tells_the_browser_what_it_must_not_do(client):
    headers = client.get("/account/sign-in/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
@pytest.mark.parametrize("part", [False, True])
def test_form_without_its_token_is_refused_in_a_page_and_in_a_part_of_one(part):
    browser = Client(enforce_csrf_checks=True)
    headers = {"HX-Request": "true"} if part else {}
    assert (
        browser.post("/account/sign-in/", {"username": "a", "password": "b"}, headers=headers).status_code
        == 403
    )


@pytest.mark.django_db
def test_strange_host_is_refused(client):
    assert client.get("/account/sign-in/", headers={"Host": "evil.example"}).status_code == 400


def test_no_view_goes_without_the_token():
    exempt = []

    def walk(patterns):
        for each in patterns:
            if hasattr(each, "url_patterns"):
                walk(each.url_patterns)
            elif getattr(each.callback, "csrf_exempt", False):
                exempt.append(str(each.pattern))

    walk(get_resolver().url_patterns)
    assert exempt == ["wechat/callback/"]  # signed by WeChat instead
