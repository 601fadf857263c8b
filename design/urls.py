"""Addresses below /design/."""

from django.urls import path

from design.chain import views as chain

app_name = "design"
urlpatterns = [
    path("<slug:key>/draft/chain/", chain.chain, name="chain"),
    path("<slug:key>/draft/chain/row/", chain.row, name="chain_row"),
]
