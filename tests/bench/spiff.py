"""The scratch review as SpiffWorkflow would run it, its state saved to the same database after each task."""

import io
from functools import cache
from typing import Any

from django.db import transaction
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from tests.bench.models import SpiffInstance

#: Three levels with one gateway, like `processes.tests.kit.REVIEW`.
REVIEW = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="peer">
  <bpmn:process id="review" isExecutable="true">
    <bpmn:startEvent id="start"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="class_review"><bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>
    <bpmn:exclusiveGateway id="is_short" default="f3">
      <bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing><bpmn:outgoing>f4</bpmn:outgoing>
    </bpmn:exclusiveGateway>
    <bpmn:userTask id="college_review"><bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f5</bpmn:outgoing></bpmn:userTask>
    <bpmn:userTask id="university_review"><bpmn:incoming>f5</bpmn:incoming><bpmn:outgoing>f6</bpmn:outgoing></bpmn:userTask>
    <bpmn:endEvent id="end"><bpmn:incoming>f4</bpmn:incoming><bpmn:incoming>f6</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="class_review"/>
    <bpmn:sequenceFlow id="f2" sourceRef="class_review" targetRef="is_short"/>
    <bpmn:sequenceFlow id="f3" sourceRef="is_short" targetRef="college_review"/>
    <bpmn:sequenceFlow id="f4" sourceRef="is_short" targetRef="end">
      <bpmn:conditionExpression>short</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f5" sourceRef="college_review" targetRef="university_review"/>
    <bpmn:sequenceFlow id="f6" sourceRef="university_review" targetRef="end"/>
  </bpmn:process>
</bpmn:definitions>
"""


@cache
def _spec() -> Any:
    parser = BpmnParser()
    parser.add_bpmn_io(io.BytesIO(REVIEW))
    return parser.get_spec("review")


@cache
def _serializer() -> BpmnWorkflowSerializer:
    return BpmnWorkflowSerializer()


def start() -> int:
    """A workflow that waits at the first level; returns the key of its state."""
    workflow = BpmnWorkflow(_spec())
    workflow.do_engine_steps()
    return SpiffInstance.objects.create(state=_serializer().serialize_json(workflow)).pk


def decide(key: int, user: Any) -> None:
    """Load the state, finish the open task, go on to the next one, save the state; one transaction."""
    with transaction.atomic():
        row = SpiffInstance.objects.get(pk=key)
        workflow = _serializer().deserialize_json(row.state)
        _finish(workflow, user)
        row.state = _serializer().serialize_json(workflow)
        row.save(update_fields=["state"])


def _finish(workflow: BpmnWorkflow, user: Any) -> None:
    task = workflow.get_next_task(state=TaskState.READY, manual=True)
    task.data.update(short=False, decided_by=str(user.pk))
    task.run()
    workflow.do_engine_steps()
