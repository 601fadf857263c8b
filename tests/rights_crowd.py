"""More groups, members, sensitive operations and lines of the record, put into the tables in bulk."""

from accounts.models import User
from accounts.queries import unit_at
from accounts.rights.models import Operation, OperationState, RightsChange, UnitRight, UserGroup
from tests.world import World

RULING = ("secadmin", "auditor", "member")


def grow_rights(world: World, numbers: range) -> None:
    """Members of the world's group, groups with rights, operations that wait and that were settled."""
    people = [User(username=f"m{number}", name=f"组员{number}", password="!") for number in numbers]
    User.objects.bulk_create(people)
    college, permission = unit_at(world.student.unit, "college"), world.group.permissions.get()
    UnitRight.objects.bulk_create(
        UnitRight(user=person, group=world.group, content_object=college, permission=permission)
        for person in people
    )
    groups = [UserGroup(name=f"组{number}") for number in numbers]
    UserGroup.objects.bulk_create(groups)
    through = UserGroup.permissions.through
    through.objects.bulk_create(through(usergroup=group, permission=permission) for group in groups)
    terms, asker = {"role": "auditor", "risk_note": ""}, world.people["secadmin"]
    about = {"kind": "seat_officer", "terms": terms, "reason": "轮岗", "asked_by": asker}
    Operation.objects.bulk_create(
        Operation(**about, key=f"seat_officer:{person.pk.hex}", subject=person) for person in people
    )
    settled = {
        "state": OperationState.DECLINED,
        "decided_by": world.people["second_secadmin"],
        "answer": "否",
    }
    Operation.objects.bulk_create(Operation(**about, **settled, subject=person) for person in people)
    RightsChange.objects.bulk_create(
        RightsChange(by=asker, action="seated", subject=world.people["counselor"], detail={"role": "auditor"})
        for _number in numbers
    )
