"""Making a net smaller without changing what can go wrong in it."""

from collections import deque
from collections.abc import Callable, Iterable

from processes.bpmn.soundness.net import (
    AND,
    DEAD_JOIN,
    END,
    NEVER_ENDS,
    OR,
    RUNS_TWICE,
    XOR,
    Fault,
    Net,
)

#: Edges that may be moved for each edge of the net, so that no net takes long.
_MOVES = 40


def reduced(net: Net) -> list[Fault]:
    """Make *net* smaller as far as it goes; gives the faults that show on the way.

    A fault is taken out of the net, as if it had been mended, so that those behind it show too.
    """
    return _Reduction(net).run()


class _Queue:
    """Nodes to visit, first come first served, so that a node with many neighbours waits for all of them."""

    def __init__(self, keys: Iterable[int], rules: tuple[Callable[[int], bool], ...]) -> None:
        self.waiting: deque[int] = deque()
        self.queued: set[int] = set()
        self.rules = rules
        self.put(keys)

    def put(self, keys: Iterable[int]) -> None:
        """Have nodes visited, each once."""
        for key in keys:
            if key not in self.queued:
                self.queued.add(key)
                self.waiting.append(key)

    def work(self, net: Net) -> bool:
        """Apply to each node the first rule that fits; gives whether any did."""
        changed = False
        while self.waiting:
            key = self.waiting.popleft()
            self.queued.discard(key)
            if key in net.nodes and any(rule(key) for rule in self.rules):
                changed = True
        return changed


class _Reduction:
    def __init__(self, net: Net) -> None:
        self.net = net
        self.faults: list[Fault] = []
        keys = list(reversed(list(net.nodes)))
        self.blocks = _Queue(keys, (self._tidy, self._loop, self._vanish, self._step, self._fuse))
        #: Only when no block is left: it takes a join away that a fault would be named by.
        self.neighbours = _Queue(keys, (self._absorb_split, self._pass_join))
        self.moves_left = _MOVES * (sum(map(len, net.out.values())) + 1)

    def run(self) -> list[Fault]:
        """Apply the rules until none fits any more."""
        while self.blocks.work(self.net) or self._doubled() or self.neighbours.work(self.net):
            pass
        return list(dict.fromkeys(self.faults))

    def _touch(self, *keys: int) -> None:
        for queue in (self.blocks, self.neighbours):
            queue.put(key for key in keys if key in self.net.nodes)

    def _touch_around(self, key: int) -> None:
        self._touch(key, *self.net.out.get(key, ()), *self.net.into.get(key, ()))

    def _set(self, source: int, target: int, count: int) -> None:
        self.net.disconnect(source, target)
        if count:
            self.net.connect(source, target, count)
        self._touch(source, target)

    def _tidy(self, key: int) -> bool:
        """One edge is enough where several would mean the same."""
        net, node = self.net, self.net.nodes[key]
        out, changed = net.out[key], False
        for target, count in list(out.items()):
            if count > 1 and self._is_one(key, target):
                self._set(key, target, 1)
                changed = True
        if len(out) > 1 and END in out and node.split == AND:
            self._set(key, END, 0)
            changed = True
        if node.split == OR and END in out and net.ways_out(key) == 2:
            node.split = XOR
            changed = True
        if changed:
            self._touch_around(key)
        return changed

    def _is_one(self, key: int, target: int) -> bool:
        """Whether several edges to *target* are as good as one; names a join that never completes."""
        split = self.net.nodes[key].split
        if target < 0:
            return True
        join = self.net.nodes[target].join
        if join == XOR:
            return split == XOR
        if join == AND and split != AND and key != target:
            self._fault(DEAD_JOIN, target, self.net.nodes[key].splitter)
        return True

    def _fault(self, kind: str, key: int, other: str = "") -> None:
        self.faults.append(Fault(kind, self.net.nodes[key].joiner, other))

    def _loop(self, key: int) -> bool:
        """A way back to where it came from is no matter, if it is the only one taken."""
        net, node = self.net, self.net.nodes[key]
        if key not in net.out[key]:
            return False
        if node.join == AND:
            self._fault(DEAD_JOIN, key)
        elif node.split != XOR and net.ways_out(key) > 1:
            self._fault(RUNS_TWICE, key, node.splitter)
        self._touch_around(key)
        net.disconnect(key, key)
        if not net.out[key]:
            self._fault(NEVER_ENDS, key, node.splitter)
            net.connect(key, END)
        return True

    def _vanish(self, key: int) -> bool:
        """Where a token only ends, it may as well end before."""
        net, node = self.net, self.net.nodes[key]
        targets = net.out[key]
        several = net.ways_in(key) > 1
        if key == net.start or len(targets) != 1 or next(iter(targets)) >= 0:
            return False
        if several and (node.join == AND or (node.works and node.join == XOR)):
            return False
        end = next(iter(targets))
        for source in list(net.into[key]):
            net.connect(source, end, net.disconnect(source, key))
            net.nodes[source].works |= node.works and not several
            self._touch(source)
        net.remove(key)
        return True

    def _step(self, key: int) -> bool:
        """A step with one way in and one way out lets every token pass."""
        net = self.net
        target = next(iter(net.out[key]), END)
        if target < 0 or target == key or net.ways_out(key) != 1 or net.ways_in(key) != 1:
            return False
        source = next(iter(net.into[key]))
        net.nodes[source].works |= net.nodes[key].works
        net.disconnect(source, key)
        net.disconnect(key, target)
        net.connect(source, target)
        net.remove(key)
        self._touch(source, target)
        return True

    def _fuse(self, key: int) -> bool:
        """Two nodes in a row are one."""
        net = self.net
        target = next(iter(net.out[key]), END)
        if target < 0 or net.ways_out(key) != 1 or net.ways_in(target) != 1 or target == key:
            return False
        node, after = net.nodes[key], net.nodes[target]
        node.split, node.splitter, node.works = after.split, after.splitter, node.works or after.works
        net.disconnect(key, target)
        self._move_out(target, key)
        net.remove(target)
        self._touch_around(key)
        return True

    def _move_out(self, source: int, key: int) -> None:
        for target in list(self.net.out[source]):
            self.net.connect(key, target, self.net.disconnect(source, target))
            self.moves_left -= 1

    def _absorb_split(self, key: int) -> bool:
        """A split behind a split of the same kind is one split."""
        net, node = self.net, self.net.nodes[key]
        if net.ways_out(key) < 2 or self.moves_left < 0:
            return False
        behind = [target for target in net.out[key] if target >= 0 and self._is_same_split(key, target)]
        for target in behind:
            node.works = node.works or net.nodes[target].works
            net.disconnect(key, target)
            self._move_out(target, key)
            net.remove(target)
        if behind:
            self._touch_around(key)
        return bool(behind)

    def _is_same_split(self, key: int, target: int) -> bool:
        net = self.net
        if target == key or net.ways_in(target) != 1 or net.ways_out(target) < 2:
            return False
        return net.nodes[target].split == net.nodes[key].split

    def _pass_join(self, key: int) -> bool:
        """A join behind a join of the same kind is one join."""
        net, node = self.net, self.net.nodes[key]
        target = next(iter(net.out[key]), END)
        if target < 0 or target == key or key == net.start or self.moves_left < 0:
            return False
        after = net.nodes[target]
        if net.ways_out(key) != 1 or net.ways_in(key) < 2 or after.join != node.join or node.join == OR:
            return False
        if node.works and not after.works:
            return False
        net.disconnect(key, target)
        for source in list(net.into[key]):
            net.connect(source, target, net.disconnect(source, key))
            self.moves_left -= 1
            self._touch(source)
        net.remove(key)
        self._touch_around(target)
        return True

    def _doubled(self) -> bool:
        """Name joins of a kind that lets every token pass, where a split sends it several at once."""
        found = False
        for key in list(self.net.nodes):
            for target, count in list(self.net.out[key].items()):
                if count > 1:  # all others are tidied up
                    self._fault(RUNS_TWICE, target, self.net.nodes[key].splitter)
                    self._set(key, target, 1)
                    found = True
        return found
