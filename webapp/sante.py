"""For machines that watch over us: alive, ready, and how mail flows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa
from flask import Blueprint, Response, abort
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from jobboard import bounces, flow, schema, suppression
from jobboard.clock import now
from jobboard.suppression import Severity
from webapp.house import House, house
from webapp.security import client_address, is_loopback

blueprint = Blueprint("sante", __name__)


@blueprint.get("/sante")
def alive() -> Response:
    """Say that this process answers; nothing else is asked."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/sante/pret")
def ready() -> Response:
    """Say whether requests can be served: the database answers and has the schema of this code."""
    try:
        current = schema.current(house().database)
    except sa.exc.DBAPIError:
        return Response("database away\n", 503, content_type="text/plain; charset=utf-8")
    if current != schema.head():
        return Response(
            "schema not current: run passerelle db upgrade\n", 503, content_type="text/plain; charset=utf-8"
        )
    return Response("ready\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Return the figures of the trays for Prometheus, to this machine only."""
    if not is_loopback(client_address()):
        abort(404)
    registry = CollectorRegistry()
    registry.register(_Flow(house()))
    return Response(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")


class _Flow(Collector):
    """The figures of `jobboard.flow`, asked for when they are read."""

    def __init__(self, standing: House) -> None:
        self._house = standing

    def describe(self) -> Iterator[Metric]:
        """Return nothing: the names need no query when the collector is registered."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Return the figures, from a few bounded queries."""
        at = now()
        with self._house.transaction() as session:
            bag, stuck = flow.mailbag(session), flow.stuck(session)
            trays, left = flow.outbox(session, at=at), flow.departures(session, at=at)
            returned = bounces.count_since(session, at - timedelta(days=1))
            suppressed = suppression.count_suppressed(session)
        yield GaugeMetricFamily("passerelle_mailbag_waiting", "Received mails to dispatch.", bag.count)
        yield GaugeMetricFamily("passerelle_mailbag_stuck", "Received mails that a bug stopped.", stuck.count)
        age = (at - bag.oldest).total_seconds() if bag.oldest else 0.0
        yield GaugeMetricFamily("passerelle_mailbag_oldest_seconds", "Age of the oldest mail to dispatch.", age)
        posts = GaugeMetricFamily("passerelle_outbox_posts", "Posts by stream and state.", labels=["stream", "state"])
        ages = GaugeMetricFamily(
            "passerelle_outbox_oldest_seconds", "How long the oldest due post waits.", labels=["stream"]
        )
        for tray in trays:
            posts.add_metric([tray.name, tray.state], tray.count)
            if tray.state == "due":
                ages.add_metric([tray.name], (at - tray.oldest).total_seconds() if tray.oldest else 0.0)
        last = GaugeMetricFamily("passerelle_last_departure_timestamp_seconds", "Last post sent.", labels=["stream"])
        for one in left:
            posts.add_metric([str(one.stream), "failed_in_a_day"], one.failed)
            if one.last is not None:
                last.add_metric([str(one.stream)], one.last.timestamp())
        yield from (posts, ages, last)
        back = GaugeMetricFamily("passerelle_bounces_in_a_day", "Bounces and complaints.", labels=["severity"])
        for severity in Severity:
            back.add_metric([str(severity)], returned.get(severity, 0))
        yield back
        yield GaugeMetricFamily("passerelle_suppressed_addresses", "Addresses left in peace.", suppressed)
