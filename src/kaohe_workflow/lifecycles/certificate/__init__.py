"""
考核合格证书: what a 合格 result may be printed as, and when it is void.
"""

from kaohe_workflow.lifecycles.certificate.actions import ACTIONS
from kaohe_workflow.lifecycles.certificate.case import Certificate
from kaohe_workflow.lifecycles.certificate.events import PAYLOADS
from kaohe_workflow.lifecycles.certificate.facts import CertificateFacts
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLE = Lifecycle("certificate", Certificate, PAYLOADS, CertificateFacts, ACTIONS)
