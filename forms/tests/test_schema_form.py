"""A whole form: what shows, what is demanded, what is wrong, how it is shown and compared."""

import copy

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms.models import Code
from forms.schema import FormSchema, SchemaError
from forms.tests.sample import CONTEXT, GOOD, PROOF, SAMPLE, large_form, large_values
from forms.tests.test_schema_cleaning import ANYTHING

FIELD_KEYS = [field["key"] for field in SAMPLE["fields"]]

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def form():
    return FormSchema.from_dict(SAMPLE)


def codes_of(faults):
    return {key: [fault.code for fault in found] for key, found in faults.items()}


def keys(fields):
    return [field.key for field in fields]


def test_good_values_come_out_clean(form):
    checked = form.validate(GOOD, CONTEXT)
    assert (checked.errors, checked.warnings, checked.ok) == ({}, {}, True)
    expected = GOOD | {"pay": "6500.00", "heads": 3, "help": False, "declaration": True}
    assert checked.values == expected


def test_hidden_fields_are_dropped(form):
    checked = form.validate(GOOD | {"category": "801", "hukou": "1"}, CONTEXT)
    assert checked.ok
    assert not {"employer", "uscc", "region", "hukou"} & checked.values.keys()


def test_value_of_a_hidden_field_does_not_show_another(form):
    shown = keys(form.visible({"category": "801", "employer": "X"}, CONTEXT))
    assert "region" not in shown
    assert "region" in keys(form.visible({"category": "11", "employer": "X"}, CONTEXT))


def test_visibility_follows_the_context(form):
    moved = CONTEXT | {"student": {"hukou_moved_in": True}}
    assert "hukou" in keys(form.visible({}, moved))
    assert "hukou" not in keys(form.visible({}, CONTEXT))


def test_required_fields_are_demanded_with_words(form):
    checked = form.validate({"category": "10"}, CONTEXT)
    assert codes_of(checked.errors) == {
        "employer": ["V-REQ"],
        "help": ["V-REQ"],
        "declaration": ["V-REQ"],
        "proof": ["V-REQ"],
    }
    with override("en"):
        assert str(form.validate({}, CONTEXT).errors["category"][0]) == "Please choose “category”."


def test_required_if_follows_the_values(form):
    assert form.required({"category": "10"}, CONTEXT) == {
        "category",
        "employer",
        "help",
        "declaration",
        "proof",
    }
    assert form.required({"category": "70.1"}, CONTEXT) == {"category", "help", "declaration"}


def test_declaration_has_to_be_ticked_and_a_yes_no_question_answered(form):
    values = GOOD | {"declaration": "off", "help": "yes"}
    assert codes_of(form.validate(values, CONTEXT).errors) == {"declaration": ["V-REQ"]}


def test_check_over_two_fields_shows_at_both(form):
    checked = form.validate(GOOD | {"report_by": "2027-04-01"}, CONTEXT)
    assert codes_of(checked.errors) == {
        "report_by": ["report.before_signing"],
        "signed_on": ["report.before_signing"],
    }


def test_check_is_not_run_while_a_field_is_empty_or_faulty(form):
    assert form.validate(GOOD | {"report_by": ""}, CONTEXT).ok
    faulty = form.validate(GOOD | {"report_by": "soon"}, CONTEXT)
    assert codes_of(faulty.errors) == {"report_by": ["V-DATE"]}


def test_warning_does_not_stop(form):
    checked = form.validate(GOOD | {"pay": "1500"}, CONTEXT)
    assert checked.ok
    assert codes_of(checked.warnings) == {"pay": ["pay.low"]}


@pytest.mark.usefixtures("changing_codes")
def test_code_is_checked_for_the_cohort(form):
    Code.objects.filter(table="destination_category", code="10").update(valid_from=2021)
    assert form.validate(GOOD, CONTEXT).ok
    assert codes_of(form.validate(GOOD, CONTEXT | {"cohort": 2019}).errors)["category"] == ["V-CODE"]


def test_missing_context_is_a_programming_error(form):
    with pytest.raises(KeyError):
        form.validate(GOOD, {"cohort": 2027})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.dictionaries(st.sampled_from([field["key"] for field in SAMPLE["fields"]]), ANYTHING)
    | ANYTHING,
    base=st.sampled_from([{}, GOOD]),
)
def test_validate_never_raises_and_clean_values_stay_as_they_are(form, values, base):
    values = base | values if isinstance(values, dict) else values
    checked = form.validate(values, CONTEXT)
    again = form.validate(checked.values, CONTEXT)
    assert checked.values.items() <= again.values.items()
    form.display(checked.values)
    form.diff({}, checked.values)


def test_display_groups_labels_and_texts(form):
    values = form.validate(GOOD, CONTEXT).values
    groups = dict(form.display(values, "zh-hans"))
    assert groups["用人单位"][0] == ("单位名称", "杭州测试科技有限公司")
    assert ("字段region", "浙江省杭州市西湖区") in groups["用人单位"]
    assert ("去向类别", "签就业协议形式就业") in groups["去向"]
    assert ("起薪", "¥6,500") in groups["去向"]
    english = dict(form.display(values, "en"))
    assert ("category", "Employment agreement") in english["Destination"]
    assert ("help", "No") in english[""]
    assert ("proof", "agreement.pdf") in english[""]


def test_diff_names_changed_added_and_removed_fields(form):
    old = form.validate(GOOD, CONTEXT).values
    new = form.validate(GOOD | {"pay": "7000.5", "shop": "", "heads": "3"}, CONTEXT).values
    changes = [(change.field.key, change.old, change.new) for change in form.diff(old, new)]
    assert changes == [("pay", "¥6,500", "¥7,000.50"), ("shop", "https://example.com", "")]
    replaced = old | {"proof": [PROOF[0] | {"id": PROOF[0]["id"][:-1] + "2", "name": "b.pdf"}]}
    assert [change.new for change in form.diff(old, replaced)] == ["b.pdf"]


def test_deciding_fields_are_those_others_depend_on(form):
    assert form.deciding_fields() == {"category", "employer"}


def changed(path, value):
    data = copy.deepcopy(SAMPLE)
    target = data
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("fields", 1, "visible_if"), 'categry == "10"', "Field 'employer': visible_if uses the unknown"),
        (("fields", 1, "required_if"), "category > 3", "Field 'employer': required_if fails with"),
        (("fields", 1, "visible_if"), 'phone != ""', "unknown variable 'phone'"),
        (("fields", 1, "type"), "txt(5)", "Field 'employer': the type 'txt\\(5\\)' is unknown"),
        (("fields", 1, "type"), "code", "needs its table"),
        (("fields", 1, "label_zh"), "", "both languages"),
        (("fields", 1, "requird"), True, "unknown settings: requird"),
        (("fields", 1, "required"), "yes", "true or false"),
        (("fields", 1, "required"), True, "exclude each other"),
        (("fields", 1, "key"), "category", "the key is taken"),
        (("fields", 1, "key"), "Employer", "lower-case"),
        (("fields", 1, "group"), "nowhere", "the group 'nowhere' is not declared"),
        (("fields", 7, "max"), "nine", "max has to be a whole number"),
        (("context", "cohort"), "year", "Context 'cohort': the type 'year' is unknown"),
        (("checks", 0, "test"), "report_by >= 5", "Check 'report.before_signing': test fails"),
        (("checks", 0, "fields"), ["nowhere"], "unknown fields nowhere"),
        (("checks", 0, "message_zh"), "", "both languages"),
        (("checks", 0, "level"), "hint", "level has to be one of"),
    ],
)
def test_fault_in_a_description_is_found_when_it_is_loaded(path, value, complaint):
    with pytest.raises(SchemaError, match=complaint):
        FormSchema.from_dict(changed(path, value))


def test_form_of_fifty_fields_validates():
    form = FormSchema.from_dict(large_form())
    assert len(form.fields) == 50
    checked = form.validate(large_values(), {"cohort": 2027, "today": "2027-06-01"})
    assert checked.errors == {}
    assert len(checked.values) == 24
