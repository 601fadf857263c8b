"""Every page in a real browser, in both languages, on a phone and at a desk: nothing is wrong with it."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import pytest
from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import Unit, User
from accounts.organisation.models import UnitChange
from accounts.personnel.models import StaffImport
from accounts.rights.models import Operation, UserGroup
from accounts.security.models import Network
from approvals.models import BatchItem, SavedView
from destinations.flows.filing.tests import kit
from employers.flows.vetting.tests import kit as vetting_kit
from employers.models import Employer, EmployerUser
from exports.flows.export.tests import kit as export_kit
from exports.models import Export
from forms.models import Code, Draft, Submission
from privacy.assessments.models import Assessment
from privacy.checks.models import YearCheck
from privacy.flows.requests.tests import kit as request_kit
from privacy.models import DataRequest
from privacy.retention.models import Hold
from processes.bpmn.reader import parse
from processes.calendar.models import CalendarChange, CalendarDay
from processes.models import Case, DefinitionVersion
from processes.models import Draft as Change
from students.models import ImportBatch, ImportRow, Student
from talks.models import Blackout, Talk, Venue
from tests.address import GET
from tests.looking import CHINESE, ENGLISH, wrong_with
from tests.pages import ADDRESSES
from tests.waiting import close
from tests.world import World, build_world

pytestmark = pytest.mark.once

#: What a reviewer of the world says.
DECISIONS = (kit.RETURN, vetting_kit.RETURN, vetting_kit.REJECT, export_kit.RETURN, request_kit.RETURN)
#: Which fields hold what somebody once wrote, in the language of who wrote it.
WRITTEN: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (Case, ("brief",)),
    (BatchItem, ("message",)),
    (UserGroup, ("name", "note")),
    (Operation, ("reason",)),
    (UnitChange, ("reason",)),
    (User, ("name",)),
    (Unit, ("name", "short_name")),
    (SavedView, ("name",)),
    (Network, ("name",)),
    (Export, ("purpose", "recipient", "about")),
    (DataRequest, ("said", "wanted", "answer")),
    (Hold, ("reason",)),
    (Assessment, ("title", "processing", "influence", "measures", "conclusion")),
)
#: Records of which anything may be shown.
RECORDS: tuple[type[Model], ...] = (Student, Employer, EmployerUser, Talk, Venue, Blackout)

SIZES = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1280, "height": 800}}
#: Where axe-core looks: it judges the build of a page, which is the same in both languages.
ACCESSIBLE = {(CHINESE, "desk"), (ENGLISH, "phone")}
#: The first of these that may read a page reads it; the others look at what differs for them.
READERS = (
    *("student", "counselor", "university", "returned", "college"),
    *("owner", "applicant", "corrector", "refused", "host", "talk_officer", "designer", "deputy"),
    *("secadmin", "auditor", "data"),
)
AS_WELL = {
    "privacy:own_data": ("counselor", "owner"),
    "accounts:security": ("deputy",),
    "accounts:recovery_codes": ("deputy",),
    "accounts:end_second_step": ("deputy",),
    "destinations:me": ("returned", "newcomer", "other"),
    "destinations:filing": ("other", "newcomer"),
    "destinations:step": ("returned",),
    "approvals:inbox": ("university",),
    "students:record": ("newcomer",),
    "employers:register": ("",),
    "employers:home": ("applicant", "corrector", "refused", "asker", "colleague"),
    "employers:people": ("colleague", "applicant"),
    "employers:step": ("corrector",),
    "employers:details": ("corrector",),
    "talks:own_list": ("host",),
    "rights:officers": ("sysadmin",),
    "rights:operations": ("second_secadmin",),
    "students:detail": ("member",),
    "retention:table": ("secadmin",),
    "assessments:list": ("secadmin",),
    "checks:now": ("secadmin",),
    "assessments:one": ("secadmin",),
    "consents:list": ("counselor",),
}
#: Pages that the table has once, for another flow: name, address, reader.
AS_WELL_OF_OTHERS = (
    ("help-person", lambda world: f"/account/help/?name={world.people['deputy'].username}", "university"),
    ("vetting-task", lambda world: reverse("approvals:task", args=[world.vetting.pk]), "vetter"),
    ("vetting-inbox", lambda _world: reverse("approvals:inbox"), "vetter"),
    ("employer-in-review", lambda world: reverse("employers:detail", args=[world.applied.pk]), "vetter"),
    ("wechat-outside", lambda _world: reverse("students:bind"), ""),
    ("wechat-scan", lambda _world: reverse("wechat:scan"), ""),
    ("papers", lambda _world: reverse("employers:step", args=["papers"]), "corrector"),
    ("review", lambda _world: reverse("employers:step", args=["review"]), "corrector"),
    ("talk-task", lambda world: reverse("approvals:task", args=[world.talks.choosing.pk]), "talk_officer"),
    ("talk-public", lambda world: reverse("talks:own", args=[world.talks.public.pk]), "host"),
    ("talk-draft", lambda world: reverse("talks:own", args=[world.talks.draft.pk]), "host"),
    ("talk-poster", lambda world: reverse("talks:step", args=[world.talks.draft.pk, "contact"]), "host"),
    ("talk-review", lambda world: reverse("talks:step", args=[world.talks.draft.pk, "review"]), "host"),
    ("export-review", lambda world: reverse("exports:export", args=[world.exports.waiting.pk]), "college"),
    ("export-returned", lambda world: reverse("exports:export", args=[world.exports.returned.pk]), "college"),
    ("export-task", lambda world: reverse("approvals:task", args=[world.exports.task.pk]), "secadmin"),
    ("export-inbox", lambda _world: reverse("approvals:inbox"), "secadmin"),
    ("data-task", lambda world: reverse("approvals:task", args=[world.data_requests.task.pk]), "university"),
    (
        "data-returned",
        lambda world: reverse("privacy:request", args=[world.data_requests.returned.pk]),
        "student",
    ),
    ("data-delete", lambda _world: reverse("privacy:ask", args=["deletion"]), "student"),
    ("data-correct", lambda _world: reverse("privacy:ask", args=["correction"]), "student"),
    (
        "assessment-draft",
        lambda world: reverse("assessments:one", args=[world.assessments.draft.pk]),
        "director",
    ),
    ("assessment-own", lambda world: reverse("assessments:one", args=[world.assessments.draft.pk]), "data"),
    ("assessment-filled", lambda _world: f"{reverse('assessments:new')}?template=wechat", "secadmin"),
    ("no-exports", lambda _world: reverse("exports:list"), "counselor"),
    ("talk-week", lambda world: f"{reverse('talks:week')}?week={world.talks.public.slot.day}", "keeper"),
)
#: Answers that are no page: files, parts of pages, words for machines.
NO_PAGES = {
    "operations:health",
    "operations:ready",
    "operations:metrics",
    "access:export",
    "students:reveal",
    "employers:reveal",
    "design:chain_row",
    "design:diagram_condition",
    "design:draft_file",
    "design:draft_moves",
    "design:live",
    "design:trial_file",
    "design:version_file",
    "forms:regions",
    "forms:region_search",
    "approvals:filters",
    "approvals:counts",
    "approvals:file",
    "exports:progress",
    "personnel:sights",
    "personnel:template",
    "students:import_template",
    "students:progress",
    "students:report",
    "destinations:file",
    "destinations:thumbnail",
    "employers:file",
    "employers:thumbnail",
    "employers:library_file",
    "talks:calendar_entry",
    "talks:file",
    "talks:thumbnail",
    # lead through WeChat: tests/test_wechat_browser.py
    "wechat:callback",
    "wechat:enter",
    "wechat:arrive",
    "wechat:confirm",
}


@pytest.fixture
def world(transactional_db, settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return build_world()


def readers(name: str, allowed: frozenset[str]) -> list[str]:
    return [next(who for who in READERS if who in allowed), *AS_WELL.get(name, ())]


def drawn_names() -> frozenset[str]:
    """What elements are called in the drawing that is edited: as they are written there, in no other language."""
    texts = (row.bpmn for row in DefinitionVersion.objects.all()), (row.text for row in Change.objects.all())
    nodes = [node for text in chain(*texts) for node in parse(text).iter()]
    return frozenset(node.attrib["name"] for node in nodes if "name" in node.attrib)


def chinese_data() -> frozenset[str]:
    """What stands in the tables in Chinese and is shown as it is."""
    texts: list[Any] = [decision.text for decision in DECISIONS]
    texts += ["请知悉", "西湖"]  # an example of what to search among Chinese regions
    for model, names in WRITTEN:
        texts += [value for row in model._default_manager.values_list(*names) for value in row]
    texts += Code.objects.filter(name_en="").values_list("name", flat=True)
    for own in (CalendarDay.objects.filter(is_local=True), CalendarChange.objects.exclude(by=None)):
        texts += [value for row in own.values_list("name", "note") for value in row]
    texts += [
        value for model in RECORDS for row in model._default_manager.all() for value in vars(row).values()
    ]
    texts += [line["note"] for check in YearCheck.objects.all() for line in check.lines.values()]
    texts += [value for values in _kept_together() for value in values]
    return frozenset(
        line for text in texts if isinstance(text, str) for line in (text, *text.splitlines()) if line
    )


def _kept_together() -> Iterator[Iterable[Any]]:
    """What people filled in or brought, which is kept as one value a row."""
    yield from (filled.values.values() for filled in (*Draft.objects.all(), *Submission.objects.all()))
    yield from (change.values.values() for change in UnitChange.objects.all())
    for row in (row for staff in StaffImport.objects.all() for row in staff.problems or ()):
        yield [*row["cells"].values(), *row["problems"]]  # in the language of who brought the file
    yield from ImportBatch.objects.values_list("headers", flat=True)
    for cells in ImportRow.objects.exclude(cells=None).values_list("cells", flat=True):
        yield cells.values() if isinstance(cells, dict) else cells


@pytest.fixture
def browse(chromium: Browser, live_server: LiveServer, world: World) -> Iterator[Any]:
    """Open a page as somebody, in a language, at a size."""
    pages: dict[str, Page] = {}

    def page_of(who: str, language: str, size: str) -> Page:
        if who not in pages:
            options = {"base_url": live_server.url, "locale": language, "viewport": SIZES[size]}
            context = chromium.new_context(**options, has_touch=size == "phone", is_mobile=size == "phone")
            if who:
                cookie = {"name": settings.SESSION_COOKIE_NAME, "value": world.sessions[who]}
                context.add_cookies([cookie | {"url": live_server.url}])
            pages[who] = context.new_page()
        return pages[who]

    yield page_of
    for page in pages.values():
        close(page.context)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
def test_nothing_is_wrong_with_any_page(browse, world, language, size):
    data = chinese_data()
    accessible = (language, size) in ACCESSIBLE
    wrong: list[str] = []
    for address in ADDRESSES:
        if GET not in address.methods or address.name in NO_PAGES:
            continue
        for who in readers(address.name, address.readers):
            page = browse(who, language, size)
            page.goto(address.url(world))
            name = f"{address.name}-{who}-{language}".replace(":", "-")
            known = data | drawn_names() if address.name == "design:diagram" else data
            wrong += wrong_with(page, name, language=language, data=known, accessible=accessible)
    for name, url_of, who in AS_WELL_OF_OTHERS:
        page = browse(who, language, size)
        page.goto(url_of(world))
        wrong += wrong_with(
            page, f"{name}-{who}-{language}", language=language, data=data, accessible=accessible
        )
    assert not wrong, "\n".join(wrong)
