"""Saved views: filters of the inbox under a name."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from approvals import queries, saved_views
from approvals.filters import Filters
from approvals.views import DeskRequest, address_of, reviewers_only


@reviewers_only
@require_POST
def save(request: DeskRequest) -> HttpResponse:
    """Keep the filters of the page under a name and go on with them."""
    view = saved_views.save_view(request.user, request.POST.get("name", ""), Filters.read(request.POST))
    return redirect(address_of(view))


@reviewers_only
@require_GET
def open_view(request: DeskRequest, view_id: UUID) -> HttpResponse:
    """The link of a view, the reader's own or a colleague's: its filters on the reader's own tasks."""
    view = queries.shared_view(str(view_id))
    if view is None:
        raise Http404
    return redirect(address_of(view))


@reviewers_only
@require_POST
def change(request: DeskRequest, view_id: UUID) -> HttpResponse:
    """Rename one of the reader's views, make it open first (or not), or delete it."""
    view = get_object_or_404(queries.views_of(request.user), pk=view_id)
    match request.POST.get("do"):
        case "rename":
            saved_views.rename_view(view, request.POST.get("name", ""))
        case "default":
            saved_views.choose_default(view, chosen=not view.is_default)
        case "delete":
            saved_views.delete_view(view)
            return redirect("approvals:inbox")
    return redirect(address_of(view))
