"""From ranks and rows to pixels: one scope at a time, inner ones before those that hold them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from lxml import etree

from processes.bpmn.layout.grid import Grid, arrange
from processes.bpmn.layout.route import (
    BAND,
    GAP,
    ROW_GAP,
    TRACK,
    WIRE_ROW,
    Places,
    Point,
    Routes,
    boundary_centre,
)
from processes.bpmn.layout.scope import (
    EVENT_SIZE,
    LINE,
    NAME_WIDTH,
    SCOPE_HEAD,
    SCOPE_HEIGHT,
    SCOPE_PAD,
    SCOPE_WIDTH,
    SCOPES,
    Node,
    Scope,
    flow_nodes,
    lines,
    name_width,
    read_scope,
)
from processes.bpmn.parts import local

Box = tuple[float, float, float, float]


@dataclass
class Drawing:
    """Boxes (x, y, width, height) of shapes and names, corners of edges."""

    shapes: dict[str, Box] = field(default_factory=dict)
    edges: dict[str, list[Point]] = field(default_factory=dict)
    names: dict[str, Box] = field(default_factory=dict)
    #: Sub-processes, which are drawn open.
    scopes: set[str] = field(default_factory=set)
    width: float = 0
    height: float = 0

    def add(self, other: "Drawing", x: float, y: float) -> None:
        """Put what another drawing holds into this one, moved."""
        for key, (left, top, width, height) in other.shapes.items():
            self.shapes[key] = (left + x, top + y, width, height)
        for key, (left, top, width, height) in other.names.items():
            self.names[key] = (left + x, top + y, width, height)
        for key, points in other.edges.items():
            self.edges[key] = [(left + x, top + y) for left, top in points]
        self.scopes |= other.scopes


def draw(element: etree._Element) -> Drawing:
    """The drawing of a process or sub-process with everything inside it."""
    scope = read_scope(element)
    inner = {}
    for node in flow_nodes(element):
        shape = scope.nodes.get(node.get("id", ""))
        if shape and local(node.tag) in SCOPES and shape.kind in SCOPES:
            inner[shape.id] = draw(node)
            shape.width = max(shape.width, SCOPE_WIDTH, inner[shape.id].width + 2 * SCOPE_PAD)
            shape.height = max(SCOPE_HEIGHT, inner[shape.id].height + SCOPE_HEAD + SCOPE_PAD)
    grid = arrange(scope)
    routes = Routes(scope, grid)
    routes.trace()
    places = _places(scope, grid, routes)
    drawing = _drawing(scope, routes, places)
    for key, part in inner.items():
        x, y = places.corners[key]
        drawing.add(part, x + SCOPE_PAD, y + SCOPE_HEAD)
        drawing.scopes.add(key)
    return drawing


def _places(scope: Scope, grid: Grid, routes: Routes) -> Places:
    places = Places({}, {}, {}, {})
    _columns(scope, grid, routes, places)
    _rows(scope, grid, places)
    for key, node in scope.nodes.items():
        x, y = places.columns[grid.ranks[key]], places.rows[grid.rows[key]]
        places.corners[key] = (x - node.width / 2, y - node.height / 2)
    return places


def _columns(scope: Scope, grid: Grid, routes: Routes, places: Places) -> None:
    last = max(grid.ranks.values(), default=0)
    widths = dict.fromkeys(range(last + 1), 0.0)
    for key, node in scope.nodes.items():
        widths[grid.ranks[key]] = max(widths[grid.ranks[key]], node.width)
    tracks: dict[int, int] = {}
    for track in routes.tracks:
        tracks[track.gap] = max(tracks.get(track.gap, 0), track.index + 1)
    x = 0.0
    for rank in range(-1, last + 1):
        if rank >= 0:
            places.columns[rank] = x + widths[rank] / 2
            x += widths[rank]
        places.gaps[rank] = x
        if 0 <= rank < last or tracks.get(rank):
            room = TRACK * (tracks.get(rank, 0) + 1)
            wide = max(0 if rank < 0 else GAP, room + routes.names.get(rank, 0), room + TRACK)
            places.gap_widths[rank] = wide
            x += wide
    places.width = x


def _rows(scope: Scope, grid: Grid, places: Places) -> None:
    above = dict.fromkeys(grid.taken, WIRE_ROW / 2)
    below = dict.fromkeys(grid.taken, WIRE_ROW / 2)
    for key, node in scope.nodes.items():
        row = grid.rows[key]
        above[row] = max(above[row], node.height / 2 + _head(node))
        below[row] = max(below[row], node.height / 2 + _foot(node))
    y = 0.0
    for row in sorted(grid.taken):
        places.rows[row] = y + above[row]
        y += above[row] + below[row] + ROW_GAP
    places.height = max(y - ROW_GAP, 0)


def _head(node: Node) -> float:
    """Room above a shape: the name of a gateway stands there."""
    return LINE * lines(node.name) + 4 if node.is_gateway and node.name else 0


def _foot(node: Node) -> float:
    """Room below a shape: the name of an event, or boundary events with the edges that leave them."""
    if node.boundaries:
        return EVENT_SIZE / 2 + BAND * (len(node.boundaries) + 1)
    return LINE * lines(node.name) + 4 if node.kind.endswith("Event") and node.name else 0


def _drawing(scope: Scope, routes: Routes, places: Places) -> Drawing:
    drawing = Drawing(width=places.width, height=places.height)
    for key, node in scope.nodes.items():
        drawing.shapes[key] = (*places.corners[key], node.width, node.height)
        drawing.shapes.update(_boundary_shapes(node, places))
    for key, spots in routes.points.items():
        drawing.edges[key] = _straightened([(x(places), y(places)) for x, y in spots])
    drawing.names = dict(_names(scope, routes, places))
    return drawing


def _boundary_shapes(node: Node, places: Places) -> Iterator[tuple[str, Box]]:
    x, y = places.corners[node.id]
    half = EVENT_SIZE / 2
    for place, key in enumerate(node.boundaries):
        yield key, (x + boundary_centre(node, place) - half, y + node.height - half, EVENT_SIZE, EVENT_SIZE)


def _names(scope: Scope, routes: Routes, places: Places) -> Iterator[tuple[str, Box]]:
    """Where names stand that are not written into their shape."""
    for key, node in scope.nodes.items():
        x, y = places.corners[key]
        height = LINE * lines(node.name)
        if node.name and node.is_gateway:
            aside = name_width(node.name) / 2 + 6 if (key, -1) in routes.sides else 0
            yield key, (x + (node.width - NAME_WIDTH) / 2 + aside, y - height - 4, NAME_WIDTH, height)
        elif node.name and node.kind.endswith("Event"):
            yield key, (x + (node.width - NAME_WIDTH) / 2, y + node.height + 4, NAME_WIDTH, height)
        for place, port in enumerate(node.boundaries):
            if scope.ports[port]:
                left = x + boundary_centre(node, place) + EVENT_SIZE / 2 + 2
                yield port, (left, y + node.height + 2, min(NAME_WIDTH, name_width(scope.ports[port])), LINE)
    named: Mapping[str, str] = {edge.id: edge.name for edge in scope.edges}
    for key, (rank, row) in routes.named.items():
        width = name_width(named[key])
        height = LINE * lines(named[key])
        right = places.gaps[rank] + places.gap_widths.get(rank, GAP) - 6
        yield key, (right - width, places.rows[row] - height - 3, width, height)


def _straightened(points: list[Point]) -> list[Point]:
    """Corners without those at which nothing turns."""
    distinct = points[:1] + [point for before, point in pairwise(points) if before != point]
    kept = distinct[:1]
    for at, point in enumerate(distinct[1:-1], 1):
        (x1, y1), (x2, y2) = kept[-1], distinct[at + 1]
        if not (x1 == point[0] == x2 or y1 == point[1] == y2):
            kept.append(point)
    return [*kept, distinct[-1]] if len(distinct) > 1 else distinct * 2
