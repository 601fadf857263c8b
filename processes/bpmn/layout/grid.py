"""Ranks and rows: how far an element is from the start, and which row its branch has.

Elements stand in cells (rank, row). A branch is a run of elements in one row; an edge that passes other
ranks has a run of its own, a *wire*. Two runs in one row leave a free cell between them, so that what
enters and leaves them meets nobody.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from processes.bpmn.layout.scope import Edge, Scope


@dataclass
class Grid:
    """Where everything of a scope stands; rows above the first run are negative."""

    ranks: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    #: Edge -> row in which it passes the ranks between its ends; edges to the next rank have none.
    wires: dict[str, int] = field(default_factory=dict)
    #: Where ways begin: the start first, then what cannot be reached from it.
    roots: list[str] = field(default_factory=list)
    #: Edges that lead back (loops).
    backward: set[str] = field(default_factory=set)
    #: Row -> what it holds as (first rank, last rank).
    taken: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def is_free(self, row: int, first: int, last: int) -> bool:
        """Whether no element and no wire stands in these cells."""
        return all(last < start or end < first for start, end in self.taken.get(row, ()))

    def is_clear(self, rank: int, rows: Iterable[int]) -> bool:
        """Whether an edge may pass these rows up or down in the middle of a rank."""
        return all(self.is_free(row, rank, rank) for row in rows)

    def take(self, row: int, step: int, first: int, last: int) -> int:
        """The nearest row from *row* on, in the direction of *step*, with room for a run; it is taken."""
        while not self.is_free(row, first - 1, last + 1):
            row += step
        self.taken.setdefault(row, []).append((first, last))
        return row


def arrange(scope: Scope) -> Grid:
    """Ranks by the longest way from the start, rows by branch: the longest way straight, others below."""
    leaving: dict[str, list[Edge]] = {key: [] for key in scope.nodes}
    for edge in scope.edges:
        leaving[edge.source].append(edge)
    grid = Grid()
    order = _order(scope, leaving, grid)
    _rank(scope, leaving, order, grid)
    _Rows(leaving, order, grid).place()
    _place_backward(scope, grid)
    return grid


def _order(scope: Scope, leaving: dict[str, list[Edge]], grid: Grid) -> list[str]:
    """The elements so that every edge leads onward, but for those found to lead back."""
    entered = {edge.target for edge in scope.edges if edge.source != edge.target}
    roots = [key for key in scope.nodes if key not in entered] + list(scope.nodes)
    order: list[str] = []
    state: dict[str, str] = {}
    for root in roots:
        if root in state:
            continue
        grid.roots.append(root)
        state[root] = "open"
        stack = [(root, iter(leaving[root]))]
        while stack:
            key, edges = stack[-1]
            edge = next(edges, None)
            if edge is None:
                state[key] = "done"
                order.append(key)
                stack.pop()
            elif edge.target not in state:
                state[edge.target] = "open"
                stack.append((edge.target, iter(leaving[edge.target])))
            elif state[edge.target] == "open":
                grid.backward.add(edge.id)
    return order[::-1]


def _rank(scope: Scope, leaving: dict[str, list[Edge]], order: list[str], grid: Grid) -> None:
    """A second edge between the same two elements gets a rank more, so that it has a run of its own."""
    pairs: set[tuple[str, str]] = set()
    grid.ranks = dict.fromkeys(scope.nodes, 0)
    for key in order:
        for edge in leaving[key]:
            if edge.id in grid.backward:
                continue
            length = 2 if (edge.source, edge.target) in pairs else 1
            pairs.add((edge.source, edge.target))
            grid.ranks[edge.target] = max(grid.ranks[edge.target], grid.ranks[key] + length)


class _Rows:
    """Puts runs of elements into rows, inner branches before outer ones, so that few edges cross."""

    def __init__(self, leaving: dict[str, list[Edge]], order: list[str], grid: Grid) -> None:
        self._grid = grid
        self._roots = grid.roots
        self._leaving = {
            key: [edge for edge in edges if edge.id not in grid.backward] for key, edges in leaving.items()
        }
        self._length: dict[str, int] = {}
        for key in reversed(order):
            beyond = (self._length[edge.target] for edge in self._leaving[key])
            self._length[key] = 1 + max(beyond, default=0)

    def place(self) -> None:
        """Give every element and every long edge a row."""
        for root in self._roots:
            if root not in self._grid.rows:
                waiting = self._lay(list(self._run(root)), 0)
                while waiting:
                    edge = waiting.pop()
                    run = list(self._branch(edge))
                    if run:
                        waiting += self._lay(run, self._grid.rows[edge.source] + 1)

    def _is_long(self, edge: Edge) -> bool:
        return self._grid.ranks[edge.target] - self._grid.ranks[edge.source] > 1

    def _branch(self, edge: Edge) -> Iterator[str | Edge]:
        """What stands in a row with the rest of an edge that leaves another row."""
        if self._is_long(edge) and edge.id not in self._grid.wires:
            yield edge
        if edge.target not in self._grid.rows:
            yield from self._run(edge.target)

    def _run(self, key: str) -> Iterator[str | Edge]:
        """An element and what follows straight behind it."""
        while True:
            yield key
            edge = self._onward(key)
            if edge is None:
                return
            if self._is_long(edge):
                yield edge
            if edge.target in self._grid.rows:
                return
            key = edge.target

    def _onward(self, key: str) -> Edge | None:
        """The edge that goes straight on: the longest way, of several the usual one."""
        open_edges = [
            edge
            for edge in self._leaving[key]
            if not edge.port
            and (
                edge.target not in self._grid.rows
                or (self._is_long(edge) and edge.id not in self._grid.wires)
            )
        ]
        return max(open_edges, key=lambda edge: (self._length[edge.target], edge.usual), default=None)

    def _lay(self, run: list[str | Edge], row: int) -> list[Edge]:
        """Put a run into the nearest row with room; gives the edges that leave it, first ones last."""
        grid = self._grid
        spans = [self._span(item) for item in run]
        row = grid.take(row, 1, spans[0][0], spans[-1][1])
        for item in run:
            if isinstance(item, Edge):
                grid.wires[item.id] = row
            else:
                grid.rows[item] = row
        keys = [item for item in run if isinstance(item, str)]
        return [edge for key in keys for edge in reversed(self._leaving[key])]

    def _span(self, item: str | Edge) -> tuple[int, int]:
        ranks = self._grid.ranks
        if isinstance(item, Edge):
            return ranks[item.source] + 1, ranks[item.target] - 1
        return ranks[item], ranks[item]


def _place_backward(scope: Scope, grid: Grid) -> None:
    """Loops run above, short ones next to the row; those that leave a boundary event run below."""
    edges = [edge for edge in scope.edges if edge.id in grid.backward]
    for edge in sorted(edges, key=lambda edge: grid.ranks[edge.source] - grid.ranks[edge.target]):
        ends = (grid.rows[edge.source], grid.rows[edge.target])
        first, last = grid.ranks[edge.target], grid.ranks[edge.source]
        row, step = (max(ends) + 1, 1) if edge.port else (min(ends) - 1, -1)
        grid.wires[edge.id] = grid.take(row, step, first, last)
