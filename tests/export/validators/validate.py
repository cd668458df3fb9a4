"""Reads bundles with the R4 (4.0.1) models of fhir.resources and checks the codes they are bound to."""

import base64
import hashlib
import os
import re
import sys

import fhir.resources
from fhir.resources.bundle import Bundle
from fhir.resources.core.fhirabstractmodel import FHIRAbstractModel
from fhir.resources.fhirtypes import Url

assert fhir.resources.__fhir_version__ == "4.0.1", fhir.resources.__fhir_version__
# R4 takes a relative address of an attachment; the library knows only those that begin with a slash.
Url.path_regex = re.compile(r"^files/[A-Za-z0-9._-]+$")


def check(model, path):
    for name, field in model.__fields__.items():
        value = getattr(model, name)
        codes = field.field_info.extra.get("enum_values")
        if codes and value is not None:
            wrong = [one for one in (value if isinstance(value, list) else [value]) if one not in codes]
            assert not wrong, f"{path}.{name}: {wrong}"
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, FHIRAbstractModel):
                check(one, f"{path}.{name}")


for file in sys.argv[1:]:
    bundle = Bundle.parse_file(file)
    check(bundle, "Bundle")
    urls = [entry.fullUrl for entry in bundle.entry]
    assert len(urls) == len(set(urls)), "a fullUrl comes twice"
    for entry in bundle.entry:
        for reference in (entry.resource.partOf or []) + (entry.resource.inResponseTo or []):
            assert reference.reference in urls, f"{reference.reference} leads nowhere"
        for content in [one.contentAttachment for one in entry.resource.payload or []]:
            if content is None or content.url is None:
                continue
            with open(os.path.join(os.path.dirname(file), content.url), "rb") as attached:
                bytes = attached.read()
            given = content.hash if isinstance(content.hash, str) else content.hash.decode()
            assert base64.b64decode(given) == hashlib.sha1(bytes).digest(), content.url
            assert content.size == len(bytes), content.url
    print(file, len(bundle.entry))
