"""What graduates do, through the actions their pages call."""

import datetime

from destinations.flows.filing import actions
from destinations.season.answers import bound_answers, draw_answers
from destinations.season.players import Player
from destinations.season.proofs import proof_file, proof_kinds
from destinations.season.stage import Stage
from forms.queries import attachments_of
from students.actions import confirm_record

_MORE = {"start_salary", "freelance_income"}


def confirm(stage: Stage, player: Player, now: datetime.datetime) -> None:
    """The graduate finds the own record right."""
    confirmed = confirm_record(player.student, player.by.user, now=now)
    player.student.verify_state = confirmed.verify_state
    stage.counts["records confirmed"] += 1


def begin(stage: Stage, player: Player, now: datetime.datetime) -> None:
    """Open a filing, answer, add the proof; hand it in unless the plan leaves it a draft."""
    player.destination = actions.start_filing(player.student, player.by, now=now)
    stage.by_case[player.destination.case_id] = player
    stage.counts["filings begun"] += 1
    _write(stage, player, now)
    _add_proof(player)
    if player.plan.course.submits:
        hand_in(stage, player, now + datetime.timedelta(minutes=12))


def hand_in(stage: Stage, player: Player, now: datetime.datetime) -> None:
    """Submit; some take it back within the hour."""
    player.destination = actions.submit_filing(player.filing, player.by, declared=True, now=now)
    stage.counts["submissions"] += 1
    if player.plan.course.withdraws and not player.withdrawn:
        _withdraw(stage, player, now + datetime.timedelta(minutes=40))


def _withdraw(stage: Stage, player: Player, now: datetime.datetime) -> None:
    actions.withdraw_filing(player.filing, player.by, now=now)
    player.withdrawn = True
    stage.counts["withdrawals"] += 1
    following = {"refile": hand_in, "discard": discard}.get(player.plan.course.withdraws)
    if following is not None:
        stage.later(player.rng.randint(1, 4), player, following)


def discard(stage: Stage, player: Player, now: datetime.datetime) -> None:
    """Throw the draft away."""
    actions.discard_filing(player.filing, player.by, now=now)
    stage.counts["discarded"] += 1


def mend(stage: Stage, player: Player, now: datetime.datetime) -> None:
    """Correct what a reviewer marked, then hand it in again."""
    player.filing.refresh_from_db()
    marked = player.reason.fields if player.reason else ()
    if actions.PROOF in marked:
        for attachment in attachments_of(player.filing.case_id).present():
            actions.remove_proof(player.filing, attachment, player.by)
        _add_proof(player)
    changes = {key: _mended(key, str(player.answers[key])) for key in marked if key in player.answers}
    if changes:
        player.answers |= changes
        actions.save_answers(player.filing, changes, player.by)
    hand_in(stage, player, now)


def _mended(key: str, value: str) -> str:
    if key in _MORE:
        return f"{float(value) + 300:.2f}"
    return f"{value}（总部）" if key == "employer_address" else value


def refile(stage: Stage, player: Player, now: datetime.datetime) -> None:
    """File anew: after a rejection, or when a job was found at last."""
    player.refiled = True
    player.category = player.category_at_last
    begin(stage, player, now)


def _write(stage: Stage, player: Player, now: datetime.datetime) -> None:
    applicant = player.applicant(now.date(), stage.employers)
    draw = bound_answers if player.names_contract else draw_answers
    player.answers = draw(player.rng, applicant, player.category)
    actions.save_answers(player.filing, player.answers, player.by)


def _add_proof(player: Player) -> None:
    for kind in proof_kinds(player.category) + player.release_papers:
        player.uploads += 1
        number = f"{player.student.student_no}-{player.uploads}"
        actions.attach_proof(player.filing, kind, proof_file(kind, number), player.by)
