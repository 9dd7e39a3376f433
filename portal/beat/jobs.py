"""What is done by the clock, and when: hours are Stockholm's, numbers are seconds between two starts."""

from typing import Any

from celery.schedules import crontab

JOBS: dict[str, dict[str, Any]] = {
    "heartbeat-default": {"task": "portal.health.beat", "schedule": 60.0, "args": ["default"]},
    "heartbeat-reports": {
        "task": "portal.health.beat",
        "schedule": 60.0,
        "args": ["reports"],
        "options": {"queue": "reports"},
    },
    "send-notices": {"task": "portal.notices.tasks.send_due", "schedule": 20.0, "options": {"expires": 20}},
    "watch-deadlines": {"task": "portal.cases.tasks.watch_deadlines", "schedule": crontab(hour=6, minute=0)},
    "erase-contacts": {"task": "portal.cases.tasks.erase_contacts", "schedule": crontab(hour=3, minute=0)},
    "seal-history": {"task": "portal.cases.tasks.seal_history", "schedule": crontab(hour=1, minute=0)},
    "clear-notices": {"task": "portal.notices.tasks.clear_notices", "schedule": crontab(hour=3, minute=0)},
    "send-letters": {"task": "portal.accounts.tasks.send_letters", "schedule": 60.0},
    "clear-sessions": {"task": "portal.accounts.tasks.clear_sessions", "schedule": crontab(hour=3, minute=0)},
    "hand-over-units": {
        "task": "portal.organisation.tasks.hand_over_closed_units",
        "schedule": crontab(hour=0, minute=10),
    },
    "shut-calls": {"task": "fund.tasks.shut_calls", "schedule": 60.0, "options": {"expires": 60}},
    "print-applications": {"task": "fund.tasks.print_left", "schedule": 60.0, "options": {"expires": 60}},
    "remind-of-reports": {"task": "fund.tasks.remind_of_reports", "schedule": crontab(hour=6, minute=40)},
    "lapse-holds": {"task": "testbeds.tasks.lapse_holds", "schedule": 60.0, "options": {"expires": 60}},
    "note-lapses": {"task": "rights.tasks.note_lapses", "schedule": crontab(hour=0, minute=20)},
    "ask-if-lasting": {"task": "ideas.tasks.ask_if_lasting", "schedule": crontab(hour=6, minute=10)},
    "pass-over-late": {"task": "ideas.tasks.pass_over_late", "schedule": crontab(hour=0, minute=30)},
    "resume-reports": {"task": "followup.tasks.resume_reports", "schedule": 60.0},
}
