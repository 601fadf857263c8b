"""Playing through where the tokens of a net can be."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from processes.bpmn.soundness.net import (
    AND,
    DEAD_ELEMENT,
    DEAD_JOIN,
    END,
    ENTANGLED,
    NEVER_ENDS,
    OR,
    RUNS_TWICE,
    TERMINATION,
    XOR,
    Fault,
    Net,
)

#: Ways out of an inclusive split of which every combination is tried; of more, one, two and all of them.
_ALL_COMBINATIONS = 6
#: Faults named for one scope.
_ENOUGH = 20
#: Edges looked at to tell what an inclusive join waits for.
_MAX_UPSTREAM = 2_000_000


@dataclass
class Budget:
    """How many markings may still be looked at, and how many moves made between them."""

    markings: int
    moves: int = 400_000


@dataclass
class _Place:
    """A node with its edges as bits."""

    key: int
    join: str
    into: list[int]
    all_in: int
    #: What it sends on: bits of the edges that get a token.
    sends: list[int]
    #: Of an inclusive join, for each way in: edges from which a token can come over it.
    upstream: dict[int, int] = field(default_factory=dict)
    fired: bool = False


@dataclass
class _Game:
    net: Net
    places: dict[int, _Place]
    target_of: dict[int, int]
    faults: dict[Fault, None] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    waiting: deque[int] = field(default_factory=deque)
    #: Marking -> those from which it comes; 0 is the end.
    before: dict[int, list[int]] = field(default_factory=lambda: {0: []})


def explore(net: Net, budget: Budget, *, look_for_dead: bool) -> Iterator[Fault]:
    """Play *net* through. With *look_for_dead*, name what no token comes to, if nothing else is wrong."""
    game = _game(net)
    if game is None:
        yield Fault(ENTANGLED, _busiest(net))
        return
    while game.waiting:
        if budget.markings <= 0 or budget.moves <= 0:
            yield from game.faults or [Fault(ENTANGLED, _busiest(net))]
            return
        budget.markings -= 1
        budget.moves -= _step(game, game.waiting.popleft())
        if len(game.faults) >= _ENOUGH:
            break
    yield from game.faults
    if look_for_dead and not game.faults:
        yield from dict.fromkeys(_endless(game))
        for place in game.places.values():
            if not place.fired:
                yield Fault(DEAD_ELEMENT, net.nodes[place.key].joiner)


def resting(net: Net, budget: Budget) -> set[frozenset[tuple[int, int]]] | None:
    """Every marking in which no join lets go, as (source, target) of edges; -1 is before the start.

    None when there are more of them than the budget allows.
    """
    game = _game(net)
    if game is None:
        return None
    while game.waiting:
        if budget.markings <= 0 or budget.moves <= 0:
            return None
        budget.markings -= 1
        budget.moves -= _step(game, game.waiting.popleft())
    ends = _ends_of_edges(net)
    return {
        frozenset(ends[bit] for bit in ends if marking & bit)
        for marking in game.seen
        if _rests(game, marking)
    }


def _rests(game: _Game, marking: int) -> bool:
    """Whether no joining gateway would let its tokens on by itself."""
    places = [game.places[key] for key in _reached(game, marking) if key != TERMINATION]
    joins = [place for place in places if place.join != XOR]
    if joins and len(joins) == len(places) and all(place.join == OR for place in joins):
        return False
    return not any(_goes_on(place, marking, marking & place.all_in) for place in joins)


def _ends_of_edges(net: Net) -> dict[int, tuple[int, int]]:
    """Bit -> source and target, in the order in which `_edges` counts them."""
    ends = [(-1, net.start)]
    ends += [(key, target) for key in net.nodes for target in net.out[key] if target != END]
    return {1 << place: edge for place, edge in enumerate(ends)}


def _endless(game: _Game) -> Iterator[Fault]:
    """Name where the tokens are when they can no longer all end."""
    ending, waiting = {0}, [0]
    while waiting:
        for marking in game.before.get(waiting.pop(), ()):
            if marking not in ending:
                ending.add(marking)
                waiting.append(marking)
    for marking in game.seen - ending:
        for key in _reached(game, marking):
            yield Fault(NEVER_ENDS, game.net.nodes[key].joiner)


def _game(net: Net) -> _Game | None:
    """The net with a token before its start; None when it is too large to tell what joins wait for."""
    bits, into, target_of = _edges(net)
    places: dict[int, _Place] = {}
    for key, node in net.nodes.items():
        split = node.split if net.ways_out(key) > 1 else XOR
        join = node.join if len(into[key]) > 1 else XOR
        places[key] = _Place(key, join, into[key], sum(into[key]), _sends(split, bits[key]))
    joins = [place for place in places.values() if place.join == OR]
    if sum(len(place.into) for place in joins) * len(target_of) > _MAX_UPSTREAM:
        return None
    for place in joins:
        sources = (source for source, targets in net.out.items() if place.key in targets)
        place.upstream = {
            bit: _upstream(net, place.key, source, into)
            for bit, source in zip(place.into, sources, strict=False)
        }
    game = _Game(net, places, target_of)
    begin = into[net.start][0]
    game.seen.add(begin)
    game.waiting.append(begin)
    return game


def _edges(net: Net) -> tuple[dict[int, list[int]], dict[int, list[int]], dict[int, int]]:
    """Node -> bits of its ways out (0: the token ends); node -> bits of its ways in; bit -> target."""
    out: dict[int, list[int]] = {key: [] for key in net.nodes}
    into: dict[int, list[int]] = {key: [] for key in net.nodes}
    target_of: dict[int, int] = {}

    def new(target: int) -> int:
        bit = 1 << len(target_of)
        target_of[bit] = target
        if target >= 0:
            into[target].append(bit)
        return bit

    new(net.start)
    for key in net.nodes:
        for target in net.out[key]:
            out[key].append(0 if target == END else new(target))
    return out, into, target_of


def _sends(split: str, ways: list[int]) -> list[int]:
    if split == XOR:
        return ways
    if split == AND:
        return [sum(ways)]
    sizes = range(1, len(ways) + 1) if len(ways) <= _ALL_COMBINATIONS else (1, 2, len(ways))
    return [sum(chosen) for size in sizes for chosen in combinations(ways, size)]


def _upstream(net: Net, join: int, source: int, into: dict[int, list[int]]) -> int:
    """Bits of the edges from which a token can come to *join* from *source*, without passing it before."""
    mask, seen, waiting = 0, {join}, [source]
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            mask |= sum(into[key])
            waiting.extend(net.into[key])
    return mask


def _step(game: _Game, marking: int) -> int:
    """Try everything that can happen next; gives how much that was."""
    reached = _reached(game, marking)
    moved, moves = TERMINATION in reached, 1
    if moved:
        game.before[0].append(marking)
    held: list[_Place] = []
    for place in (game.places[key] for key in reached if key != TERMINATION):
        moves += 1 + len(place.upstream)
        here = marking & place.all_in
        if place.join == XOR and here & (here - 1):
            game.faults[Fault(RUNS_TWICE, game.net.nodes[place.key].joiner)] = None
            return moves
        if _goes_on(place, marking, here):
            moved = True
            moves += len(place.sends)
            _fire(game, marking, place, here)
        else:
            held.append(place)
    if not moved:
        _held(game, marking, held)
    return moves


def _goes_on(place: _Place, marking: int, here: int) -> bool:
    if place.join == AND:
        return here == place.all_in
    return place.join == XOR or not marking & _waited_for(place, here)


def _waited_for(place: _Place, here: int) -> int:
    """Edges whose tokens an inclusive join waits for, those of `Model.upstream`."""
    missing = there = 0
    for bit, edges in place.upstream.items():
        if here & bit:
            there |= edges
        else:
            missing |= edges
    return missing & ~there


def _held(game: _Game, marking: int, held: list[_Place]) -> None:
    """Nothing can happen: inclusive joins that wait for each other go on, others wait for ever."""
    if all(place.join == OR for place in held):
        for place in held:
            _fire(game, marking, place, marking & place.all_in)
        return
    for place in held:
        if place.join == AND:
            game.faults[Fault(DEAD_JOIN, game.net.nodes[place.key].joiner)] = None


def _reached(game: _Game, marking: int) -> dict[int, None]:
    """The nodes before which tokens stand."""
    keys: dict[int, None] = {}
    while marking:
        bit = marking & -marking
        keys[game.target_of[bit]] = None
        marking ^= bit
    return keys


def _fire(game: _Game, marking: int, place: _Place, used: int) -> None:
    place.fired = True
    rest = marking & ~used
    for sent in place.sends:
        if rest & sent:
            game.faults[Fault(RUNS_TWICE, _doubled(game, place, rest & sent))] = None
            continue
        after = rest | sent
        game.before.setdefault(after, []).append(marking)
        if after and after not in game.seen:
            game.seen.add(after)
            game.waiting.append(after)


def _doubled(game: _Game, place: _Place, edges: int) -> str:
    """The element to name when an edge gets a second token: where tokens come together before it."""
    target = game.target_of[edges & -edges]
    key = place.key if target < 0 or (len(place.into) > 1 and place.join != AND) else target
    return game.net.nodes[key].joiner


def _busiest(net: Net) -> str:
    """The gateway at which most ways come together or part."""

    def ways(key: int) -> tuple[int, int]:
        node = net.nodes[key]
        return (
            net.ways_in(key) if node.join != XOR else 0,
            net.ways_out(key) if node.split != XOR else 0,
        )

    return net.nodes[max(net.nodes, key=ways)].joiner
