"""Every address of the product: who gets in, by which method, with what.

Tests that go over all pages read this table; an address that is not in it fails `test_strangers.py`.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from destinations.flows.filing.tests import kit
from employers.flows.vetting.tests import kit as vetting_kit
from forms.queries import draft_of
from tests.address import EVERYBODY, GET, NOBODY, NONE, POST, Address, Arguments
from tests.pages_exports import EXPORTS
from tests.pages_keeping import KEEPING_DATA
from tests.pages_of_design import PROCESSES
from tests.pages_of_people import UNITS_AND_PEOPLE
from tests.pages_privacy import PRIVACY
from tests.pages_rights import RIGHTS
from tests.world import (
    ARRANGING,
    AUDITING,
    EMPLOYERS,
    IMPORTING,
    IN_SCOPE,
    KEEPING,
    LIBRARY,
    NEAR,
    REMINDING,
    REVEALING,
    REVIEWING,
    SECURITY,
    SEEING_STUDENTS,
    SIGNED_IN,
    STAFF,
    STUDENTS,
    TALKING,
    VETTING,
    World,
    graduates,
    upload_of,
)


def _task(world: World) -> dict[str, Any]:
    return {"task_id": world.task.pk}


def _verb(world: World) -> dict[str, Any]:
    return _task(world) | {"name": "comment"}


def _batch(world: World) -> dict[str, Any]:
    return {"run_id": world.batch.pk}


def _copy(world: World) -> dict[str, Any]:
    return {"copy_id": world.copy.pk}


def _case(world: World) -> dict[str, Any]:
    return {"case_id": world.task.process_id}


def _incident(world: World) -> dict[str, Any]:
    return {"incident": str(world.incident.pk)}


def _days(_world: World) -> dict[str, Any]:
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    return {"starts_on": day, "ends_on": day, "substitute": ""}


def _filing(world: World) -> dict[str, Any]:
    return {"pk": world.filing.pk}


def _proof(world: World) -> dict[str, Any]:
    return {"pk": world.proof.pk}


def _uploaded(world: World) -> dict[str, Any]:
    return {"pk": world.uploaded.pk}


def _loaded(world: World) -> dict[str, Any]:
    return {"pk": world.loaded.pk}


def _student(world: World) -> dict[str, Any]:
    return {"pk": world.student.pk}


def _purpose(_world: World) -> dict[str, Any]:
    return {"purpose": "contact"}


def _whole_school(world: World) -> dict[str, Any]:
    return {"unit": world.student.unit.get_ancestors()[0].pk, "cohort": world.student.cohort}


def _approval(world: World) -> dict[str, Any]:
    return {"task": str(world.task.pk), "outcome": "approve"}


def _columns(world: World) -> dict[str, Any]:
    chosen = {f"column-{index}": name for index, name in world.uploaded.columns.items()}
    return {"mode": world.uploaded.mode} | chosen


def _graduates(world: World) -> dict[str, Any]:
    return {"file": upload_of(graduates(3)), "cohort": world.loaded.cohort, "mode": world.loaded.mode}


def _vacation(_world: World) -> dict[str, Any]:
    return {"first": "2027-01-18", "last": "2027-02-21", "kind": "off", "name": "寒假"}


def _answers(world: World) -> dict[str, Any]:
    draft = draft_of(kit.case_of(world.returned).pk)
    return {"employer_name": "改了的单位", "later": "1", "revision": draft.revision if draft else 0}


def _employer(world: World) -> dict[str, Any]:
    return {"pk": world.library.pk}


def _organisation(_world: World) -> dict[str, Any]:
    return {"name": "新的单位有限公司", "uscc": vetting_kit.uscc(999_999)}


def _introduction(world: World) -> dict[str, Any]:
    draft = draft_of(world.correctors_paper.case_id)
    return {"intro": "改了的介绍", "later": "1", "revision": draft.revision if draft else 0}


def _admit(_world: World) -> dict[str, Any]:
    return {"do": "admit"}


def _stranger(world: World) -> dict[str, Any]:
    return {"pk": world.people["nobody"].pk}


COLLEGE, OPERATING = frozenset({"college"}), frozenset({"university", "director"})
SAFE = frozenset({"deputy"})
HELPING = KEEPING | SECURITY
COUNSELOR, STUDENT, RETURNED = frozenset({"counselor"}), frozenset({"student"}), frozenset({"returned"})
UNIVERSITY_WIDE = frozenset({"university", "data"})
FILED = STUDENT | RETURNED


def _talk(which: str) -> Arguments:
    return lambda world: {"pk": getattr(world.talks, which).pk}


def _poster(world: World) -> dict[str, Any]:
    return {"pk": world.talks.draft.pk, "file_pk": world.talks.poster.pk}


def _venue(_world: World) -> dict[str, Any]:
    hours = {"opens_at": "08:00", "closes_at": "22:00"}
    return {"name": "教二 201", "campus": "西校区", "kind": "1", "capacity": 60, "buffer_minutes": 30} | hours


def _closed(_world: World) -> dict[str, Any]:
    day = (timezone.localdate() + timedelta(days=40)).isoformat()
    return {"first_day": day, "last_day": day, "venue": "", "reason": "运动会"}


def _successor(world: World) -> dict[str, Any]:
    return {"to": world.talks.colleague.pk, "text": "孙经理休假两周"}


def _wish(world: World) -> dict[str, Any]:
    draft = draft_of(world.talks.draft.case.pk)
    return {"slot1_date": "2027-03-01", "later": "1", "revision": draft.revision if draft else 0}


def _offer(world: World) -> dict[str, Any]:
    day = (timezone.localdate() + timedelta(days=33)).isoformat()
    return {"venue": world.talks.venue.pk, "day": day, "start": "09:00", "end": "11:00"}


APPLICANT, CORRECTOR, OWNER = frozenset({"applicant"}), frozenset({"corrector"}), frozenset({"owner"})
COLLEAGUE, REFUSED = frozenset({"colleague"}), frozenset({"refused"})
HOST, OFFICER = frozenset({"host"}), frozenset({"talk_officer"})
HANDED_IN = APPLICANT | CORRECTOR | REFUSED | OWNER | HOST
TOLD = FILED | CORRECTOR | REFUSED | OWNER | COLLEAGUE | HOST
#: Who has unread notices: of cases, of what a second person confirms or signs, of standing in for somebody.
NOTIFIED = TOLD | COLLEGE | OPERATING | SECURITY | {"data", "next_counselor"}
HOSTING = OWNER | COLLEAGUE | HOST  # whose employer is in the library

ADDRESSES = [
    Address("home", SIGNED_IN),
    Address("operations:health", EVERYBODY),
    Address("operations:ready", EVERYBODY),
    Address("operations:metrics", NONE, refused=frozenset({NOBODY}), refusal=404),  # who has the token
    Address("operations:state", KEEPING | {"sysadmin"}),
    Address("accounts:sign_in", EVERYBODY, (GET, POST), data=lambda _: {"username": "x", "password": "y"}),
    Address("accounts:sign_out", EVERYBODY, (POST,)),
    Address("accounts:change_password", SIGNED_IN, (GET, POST)),
    Address("accounts:security", SIGNED_IN),
    Address("accounts:end_session", SAFE, (POST,), data=lambda world: {"session": world.door.other_session}),
    Address("accounts:end_other_sessions", SIGNED_IN, (POST,)),
    Address("accounts:second_step", SIGNED_IN, (GET, POST)),
    Address("accounts:recovery_codes", SIGNED_IN, (GET, POST), writers=NONE),
    Address("accounts:end_second_step", SIGNED_IN, (GET, POST), writers=NONE),
    Address("accounts:code", SIGNED_IN, (GET, POST), writers=NONE),
    Address("accounts:mail", SIGNED_IN, (GET, POST), data=lambda _: {"do": "forget"}),
    Address("accounts:confirm_mail", SAFE, (GET, POST), lambda world: {"token": world.door.claim}),
    Address("accounts:reset", EVERYBODY, (GET, POST), data=lambda _: {"typed": "2027000001"}),
    Address("accounts:open_reset", EVERYBODY, kwargs=lambda world: {"token": world.door.token}),
    Address("accounts:new_password", EVERYBODY, (GET, POST)),
    Address("accounts:help", HELPING),
    Address("accounts:help_person", HELPING, (POST,), _stranger, lambda _: {"do": "unlock"}),
    Address(
        "accounts:networks", HELPING, (GET, POST), data=lambda _: {"name": "宿舍", "cidr": "10.8.0.0/16"}
    ),
    Address("accounts:remove_network", HELPING, (POST,), lambda world: {"pk": world.door.network.pk}),
    Address("accounts:appointments", SIGNED_IN),
    Address("accounts:absence", REVIEWING, (GET, POST), data=_days),
    Address("accounts:come_back", COUNSELOR, (POST,), lambda world: {"pk": world.absence.pk}),
    # WeChat; its own calls are signed, and the world has a phone that is bound to the student
    Address("wechat:callback", NONE, (GET, POST), refused=EVERYBODY, refusal=400),
    Address("wechat:enter", EVERYBODY),
    Address("wechat:arrive", NONE, refused=EVERYBODY, refusal=403),
    Address("wechat:scan", EVERYBODY),
    Address("wechat:scan_state", EVERYBODY, (POST,), writers=NONE),
    Address("wechat:confirm", EVERYBODY, (GET, POST), lambda world: {"pk": world.scan.pk}, writers=NONE),
    Address("wechat:own", SIGNED_IN, (GET, POST), writers=NONE),
    Address("wechat:unbind", SIGNED_IN, (POST,), writers=STUDENT),
    Address("students:bind", EVERYBODY, (GET, POST), writers=NONE),
    Address("students:bind_finish", EVERYBODY, (GET, POST), writers=NONE),
    Address(
        "students:release",
        NEAR - {"deputy"},
        (GET, POST),
        _student,
        lambda _: {"reason": "学生手机被盗，已电话核实"},
    ),
    Address("messaging:notices", SIGNED_IN),
    Address("messaging:read_all", SIGNED_IN, (POST,), writers=NOTIFIED),
    Address("messaging:open", RETURNED, kwargs=lambda world: {"pk": world.notice.pk}),
    Address("forms:regions", SIGNED_IN),
    Address("forms:region_search", SIGNED_IN),
    # the access log
    Address("access:list", AUDITING),
    Address("access:export", AUDITING),
    # the desk
    Address("approvals:inbox", REVIEWING),
    Address("approvals:filters", REVIEWING),
    Address("approvals:counts", REVIEWING),
    Address("approvals:done", REVIEWING),
    Address("approvals:given", REVIEWING),
    Address("approvals:task", COUNSELOR, kwargs=_task),
    Address("approvals:task_diagram", COUNSELOR, kwargs=_task),
    Address("approvals:decide", COUNSELOR, (POST,), _task, _approval),
    Address("approvals:next", COUNSELOR, kwargs=_task),
    Address("approvals:previous", COUNSELOR, kwargs=_task),
    Address(
        "approvals:file",
        COUNSELOR | COLLEGE | OPERATING,
        kwargs=lambda world: {"attachment_id": world.proof.pk},
    ),
    Address("approvals:batch", REVIEWING, (POST,), data=_approval, writers=NONE),
    Address("approvals:batch_run", REVIEWING, (POST,), data=_approval, writers=COUNSELOR),
    Address("approvals:verb", COUNSELOR, (GET, POST), _verb, lambda _: {"text": "电话打不通"}),
    Address(
        "approvals:take_last_back",
        REVIEWING,
        (POST,),
        writers=COUNSELOR | OFFICER | {"secadmin", "university"},
    ),
    Address("approvals:batches", REVIEWING),
    Address("approvals:batch_result", COUNSELOR, kwargs=_batch),
    Address("approvals:batch_change", COUNSELOR, (POST,), _batch, lambda _: {"do": "undo"}),
    Address("approvals:copies", STAFF),
    Address("approvals:copy", COLLEGE, kwargs=_copy),
    Address("approvals:copy_diagram", COLLEGE, kwargs=_copy),
    Address("approvals:copy_comment", COLLEGE, (POST,), _copy, lambda _: {"text": "收到"}),
    Address("approvals:urge", STUDENT, (POST,), _case),
    Address("cases:list", OPERATING),
    Address("cases:case", OPERATING, kwargs=_case),
    Address("cases:diagram", OPERATING, kwargs=_case),
    Address(
        "cases:do",
        OPERATING,
        (POST,),
        lambda world: _case(world) | {"name": "suspend"},
        lambda _: {"text": "学院书面申请"},
    ),
    Address("incidents:list", OPERATING),
    Address("incidents:ask", OPERATING, (POST,), lambda _: {"name": "skip"}, _incident, writers=NONE),
    Address("incidents:do", OPERATING, (POST,), lambda _: {"name": "retry"}, _incident),
    Address("approvals:save_view", REVIEWING, (POST,), data=lambda _: {"name": "新的"}),
    Address("approvals:view", REVIEWING, kwargs=lambda world: {"view_id": world.view.pk}),
    Address(
        "approvals:change_view",
        COUNSELOR,
        (POST,),
        lambda world: {"view_id": world.view.pk},
        lambda _: {"do": "rename", "name": "改名"},
    ),
    # what holds for the whole school
    Address("processes:calendar", KEEPING),
    Address("processes:calendar_change", KEEPING, (GET, POST), data=_vacation),
    Address("processes:calendar_undo", KEEPING, (POST,), lambda world: {"pk": world.calendar_change.pk}),
    *UNITS_AND_PEOPLE,
    *PROCESSES,
    *RIGHTS,
    *EXPORTS,
    *PRIVACY,
    *KEEPING_DATA,
    # students
    Address("students:list", SEEING_STUDENTS),
    Address("students:remind", REMINDING, (POST,), data=lambda _: {"owing": "destination"}, writers=NONE),
    Address("students:detail", IN_SCOPE, kwargs=_student),
    Address(
        "students:reveal",
        REVEALING,
        (GET, POST),
        lambda world: _student(world) | {"field": "id_no"},
        _purpose,
    ),
    Address("students:passwords", UNIVERSITY_WIDE, (POST,), data=_whole_school),
    Address("students:import", IMPORTING, (GET, POST), data=_graduates),
    Address("students:import_template", IMPORTING),
    Address("students:batch", UNIVERSITY_WIDE, kwargs=_loaded),
    Address("students:columns", UNIVERSITY_WIDE, (GET, POST), _uploaded, _columns),
    Address("students:check", UNIVERSITY_WIDE, (POST,), _uploaded),
    Address("students:commit", UNIVERSITY_WIDE, (POST,), _uploaded),
    Address("students:undo", UNIVERSITY_WIDE, (POST,), _loaded),
    Address("students:discard", UNIVERSITY_WIDE, (POST,), _uploaded),
    Address("students:progress", UNIVERSITY_WIDE, kwargs=_loaded),
    Address("students:report", UNIVERSITY_WIDE, kwargs=_loaded),
    Address("students:record", STUDENTS),
    Address("students:confirm", STUDENTS, (POST,), writers=frozenset({"newcomer"})),
    # the student's own filings
    Address("destinations:me", STUDENTS),
    Address("destinations:detail", STUDENT, kwargs=_filing),
    Address("destinations:submitted", STUDENT, kwargs=_filing),
    Address("destinations:filing", STUDENTS),
    Address(
        "destinations:start",
        STUDENTS - {"newcomer"},
        (POST,),
        writers=frozenset({"other"}),
        refused=frozenset({"newcomer"}),
    ),
    Address("destinations:withdraw", STUDENT, (POST,), refused=RETURNED),
    Address("destinations:ask_back", NONE, (POST,), refused=FILED),
    Address("destinations:discard", RETURNED, (POST,), refused=STUDENT),
    Address(
        "destinations:upload",
        RETURNED,
        (POST,),
        data=lambda _: {"proof_files": kit.picture()},
        refused=STUDENT,
    ),
    Address("destinations:remove", RETURNED, (POST,), lambda world: {"pk": world.returned_proof.pk}),
    Address(
        "destinations:step",
        FILED,
        (GET, POST),
        lambda _: {"key": "employer"},
        _answers,
        writers=RETURNED,
    ),
    Address("destinations:file", STUDENT, kwargs=_proof),
    Address("destinations:thumbnail", STUDENT, kwargs=_proof),
    # the gate of employers and their own pages
    Address("employers:register", EVERYBODY, (GET, POST), data=_organisation, writers=NONE),
    Address("employers:register_account", EVERYBODY, (GET, POST), writers=NONE),
    Address("employers:register_join", EVERYBODY, (GET, POST), writers=NONE),
    Address("employers:home", EMPLOYERS),
    Address("employers:details", HANDED_IN),
    Address("employers:submitted", HANDED_IN),
    Address("employers:people", HANDED_IN | COLLEAGUE),
    Address(
        "employers:decide_join",
        OWNER,
        (POST,),
        lambda world: {"pk": world.joining.pk},
        _admit,
        refused=COLLEAGUE,
    ),
    Address("employers:withdraw_wish", frozenset({"asker"}), (POST,), refused=EMPLOYERS - {"asker"}),
    Address(
        "employers:remove_person",
        OWNER,
        (POST,),
        lambda world: {"pk": world.member.pk},
        refused=COLLEAGUE,
    ),
    Address("employers:application", HANDED_IN),
    Address("employers:start", REFUSED, (POST,), refused=APPLICANT | CORRECTOR | HOSTING),
    Address("employers:withdraw", APPLICANT, (POST,), refused=CORRECTOR),
    Address("employers:discard", CORRECTOR, (POST,), refused=APPLICANT),
    Address(
        "employers:upload",
        CORRECTOR,
        (POST,),
        data=lambda _: {"licence_files": vetting_kit.picture()},
        refused=APPLICANT,
    ),
    Address("employers:remove", CORRECTOR, (POST,), lambda world: {"pk": world.correctors_paper.pk}),
    Address(
        "employers:step",
        APPLICANT | CORRECTOR,
        (GET, POST),
        lambda _: {"key": "profile"},
        _introduction,
        writers=CORRECTOR,
    ),
    Address("employers:file", APPLICANT, kwargs=lambda world: {"pk": world.paper.pk}),
    Address("employers:thumbnail", APPLICANT, kwargs=lambda world: {"pk": world.paper.pk}),
    # the library
    Address("employers:library", LIBRARY),
    Address("employers:detail", LIBRARY, kwargs=_employer),
    Address(
        "employers:reveal",
        LIBRARY,
        (GET, POST),
        lambda world: _employer(world) | {"field": "contact_phone"},
        _purpose,
    ),
    Address(
        "employers:library_file",
        LIBRARY,
        kwargs=lambda world: {"pk": world.applied.pk, "file_pk": world.paper.pk},
    ),
    Address(
        "employers:decide_join_for_school",
        VETTING,
        (POST,),
        lambda world: {"pk": world.joining.pk},
        _admit,
    ),
    # campus talks: everybody's pages, the employer's own, the staff's
    Address("talks:public", EVERYBODY),
    Address("talks:public_talk", EVERYBODY, kwargs=_talk("public")),
    Address("talks:calendar_entry", EVERYBODY, kwargs=_talk("public")),
    Address("talks:own_list", HOSTING),
    Address("talks:begin", HOSTING, (POST,)),
    Address("talks:own", HOST, kwargs=_talk("offered")),
    Address("talks:details", HOST, kwargs=_talk("offered")),
    Address("talks:reply", HOST, (POST,), _talk("offered"), lambda _: {"answer": "confirm"}),
    Address("talks:hand_over", HOST, (POST,), _talk("draft"), _successor),
    Address("talks:call_off", HOST, (POST,), _talk("public"), lambda _: {"text": "公司安排有变"}),
    Address("talks:withdraw", HOST, (POST,), _talk("waiting")),
    Address("talks:discard", HOST, (POST,), _talk("draft")),
    Address("talks:upload", HOST, (POST,), _talk("draft"), lambda _: {"poster_files": vetting_kit.picture()}),
    Address("talks:file", HOST, kwargs=_poster),
    Address("talks:thumbnail", HOST, kwargs=_poster),
    Address("talks:remove", HOST, (POST,), _poster),
    Address("talks:application", HOST, kwargs=_talk("draft")),
    Address(
        "talks:step",
        HOST,
        (GET, POST),
        lambda world: _talk("draft")(world) | {"key": "times"},
        _wish,
    ),
    Address("talks:week", TALKING),
    Address("talks:list", TALKING),
    Address("talks:detail", TALKING, kwargs=_talk("public")),
    Address(
        "talks:call_off_for_school", ARRANGING, (POST,), _talk("public"), lambda _: {"text": "场馆停电检修"}
    ),
    Address("talks:venues", ARRANGING),
    Address("talks:new_venue", ARRANGING, (GET, POST), data=_venue),
    Address("talks:venue", ARRANGING, (GET, POST), lambda world: {"pk": world.talks.venue.pk}, _venue),
    Address("talks:closed_days", ARRANGING, (GET, POST), data=_closed),
    Address("talks:open_again", ARRANGING, (POST,), lambda world: {"pk": world.talks.closed.pk}),
    Address("talks:choose", OFFICER, (GET, POST), lambda world: {"task_id": world.talks.choosing.pk}, _offer),
]

NOT_OURS = {
    "admin": "Django's admin, for developers alone; it has rights of its own",
    "set_language": "Django's choice of language, open to everybody",
}


def patterns() -> Iterator[str]:
    """The names of all patterns with their name spaces, as `reverse` takes them."""
    yield from _patterns(get_resolver().url_patterns, "")


def _patterns(found: list[URLPattern | URLResolver], space: str) -> Iterator[str]:
    for each in found:
        if isinstance(each, URLPattern):
            yield f"{space}{each.name}"
        elif each.namespace in NOT_OURS:
            continue
        else:
            yield from _patterns(each.url_patterns, f"{space}{each.namespace}:" if each.namespace else space)
