"""Rows are examined while the rest of the file is still being read."""

import pytest

from accounts.actions import add_unit
from accounts.models import Unit, UnitKind
from common.errors import BadInput
from students.importing import examine
from students.models import ImportBatch, Student
from students.tests.kit import graduate, graduates, load

pytestmark = pytest.mark.django_db


def test_file_that_breaks_off_loads_nothing(tmp_path, settings):
    settings.IMPORT_MAX_ROWS = 8
    with pytest.raises(BadInput):
        load(tmp_path, *(graduate(number) for number in range(9)))
    assert not ImportBatch.objects.exists()
    assert not Student.objects.exists()


def test_class_made_while_the_file_is_read_is_known(tmp_path, monkeypatch):
    load(tmp_path, *graduates(2))
    learn = examine.Examination._learn_units

    def meanwhile(self, table):
        learn(self, table)
        major = Unit.objects.get(kind=UnitKind.MAJOR)
        Student.objects.update(unit=add_unit(major, UnitKind.CLASS, "另一班"))

    monkeypatch.setattr(examine.Examination, "_learn_units", meanwhile)
    batch = load(tmp_path, *graduates(2))
    assert (batch.updated, batch.wrong) == (2, 0)


def test_chunks_that_were_examined_ahead_are_loaded_in_the_order_of_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(examine, "CHUNK", 2)
    batch = load(tmp_path, *graduates(11))
    assert list(batch.rows.order_by("pk").values_list("number", "student__student_no")) == [
        (number + 2, row["student_no"]) for number, row in enumerate(graduates(11))
    ]
