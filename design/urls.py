"""Addresses below /design/: the processes of the school."""

from django.urls import path

from design.chain import views as chain
from design.diagram.conditions import condition
from design.diagram.views import diagram
from design.views import definitions, diagrams, drafts, moves, plays, proposals, trials

app_name = "design"
urlpatterns = [
    path("", definitions.definitions, name="list"),
    path("<slug:key>/", definitions.definition, name="definition"),
    path("<slug:key>/diff/", diagrams.difference, name="difference"),
    path("<slug:key>/versions/<int:number>/heat/", diagrams.heat, name="heat"),
    path("<slug:key>/retire/", proposals.retire, name="retire"),
    path("<slug:key>/begin/", drafts.begin, name="begin"),
    path("<slug:key>/versions/<int:number>/file/", definitions.version_file, name="version_file"),
    path("<slug:key>/versions/<int:number>/restore/", proposals.restore, name="restore"),
    path("<slug:key>/versions/<int:number>/move/", moves.move, name="move"),
    path("<slug:key>/moves/<uuid:pk>/", moves.moved, name="moved"),
    path("<slug:key>/proposals/<uuid:pk>/<slug:name>/", proposals.decide, name="decide"),
    path("<slug:key>/draft/", drafts.draft, name="draft"),
    path("<slug:key>/draft/chain/", chain.chain, name="chain"),
    path("<slug:key>/draft/chain/row/", chain.row, name="chain_row"),
    path("<slug:key>/draft/diagram/", diagram, name="diagram"),
    path("<slug:key>/draft/diagram/condition/", condition, name="diagram_condition"),
    path("<slug:key>/draft/replay/", trials.replay, name="replay"),
    path("<slug:key>/play/", plays.play, name="play"),
    path("<slug:key>/draft/live/", trials.live, name="live"),
    path("<slug:key>/draft/moves/", trials.moves, name="draft_moves"),
    path("<slug:key>/trials/<uuid:pk>/", trials.trial, name="trial"),
    path("<slug:key>/trials/<uuid:pk>/cases/", trials.cases, name="trial_cases"),
    path("<slug:key>/trials/<uuid:pk>/file/", trials.trial_file, name="trial_file"),
    path("<slug:key>/draft/file/", drafts.draft_file, name="draft_file"),
    path("<slug:key>/draft/upload/", drafts.upload, name="upload"),
    path("<slug:key>/draft/propose/", proposals.propose, name="propose"),
    path("<slug:key>/draft/rebase/", drafts.rebase, name="rebase"),
    path("<slug:key>/draft/discard/", drafts.discard, name="discard"),
    path("<slug:key>/draft/saves/<uuid:pk>/", drafts.take_back, name="take_back"),
]
