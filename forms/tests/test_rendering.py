"""Questions as HTML."""

import re
import uuid

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from accounts.models import User
from forms import codes
from forms.models import Attachment
from forms.rendering import FileLinks, FormPage
from forms.schema import FormSchema
from forms.tests.sample import CONTEXT, GOOD, SAMPLE, field

pytestmark = pytest.mark.django_db

LINKS = FileLinks("/up/", "/file/{id}/", "/thumb/{id}/", "/remove/{id}/")


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def page(values=GOOD, **settings):
    return FormPage(FormSchema.from_dict(SAMPLE), values, CONTEXT, **settings)


def html(values=GOOD, **settings):
    text = render_to_string("forms/questions.html", {"form": page(values, links=LINKS, **settings)})
    return re.sub(r"\s+", " ", text)


def single(**settings):
    """The HTML of a form with one field."""
    value = settings.pop("value", None)
    described = field("f", **settings)
    form = FormPage(FormSchema.from_dict({"key": "x", "fields": [described]}), {"f": value}, {})
    return re.sub(r"\s+", " ", render_to_string("forms/questions.html", {"form": form}))


def test_page_shows_the_visible_questions_under_their_headings():
    shown = html({"category": "801"})
    assert [question.key for question in page({"category": "801"}).questions][:2] == ["category", "signed_on"]
    assert '<h2 class="form-heading">Destination</h2>' in shown
    assert "Employer" not in shown


def test_page_with_a_heading_of_its_own_leaves_the_groups_headings_out():
    assert "form-heading" not in html({"category": "801"}, headings=False)


def test_page_of_some_fields_shows_those():
    assert [question.key for question in page(keys=["pay", "uscc"]).questions] == ["uscc", "pay"]


def test_optional_questions_say_so_and_required_ones_tell_screen_readers():
    shown = html(keys=["category", "pay"])
    assert shown.count("(optional)") == 1
    assert 'id="q-category" name="category"' in shown
    assert 'aria-required="true"' in shown


def test_two_levels_become_option_groups():
    shown = html(keys=["category"])
    assert '<optgroup label="Further study in the mainland">' in shown
    assert '<option value="10" selected>Employment agreement</option>' in shown
    assert 'value="80"' not in shown
    assert 'value="82"' not in shown


def test_few_choices_become_radio_buttons_and_many_a_select():
    assert 'type="radio" name="f" value="1"' in single(kind="code(major_match)")
    assert "<select" in single(kind="code(job_category)")
    assert "<select" in single(kind="code(major_match)", widget="select")


def test_choice_that_is_gone_stays_visible():
    assert '<option value="82" selected>Further study (medical residency)</option>' in html(
        {"category": "82"}
    )


def test_inputs_bring_up_the_right_keyboard():
    assert 'type="date"' in single(kind="date")
    assert 'inputmode="decimal"' in single(kind="money")
    assert 'type="tel"' in single(kind="phone")
    assert 'maxlength="7"' in single(kind="text(7)")
    assert "<textarea" in single(kind="long(9)")


def test_what_was_typed_is_kept_and_escaped():
    assert 'value="&quot;&gt;&lt;b&gt;"' in single(kind="date", value='"><b>')


@pytest.mark.parametrize(("value", "ticked"), [("on", True), (True, True), (False, False), ("", False)])
def test_tick_box_shows_what_the_draft_holds(value, ticked):
    assert ("checked" in single(kind="bool", value=value)) is ticked


def test_unanswered_yes_no_question_has_no_answer():
    assert single(kind="bool", widget="yesno").count("checked") == 0
    assert 'value="no" id="q-f-no" checked' in single(kind="bool", widget="yesno", value="no")


def test_faults_and_marks_are_tied_to_their_input():
    form = page(GOOD | {"uscc": "911", "pay": "1500"})
    form.checked = form.schema.validate(form.values, CONTEXT)
    form.marks = {"uscc": "Please compare it with the licence."}
    uscc, pay = (next(q for q in form.questions if q.key == key) for key in ("uscc", "pay"))
    shown = render_to_string("forms/question.html", {"q": uscc})
    assert 'aria-invalid="true"' in shown
    for part in ("mark", "error"):
        assert f'id="q-uscc-{part}"' in shown
        assert f"q-uscc-{part}" in uscc.described_by
    assert "has 18 characters" in shown
    assert [question.key for question in form.faulty] == ["uscc"]
    assert "That is little." in render_to_string("forms/question.html", {"q": pay})


def test_faults_while_typing_leave_out_what_is_only_missing():
    faults = page({"category": "10", "uscc": "911", "phone": "1"}).faults()
    assert set(faults) == {"uscc", "phone"}


def test_deciding_questions_are_marked_for_the_script():
    shown = html(keys=["category", "employer", "pay"])
    assert shown.count("data-decides") == 2


def test_region_shows_its_levels_down_to_the_first_open_one():
    shown = html(keys=["region"])
    assert [shown.count(f'<option value="{code}" selected>') for code in ("330000", "330100", "330106")] == [
        1
    ] * 3
    assert html(GOOD | {"region": "330000"}, keys=["region"]).count("<select") == 2
    assert html(GOOD | {"region": "110101"}, keys=["region"]).count("<select") == 2
    assert html(GOOD | {"region": "441900"}, keys=["region"]).count("<select") == 2


def test_files_are_listed_with_their_addresses():
    file = Attachment(
        id=uuid.UUID(int=5),
        field="proof",
        name="a<b.jpg",
        size=2048,
        content_type="image/jpeg",
        thumbnail="t.jpg",
        uploaded_by=User(),
    )
    shown = html(keys=["proof"], files=[file])
    assert 'data-upload="/up/"' in shown
    for address in ("/file/", "/thumb/", "/remove/"):
        assert f"{address}{file.pk}/" in shown
    assert "a&lt;b.jpg" in shown


def test_page_needs_no_query(django_assert_num_queries):
    codes.tables()
    with django_assert_num_queries(0):
        html()
