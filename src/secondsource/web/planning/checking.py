"""What is wrong with a version's tables, found once and kept with it; not for what the faults mean."""

from __future__ import annotations

from datetime import date

from secondsource.errors import Fault, InvalidInput
from secondsource.web.planning import tables
from secondsource.web.planning.models import Version
from secondsource.web.planning.translate import pack_fault, problem_of, unpack_fault

MOST_FAULTS = 300
"""Faults that are kept and shown; all are counted."""


def faults_of(version: Version, today: date) -> list[Fault]:
    """Return the faults of a version, all of them up to `MOST_FAULTS`."""
    if version.faults is None:
        found: tuple[Fault, ...] = ()
        try:
            problem_of(tables.read(version), today)
        except InvalidInput as error:
            found = error.faults
        version.faults = [pack_fault(fault) for fault in found[:MOST_FAULTS]]
        version.fault_count = len(found)
        Version.objects.filter(pk=version.pk).update(faults=version.faults, fault_count=len(found))
    return [unpack_fault(kept) for kept in version.faults]
