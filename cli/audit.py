"""`audit`: what an auditor asks of the log."""

import typer

from cli.audit_backtest import backtest
from cli.audit_conformance import conformance
from cli.audit_replay import diff, replay, step
from cli.audit_reports import report
from cli.audit_why import why
from cli.export import export_bundle
from cli.prove import prove
from cli.reconcile import reconcile_workflows
from cli.verify import verify_log

app = typer.Typer(name="audit", help="What an auditor asks of the log.", no_args_is_help=True)
app.command("verify")(verify_log)
app.command("prove")(prove)
app.command("reconcile")(reconcile_workflows)
app.command("replay")(replay)
app.command("step")(step)
app.command("diff")(diff)
app.command("conformance")(conformance)
app.command("report")(report)
app.command("why")(why)
app.command("backtest")(backtest)
app.command("export")(export_bundle)


@app.callback()
def audit() -> None:
    """Read the log as an auditor does; nothing here writes."""
