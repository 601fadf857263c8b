"""Addresses below /desk/: inbox, task, batch, done, files; and what applicants of any flow do."""

from django.urls import path

from approvals import views
from approvals.views import batch, copies, diagrams, own, saved, task, verbs

app_name = "approvals"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("filters/", views.filters, name="filters"),
    path("counts/", views.counts, name="counts"),
    path("done/", views.done, name="done"),
    path("done/given/", views.given, name="given"),
    path("tasks/<uuid:task_id>/", task.show, name="task"),
    path("tasks/<uuid:task_id>/decide/", task.decide, name="decide"),
    path("tasks/<uuid:task_id>/next/", task.following, name="next"),
    path("tasks/<uuid:task_id>/previous/", task.preceding, name="previous"),
    path("tasks/<uuid:task_id>/diagram/", diagrams.of_task, name="task_diagram"),
    path("tasks/<uuid:task_id>/do/<slug:name>/", verbs.verb, name="verb"),
    path("take-back/", verbs.take_last_back, name="take_last_back"),
    path("files/<uuid:attachment_id>/", task.file, name="file"),
    path("batch/", batch.preview, name="batch"),
    path("batch/run/", batch.run, name="batch_run"),
    path("batches/", batch.runs, name="batches"),
    path("batches/<uuid:run_id>/", batch.result, name="batch_result"),
    path("batches/<uuid:run_id>/change/", batch.change, name="batch_change"),
    path("copies/", copies.copies, name="copies"),
    path("copies/<uuid:copy_id>/", copies.show, name="copy"),
    path("copies/<uuid:copy_id>/diagram/", diagrams.of_copy, name="copy_diagram"),
    path("copies/<uuid:copy_id>/comment/", copies.comment, name="copy_comment"),
    path("cases/<uuid:case_id>/urge/", own.urge, name="urge"),
    path("views/", saved.save, name="save_view"),
    path("views/<uuid:view_id>/", saved.open_view, name="view"),
    path("views/<uuid:view_id>/change/", saved.change, name="change_view"),
]
