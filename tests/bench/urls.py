"""The project's pages, and stock Viewflow's own beside them."""

from django.urls import include, path
from viewflow.workflow.flow import FlowViewset

from tests.bench.stock import StockReview

urlpatterns = [path("stock/", FlowViewset(StockReview).urls), path("", include("config.urls"))]
