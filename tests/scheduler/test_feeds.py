"""Feeds: each article once, cleaned, asked for only when changed; what is broken is told to staff and stops nobody."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import articles, feeds
from jobboard.articles import Article
from jobboard.clock import now
from jobboard.db import Database
from jobboard.errors import Refused
from jobboard.feeds import Feed
from jobboard.outbox import Post
from jobboard.sections import Section
from scheduler import egress
from scheduler import feeds as reading
from scheduler.egress import Unreachable
from tests.conftest import make_settings
from tests.jobboard.records import staff
from tests.scheduler.web import Site, item, rss, site

HOSTILE = (
    '<p onclick="x()">Un <b>vrai</b> texte, <a href="/suite">la suite</a>.<img src="https://watch.example/pixel.gif">'
    "<script>alert(1)</script></p>"
)


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as running:
        yield running


@pytest.fixture
def here(database: Database, tmp_path: Path) -> Database:
    """The database of an installation that may fetch from this machine."""
    database.settings = make_settings(tmp_path, egress_hosts="127.0.0.1")
    return database


def followed(database: Database, url: str, section: Section | None = None) -> int:
    with database.transaction() as session:
        return feeds.follow(session, url, section=section, at=now()).id


def read_again(database: Database, feed_id: int) -> str:
    with database.transaction() as session:
        session.get_one(Feed, feed_id).due_at = now() - timedelta(minutes=1)
    return reading.read_due(database, now())


def kept(database: Database) -> list[Article]:
    with database.transaction() as session:
        return list(session.scalars(sa.select(Article).order_by(Article.id)))


def test_a_feed_is_read_once_and_each_article_kept_once(here: Database, web: Site) -> None:
    url = web.put("/rss", rss(item(1, html=HOSTILE), item(2, tags=("Salariés", "Bretagne", "emploi"))), ETag='"one"')
    feed = followed(here, url)
    assert read_again(here, feed) == "2 new, 0 broken"
    first, second = kept(here)
    assert (first.title, first.section, first.author) == ("Article 1", Section.ESS, "Zoé Martin")
    assert first.content == (
        '<p>Un <b>vrai</b> texte, <a href="https://magazine.example/suite" rel="noopener">la suite</a>.</p>'
    )
    assert first.summary == "Un vrai texte, la suite."
    assert (second.section, second.territory, second.tags) == (Section.WORKERS, "r53", ["Bretagne", "emploi"])
    assert read_again(here, feed) == "0 new, 0 broken"
    assert web.asked[-1][1]["If-None-Match"] == '"one"'
    # The same page under another name, with what watches readers in its address.
    again = item(1).replace("article1</link>", "article1?utm_source=rss</link>").replace("article1</guid>", "n1</guid>")
    web.put("/rss", rss(again, item(3)))
    assert read_again(here, feed) == "1 new, 0 broken"
    assert [one.title for one in kept(here)] == ["Article 1", "Article 2", "Article 3"]


def test_a_broken_feed_is_told_once_and_stops_nobody(here: Database, web: Site) -> None:
    with here.transaction() as session:
        staff(session, at=now())
    broken = followed(here, web.put("/broken", "<html><p>Nous revenons bientôt.</p>"))
    followed(here, web.put("/good", rss(item(1))), Section.TERRITORIES)
    assert reading.read_due(here, now()) == "1 new, 1 broken"
    for _ in range(4):
        assert read_again(here, broken) == "0 new, 1 broken"
    with here.transaction() as session:
        alarms = session.scalars(sa.select(Post).where(Post.kind == "alarm")).all()
        assert [alarm.params["facts"]["error"] for alarm in alarms] == ["ce n’est pas un flux RSS ou Atom"]
        standing = session.get_one(Feed, broken)
        assert standing.due_at > now() + timedelta(hours=6), "asked less and less often"
    web.put("/broken", rss(item(7)))
    assert read_again(here, broken) == "1 new, 0 broken"


def test_half_a_feed_gives_what_can_be_read_of_it() -> None:
    title, found = reading.parse(rss(item(1), item(2)).encode()[:-60], at=now())
    assert (title, found[0].title) == ("Le magazine", "Article 1")
    latin = rss(item(1, "Économie à Évry")).replace("utf-8", "iso-8859-1").encode("latin-1")
    assert reading.parse(latin, at=now())[1][0].title == "Économie à Évry"
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>tag:x,1</id><title type="html">'
        'L&amp;eacute;a &lt;b&gt;parle&lt;/b&gt;</title><link href="https://x.example/1"/><updated>2099-01-01T00:00:00Z'
        "</updated></entry></feed>"
    )
    [entry] = reading.parse(atom.encode(), at=now())[1]
    assert (entry.key, entry.title) == ("tag:x,1", "Léa parle")


def test_entities_that_grow_do_not_fill_the_memory() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{laughs}]><rss><channel><title>&l11;</title></channel></rss>'
    began = time.process_time()
    try:
        title, found = reading.parse(bomb.encode(), at=now())
        assert len(title) < 1000
        assert not found
    except Unreachable:
        pass
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_private_networks_in_every_form(address: str, public: bool) -> None:
    assert egress.is_public(address) is public


def test_what_is_not_fetched(here: Database, database: Database, web: Site, tmp_path: Path) -> None:
    def why(url: str, *, hosts: str = "127.0.0.1", most: int = egress.MOST_OCTETS) -> str:
        with pytest.raises(Unreachable) as refused:
            egress.fetch(url, make_settings(tmp_path, egress_hosts=hosts), most=most)
        return str(refused.value)

    page = web.put("/page", b"x" * 2000)
    assert "port" in why(page, hosts="")
    assert why("http://127.0.0.1/", hosts="") == "cette adresse est dans un réseau privé"
    assert why("http://localhost/", hosts="127.0.0.1") == "cette adresse est dans un réseau privé"
    assert why("http://[::ffff:10.0.0.1]/", hosts="") == "cette adresse est dans un réseau privé"
    assert "web" in why("file:///etc/passwd")
    assert "web" in why("http://")
    assert "dépasse" in why(page, most=1000)
    packed = web.put("/packed", gzip.compress(b"0" * 3_000_000), Content_Encoding="gzip")
    assert "dépasse" in why(packed, most=1_000_000)
    assert len(egress.fetch(packed, here.settings).body) == 3_000_000
    round_and_round = web.put("/round", status=302, Location="/round")
    assert "redirections" in why(round_and_round)
    assert "privé" in why(web.put("/inside", status=302, Location="http://169.254.169.254/latest/meta-data"))
    assert "web" in why(web.put("/file", status=302, Location="file:///etc/passwd"))
    assert egress.fetch(web.put("/moved", status=301, Location="/page"), here.settings).url.endswith("/page")


def test_an_address_names_one_article() -> None:
    plain = "https://magazine.example/spip.php?article12"
    assert articles.canonical(f"{plain}&utm_medium=rss#forum") == "https://magazine.example/spip.php?article12"
    assert articles.canonical(plain) == plain
    assert articles.canonical("HTTPS://Magazine.example") == "https://magazine.example/"
    assert articles.canonical("javascript:alert(1)") == ""


def test_a_feed_needs_an_address_of_the_web(database: Database) -> None:
    with database.transaction() as session, pytest.raises(Refused, match="no-web-address"):
        feeds.follow(session, "ftp://magazine.example/rss", section=None, at=now())
