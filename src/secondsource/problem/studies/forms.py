"""The kinds of study there are, by name; not for what they ask."""

from __future__ import annotations

from collections.abc import Mapping

from secondsource.problem.studies import labour, landed, makebuy, qualify, quality
from secondsource.problem.studies.study import Form

FORMS: Mapping[str, Form] = {
    form.name: form for form in (makebuy.FORM, landed.FORM, labour.FORM, qualify.FORM, quality.FORM)
}
