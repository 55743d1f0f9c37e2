"""Addresses of pages."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path
from django.views.i18n import set_language

from tenfold.web.pages import (
    demo,
    funding,
    governance,
    health,
    importing,
    line,
    people,
    pools,
    promises,
    reports,
    search,
    thread,
    today,
    why,
)
from tenfold.web.pages.viewing import public

app_name = "pages"
urlpatterns = [
    path("", public(today.home), name="home"),
    path("login", public(LoginView.as_view(template_name="pages/login.html")), name="login"),
    path("logout", public(LogoutView.as_view()), name="logout"),
    path("demo/be", public(demo.be), name="be"),
    path("health", public(health.health), name="health"),
    path("metrics", public(health.metrics), name="metrics"),
    path("language", public(set_language), name="language"),
    path("c/<slug:community>/today", today.today, name="today"),
    path("c/<slug:community>/today/card", today.card, name="card"),
    path("c/<slug:community>/numbers", today.numbers, name="numbers"),
    path("c/<slug:community>/line", line.line, name="line"),
    path("c/<slug:community>/undo", line.undo, name="undo"),
    path("c/<slug:community>/people", people.people, name="people"),
    path("c/<slug:community>/people/<str:party>", people.member, name="member"),
    path("c/<slug:community>/import", importing.sheet, name="import"),
    path("c/<slug:community>/import/back", importing.back, name="import_back"),
    path("c/<slug:community>/import/<str:upload>", importing.look, name="import_sheet"),
    path("c/<slug:community>/funding", funding.funding, name="funding"),
    path("c/<slug:community>/funding/move", funding.move, name="move"),
    path("c/<slug:community>/promises", promises.promises, name="promises"),
    path("c/<slug:community>/promises/step", promises.step, name="step"),
    path("c/<slug:community>/promises/keep", promises.keep, name="keep"),
    path("c/<slug:community>/distribution", pools.pools, name="pools"),
    path("c/<slug:community>/distribution/<str:pool>", pools.pool, name="pool"),
    path("c/<slug:community>/distribution/<str:pool>/do", pools.pool_act, name="pool_act"),
    path("c/<slug:community>/distribution/<str:pool>/payments.csv", pools.payments, name="payments"),
    path("c/<slug:community>/distribution/<str:pool>/to/<str:party>", pools.statement, name="statement"),
    path("c/<slug:community>/governance", governance.alerts, name="governance"),
    path("c/<slug:community>/governance/alert", governance.alert_act, name="alert_act"),
    path("c/<slug:community>/governance/charter", governance.charter, name="charter"),
    path("c/<slug:community>/governance/charter/yaml", governance.charter_yaml, name="charter_yaml"),
    path(
        "c/<slug:community>/governance/charter/version/<int:version>",
        governance.charter_version,
        name="charter_version",
    ),
    path("c/<slug:community>/governance/charter/try", governance.charter_try, name="charter_try"),
    path("c/<slug:community>/governance/charter/tried/<int:question>", governance.charter_tried, name="charter_tried"),
    path("c/<slug:community>/search", search.search, name="search"),
    path("c/<slug:community>/thread/<path:thing>", thread.thread, name="thread"),
    path("c/<slug:community>/stations/<path:thing>", thread.stations, name="stations"),
    path("c/<slug:community>/reports", reports.reports, name="reports"),
    path("c/<slug:community>/reports/audit", reports.audit, name="audit"),
    path("c/<slug:community>/number/<path:number>", why.number, name="number"),
    path("c/<slug:community>/made-of/<path:number>", why.made, name="made"),
    path("c/<slug:community>/why/<path:decision>", why.why, name="why"),
]
