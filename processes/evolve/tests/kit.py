"""A definition, two people who design it, and texts that differ in one thing."""

from accounts.roles import Role
from processes.engine.actor import Actor
from processes.evolve import drafts, publication, queries
from processes.evolve.models import Draft, Proposal
from processes.evolve.publication import Terms
from processes.models import Definition
from processes.tests.kit import KEY, REVIEW, ScratchFlow

#: The review with the college's step under another name, and without a handler that is registered.
RENAMED = REVIEW.replace("学院审核", "学院复核")
OTHERWISE = REVIEW.replace("班级审核", "班级初核")
BROKEN = REVIEW.replace('qc:handler="take_effect"', 'qc:handler="nobody_knows"')


class Story:
    """The definition's life told step by step by Zhou, who designs, and Wu, who approves."""

    def __init__(self, flow: ScratchFlow) -> None:
        self.flow = flow
        self.definition = Definition.objects.get(key=KEY)
        roles = {"周老师": Role.PROCESS_DESIGNER, "吴老师": Role.CAREER_CENTER_DIRECTOR}
        people = [flow.person(f"d{role[0]}", name, role, flow.university) for name, role in roles.items()]
        self.zhou, self.wu = map(Actor, people)

    def version(self, number: int):
        return self.definition.versions.get(number=number)

    @property
    def draft(self) -> Draft:
        draft = queries.draft_of(self.definition)
        assert draft is not None
        return draft

    def begin(self, text: str = RENAMED) -> Draft:
        newest = queries.newest_version(self.definition)
        assert newest is not None
        draft = drafts.begin(newest, self.zhou)
        return drafts.save(draft.pk, text, draft.revision, self.zhou)

    def propose(self, **terms) -> Proposal:
        draft = self.draft
        terms = {"note": "学院改为复核"} | terms
        return publication.propose(draft.pk, draft.revision, Terms(**terms), self.zhou)

    def published(self, text: str = RENAMED) -> Proposal:
        self.begin(text)
        return publication.approve(self.propose().pk, self.wu)

    def kinds(self) -> list[str]:
        return list(self.definition.events.order_by("seq").values_list("kind", flat=True))
