"""Model fields of our own."""

import json
from collections.abc import Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from common.crypto import decrypt, encrypt_all


class KeyField(models.CharField):  # type: ignore[type-arg]
    """Text compared byte by byte on every database (MariaDB's default ignores letter case)."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters


class _Sealed(models.TextField):  # type: ignore[type-arg]
    """A column whose values open in it alone: moved to another one by hand, they are refused.

    Who renames table or column encrypts the values anew in the same migration.
    """

    place = ""

    def contribute_to_class(self, cls: type[models.Model], name: str, *args: Any, **kwargs: Any) -> None:
        super().contribute_to_class(cls, name, *args, **kwargs)
        self.place = f"{cls._meta.db_table}.{self.column}"


class EncryptedTextField(_Sealed):
    """Text kept encrypted at rest; empty stays empty. Cannot be filtered: keep a blind index."""

    def from_db_value(self, value: str | None, *args: Any) -> str | None:
        return decrypt(value, self.place) if value else value

    def get_prep_value(self, value: Any) -> Any:
        return self.get_prep_values([value])[0]

    def get_prep_values(self, values: Sequence[Any]) -> list[Any]:
        """`get_prep_value` of a whole column, which costs less together."""
        prepare = super().get_prep_value
        plain = [value if type(value) is str else prepare(value) for value in values]
        sealed = iter(encrypt_all([text for text in plain if text], self.place))
        return [next(sealed) if text else text for text in plain]


class EncryptedJSONField(_Sealed):
    """A JSON value kept encrypted at rest."""

    _pyi_private_set_type: Any  # what mypy takes the attribute for
    _pyi_private_get_type: Any

    def from_db_value(self, value: str | None, *args: Any) -> Any:
        return json.loads(decrypt(value, self.place)) if value else None

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> Any:
        return self.get_prep_values([value])[0]

    def get_prep_values(self, values: Sequence[Any]) -> list[Any]:
        """`get_prep_value` of a whole column, which costs less together."""
        texts = [
            json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
            for value in values
            if value is not None
        ]
        sealed = iter(encrypt_all(texts, self.place))
        return [None if value is None else next(sealed) for value in values]

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj), cls=DjangoJSONEncoder, ensure_ascii=False)
