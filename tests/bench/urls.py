"""The project's pages, and stock Viewflow's own beside them."""

from django.urls import include, path
from viewflow.urls import Site
from viewflow.workflow.flow import FlowAppViewset

from tests.bench.stock import StockReview

site = Site(viewsets=[FlowAppViewset(StockReview)])

urlpatterns = [path("stock/", site.urls), path("", include("config.urls"))]
