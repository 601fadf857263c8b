"""Where the corners of every edge lie, first in ranks, rows and tracks, then in pixels.

Edges run along rows, and up and down between ranks, each on a *track* of its own; at gateways also in the
middle of the rank where nothing stands in the way.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from processes.bpmn.layout.grid import Grid
from processes.bpmn.layout.scope import EVENT_SIZE, Edge, Node, Scope, name_width

GAP, TRACK, ROW_GAP, BAND = 50, 12, 36, 12
#: Rows that only edges pass.
WIRE_ROW = 8

Point = tuple[float, float]
Spot = Callable[["Places"], float]


@dataclass
class Track:
    """A way up or down in the gap behind a rank; those that share an end may share it."""

    gap: int
    rows: tuple[int, int]
    ends: frozenset[str]
    index: int = 0


@dataclass
class Places:
    """Where everything is, in pixels from the upper left corner of the scope."""

    columns: dict[int, float]
    rows: dict[int, float]
    gaps: dict[int, float]
    corners: dict[str, Point]
    #: Rank -> width of the gap behind it.
    gap_widths: dict[int, float] = field(default_factory=dict)
    width: float = 0
    height: float = 0


@dataclass
class Routes:
    """The corners of every edge, still to be placed."""

    scope: Scope
    grid: Grid
    points: dict[str, list[tuple[Spot, Spot]]] = field(default_factory=dict)
    tracks: list[Track] = field(default_factory=list)
    #: Rank -> room for the names of edges in the gap behind it.
    names: dict[int, float] = field(default_factory=dict)
    #: Edge -> row in whose gap its name stands.
    named: dict[str, tuple[int, int]] = field(default_factory=dict)
    #: (element, -1 above or 1 below) -> whether edges go `in` or `out` there.
    sides: dict[tuple[str, int], str] = field(default_factory=dict)

    def trace(self) -> None:
        """Find the way of every edge and give tracks their places."""
        for edge in self.scope.edges:
            self.points[edge.id] = list(self._way(edge))
        used: dict[int, list[Track]] = {}
        for track in self.tracks:
            others = used.setdefault(track.gap, [])
            while any(_meets(track, other) for other in others):
                track.index += 1
            others.append(track)

    def _way(self, edge: Edge) -> Iterator[tuple[Spot, Spot]]:
        grid = self.grid
        here, there = grid.rows[edge.source], grid.rows[edge.target]
        row = self._row_between(edge, here, there)
        if edge.name and edge.id not in grid.backward:
            rank = grid.ranks[edge.source]
            self.named[edge.id] = (rank, row)
            self.names[rank] = max(self.names.get(rank, 0), name_width(edge.name) + 16)
        yield from self._leave(edge, here, row)
        yield from self._arrive(edge, row, there)

    def _row_between(self, edge: Edge, here: int, there: int) -> int:
        """The row in which an edge goes from rank to rank."""
        if edge.id in self.grid.wires:
            return self.grid.wires[edge.id]
        straight_up = not edge.port and here != there and not self._node(edge.source).is_gateway
        if straight_up and self._may_turn(edge, edge.target, here, "in"):
            return here
        return there

    def _leave(self, edge: Edge, here: int, row: int) -> Iterator[tuple[Spot, Spot]]:
        node, rank = self._node(edge.source), self.grid.ranks[edge.source]
        back = edge.id in self.grid.backward
        if edge.port:
            yield from self._leave_boundary(edge, here, row)
        elif row == here and not back:
            yield _right(node), _row(here)
        elif edge.source != edge.target and self._may_turn(edge, edge.source, row, "out"):
            self.sides[edge.source, _sign(row - here)] = "out"
            yield _column(rank), _edge_of(node, row > here)
            yield _column(rank), _row(row)
        else:
            track = self._track(edge, rank, here, row)
            yield _right(node), _row(here)
            yield track, _row(here)
            yield track, _row(row)

    def _leave_boundary(self, edge: Edge, here: int, row: int) -> Iterator[tuple[Spot, Spot]]:
        node, rank = self._node(edge.source), self.grid.ranks[edge.source]
        place = node.boundaries.index(edge.port)
        x = _boundary(node, place)
        yield x, lambda places: places.corners[node.id][1] + node.height + EVENT_SIZE / 2
        if row > here and self.grid.is_clear(rank, range(here + 1, row + 1)):
            yield x, _row(row)
            return
        band = EVENT_SIZE / 2 + BAND * (len(node.boundaries) - place)
        track = self._track(edge, rank, here, row)
        yield x, lambda places: places.corners[node.id][1] + node.height + band
        yield track, lambda places: places.corners[node.id][1] + node.height + band
        yield track, _row(row)

    def _arrive(self, edge: Edge, row: int, there: int) -> Iterator[tuple[Spot, Spot]]:
        node, rank = self._node(edge.target), self.grid.ranks[edge.target]
        if row != there and self._may_turn(edge, edge.target, row, "in"):
            self.sides[edge.target, _sign(row - there)] = "in"
            yield _column(rank), _row(row)
            yield _column(rank), _edge_of(node, row > there)
            return
        if row != there:
            track = self._track(edge, rank - 1, row, there)
            yield track, _row(row)
            yield track, _row(there)
        yield _left(node), _row(there)

    def _may_turn(self, edge: Edge, key: str, row: int, way: str) -> bool:
        """Whether an edge may touch an element from above or below, coming from *row* or going to it."""
        node, rank, own = self._node(key), self.grid.ranks[key], self.grid.rows[key]
        back = edge.id in self.grid.backward
        if not (node.is_gateway or back) or (row > own and node.boundaries):
            return False
        if self.sides.get((key, _sign(row - own)), way) != way:
            return False
        between = range(own + 1, row + (not back)) if row > own else range(row + back, own)
        return self.grid.is_clear(rank, between)

    def _track(self, edge: Edge, gap: int, first: int, last: int) -> Spot:
        rows = (min(first, last), max(first, last))
        track = Track(gap, rows, frozenset({"from " + (edge.port or edge.source), "to " + edge.target}))
        self.tracks.append(track)
        return lambda places: places.gaps[gap] + TRACK * (track.index + 1)

    def _node(self, key: str) -> Node:
        return self.scope.nodes[key]


def _meets(one: Track, other: Track) -> bool:
    apart = one.rows[1] < other.rows[0] or other.rows[1] < one.rows[0]
    return one.index == other.index and not apart and not one.ends & other.ends


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _row(row: int) -> Spot:
    return lambda places: places.rows[row]


def _column(rank: int) -> Spot:
    return lambda places: places.columns[rank]


def _left(node: Node) -> Spot:
    return lambda places: places.corners[node.id][0]


def _right(node: Node) -> Spot:
    return lambda places: places.corners[node.id][0] + node.width


def _edge_of(node: Node, below: bool) -> Spot:
    return lambda places: places.corners[node.id][1] + (node.height if below else 0)


def _boundary(node: Node, place: int) -> Spot:
    return lambda places: places.corners[node.id][0] + boundary_centre(node, place)


def boundary_centre(node: Node, place: int) -> float:
    """How far from the left edge of its host a boundary event sits."""
    return node.width - 30 - sum(node.rooms[place:-1])
