"""Reusable reads about students and imports."""

import functools
import operator
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Unit, UnitKind, User
from accounts.queries import holders, roots_of, under, units_in_scope
from accounts.rights.catalogue import Right
from accounts.roles import BINDING_STAFF, REMINDING_STAFF, Role
from common.errors import Refused
from common.paging import Page, page_of_keys
from students.importing.examine import id_index
from students.models import ImportBatch, ImportRow, RebindRequest, Student, VerifyState
from students.owing import OWED, Owed
from wechat.queries import openid_key

#: The flow that binds another WeChat.
REBINDING = "wechat_rebinding"
#: What an address may say of the list.
FILTERS = ("cohort", "college", "major", "class", "verify", "owing", "q", "sort")
ORDERS = {"number": ("student_no", "id"), "name": ("name_pinyin", "id")}
PROBLEMS_SHOWN = 200
_ID_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]")
_LEVELS = (UnitKind.COLLEGE, UnitKind.MAJOR, UnitKind.CLASS)


def in_use() -> QuerySet[Student]:
    """The students whose records are used: whoever was set aside is in no list (flows 33, PIPL art. 47)."""
    return Student.objects.filter(set_aside_at=None)


def students_in_scope(user: User) -> QuerySet[Student]:
    """The students in use of every unit for which the person may see students."""
    return in_use().filter(under(roots_of(user, Right.SEE_STUDENTS), "unit__"))


def revealable_students(user: User) -> QuerySet[Student]:
    """The students in scope whose sensitive fields the person may read in full."""
    return students_in_scope(user).filter(under(roots_of(user, Right.REVEAL_STUDENTS), "unit__"))


def bindable_students(user: User) -> QuerySet[Student]:
    """The students whose WeChat the person may unbind: those of units they look after themselves."""
    return in_use().filter(unit__in=units_in_scope(user, BINDING_STAFF))


def student_of(user: User) -> Student | None:
    """The own record of a student, with the class."""
    return Student.objects.select_related("unit").filter(user=user).first()


def with_number(student_no: str) -> QuerySet[Student]:
    """Students who have this number and an account, the latest cohort first."""
    found = Student.objects.filter(student_no=student_no, user__is_active=True)
    return found.select_related("user", "unit").order_by("-cohort")


def request_from(openid: str) -> RebindRequest | None:
    """The request to bind this WeChat in place of another one that is still open."""
    rows = RebindRequest.objects.filter(openid_index=openid_key(openid), closed_at=None)
    return rows.select_related("student__user", "student__unit").first()


def account_of(student: Student) -> User:
    """The account of *student*. Raises Refused when there is none."""
    if student.user is None:
        raise Refused(_("This student has no account."))
    return student.user


def by_id_no(id_no: str) -> QuerySet[Student]:
    """Students with this identity number, in every cohort."""
    return Student.objects.filter(id_no_index=id_index(id_no.upper()))


def matching(text: str) -> Q:
    """Name, student number, pinyin or its initials; a whole identity number finds its owner."""
    text = text.strip()
    if _ID_NUMBER.fullmatch(text):
        return Q(id_no_index=id_index(text.upper())) | Q(student_no=text)
    latin = text.replace(" ", "").lower()
    found = Q(name__contains=text) | Q(student_no__startswith=text)
    if latin.isascii() and latin.isalpha():
        found |= Q(name_pinyin__startswith=latin) | Q(name_pinyin__contains=f" {latin}")
    return found


@dataclass(frozen=True)
class StudentFilters:
    """What the address asks for; None and empty text mean everything."""

    cohort: int | None = None
    college: int | None = None
    major: int | None = None
    student_class: int | None = None
    verify: str = ""
    owing: str = ""
    text: str = ""
    sort: str = "number"

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "StudentFilters":
        """What the parameters of an address ask for; nonsense asks for nothing."""
        return cls(
            cohort=number_in(query, "cohort"),
            college=number_in(query, "college"),
            major=number_in(query, "major"),
            student_class=number_in(query, "class"),
            verify=query.get("verify", ""),
            owing=query.get("owing", ""),
            text=query.get("q", "").strip()[:50],
            sort=query.get("sort", "number"),
        )


def number_in(query: Mapping[str, str], name: str) -> int | None:
    """The number that a parameter of an address holds; None when it is none."""
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@dataclass(frozen=True)
class StudentChoice:
    """What can be filtered by, and what is: the years, the units of each level, those chosen."""

    cohorts: list[int]
    cohort: int | None
    units: dict[str, list[Unit]]
    chosen: dict[str, int]


@dataclass(frozen=True)
class StudentPage(StudentChoice):
    """One page of the list, what can be filtered by, and the counts of the whole list."""

    students: list[Student]
    next: str
    total: int
    confirmed: int
    owing: list[tuple[Owed, int]]
    sort: str


def student_page(user: User, filters: StudentFilters, *, after: str = "") -> StudentPage:
    """A page of the students in scope, in nine queries. Raises BadCursor."""
    scope = roots_of(user, Right.SEE_STUDENTS)
    choice, chosen = _choice(scope, filters)
    rows = _narrowed(scope, filters, choice.cohort, chosen)
    owing = {key: Count("pk", filter=owed.is_owed) for key, owed in OWED.items()}
    counts = rows.aggregate(
        total=Count("pk"), confirmed=Count("pk", filter=Q(verify_state=VerifyState.CONFIRMED)), **owing
    )
    if filters.verify in VerifyState:
        rows = rows.filter(verify_state=filters.verify)
    if filters.owing in OWED:
        rows = rows.filter(OWED[filters.owing].is_owed)
    sort = filters.sort if filters.sort in ORDERS else "number"
    page = page_of_keys(rows, ORDERS[sort], after=after)
    return StudentPage(
        students=_loaded(page),
        next=page.next,
        sort=sort,
        total=counts["total"],
        confirmed=counts["confirmed"],
        owing=[(owed, counts[key]) for key, owed in OWED.items()],
        **vars(choice),
    )


def owing_to(user: User, filters: StudentFilters) -> QuerySet[Student]:
    """Of what the filters leave, who owes it and has an account, in units that *user* looks after."""
    looked_after = units_in_scope(user, REMINDING_STAFF)
    found = students_matching(user, filters, Right.SEE_STUDENTS)
    return found.filter(OWED[filters.owing].is_owed, unit__in=looked_after, user__is_active=True)


def student_choice(user: User, filters: StudentFilters, right: str) -> StudentChoice:
    """What the students for whom *user* has *right* can be filtered by."""
    return _choice(roots_of(user, right), filters)[0]


def students_matching(user: User, filters: StudentFilters, right: str) -> QuerySet[Student]:
    """Every student the filters leave for whom *user* has *right*, unsorted; a year has to be named."""
    scope = roots_of(user, right)
    _units, chosen = _unit_choices(scope, filters)
    rows = _narrowed(scope, filters, filters.cohort, chosen)
    return rows.filter(verify_state=filters.verify) if filters.verify in VerifyState else rows


def _choice(scope: Sequence[Unit], filters: StudentFilters) -> tuple[StudentChoice, dict[str, Unit]]:
    seen = in_use().filter(under(scope, "unit__"))
    cohorts = sorted(set(seen.order_by().values_list("cohort", flat=True).distinct()), reverse=True)
    cohort = filters.cohort if filters.cohort in cohorts else next(iter(cohorts), None)
    units, chosen = _unit_choices(scope, filters)
    return StudentChoice(cohorts, cohort, units, {kind: unit.pk for kind, unit in chosen.items()}), chosen


def _narrowed(
    scope: Sequence[Unit], filters: StudentFilters, cohort: int | None, chosen: Mapping[str, Unit]
) -> QuerySet[Student]:
    rows = in_use().filter(under(scope, "unit__"), cohort=cohort or 0)
    if chosen:
        rows = rows.filter(under(list(chosen.values())[-1:], "unit__"))
    return rows.filter(matching(filters.text)) if filters.text else rows


def _unit_choices(
    scope: Sequence[Unit], filters: StudentFilters
) -> tuple[dict[str, list[Unit]], dict[str, Unit]]:
    """The colleges in scope, the majors of the chosen one, its major's classes; and what is chosen."""
    above = {unit.path[:end] for unit in scope for end in range(Unit.steplen, len(unit.path), Unit.steplen)}
    reachable = Unit.objects.filter(under(scope) | Q(path__in=above))
    chosen = _chosen(reachable, filters)
    parents = ["", *(unit.path for unit in chosen.values())]
    levels = list(zip(_LEVELS, parents, strict=False))
    wanted = [Q(kind=kind, path__startswith=parent) for kind, parent in levels]
    offered: dict[str, list[Unit]] = {kind: [] for kind, _parent in levels}
    for unit in reachable.filter(functools.reduce(operator.or_, wanted)).order_by("path"):
        offered[unit.kind].append(unit)
    return offered, chosen


def _chosen(reachable: QuerySet[Unit], filters: StudentFilters) -> dict[str, Unit]:
    """Kind -> chosen unit, as far down as each lies under the one before."""
    keys = dict(zip(_LEVELS, (filters.college, filters.major, filters.student_class), strict=True))
    found = {unit.pk: unit for unit in reachable.filter(pk__in=[key for key in keys.values() if key])}
    chosen: dict[str, Unit] = {}
    parent = ""
    for kind, key in keys.items():
        unit = found.get(key or 0)
        if unit is None or unit.kind != kind or not unit.path.startswith(parent):
            break
        chosen[kind], parent = unit, unit.path
    return chosen


def _loaded(page: Page) -> list[Student]:
    """The page's students in its order, each with `place`: the units above the class and itself."""
    found = Student.objects.select_related("unit").in_bulk(page.keys)
    students = [found[key] for key in page.keys]
    places = places_of([student.unit for student in students])
    for student in students:
        student.place = places[student.unit_id]  # type: ignore[attr-defined]
    return students


def never_signed_in(cohort: int, unit: Unit) -> QuerySet[Student]:
    """Students of *unit* who have an account but never used it, class by class."""
    waiting = in_use().filter(cohort=cohort, user__last_login=None, user__isnull=False)
    in_unit = waiting.filter(under([unit], "unit__")).select_related("user", "unit")
    return in_unit.order_by("unit__path", "student_no")


def places_of(units: Iterable[Unit]) -> dict[int, list[Unit]]:
    """Key of a unit -> the units from its college down to itself (one query for all of them)."""
    units = {unit.pk: unit for unit in units}.values()
    steps = {unit.pk: _steps(unit) for unit in units}
    paths = {path for own in steps.values() for path in own}
    by_path = {unit.path: unit for unit in Unit.objects.filter(path__in=paths)}
    return {key: [by_path[path] for path in own] for key, own in steps.items()}


def _steps(unit: Unit) -> list[str]:
    return [unit.path[:end] for end in range(2 * Unit.steplen, len(unit.path) + 1, Unit.steplen)]


def contacts_of(student: Student) -> list[User]:
    """Whom the student asks about the record: the counselors, else the college's officers."""
    counselors = list(holders(Role.COUNSELOR, student.unit))
    return counselors or list(holders(Role.COLLEGE_OFFICER, student.unit))


# --- imports --------------------------------------------------------------------------------------


def imports_of(user: User) -> QuerySet[ImportBatch]:
    """The imports a person may open: all for importers of the whole university, else the own ones."""
    roots = roots_of(user, Right.IMPORT_STUDENTS)
    if not roots:
        return ImportBatch.objects.none()
    batches = ImportBatch.objects.select_related("uploaded_by")
    for_all = any(unit.kind == UnitKind.UNIVERSITY for unit in roots)
    return batches if for_all else batches.filter(uploaded_by=user)


def problem_rows(batch: ImportBatch) -> QuerySet[ImportRow]:
    """Rows with a problem or a remark, wrong ones first."""
    return batch.rows.exclude(problems=None).order_by("-outcome", "number")


def kept_rows(batch: ImportBatch) -> QuerySet[ImportRow]:
    """Rows that an undo had to leave."""
    return batch.rows.exclude(kept_because="").select_related("student")


def imports_touching(student_id: UUID) -> QuerySet[ImportRow]:
    """What imports did to a student, the newest first."""
    rows = ImportRow.objects.filter(student_id=student_id).exclude(undone=True)
    return rows.select_related("batch", "batch__uploaded_by").order_by("-batch__uploaded_at")
