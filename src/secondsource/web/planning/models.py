"""Projects, the versions of their tables, scenarios and plans; not for what they mean (`secondsource.problem`)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models

from secondsource.web.jobs.models import Job
from secondsource.web.people.models import Person, Team


class Project(models.Model):
    """Needs that are planned together. `head` is the version that people see and edit."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="projects")
    name = models.CharField(max_length=120)
    made_at = models.DateTimeField(auto_now_add=True)
    head = models.ForeignKey("Version", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        """Names are unique within a team."""

        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["team", "name"], name="project_name_in_team")]

    def __str__(self) -> str:
        return self.name


class Block(models.Model):
    """Some hundred consecutive rows of a table, never changed: versions share those that did not change."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="blocks")
    rows = models.JSONField()


class Version(models.Model):
    """All tables of a project as they were after one edit.

    Attributes
    ----------
    tables
        `{table: [[block, number of rows], ...]}`.
    what
        What the edit was, as `translate.pack` keeps messages.
    faults
        What is wrong with it (`None`: not looked at yet), at most `checking.MOST_FAULTS`, and `fault_count` in all.
    """

    TEAM_PATH = "project__team"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="children")
    made_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    what = models.JSONField(default=dict)
    tables = models.JSONField(default=dict)
    faults = models.JSONField(null=True)
    fault_count = models.PositiveIntegerField(null=True)

    class Meta:
        """Two people cannot both write the next version."""

        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "number"], name="version_number")]


class Upload(models.Model):
    """A file that was read but not yet taken over: its rows, or what is wrong with it."""

    TEAM_PATH = "project__team"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="uploads")
    made_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    name = models.CharField(max_length=200)
    tables = models.JSONField(null=True)
    faults = models.JSONField(default=list)


class Scenario(models.Model):
    """The needs with a few changes, kept as data (`changes`)."""

    TEAM_PATH = "project__team"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="scenarios")
    name = models.CharField(max_length=120)
    changes = models.JSONField(default=list)
    made_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """The needs as they are come first."""

        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "name"], name="scenario_name")]

    def __str__(self) -> str:
        return self.name


class Solve(models.Model):
    """One question, the tables of a version with some changes, and its answer once the job is done.

    Attributes
    ----------
    changes
        Those of the scenario when it was asked.
    plan, texts
        Plan JSON, and the messages in it by their English text (`translate`).
    cost_micro, bound_micro
        Millionths of `currency`; None where there is no plan.
    """

    TEAM_PATH = "project__team"
    contracts: Any
    questions: Any

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="solves")
    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="solves")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    changes = models.JSONField(default=list)
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    job = models.OneToOneField(Job, on_delete=models.CASCADE, null=True, related_name="solve")
    status = models.CharField(max_length=30, blank=True, default="")
    currency = models.CharField(max_length=3, blank=True, default="")
    cost_micro = models.BigIntegerField(null=True)
    bound_micro = models.BigIntegerField(null=True)
    plan = models.TextField(blank=True, default="")
    texts = models.JSONField(default=dict)
    faults = models.JSONField(default=list)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-pk"]

    @property
    def cost(self) -> Decimal | None:
        """The plan's cost in its currency."""
        return _money(self.cost_micro)

    @property
    def bound(self) -> Decimal | None:
        """What no plan can undercut."""
        return _money(self.bound_micro)

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan to show."""
        return self.cost_micro is not None


class Proposal(models.Model):
    """A plan that someone wants to have approved, and what was decided.

    `baseline_micro` is the cost that the saving is counted from; the decision names a second person above the team's
    limit.
    """

    TEAM_PATH = "solve__project__team"

    solve = models.OneToOneField(Solve, on_delete=models.PROTECT, related_name="proposal")
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    reason = models.TextField(blank=True, default="")
    baseline_micro = models.BigIntegerField(null=True)
    baseline_source = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=10, default="proposed")
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    remark = models.TextField(blank=True, default="")

    @property
    def baseline(self) -> Decimal | None:
        """What it cost before, in the plan's currency."""
        return _money(self.baseline_micro)

    @property
    def saving(self) -> Decimal | None:
        """Baseline minus plan."""
        return None if self.baseline is None or self.solve.cost is None else self.baseline - self.solve.cost


def _money(micro: int | None) -> Decimal | None:
    return None if micro is None else Decimal(micro).scaleb(-6)


def micro(amount: Decimal | None) -> Any:
    """Return an amount in whole millionths, as it is stored."""
    return None if amount is None else int(amount.scaleb(6).to_integral_value())
