"""Impact assessments: two people, no edits after the signature, replaced by newer ones, reminders (RL-34)."""

import datetime

import pytest
from django.utils import timezone, translation

from accounts.access.models import AccessLog
from accounts.models import Unit, User
from accounts.rights.officers import seat
from accounts.roles import Role
from common.errors import Refused, Stale
from destinations.flows.filing.tests import kit
from destinations.tests.kit import make_unit
from exports.covering import holding
from messaging.models import Notice
from privacy.assessments import actions, rules
from privacy.assessments.forms import AssessmentForm
from privacy.assessments.models import Assessment, AssessmentState, Occasion
from privacy.assessments.prefilled import PREFILLED
from privacy.assessments.reminding import remind
from tests.assessments import signed, words, written

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def root(db) -> Unit:
    return make_unit("university", "学校")


@pytest.fixture
def writer(root) -> User:
    return kit.reviewer(Role.DATA_OFFICER, root)


@pytest.fixture
def second(root) -> User:
    return kit.reviewer(Role.CAREER_CENTER_DIRECTOR, root)


def fresh(assessment: Assessment) -> Assessment:
    return Assessment.objects.get(pk=assessment.pk)


def test_who_wrote_it_does_not_sign_it(writer, second):
    draft = written(writer)
    with pytest.raises(Refused, match="somebody else"):
        actions.sign(draft, draft.seen, writer)
    actions.sign(draft, draft.seen, second)
    assert (fresh(draft).state, fresh(draft).signed_by) == (AssessmentState.SIGNED, second)
    line = AccessLog.objects.filter(object_id=str(draft.pk)).latest("id")
    assert (line.user, line.detail) == (second, "signed_at")


def test_somebody_without_the_role_signs_nothing(writer, root):
    draft = written(writer)
    with pytest.raises(Refused, match="director signs"):
        actions.sign(draft, draft.seen, kit.reviewer(Role.UNIVERSITY_OFFICER, root))


def test_signed_one_is_never_edited(writer, second):
    held = signed(writer, second)
    with pytest.raises(Refused, match="newer one"):
        actions.change(held, words(title="别的"), writer)
    assert fresh(held).title == held.title


def test_draft_is_changed_by_its_writer_alone(writer):
    draft = written(writer)
    other = User.objects.create_user("O1", "安全老师")
    seat(other, Role.SECADMIN, None)
    with pytest.raises(Refused, match="Only who wrote"):
        actions.change(draft, words(title="别的"), other)


def test_words_that_were_not_read_are_not_signed(writer, second):
    draft = written(writer)
    actions.change(draft, words(title="别的"), writer)
    with pytest.raises(Stale):
        actions.sign(draft, draft.seen, second)
    assert fresh(draft).is_draft


def test_newer_one_takes_the_place_of_the_older_as_soon_as_it_is_signed(writer, second):
    older = signed(writer, second)
    newer = actions.begin(words(), writer, older)
    other = actions.begin(words(), writer, older)
    assert fresh(older).is_signed
    actions.sign(newer, newer.seen, second)
    assert (fresh(older).state, fresh(newer).state) == (AssessmentState.REPLACED, AssessmentState.SIGNED)
    assert fresh(older).replaced_at is not None
    with pytest.raises(Stale):
        actions.sign(other, other.seen, second)
    with pytest.raises(Refused):
        actions.begin(words(), writer, older)


def test_review_behind_us_is_not_signed(writer, second):
    draft = written(writer, next_review=timezone.localdate())
    with pytest.raises(Refused, match="next review"):
        actions.sign(draft, draft.seen, second)


@pytest.mark.parametrize(("days", "good"), [(0, False), (1, True), (rules.LONGEST_DAYS, True), (1100, False)])
def test_review_lies_ahead_within_three_years(days, good):
    sent = words(next_review=timezone.localdate() + days * DAY)
    assert AssessmentForm(sent).is_valid() is good


@pytest.mark.parametrize("key", PREFILLED)
def test_prefilled_texts_can_be_handed_in(key):
    sent = PREFILLED[key].words() | {"next_review": timezone.localdate() + DAY}
    assert AssessmentForm(sent).errors == {}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("key", PREFILLED)
def test_prefilled_text_is_signed_only_when_what_it_leaves_open_is_written(key, language, writer, second):
    with translation.override(language):
        said = {name: str(text) for name, text in PREFILLED[key].words().items()}
    draft = written(writer, **said)
    with translation.override("en"), pytest.raises(Refused, match="to be added"):
        actions.sign(draft, draft.seen, second)
    done = written(writer, **(said | {"conclusion": "采取上述措施后风险可以接受。本校无特殊情况。"}))
    actions.sign(done, done.seen, second)
    assert fresh(done).is_signed


def told() -> list[tuple[User, str]]:
    """Who was told what since the last look."""
    found = [(row.recipient, row.title) for row in Notice.objects.select_related("recipient")]
    Notice.objects.all().delete()
    return found


def test_those_who_may_sign_hear_of_a_draft_once_and_its_writer_of_the_signature(writer, second):
    draft = written(writer)
    assert Notice.objects.get().url == f"/manage/assessments/{draft.pk}/"
    assert told() == [(second, f"{writer.name} asks you to sign an impact assessment: {draft.title}")]
    actions.change(draft, words(measures="只显示代码"), writer)
    assert told() == []
    actions.sign(draft, fresh(draft).seen, second)
    assert told() == [(writer, f"{second.name} has signed your impact assessment: {draft.title}")]


def test_nobody_is_asked_to_sign_before_the_draft_is_complete(writer, second):
    draft = written(writer, conclusion="To be added: what is special about our school.")
    assert told() == []
    actions.change(draft, words(), writer)
    assert [person for person, _title in told()] == [second]


def test_officers_hear_of_a_review_30_days_before_and_when_it_is_overdue_once_each(writer, second):
    held = signed(writer, second, next_review=timezone.localdate() + 200 * DAY)
    written(writer)
    Notice.objects.all().delete()
    review = held.next_review
    told = []
    for day in (
        review - 31 * DAY,
        review - 30 * DAY,
        review - 29 * DAY,
        review,
        review + DAY,
        review + 9 * DAY,
    ):
        remind(day)
        told.append(list(Notice.objects.order_by("created_at").values_list("kind", flat=True)))
    soon, both = ["assessment_soon"], ["assessment_soon", "assessment_overdue"]
    assert told == [[], soon, soon, soon, both, both]
    assert set(Notice.objects.values_list("recipient", flat=True)) == {writer.pk}


def test_review_that_was_missed_altogether_is_told_once_as_overdue(writer, second):
    held = signed(writer, second)
    assert remind(held.next_review + DAY) == 1
    assert remind(held.next_review + 2 * DAY) == 0


def test_what_was_replaced_needs_no_review(writer, second):
    older = signed(writer, second)
    newer = actions.begin(words(next_review=older.next_review + 90 * DAY), writer, older)
    actions.sign(newer, newer.seen, second)
    assert remind(older.next_review + DAY) == 0


def test_export_goes_to_other_bodies_only_under_what_holds_and_is_about_giving(writer, second):
    today = timezone.localdate()
    held = {each: signed(writer, second, occasion=each) for each in Occasion}
    written(writer)
    giving = {str(held[each].pk) for each in (Occasion.ENTRUSTING, Occasion.SHARING, Occasion.ABROAD)}
    assert set(holding(today)) == giving
    last = today + 365 * DAY
    assert (len(holding(last)), holding(last + DAY)) == (3, {})
    older = held[Occasion.SHARING]
    newer = actions.begin(words(title="新的"), writer, older)
    assert str(older.pk) in holding(today)
    actions.sign(newer, newer.seen, second)
    assert (str(older.pk) in holding(today), holding(today)[str(newer.pk)].title) == (False, "新的")
