"""`manage.py play_season`, and the parts of a season that need no playing."""

import datetime
import re
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.actions import appoint
from accounts.models import Appointment, Unit, UnitKind, User
from accounts.queries import university
from accounts.roles import REVIEWERS, SPECIALISTS, Role
from approvals.actions import Actor, Decision
from common.errors import Refused
from common.stdnums import valid_uscc
from common.uploads import clean_upload
from destinations.flows.filing.actions import start_filing
from destinations.flows.filing.matrix import categories, proof_rule
from destinations.models import Destination
from destinations.season import acts, reviews
from destinations.season.digest import outcome_digest
from destinations.season.employers import draw_employers
from destinations.season.plans import COURSES, LAST_DAY, draw_plan, draw_reason, first_monday
from destinations.season.players import Player, draw_players
from destinations.season.proofs import proof_file, proof_kinds
from destinations.season.reviews import works_on
from destinations.season.staff import STUDENTS_A_COUNSELOR, Staffing, _groups
from destinations.season.stage import Stage
from destinations.tests.season_kit import COHORT, load_cohort
from forms.codes import find_code
from processes.models import Event
from students.actions import confirm_record
from students.models import Student
from students.season.tables import seeded, table

STARTS_ON = datetime.date(2026, 9, 7)


class Undone(Exception):
    """Rolls back what was played."""


def played_digest(seed: int, limit: int | None = None) -> str:
    """The outcome of a season that is played and then undone, as on a fresh database."""
    digest = ""
    try:
        with transaction.atomic():
            call_command("play_season", cohort=COHORT, seed=seed, limit=limit)
            digest = outcome_digest(COHORT)
            raise Undone
    except Undone:
        return digest


@pytest.mark.django_db
def test_the_same_seed_ends_alike_and_another_does_not(tmp_path: Path) -> None:
    load_cohort(tmp_path, 60)
    first = played_digest(seed=7)
    assert Destination.objects.count() == 0
    assert played_digest(seed=7) == first
    assert played_digest(seed=8, limit=20) not in (first, played_digest(seed=7, limit=20))


@pytest.mark.django_db
def test_a_played_cohort_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load_cohort(tmp_path, 60)
    call_command("play_season", cohort=COHORT, seed=7, limit=15)
    digest, events = outcome_digest(COHORT), Event.objects.count()
    capsys.readouterr()
    call_command("play_season", cohort=COHORT, seed=7)
    assert (outcome_digest(COHORT), Event.objects.count()) == (digest, events)
    shown = capsys.readouterr().out
    assert "nothing was changed" in shown
    assert f"Outcome {digest}" in shown


@pytest.mark.django_db
def test_only_the_first_graduates_play_when_limited(tmp_path: Path) -> None:
    load_cohort(tmp_path, 60)
    call_command("play_season", cohort=COHORT, seed=7, limit=15)
    numbers = set(Student.objects.order_by("student_no").values_list("student_no", flat=True)[:15])
    filed = set(Destination.objects.values_list("student__student_no", flat=True))
    assert filed
    assert filed <= numbers


@pytest.mark.django_db
def test_who_confirmed_before_plays_without_confirming_again(tmp_path: Path) -> None:
    load_cohort(tmp_path, 60)
    for student in Student.objects.order_by("student_no")[:10]:
        confirm_record(student, student.user)
    call_command("play_season", cohort=COHORT, seed=7, limit=10)
    assert Destination.objects.exists()


@pytest.mark.django_db
def test_filings_that_somebody_began_are_left_alone(tmp_path: Path) -> None:
    load_cohort(tmp_path, 60)
    for student in Student.objects.order_by("student_no")[:5]:
        student.verify_state = "confirmed"
        start_filing(student, Actor(student.user))
    begun = set(Destination.objects.values_list("pk", flat=True))
    call_command("play_season", cohort=COHORT, seed=7, limit=15)
    assert {d.state for d in Destination.objects.filter(pk__in=begun)} == {"draft"}
    assert Destination.objects.exclude(pk__in=begun).exists()


@pytest.mark.django_db
def test_plans_depend_on_the_seed_and_the_graduate_alone(tmp_path: Path) -> None:
    load_cohort(tmp_path, 60)
    students = list(Student.objects.select_related("unit", "user").order_by("student_no"))
    plans = [player.plan for player in draw_players(students, seed=7)]
    assert plans[10:20] == [player.plan for player in draw_players(students[10:20], seed=7)]
    assert plans != [player.plan for player in draw_players(students, seed=8)]


@pytest.mark.django_db
def test_the_trail_says_that_a_season_was_played(tmp_path: Path) -> None:
    load_cohort(tmp_path, 60)
    call_command("play_season", cohort=COHORT, seed=7, limit=15)
    assert set(Event.objects.values_list("channel", flat=True)) == {"season"}


@pytest.mark.django_db
def test_a_cohort_without_graduates_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(CommandError, match="import_students"):
        call_command("play_season", cohort=COHORT, seed=7)


@pytest.mark.django_db
def test_what_the_rules_refuse_is_told_and_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_cohort(tmp_path, 60)
    spoilt = Student.objects.order_by("student_no")[3]

    confirm = acts.confirm

    def confirm_others(stage: Stage, player: Player, now: datetime.datetime) -> None:
        if player.student.pk == spoilt.pk:
            raise Refused("The record is locked.")
        confirm(stage, player, now)

    monkeypatch.setattr(acts, "confirm", confirm_others)
    with pytest.raises(CommandError) as refusal:
        call_command("play_season", cohort=COHORT, seed=7, limit=15)
    assert f"{spoilt.student_no} confirm_others: The record is locked." in str(refusal.value)
    assert not Destination.objects.filter(student=spoilt).exists()
    assert Destination.objects.exists()


@pytest.mark.django_db
def test_what_a_reviewer_may_not_do_is_told_and_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_cohort(tmp_path, 60)

    def refuse(*args: object, **options: object) -> None:
        raise Refused("Not today.")

    monkeypatch.setattr(reviews, "decide", refuse)
    monkeypatch.setattr(reviews, "_decision", lambda stage, item: Decision("return"))
    with pytest.raises(CommandError) as refusal:
        call_command("play_season", cohort=COHORT, seed=7, limit=15)
    assert "S0001 return at counselor_review: Not today." in str(refusal.value)
    assert Destination.objects.filter(state="in_review").count() > 1


@pytest.mark.django_db
def test_every_unit_gets_its_reviewers(tmp_path: Path) -> None:
    load_cohort(tmp_path, 300)
    students = list(Student.objects.select_related("unit"))
    staffing = Staffing(STARTS_ON, seeded("staff"))
    reviewers = staffing.reviewers(students)
    units = {role: sorted(unit for r in reviewers if r.role == role for unit in r.unit_ids) for role in Role}
    assert units[Role.COUNSELOR] == sorted({student.unit_id for student in students})
    colleges = sorted(Unit.objects.filter(kind=UnitKind.COLLEGE).values_list("pk", flat=True))
    assert units[Role.COLLEGE_OFFICER] == units[Role.COLLEGE_DEPUTY_SECRETARY] == colleges
    assert units[Role.UNIVERSITY_OFFICER] == units[Role.CAREER_CENTER_DIRECTOR] == [university().pk]
    assert staffing.created == len(reviewers) == User.objects.filter(username__startswith="S0").count()


def test_a_counselor_gets_neighbouring_classes_but_not_too_many_students() -> None:
    classes = [Unit(pk=number) for number in range(1, 7)]
    sizes = Counter(dict(zip(classes, (90, 90, 90, 20, 90, 250), strict=True)))
    groups = [[unit.pk for unit in group] for group in _groups(classes, sizes)]
    assert groups == [[1, 2], [3, 4, 5], [6]]
    assert STUDENTS_A_COUNSELOR == 200


@pytest.mark.django_db
def test_people_who_are_appointed_already_review_themselves(tmp_path: Path) -> None:
    load_cohort(tmp_path, 60)
    unit = Student.objects.select_related("unit").first().unit
    holder = User.objects.create_user("T1001", "陈静")
    appoint(holder, Role.COUNSELOR, unit)
    reviewers = Staffing(STARTS_ON, seeded("staff")).reviewers(Student.objects.select_related("unit"))
    assert [reviewer.user for reviewer in reviewers if unit.pk in reviewer.unit_ids] == [holder]
    assert Appointment.objects.filter(unit=unit, role=Role.COUNSELOR).count() == 1


@pytest.mark.parametrize(
    ("today", "monday"),
    [
        (datetime.date(2026, 11, 22), datetime.date(2026, 9, 7)),
        (datetime.date(2029, 1, 1), datetime.date(2026, 9, 7)),
        (datetime.date(2026, 10, 1), datetime.date(2026, 7, 13)),
    ],
)
def test_a_season_is_over_before_today(today: datetime.date, monday: datetime.date) -> None:
    starts_on = first_monday(2027, today)
    assert starts_on == monday
    assert starts_on.weekday() == 0
    assert starts_on + datetime.timedelta(days=LAST_DAY) < today


def test_every_course_and_every_category_is_drawn_sooner_or_later() -> None:
    levels = {row["level"] for row in table("season/destination_shares")}
    plans = [draw_plan(seeded(level, n), level) for level in levels for n in range(3000)]
    assert {id(plan.course) for plan in plans} == {id(course) for course in COURSES.values()}
    assert {plan.category for plan in plans} == set(categories())
    assert all(0 <= plan.confirms_on < plan.files_on <= LAST_DAY for plan in plans)


def test_most_filings_go_straight_through() -> None:
    courses = Counter(draw_plan(seeded(n), "bachelor").course for n in range(3000))
    assert 0.6 < courses[COURSES["straight"]] / 3000 < 0.85


@pytest.mark.django_db
@pytest.mark.parametrize("category", sorted(categories()))
def test_reasons_exist_and_blame_proof_only_where_proof_is_asked_for(category: str) -> None:
    reasons = {draw_reason(seeded(category, n), category) for n in range(40)}
    for reason in reasons:
        assert find_code("reject_reason", reason.code) is not None
        assert "proof_files" not in reason.fields or proof_rule(category) is not None


@pytest.mark.parametrize("category", sorted(categories()))
def test_proof_is_enough_and_a_real_file(category: str) -> None:
    rule = proof_rule(category)
    assert len(proof_kinds(category)) >= (rule.min_files if rule else 0)
    for kind in proof_kinds(category):
        upload = proof_file(kind, "0123000101-1")
        assert clean_upload(upload).content_type == upload.content_type


def test_the_table_of_a_pdf_points_at_its_objects() -> None:
    content = proof_file("overseas_offer", "1").read()
    table = int(content.rpartition(b"startxref\n")[2].split()[0])
    assert content[table:].startswith(b"xref")
    offsets = [int(offset) for offset in re.findall(rb"(\d{10}) 00000 n", content)]
    assert len(offsets) == 5
    for number, offset in enumerate(offsets, start=1):
        assert content[offset:].startswith(b"%d 0 obj" % number)


def test_employers_have_valid_codes_that_belong_to_their_place() -> None:
    employers = draw_employers(120, seed=7).items
    assert len({employer.name for employer in employers}) == 120
    for employer in employers:
        assert valid_uscc(employer.uscc)
        assert employer.uscc[2:8] == employer.county.code
    assert employers == draw_employers(120, seed=7).items != draw_employers(120, seed=8).items


def test_counselors_are_at_their_inbox_before_the_university_and_all_in_the_last_week() -> None:
    days = {
        role: [day for day in range(LAST_DAY + 1) if works_on(role, day)] for role in REVIEWERS - SPECIALISTS
    }
    assert days[Role.COUNSELOR][0] < days[Role.UNIVERSITY_OFFICER][0]
    assert all(set(range(LAST_DAY - 4, LAST_DAY + 1)) <= set(worked) for worked in days.values())
    assert not any(day % 7 > 4 for worked in days.values() for day in worked)
