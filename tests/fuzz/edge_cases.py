"""Edge cases for each kind of field, and for the parameters of a list."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from tests.pictures import photo, upload

TEXTS = (
    "", " ", "\t\n", "\u200b", "\u200b" * 3, "a\u202eb", "\u2066a", "a\x07b", "a\nb", "a\r\nb", "a\u2028b", "\ufeff",
    "\ufffe", "\U0001f469\u200d\U0001f467", "e\u0301", "\u0000", "%00", "'; DROP TABLE x; --",
    "<script>alert(1)</script>", "{{ 7 }}", "../../etc/passwd", "a" * 50, "a" * 51, "a" * 5000, "é" * 151,
    "\u0627\u0644", "NULL", "-", "/", "A/B", ".", "0",
)  # fmt: skip
NUMBERS = (
    "", "0", "-0", "-1", "1", "0.001", "0.01", "99.999", "100", "100.01", "101", "32767", "32768", "2147483647",
    "2147483648", "-2147483649", "9999999999.99", "10000000000", "9" * 30, "9" * 5000, "1e9", "1e99", "1e-99", "NaN",
    "-NaN", "Infinity", "-Infinity", "0x10", "١٢", "1_000", "1,000", " 7 ", "\u0000", "a",
)  # fmt: skip
DAYS = (
    "", "0001-01-01", "0000-01-01", "1970-01-01", "1999-12-31", "2000-01-01", "2026-02-30", "2100-12-31",
    "2101-01-01", "9999-12-31", "10000-01-01", "-1-01-01", "2026-13-01", "now", "01/02/2026", "9" * 30, "\u0000",
    "٢٠٢٦-01-01",
)  # fmt: skip
TIMES = ("", "00:00", "23:59:59", "24:00", "25:61", "12", "\u0000", "12:00:00.999999")
KEYS = (
    "", "0", "-1", "1", "9" * 30, "things", "other", "no-such", "None", "\u0000", "' OR 1=1", "a" * 500, "\u202e",
    "00000000-0000-0000-0000-000000000000", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "{}", "[]", "1.5", "é", "A",
)  # fmt: skip
CHECKBOXES = ("", "on", "off", "true", "False", "0", "1", "yes", "\u0000", "a" * 5000, *KEYS[:12])
ADDRESSES = (
    "a@b", "a@b.example\u2028x", "\u200ba@b.example", "a" * 65 + "@b.example", "A@B.EXAMPLE",
    "a@b.example\nBcc: c@d.example", "a@é.example", "<a@b.example>", f"a@{'b' * 250}.example", "a@b.example ",
    "kim@example.com", "\u0000@b.example",
)  # fmt: skip
FILES = (
    b"", b"\x00", b"GIF89a", b"<svg/>", photo()[:20], b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x00\x00\x00WEBP", b"%PDF-1.7",
    photo(size=(1, 1)), b"a" * 1000,
)  # fmt: skip
SNAPSHOTS = (
    *("", "null", "[]", "{}", "\u0000", "{" * 5000, "a" * 5000, '{"at":"2026-01-01T00:00:00","rows":{}}'),
    *(f'{{"at":"{at}","rows":{{"":{{}}}}}}' for at in ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59")),
    *(
        f'{{"at":"2026-01-01T00:00:00Z","rows":{rows}}}'
        for rows in (
            "{}", '{"":{}}', '{"x/1":{"":["a"]}}', '{"":{"name":[]}}', '{"":{"name":["\\u0000"]}}',
            '{"":{"brand":["no-such"],"groups":["a","999999999999999999999999"]}}', "[" * 100_000 + "]" * 100_000,
        )
    ),
    f'{{"at":"2026-01-01T00:00:00Z","rows":{{"":{{}}}},"more":{"[" * 100_000}{"]" * 100_000}}}',
    f'{{"at":"2026-01-01T00:00:00Z","rows":{{"":{{"name":["{"9" * 5000}"]}}}}}}',
)  # fmt: skip
LIST_PARAMETERS = {
    "p": ("", "0", "-1", "2", "10" * 15, "9" * 5000, "a", "1.5", "١"),
    "o": ("", "0", "1", "-1", "99", "9" * 30, "1.-2.3", ".", "--1", "a", "1." * 500),
    "q": ("", " ", "a", "%", "_", "\\", "'", '"', "\u202e", "a" * 10_000, "a " * 2000, "\ud7ff", "é", "x" * 101, "{}"),
    "e": ("1", "", "a"),
    "all": ("", "1"),
    "_facets": ("", "1", "True"),
    "_popup": ("1", "", "a"),
    "_to_field": ("id", "slug", "password", "__", "no", "brand__name", "pk"),
    "_changelist_filters": ("q=a", "%", "password__startswith=a", "&" * 50),
}
LOOKUPS = (
    "password__startswith", "password", "id__gt", "pk__in", "pk", "__", "__exact", "a__b__c",
    "user__password__startswith", "groups__name", "customer_id", "name__regex", "slug__startswith",
    "token__startswith", "payments__token__startswith", "variants__price__gt", "data__a", "last_error__contains",
    "email__iexact", "delivery_address__name", "is_superuser", "order", "e" * 300, "кириллица",
    "product__supplier__name", "object_repr__contains", "uses__gt",
)  # fmt: skip


def edge_cases(field: BoundField) -> list[dict[str, Any]]:
    """Return the values to send for a field, each by the names of its inputs."""
    kind, name = field.field, field.html_name
    if isinstance(kind, forms.SplitDateTimeField):
        days = [{f"{name}_0": day, f"{name}_1": "12:00"} for day in DAYS]
        return days + [{f"{name}_0": "2026-01-01", f"{name}_1": time} for time in TIMES]
    return [{name: value} for value in _values(kind)]


def _values(kind: forms.Field) -> tuple[Any, ...]:
    if isinstance(kind, forms.FileField):
        return (
            *(upload(content) for content in FILES),
            *(upload(photo(), name) for name in TEXTS[:10] if name.strip()),
        )
    if isinstance(kind, forms.BooleanField):
        return CHECKBOXES
    if isinstance(kind, forms.ChoiceField):
        return KEYS
    if isinstance(kind, forms.IntegerField | forms.DecimalField):
        return NUMBERS
    return (*ADDRESSES, *TEXTS) if isinstance(kind, forms.EmailField) else TEXTS
