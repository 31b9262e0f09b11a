"""
What is told of a caller: sessions, the account, its second factor.
"""

from __future__ import annotations

from collections.abc import Mapping

from kaohe_service.answers.shapes import (
    BOOLEAN,
    INSTANT,
    INTEGER,
    NULLABLE_TEXT,
    TEXT,
    Schema,
    array,
    closed,
    nullable,
)

SESSIONS: Mapping[str, Schema] = {
    "Session": closed(
        token=TEXT,
        account_id=TEXT,
        init_only=BOOLEAN,
        password_reset=nullable(closed(at=INSTANT, by=NULLABLE_TEXT, reason=NULLABLE_TEXT)),
    ),
    "Sessions": closed(
        sessions=array(closed(created_at=INSTANT, seen_at=INSTANT, current=BOOLEAN)),
    ),
    "EndedSessions": closed(ended=INTEGER),
    "Caller": closed(
        account_id=TEXT,
        kind=TEXT,
        organisation_id=NULLABLE_TEXT,
        organisation_kind=NULLABLE_TEXT,
        physician_id=NULLABLE_TEXT,
        init_only=BOOLEAN,
        factor_due=BOOLEAN,
        department_ids=array(TEXT),
    ),
    "SecondFactor": closed(on=BOOLEAN, proposed=BOOLEAN, required=BOOLEAN, recovery_codes=INTEGER),
    "ProposedFactor": closed(secret=TEXT, address=TEXT),
    "RecoveryCodes": closed(recovery_codes=array(TEXT)),
    "IssuedCode": closed(account_id=TEXT, code=TEXT, expires_at=INSTANT),
}
"""These answers, by the name that routes give each."""
