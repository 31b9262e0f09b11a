"""
The lifecycles: one package a chart, all of one shape. Siblings do not import each other; they meet in policies.
"""

from collections.abc import Mapping
from types import MappingProxyType

from kaohe_workflow.lifecycles import (
    account,
    affiliation,
    agency_application,
    amendment,
    announcement,
    assessment,
    certificate,
    cheating,
    cycle,
    deferral,
    department,
    enrolment_list,
    evaluation,
    exemption,
    follow_up,
    institution,
    recusal,
    result_report,
    result_review,
    spot_check,
)
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLES: Mapping[str, Lifecycle] = MappingProxyType(
    {
        package.LIFECYCLE.name: package.LIFECYCLE
        for package in (
            cycle,
            institution,
            agency_application,
            department,
            account,
            affiliation,
            amendment,
            enrolment_list,
            assessment,
            exemption,
            deferral,
            evaluation,
            cheating,
            recusal,
            certificate,
            result_review,
            result_report,
            spot_check,
            follow_up,
            announcement,
        )
    }
)
"""Every lifecycle by its chart's name."""
