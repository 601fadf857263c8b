"""Where Viewflow finds the flow classes of stored definitions.

Viewflow stores references such as `processes/compiled.destination_filing_v3` and imports them by name;
a name asked for here the first time is compiled from the stored version. A version never changes, so
the class can be kept for as long as the process lives.
"""

from typing import TYPE_CHECKING

from viewflow.workflow import fields

if TYPE_CHECKING:
    from processes.engine.compiler import CaseFlow


def __getattr__(name: str) -> "type[CaseFlow]":
    from processes.engine.compiler import flow_class_named

    flow_class = flow_class_named(name)
    if flow_class is None:
        raise AttributeError(name)
    globals()[name] = flow_class
    return flow_class


def forget() -> None:
    """Drop every compiled class, here and in Viewflow's caches (tests reuse keys and numbers)."""
    from processes.engine.compiler import CaseFlow, compile_flow

    for name, value in list(globals().items()):
        if isinstance(value, type) and issubclass(value, CaseFlow):
            del globals()[name]
    caches = (fields.import_flow_by_ref, fields.get_flow_ref, fields.import_task_by_ref, fields.get_task_ref)
    for cache in (*caches, compile_flow):
        cache.cache_clear()
