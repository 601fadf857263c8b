"""A definition of 200 nodes read, linted and compiled, beside SpiffWorkflow's parser on the same text."""

import io

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser

from processes.bpmn.lint import lint_text
from processes.bpmn.reader import read
from processes.engine.compiler import compile_flow
from processes.models import DefinitionVersion
from processes.tests.generate import KEY, Block, block, text_of
from processes.tests.kit import ScratchFlow
from tests.bench.table import Row, median_ms

NODES, RUNS = 200, 9


def measure(_flow: ScratchFlow) -> list[Row]:
    """What publishing a long chain costs before the first case starts on it."""
    text = _text()
    version = DefinitionVersion.objects.first()
    assert version is not None
    assert not lint_text(text)

    def ours() -> None:
        lint_text(text)
        compile_flow("bench_v1", text, KEY, version.pk)

    def theirs() -> None:
        parser = BpmnParser()
        parser.add_bpmn_io(io.BytesIO(text.encode()))
        parser.get_spec(KEY)

    work = f"{NODES} nodes read, linted, compiled"
    peer = "SpiffWorkflow, parsed alone"
    return [Row(work, median_ms(ours, RUNS), peer, median_ms(theirs, RUNS), "well under 1,000 ms")]


def _text() -> str:
    """Reviews in a row with branches between them, as many as it takes."""
    blocks: list[Block] = []
    while True:
        blocks += [
            block("task", choice=len(blocks)),
            block("parallel", block("task"), block("exclusive", block("service"), block("task"))),
        ]
        text = text_of(block("sequence", *blocks))
        if len(read(text).elements) >= NODES:
            return text
