"""Code tables in memory: read once per process, then dictionary look-ups.

An edit in this process shows at once (`invalidate`), an edit by another process within a minute.
"""

import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

from django.db.models import Max

from forms.models import Code, CodeTable

REGION = "region"
REGION_COUNTY = "region_county"
RECHECK_SECONDS = 60.0


class Tables:
    """Every code of every table as it was at one moment.

    Counties (`region_county`) also appear under `region`, so that a region is a region whatever its
    level.
    """

    def __init__(self, rows: Iterable[Code]) -> None:
        self.rows: dict[str, list[Code]] = defaultdict(list)
        self.versions: dict[tuple[str, str], list[Code]] = defaultdict(list)
        self.by_parent: dict[tuple[str, str], list[Code]] = defaultdict(list)
        for row in rows:
            self._add(row.table_id, row)
            if row.table_id == REGION_COUNTY:
                self._add(REGION, row)

    def _add(self, table: str, row: Code) -> None:
        self.rows[table].append(row)
        self.versions[table, row.code].append(row)
        self.by_parent[table, row.parent_code].append(row)

    def find(self, table: str, code: str, cohort: int | None = None) -> Code | None:
        """The row of *code* that holds for *cohort*, else the newest; None when there is none."""
        rows = self.versions.get((table, code))
        if not rows:
            return None
        holding = [row for row in rows if cohort is not None and row.holds_for(cohort)]
        return max(holding or rows, key=lambda row: row.valid_from)

    @cached_property
    def region_paths(self) -> dict[str, tuple[Code, ...]]:
        """Region code -> the rows from its province down to itself."""
        paths: dict[str, tuple[Code, ...]] = {}
        for row in self.rows[REGION]:
            paths[row.code] = (*paths.get(row.parent_code, ()), row)
        return paths

    @cached_property
    def region_names(self) -> dict[str, str]:
        """Region code -> its full name, such as 浙江省杭州市西湖区."""
        return {code: "".join(row.name for row in path) for code, path in self.region_paths.items()}


class _Cache:
    tables: Tables | None = None
    stamp: datetime | None = None
    checked_at = 0.0


def tables() -> Tables:
    """The current snapshot; asks the database at most once a minute whether it is still current."""
    now = time.monotonic()
    if _Cache.tables is None or now - _Cache.checked_at > RECHECK_SECONDS:
        stamp = CodeTable.objects.aggregate(at=Max("changed_at"))["at"]
        if _Cache.tables is None or stamp != _Cache.stamp:
            _Cache.tables = Tables(Code.objects.order_by("table_id", "sort", "code"))
        _Cache.stamp, _Cache.checked_at = stamp, now
    return _Cache.tables


def invalidate() -> None:
    """Forget the snapshot; the next look-up reads the tables again."""
    _Cache.tables = None


def codes(table: str, cohort: int | None = None) -> list[Code]:
    """The rows of *table* in order, switched-off ones included; those that hold for *cohort* if given."""
    rows = tables().rows.get(table, [])
    return rows if cohort is None else [row for row in rows if row.holds_for(cohort)]


def find_code(table: str, code: str, cohort: int | None = None) -> Code | None:
    """The row of *code* in *table*; the one that holds for *cohort* where it was renamed."""
    return tables().find(table, code, cohort)


def code_name(table: str, code: str, cohort: int | None = None, language: str | None = None) -> str:
    """The label of *code* in the reader's language; the bare code when the table does not know it."""
    if table == REGION:
        return region_name(code)
    row = find_code(table, code, cohort)
    return row.label(language) if row else code


def children(table: str, parent: str, cohort: int | None = None) -> list[Code]:
    """The offered rows directly under *parent* (empty text: the top level), in order."""
    rows = tables().by_parent.get((table, parent), [])
    return [row for row in rows if row.is_active and (cohort is None or row.holds_for(cohort))]


def choosable(table: str, code: str, cohort: int | None = None) -> bool:
    """Whether a person may pick *code* now: offered, holding for the cohort, and not a mere heading."""
    row = find_code(table, code, cohort)
    if row is None or not row.is_active or (cohort is not None and not row.holds_for(cohort)):
        return False
    return not children(table, code, cohort)


def region_path(code: str) -> tuple[Code, ...]:
    """The rows from the province down to the region *code*; empty when it is unknown."""
    return tables().region_paths.get(code, ())


def region_name(code: str) -> str:
    """The full name, such as 浙江省杭州市西湖区; the bare code when it is unknown."""
    return tables().region_names.get(code, code)


def region_is_deep(code: str, level: int) -> bool:
    """Whether the region *code* goes as deep as regions go down to *level* (1 province ... 3 county).

    Dongguan has no counties and Beijing no prefectures; both are deep enough at their own level.
    """
    path = region_path(code)
    if not path or region_level(path[-1]) > level:
        return False
    return not any(region_level(child) <= level for child in children(REGION, code))


def region_level(row: Code) -> int:
    """1 province, 2 prefecture (or a county run by a province), 3 county."""
    return int(row.attributes["level"])


def search_region(text: str, limit: int = 20) -> list[Code]:
    """Regions whose full name holds every word of *text*, or whose code starts with it; nearest first."""
    words = text.split()
    if not words:
        return []
    found: list[tuple[bool, int, Code]] = []
    for code, name in tables().region_names.items():
        if code.startswith(text) or all(word in name for word in words):
            path = region_path(code)
            found.append((not path[-1].name.startswith(words[-1]), len(path), path[-1]))
    found.sort(key=lambda entry: entry[:2])
    return [row for *_, row in found if row.is_active][:limit]
