"""A mail rebuilt for the other side: not one octet of the hidden address, and every innocent word."""

from __future__ import annotations

import base64
import html
import re
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailer.anonymise import Finding, Masks, Rebuilt, rebuild, rebuild_text
from tests.mailer.sample_files import archive, docx, pdf, picture, pixels
from tests.mailer.sample_mails import (
    ADDRESS,
    CARD,
    FORWARDED,
    INVITATION,
    NINE_PLACES,
    RELAY,
    TO_CANDIDATE,
    WORDS,
    mail,
    mails,
    named,
    part,
)
from tests.mailer.spellings import IN_WORDS

CORPUS = sorted((Path(__file__).parents[1] / "corpus").glob("*.eml"))
TO_RECRUITER = replace(TO_CANDIDATE, documents_untouched=True, hide_phones_in_signature=False)


def views(rebuilt: Rebuilt) -> list[str]:
    """Return all that a reader or a program can see of a rebuilt mail, each in its plainest reading."""
    raw = [rebuilt.subject, rebuilt.text, rebuilt.html or "", *rebuilt.refused]
    raw += [str(finding) for finding in rebuilt.findings]
    for file in rebuilt.attachments:
        raw += [file.filename, file.content_type, file.content_id or "", file.content.decode("utf-8", "replace")]
    return [plainest(view) for view in raw]


def plainest(view: str) -> str:
    for _ in range(3):
        view = unquote(html.unescape(view))
    view = re.sub(r"<[a-z/!][^<>]*>", "", view, flags=re.IGNORECASE)
    view = re.sub("[\u200b\u00ad\u2060\\s]", "", view).lower().replace("\uff20", "@").replace("\uff0e", ".")
    return re.sub(r"[(\[](?:at)[)\]]|arobase", "@", view)


def assert_hidden(rebuilt: Rebuilt) -> None:
    for view in views(rebuilt):
        assert "helene.martin@" not in view
        assert "@asso-horizon" not in view
        assert ADDRESS not in view


@pytest.mark.parametrize("raw", NINE_PLACES.values(), ids=NINE_PLACES)
@pytest.mark.parametrize("masks", [TO_CANDIDATE, TO_RECRUITER], ids=["to candidate", "to recruiter"])
def test_the_nine_places_where_relays_leak(raw, masks):
    assert_hidden(rebuild(raw, masks))


def test_the_nine_places_all_together_lose_no_innocent_word():
    rebuilt = rebuild(
        mail(
            part(f"Oui, {ADDRESS.upper()}.\n\nLe 3 mars, Hélène Martin <{ADDRESS}> a écrit :\n> Bonjour\n"),
            part(INVITATION, "text/calendar; method=REQUEST"),
            part(b"x,y", "text/csv", named(f"liste {ADDRESS}.csv")),
            part(CARD, "text/vcard; charset=utf-8", named("helene.vcf"), f"X-Origin: {ADDRESS}"),
            b"Content-Type: message/rfc822\r\n\r\n" + FORWARDED,
        ),
        TO_CANDIDATE,
    )

    assert_hidden(rebuilt)
    assert rebuilt.text == f"Oui, {RELAY}.\n\nLe 3 mars, Hélène Martin <{RELAY}> a écrit :\n> Bonjour"
    assert [each.filename for each in rebuilt.attachments] == [
        "invitation.ics",
        "liste adresse masquée.csv",
        "helene.vcf",
        "Fiche de poste.txt",
    ]
    assert rebuilt.attachments[1].content == b"x,y"
    assert "FN:Hélène Martin" in rebuilt.attachments[2].content.decode()
    assert Finding("address", "text", 2) in rebuilt.findings
    assert Finding("address", "filename", 1) in rebuilt.findings


def test_an_attached_mail_becomes_its_words():
    rebuilt = rebuild(mail(WORDS, b"Content-Type: message/rfc822\r\n\r\n" + FORWARDED), TO_CANDIDATE)

    assert rebuilt.attachments[0].content.decode() == (
        "De : Hélène Martin\nObjet : Fiche de poste\n\nLes missions du poste.\n"
    )


def test_mails_in_mails_give_up_their_attachments_and_end_somewhere():
    inner = mail(WORDS, part(pdf("Poste"), "application/pdf", named("poste.pdf")), subject="niveau 0")
    for level in range(1, 15):
        inner = mail(WORDS, b"Content-Type: message/rfc822\r\n\r\n" + inner, subject=f"niveau {level}")
    shallow = mail(
        WORDS, b"Content-Type: message/rfc822\r\n\r\n" + mail(WORDS, part(b"1", "image/bmp", named("a.bmp")))
    )

    assert Finding("attached-mail", "attached-mail", 1) in rebuild(inner, TO_CANDIDATE).findings
    assert [each.filename for each in rebuild(shallow, TO_CANDIDATE).attachments] == ["Comptable.txt", "a.bmp"]


@pytest.mark.parametrize("spelling", IN_WORDS.values(), ids=IN_WORDS)
@pytest.mark.parametrize(
    "place", ["subject", "text", "html", "attribute", "filename", "calendar", "card", "attached mail", "text file"]
)
def test_every_spelling_in_every_place(spelling, place):
    secret = spelling(ADDRESS)
    line = " ".join(secret.split()).replace("= ", "")  # a soft break is none within a line
    word = "=?utf-8?b?" + base64.b64encode(line.encode()).decode() + "?="
    raw = {
        "subject": mail(WORDS, subject=word),
        "text": mail(part(f"avant {secret} après")),
        "html": mail(part(f"<p>avant {secret} après</p>", "text/html; charset=utf-8")),
        "attribute": mail(part(f'<a title="{line}" href="https://x.example/{line}">x</a>', "text/html; charset=utf-8")),
        "filename": mail(WORDS, part(b"x", "application/x", f'Content-Disposition: attachment; filename="{word}"')),
        "calendar": mail(
            WORDS, part(f"BEGIN:VCALENDAR\nDESCRIPTION:{line}\nEND:VCALENDAR", "text/calendar; charset=utf-8")
        ),
        "card": mail(WORDS, part(f"BEGIN:VCARD\nNOTE:{line}\nEND:VCARD", "text/vcard; charset=utf-8")),
        "attached mail": mail(WORDS, b"Content-Type: message/rfc822\r\n\r\n" + mail(part(secret), subject=word)),
        "text file": mail(WORDS, part(secret, "text/plain; charset=utf-8", named("notes.txt"))),
    }[place]

    rebuilt = rebuild(raw, TO_CANDIDATE)

    assert "horizon" not in "".join(views(rebuilt))


def test_alternatives_stay_alternatives():
    rebuilt = rebuild(
        mail(part("Été\n"), part("<p>Été</p>", "text/html; charset=utf-8"), container="alternative"), TO_CANDIDATE
    )

    assert (rebuilt.text, rebuilt.html) == ("Été", "<p>Été</p>")


def test_html_alone_has_a_text_and_text_alone_no_html():
    assert rebuild(mail(part("<p>a<br>b</p>", "text/html")), TO_CANDIDATE).text == "a\nb"
    assert rebuild(mail(WORDS), TO_CANDIDATE).html is None


def test_words_around_pictures_are_all_kept_in_order():
    rebuilt = rebuild(
        mail(
            part("avant\n"),
            part(picture("PNG"), "image/png", 'Content-Disposition: inline; filename="a.png"'),
            part("<p>après</p>", "text/html"),
        ),
        TO_CANDIDATE,
    )

    assert rebuilt.text == "avant\n\naprès"
    assert rebuilt.html == "<div>avant<br>\n</div>\n<p>après</p>"
    assert [(each.filename, each.inline) for each in rebuilt.attachments] == [("a.png", False)]


def test_pictures_of_the_html_get_new_names_that_work():
    html_part = part('<p><img src="cid:logo@asso-horizon.example"></p>', "text/html")
    shown = part(picture("PNG", ADDRESS), "image/png; name=logo.png", "Content-ID: <logo@asso-horizon.example>")
    unused = part(picture("GIF"), "image/gif; name=b.gif", "Content-ID: <b@asso-horizon.example>")
    rebuilt = rebuild(mail(html_part, shown, unused, container="related"), TO_CANDIDATE)

    logo, other = rebuilt.attachments
    assert rebuilt.html == f'<p><img src="cid:{logo.content_id}"></p>'
    assert (logo.inline, other.inline, other.content_id) == (True, False, None)
    assert pixels(logo.content) == pixels(picture("PNG"))
    assert_hidden(rebuilt)


def test_a_picture_inside_the_html_becomes_a_part_without_metadata():
    uri = "data:image/jpeg;base64," + base64.b64encode(picture("JPEG", ADDRESS)).decode()
    rebuilt = rebuild(mail(part(f'<img src="{uri}"><img src="{uri}">', "text/html")), TO_CANDIDATE)

    [image] = rebuilt.attachments
    assert rebuilt.html == f'<img src="cid:{image.content_id}">' * 2
    assert (image.content_type, image.inline) == ("image/jpeg", True)
    assert_hidden(rebuilt)


def test_an_invitation_stands_beside_the_text_with_its_method():
    raw = mail(WORDS, part(INVITATION, "text/calendar; method=request; charset=utf-8"), container="alternative")
    [invitation] = rebuild(raw, TO_CANDIDATE).attachments

    assert invitation.inline
    assert invitation.content_type == "text/calendar; method=REQUEST; charset=utf-8"
    assert f"ORGANIZER:mailto:{RELAY}" in invitation.content.decode().replace("\r\n ", "")


@pytest.mark.parametrize(
    ("content", "content_type", "name", "what"),
    [
        (b"0\x80", "application/pkcs7-signature", "smime.p7s", "signature"),
        (b"-----BEGIN PGP SIGNATURE-----", "application/pgp-signature", "signature.asc", "signature"),
        (b"-----BEGIN PGP PUBLIC KEY BLOCK-----", "application/octet-stream", "cle.txt", "signature"),
        (b"0\x80", "application/pkcs7-mime", "smime.p7m", "encrypted"),
        (b"\x78\x9f\x3e\x22" + ADDRESS.encode(), "application/ms-tnef", "winmail.dat", "winmail"),
        (f"Final-Recipient: rfc822; {ADDRESS}".encode(), "message/delivery-status", "", "report"),
        (f"From: {ADDRESS}".encode(), "text/rfc822-headers", "", "report"),
        (b"<svg/>", "image/svg+xml", "logo.svg", "drawing"),
        (b"BM" + ADDRESS.encode(), "image/bmp", "a.bmp", "picture"),
    ],
)
def test_what_cannot_be_rebuilt_is_left_out_and_reported(content, content_type, name, what):
    rebuilt = rebuild(mail(WORDS, part(content, content_type, named(name))), TO_CANDIDATE)

    assert rebuilt.text == "Bonjour, voici l'offre."
    assert rebuilt.attachments == ()
    assert rebuilt.findings == (Finding(what, "attachment", 1),)
    assert rebuilt.left_out == (what,)


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"MZ\0\0", "CV.pdf"), (b"x", "cv.docm"), (docx("x", extra={"word/vbaProject.bin": "x"}), "cv.docx")],
)
def test_programs_and_macros_are_refused_by_name(content, name):
    rebuilt = rebuild(mail(WORDS, part(content, "application/pdf", named(name))), TO_RECRUITER)

    assert rebuilt.refused == (name,)
    assert rebuilt.attachments == ()


@pytest.mark.parametrize(
    ("content", "content_type", "name"),
    [
        (pdf(f"Poste, {ADDRESS}"), "application/pdf", "cv.pdf"),
        (docx(ADDRESS, author=ADDRESS), "application/vnd.openxmlformats", "cv.docx"),
        (ADDRESS.encode("latin-1") + b" \xe9t\xe9\r\n", "text/plain; charset=iso-8859-1", "cv.txt"),
        (b"{\\rtf1{\\info{\\author Lea}} " + ADDRESS.encode() + b"}", "application/rtf", "cv.rtf"),
        (archive({"cv.txt": ADDRESS}), "application/zip", "cv.zip"),
    ],
)
def test_a_candidate_s_documents_pass_octet_for_octet_and_a_recruiter_s_are_reported(content, content_type, name):
    raw = mail(WORDS, part(content, content_type, named(name)))

    [untouched] = rebuild(raw, TO_RECRUITER).attachments
    assert (untouched.content, untouched.filename, untouched.content_type) == (content, name, content_type)
    assert rebuild(raw, TO_RECRUITER).findings == ()
    assert rebuild(raw, TO_CANDIDATE).findings


def test_a_recruiter_s_document_without_the_address_only_forgets_its_makers():
    raw = mail(WORDS, part(docx("Missions", author=ADDRESS), "application/x", named("poste.docx")))
    rebuilt = rebuild(raw, TO_CANDIDATE)

    assert_hidden(rebuilt)
    assert rebuilt.findings == ()


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (pdf(f"Poste {ADDRESS}"), "document-text"),
        (pdf("x", password="p"), "document-unreadable"),
        (b"%PDF-1.7 broken", "document-unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + ADDRESS.encode("utf-16-le"), "document-text"),
        (archive({"a.txt": pdf(ADDRESS)}), "document-text"),
        (archive({"a/b.zip": archive({"c.asc": b"-----BEGIN PGP MESSAGE-----"})}), "document-unreadable"),
    ],
)
def test_a_recruiter_s_document_that_the_gate_will_hold_is_reported(content, finding):
    raw = mail(WORDS, part(content, "application/octet-stream", named("poste")))

    assert rebuild(raw, TO_CANDIDATE).findings == (Finding(finding, "attachment", 1),)


@pytest.mark.parametrize(
    ("content", "content_type", "name"),
    [
        (b"\xe9t\xe9;1\r\n", "text/csv; charset=iso-8859-1", "liste.csv"),
        ("<p>Été</p>".encode(), "text/html; charset=utf-8", "page.html"),
        (bytes(range(256)), "application/octet-stream", "data.dat"),
        (archive({"a.txt": "mot"}), "application/zip", "a.zip"),
        (picture("JPEG"), "image/jpeg", "photo.jpg"),
    ],
)
def test_innocent_attachments_pass_octet_for_octet(content, content_type, name):
    [passed] = rebuild(mail(WORDS, part(content, content_type, named(name))), TO_CANDIDATE).attachments

    assert (passed.content, passed.content_type, passed.filename) == (content, content_type, name)


def test_file_names_are_masked_in_every_coding():
    for header in (
        f'attachment; filename="CV {ADDRESS}.pdf"',
        f"attachment; filename*=utf-8''CV%20{ADDRESS.replace('@', '%40')}.pdf",
        'attachment; filename*0="CV helene.mar"; filename*1="tin@asso-horizon.example.pdf"',
        "attachment; filename==?utf-8?q?CV_helene=2Emartin=40asso-horizon=2Eexample=2Epdf?=",
    ):
        raw = mail(WORDS, part(b"x", "application/x", f"Content-Disposition: {header}"))
        [attachment] = rebuild(raw, TO_CANDIDATE).attachments

        assert attachment.filename == "CV adresse masquée.pdf"


def test_parameters_of_a_type_hold_no_secret():
    for content_type in (f'text/csv; charset="{ADDRESS}"', f'text/x-log; method="{ADDRESS}"; charset="{ADDRESS}"'):
        [attachment] = rebuild(mail(WORDS, part(b"x", content_type, named("a"))), TO_CANDIDATE).attachments

        assert attachment.content_type == content_type.partition(";")[0]


def test_a_subject_is_masked_on_one_line_and_without_the_relay_address():
    rebuilt = rebuild(mail(WORDS, subject=f"Re:\r\n  {ADDRESS} poste"), TO_CANDIDATE)

    assert rebuilt.subject == "Re: [adresse masquée] poste"


def test_a_form_s_text_is_masked_like_a_mail():
    assert rebuild_text(f"Écrire à {ADDRESS.upper()}", TO_CANDIDATE) == (
        f"Écrire à {RELAY}",
        (Finding("address", "text", 1),),
    )


def test_findings_never_hold_a_secret():
    rebuilt = rebuild(NINE_PLACES["plain quote"], TO_CANDIDATE)

    assert "helene" not in repr(rebuilt.findings)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_no_mail_of_the_corpus_gives_its_writer_away(path):
    raw = path.read_bytes()
    known = {found.decode().lower() for found in re.findall(rb"[\w.+-]+@[\w.-]+\w", raw)}
    masks = Masks(hidden=tuple(sorted(known)), our_domain="relais.example")
    text = plainest(rebuild(raw, masks).text)

    assert not [address for address in known if address in text]


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(mails())
def test_no_mail_lets_the_address_through_or_loses_a_word(made):
    words, raw = made
    rebuilt = rebuild(raw, TO_CANDIDATE)

    assert "horizon" not in "".join(views(rebuilt))
    for word in words:
        assert _loose(word) in _loose(rebuilt.text)


def _loose(text: str) -> str:
    """Return the text without what line ends, tags and poor charsets change."""
    return re.sub(r"[\s?€]", "", text)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=400))
def test_no_octets_raise(raw):
    rebuilt = rebuild(raw, TO_CANDIDATE)

    rebuilt.text.encode()
    assert "\0" not in rebuilt.text + rebuilt.subject + (rebuilt.html or "")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_damage_to_a_mail_raises_or_leaks(data):
    whole = data.draw(st.sampled_from([*NINE_PLACES.values(), *(path.read_bytes() for path in CORPUS[::6])]))
    raw = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(raw)))
        raw[place : place + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=12))

    assert ADDRESS not in "".join(views(rebuild(bytes(raw), TO_CANDIDATE)))


def test_what_is_rebuilt_can_be_sent():
    rebuilt = rebuild(
        mail(
            WORDS,
            part(INVITATION, "text/calendar; method=REQUEST"),
            part(b"\xe9", "text/csv; charset=latin1", named("a.csv")),
        ),
        TO_CANDIDATE,
    )
    message = EmailMessage()
    message.set_content(rebuilt.text)
    for file in rebuilt.attachments:
        maintype, _, subtype = file.content_type.partition("/")
        message.add_attachment(file.content, maintype, subtype, filename=file.filename)

    sent = list(message.iter_attachments())
    assert [each.get_content_type() for each in sent] == ["text/calendar", "text/csv"]
    assert sent[0].get_param("method") == "REQUEST"
    assert sent[1].get_content() == "é"
