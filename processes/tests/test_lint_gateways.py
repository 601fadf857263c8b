"""Gateways: defaults, conditions, and events that race."""

import pytest

from processes.tests.lint_kit import chain, faults, flow, message, service, task, timer


def branching(kind: str, *conditions: str, default: str = "x-end") -> str:
    """A gateway with one way for each condition, and the flow to the end."""
    ways = "".join(
        task(f"t{n}") + flow("x", f"t{n}", condition) + flow(f"t{n}", "end")
        for n, condition in enumerate(conditions)
    )
    return chain(f'<{kind}Gateway id="x" default="{default}"/>', beside=ways)


@pytest.mark.parametrize(
    ("kind", "conditions"),
    [
        ("exclusive", ("short",)),
        ("exclusive", ('kind == "a"', 'kind == "b"', "kind == 'c' || kind in ['d', 'e']")),
        ("exclusive", ('kind == "a" &amp;&amp; short', 'kind == "a" &amp;&amp; !short')),
        ("exclusive", ("pay &lt; 2000.0", "pay &lt; 3000.0")),
        ("exclusive", ("level == 1", 'kind == "1"')),
        ("inclusive", ("short", "level == 1", "level == 1 || short")),
        ("exclusive", ('until &lt; timestamp("2027-06-20T00:00:00Z")',)),
    ],
)
def test_legal_branches_are_left_alone(kind: str, conditions: tuple[str, ...]) -> None:
    assert faults(branching(kind, *conditions)) == []


def test_gateway_with_one_way_out_needs_nothing() -> None:
    assert (
        faults(chain('<exclusiveGateway id="x"/>', '<inclusiveGateway id="o"/>', '<parallelGateway id="p"/>'))
        == []
    )
    assert faults(chain('<exclusiveGateway id="x" default="x-end"/>')) == []


@pytest.mark.parametrize("kind", ["exclusive", "inclusive"])
@pytest.mark.parametrize(
    ("conditions", "default", "expected"),
    [
        (("short",), "", ("no-default", "x")),
        (("short",), "start-file", ("no-default", "x")),
        ((), "start-file", ("no-default", "x")),
        (("short",), "x-t0", ("condition-on-default", "x-t0")),
        (("",), "x-end", ("no-condition", "x-t0")),
        (("shrt",), "x-end", ("bad-condition", "x-t0")),
        (("short ==",), "x-end", ("bad-condition", "x-t0")),
        (("level",), "x-end", ("bad-condition", "x-t0")),
        (("level == 'a'",), "x-end", ("bad-condition", "x-t0")),
        (("short || kind == 76",), "x-end", ("bad-condition", "x-t0")),
        (('until == "2027-06-20"',), "x-end", ("bad-condition", "x-t0")),
        (("short", "level == 1", "level  == 1"), "x-end", ("same-condition", "x-t2")),
    ],
)
def test_illegal_branch_is_named(
    kind: str, conditions: tuple[str, ...], default: str, expected: tuple[str, str]
) -> None:
    assert expected in faults(branching(kind, *conditions, default=default))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('kind == "a"', "kind=='a'"),
        ('kind == "a"', '"a" == kind'),
        ('kind == "a"', 'kind in ["b", "a"]'),
        ("level in [1, 2]", "level in [2, 3]"),
        ('kind == "a" || level == 2', "level == 2"),
        ("short == true", "short == true || level == 1"),
        ("short || level == 1", "short"),
    ],
)
def test_overlap_is_named_where_one_way_is_taken(first: str, second: str) -> None:
    assert faults(branching("exclusive", first, second)) == [("overlap", "x-t1")]
    assert faults(branching("inclusive", first, second)) == []


def racing(*targets: str, beside: str = "") -> str:
    """An event-based gateway that leads to the targets, each of which leads to the end."""
    ways = "".join(f"{each}{flow('g', f'c{n}')}{flow(f'c{n}', 'end')}" for n, each in enumerate(targets))
    text = chain('<eventBasedGateway id="g"/>', beside=ways + beside)
    return text.replace(flow("g", "end"), "")


def catch(key: str, event: str) -> str:
    return f'<intermediateCatchEvent id="{key}">{event}</intermediateCatchEvent>'


def test_race_of_events_is_left_alone() -> None:
    assert faults(racing(catch("c0", timer()), catch("c1", message()), catch("c2", message("m2")))) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (racing(catch("c0", timer())), ("event-gateway-alone", "g")),
        (racing(), ("one-way-out", "g")),
        (racing(catch("c0", timer()), task("c1")), ("event-gateway-target", "c1")),
        (racing(catch("c0", timer()), service("c1")), ("event-gateway-target", "c1")),
        (
            racing(catch("c0", timer()), catch("c1", message()), beside=flow("c0", "c1")),
            ("event-gateway-target", "c1"),
        ),
        (racing(catch("c0", message()), catch("c1", message())), ("same-message", "c1")),
        (
            racing(catch("c0", timer()), catch("c1", message())).replace(
                flow("g", "c0"), flow("g", "c0", "short")
            ),
            ("condition-outside-gateway", "g-c0"),
        ),
        (
            racing(catch("c0", timer()), catch("c1", message())).replace('id="g"', 'id="g" default="g-c0"'),
            ("default-outside-gateway", "g"),
        ),
    ],
)
def test_illegal_race_is_named(text: str, expected: tuple[str, str]) -> None:
    assert expected in faults(text)
