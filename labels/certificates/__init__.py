"""The papers of a label: certificate, poster and picture for social media.

What a certificate shows never changes, except the ring (full while the label is valid, empty
otherwise) and, once a newer issue is there, a mark that says so.
"""

from labels.certificates.facts import Facts, facts_of, verify_url
from labels.certificates.kept import Paper, certificate_pdf, make_paper, poster_pdf
from labels.certificates.pages import certificate_html, poster_html
from labels.certificates.pictures import picture_png

__all__ = [
    "Facts",
    "Paper",
    "certificate_html",
    "certificate_pdf",
    "facts_of",
    "make_paper",
    "picture_png",
    "poster_html",
    "poster_pdf",
    "verify_url",
]
