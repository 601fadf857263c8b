"""Whether tokens can get stuck or be doubled: every scope of a definition looked at as a workflow net.

A token enters a scope at its start and moves on over flows. Exclusive gateways, event-based gateways and
boundary events choose freely, whatever their conditions say; parallel gateways take every way; inclusive
ones take any of the ways. A sub-process and a call are one step. A scope is over when no token is left, so
several ends are no fault.

First the net is made smaller: steps in a row, loops, and splits that are closed by a join of the same kind
disappear, in about linear time. What cannot be made smaller is played through, up to a limit.

The rules follow W. Sadiq and M. Orlowska, Analyzing process models using graph reduction techniques (2000).
"""

from collections.abc import Iterator

from processes.bpmn.model import SUB_PROCESS, Model
from processes.bpmn.soundness.explore import Budget, explore
from processes.bpmn.soundness.net import AND, DEAD_JOIN, Fault, Net, net_of
from processes.bpmn.soundness.reduce import reduced

__all__ = ["MAX_MARKINGS", "Fault", "faults"]

#: Positions of all tokens that are looked at for one definition.
MAX_MARKINGS = 20_000


def faults(model: Model) -> Iterator[Fault]:
    """What goes wrong with the tokens of *model*, whose elements must be connected as they should be."""
    budget = Budget(MAX_MARKINGS)
    for scope in ("", *(element.id for element in model.of_type(SUB_PROCESS))):
        net = net_of(model, scope)
        if net is not None:
            yield from _scope_faults(net, budget)


def _scope_faults(net: Net, budget: Budget) -> Iterator[Fault]:
    found = reduced(net)
    yield from found
    if net.is_concurrent:
        yield from explore(net, budget, look_for_dead=not found)
        return
    for key, node in net.nodes.items():
        if node.join == AND and net.ways_in(key) > 1:
            yield Fault(DEAD_JOIN, node.joiner)
